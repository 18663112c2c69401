// UNets of full size, as hubs have them, against diffusers: one pass through `quell-engine check`.
#include "formats/json.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

using namespace quell;

class TestFullSize : public QObject {
    Q_OBJECT

    static QByteArray run(const QString &program, const QStringList &arguments)
    {
        QProcess process;
        process.start(program, arguments);
        const bool ended = process.waitForFinished(280000) && process.exitCode() == 0;
        if (!ended)
            qWarning() << process.readAllStandardError().right(2000).constData();
        return ended ? process.readAllStandardOutput() : QByteArray();
    }

private Q_SLOTS:
    void unets_data()
    {
        QTest::addColumn<qint64>("parameters"); // as the papers and diffusers count them
        QTest::addColumn<QString>("family");
        QTest::newRow("sd1") << qint64(859520964) << "Stable Diffusion 1.x";
        QTest::newRow("sd2") << qint64(865910724) << "Stable Diffusion 2.x";
        QTest::newRow("bk-tiny") << qint64(323384964) << "BK-SDM Tiny, Stable Diffusion 1.x";
    }
    void unets()
    {
        QFETCH(qint64, parameters);
        QFETCH(QString, family);
        const QTemporaryDir out;
        run(QStringLiteral(QUELL_SOURCE_DIR "/.venv/bin/python"), {QStringLiteral(QUELL_SOURCE_DIR "/tests/parity/full_size.py"), out.path(), QString::fromLatin1(QTest::currentDataTag())});
        QVERIFY(QFile::exists(out.filePath("reference.safetensors")));
        const auto inspected = parse_json(run(QStringLiteral(QUELL_BINARY_DIR "/bin/quell-inspect"), {out.filePath("model"), "--json"}).toStdString(), "inspect");
        QVERIFY(inspected);
        QCOMPARE((*inspected)["components"][0]["parameters"].get<std::int64_t>(), parameters);
        QCOMPARE(QString::fromStdString((*inspected)["family"]), family);
        const auto checked = parse_json(run(QStringLiteral(QUELL_BINARY_DIR "/bin/quell-engine"), {"check", out.filePath("model"), out.filePath("reference.safetensors"), "--json", "--device", "cpu"}).toStdString(), "check");
        QVERIFY(checked);
        QCOMPARE(checked->size(), 1u);
        QVERIFY2((*checked)[0]["passed"].get<bool>(), checked->dump().c_str());
    }
};

QTEST_GUILESS_MAIN(TestFullSize)
#include "tst_full_size.moc"
