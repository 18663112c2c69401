// The German translation is complete, and holds every string that the sources have now.
#include <QDirIterator>
#include <QFile>
#include <QLibraryInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

class TranslationsTest : public QObject {
    Q_OBJECT

    struct Message {
        QString source, translation;
        bool unfinished = false;
    };

    static QMap<QString, Message> messagesOf(const QString &path)
    {
        QFile file(path);
        QMap<QString, Message> messages;
        if (!file.open(QIODevice::ReadOnly))
            return messages;
        QXmlStreamReader xml(&file);
        QString context, comment;
        Message message;
        bool gone = false;
        while (!xml.atEnd()) {
            const auto token = xml.readNext();
            if (token == QXmlStreamReader::EndElement && xml.name() == QLatin1String("message") && !gone)
                messages[context + QLatin1Char('|') + message.source + QLatin1Char('|') + comment] = message;
            if (token != QXmlStreamReader::StartElement)
                continue;
            if (xml.name() == QLatin1String("message"))
                message = {}, comment.clear(), gone = false;
            else if (xml.name() == QLatin1String("name"))
                context = xml.readElementText();
            else if (xml.name() == QLatin1String("source"))
                message.source = xml.readElementText();
            else if (xml.name() == QLatin1String("comment"))
                comment = xml.readElementText();
            else if (xml.name() == QLatin1String("translation")) {
                const auto type = xml.attributes().value(QLatin1String("type"));
                message.unfinished = type == QLatin1String("unfinished");
                gone = type == QLatin1String("vanished") || type == QLatin1String("obsolete");
                message.translation = xml.readElementText(QXmlStreamReader::IncludeChildElements).trimmed();
            }
        }
        return messages;
    }

    static QString german() { return QStringLiteral(QUELL_SOURCE_DIR "/translations/quell_de.ts"); }

private Q_SLOTS:
    void everyStringIsTranslated()
    {
        const auto messages = messagesOf(german());
        QVERIFY(messages.size() > 100);
        QStringList missing;
        for (auto message = messages.begin(); message != messages.end(); ++message)
            if (message->unfinished || message->translation.isEmpty())
                missing << message.key();
        QVERIFY2(missing.isEmpty(), qPrintable(missing.join(QLatin1Char('\n'))));
    }

    void placeholdersAreKept()
    {
        static const QRegularExpression placeholder(QStringLiteral("%(?:\\d+|n|Ln)"));
        QStringList wrong;
        const auto messages = messagesOf(german());
        for (auto message = messages.begin(); message != messages.end(); ++message) {
            const auto found = [](const QString &text) {
                QSet<QString> all;
                for (auto match = placeholder.globalMatch(text); match.hasNext();)
                    all.insert(match.next().captured());
                return all;
            };
            if (!found(message->source).subtract(found(message->translation)).isEmpty())
                wrong << message.key();
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }

    void sourcesHaveNoOtherStrings()
    {
        const auto lupdate = QLibraryInfo::path(QLibraryInfo::BinariesPath) + QStringLiteral("/lupdate");
        QVERIFY2(QFile::exists(lupdate), "lupdate is missing: qt6-l10n-tools");
        QTemporaryDir folder;
        const auto fresh = folder.filePath(QStringLiteral("fresh.ts"));
        QProcess process;
        process.start(lupdate, {QStringLiteral("-silent"), QStringLiteral("-locations"), QStringLiteral("none"),
                                QStringLiteral("-I"), QStringLiteral(QUELL_SOURCE_DIR), QStringLiteral("-I"), QStringLiteral(QUELL_SOURCE_DIR "/engine"),
                                QStringLiteral(QUELL_SOURCE_DIR "/app"), QStringLiteral(QUELL_SOURCE_DIR "/widgets"), QStringLiteral("-ts"), fresh});
        QVERIFY(process.waitForFinished(120000));
        QCOMPARE(process.exitCode(), 0);
        const auto now = messagesOf(fresh), translated = messagesOf(german());
        QVERIFY(now.size() > 100);
        QStringList missing;
        for (auto message = now.begin(); message != now.end(); ++message)
            if (!translated.contains(message.key()))
                missing << message.key();
        QVERIFY2(missing.isEmpty(), qPrintable(QStringLiteral("run ninja update_translations and translate:\n") + missing.join(QLatin1Char('\n'))));
    }
};

QTEST_GUILESS_MAIN(TranslationsTest)
#include "tst_translations.moc"
