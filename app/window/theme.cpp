#include "app/window/theme.h"

#include <QApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QSettings>
#include <QTranslator>

namespace quell {
namespace {

const QString key = QStringLiteral("theme");

look::Theme chosenTheme()
{
    return static_cast<look::Theme>(qBound(0, QSettings().value(key).toInt(), 2));
}

} // namespace

void applyTheme()
{
    look::apply(*qApp, chosenTheme());
}

void setTheme(look::Theme theme)
{
    QSettings().setValue(key, static_cast<int>(theme));
    applyTheme();
}

look::Theme nextTheme()
{
    const auto next = static_cast<look::Theme>((static_cast<int>(chosenTheme()) + 1) % 3);
    setTheme(next);
    return next;
}

void setLanguage(const QString &language)
{
    static QTranslator ours, qts;
    const QLocale locale = language.isEmpty() ? QLocale::system() : QLocale(language);
    QLocale::setDefault(locale);
    if (qts.load(locale, QStringLiteral("qtbase"), QStringLiteral("_"), QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(&qts);
    if (ours.load(locale, QStringLiteral("quell"), QStringLiteral("_"), QStringLiteral(":/i18n")))
        QCoreApplication::installTranslator(&ours);
}

} // namespace quell
