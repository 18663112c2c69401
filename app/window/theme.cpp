#include "app/window/theme.h"

#include <QApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QSettings>
#include <QTranslator>

namespace quell {
namespace {

const QString themeKey = QStringLiteral("theme"), languageKey = QStringLiteral("language");

look::Theme chosenTheme()
{
    return static_cast<look::Theme>(qBound(0, QSettings().value(themeKey).toInt(), 2));
}

} // namespace

void applyTheme()
{
    look::apply(*qApp, chosenTheme());
}

void setTheme(look::Theme theme)
{
    QSettings().setValue(themeKey, static_cast<int>(theme));
    applyTheme();
}

look::Theme nextTheme()
{
    const auto next = static_cast<look::Theme>((static_cast<int>(chosenTheme()) + 1) % 3);
    setTheme(next);
    return next;
}

void applyLanguage()
{
    static QTranslator ours, qts;
    const QLocale locale = QSettings().contains(languageKey) ? QLocale(chosenLanguage()) : QLocale::system();
    QLocale::setDefault(locale);
    if (qts.load(locale, QStringLiteral("qtbase"), QStringLiteral("_"), QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(&qts);
    // English has plurals of its own, and serves every language that Quell is not translated to.
    if (ours.load(locale, QStringLiteral("quell"), QStringLiteral("_"), QStringLiteral(":/i18n")) || ours.load(QStringLiteral(":/i18n/quell_en.qm")))
        QCoreApplication::installTranslator(&ours);
}

QString chosenLanguage()
{
    const auto system = QLocale::system().language() == QLocale::German ? QStringLiteral("de") : QStringLiteral("en");
    return QSettings().value(languageKey, system).toString();
}

void chooseLanguage(const QString &language)
{
    QSettings().setValue(languageKey, language);
}

} // namespace quell
