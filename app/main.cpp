// The studio. usage: quell [PROJECT]
#include "app/store/run_store.h"
#include "app/window/application.h"
#include "app/window/main_window.h"
#include "app/window/studio.h"
#include "app/window/theme.h"
#include "core/threads.h"

#include <QCommandLineParser>
#include <QElapsedTimer>
#include <QSettings>
#include <QStandardPaths>

#include <algorithm>
#include <set>
#include <string_view>

using namespace quell;

namespace {

struct Options {
    QString project, rebuild, page, theme, language;
};

Options parse(const QCoreApplication &application)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QCoreApplication::translate("main", "A studio for suppressing concepts in pruned diffusion models."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("project"), QCoreApplication::translate("main", "Project folder; without one the last, at first the starter"), QStringLiteral("[project]"));
    const QCommandLineOption rebuild(QStringLiteral("rebuild-index"), QCoreApplication::translate("main", "Read all runs of a project again into its index, and end."), QStringLiteral("project"));
    const QCommandLineOption page(QStringLiteral("page"), QCoreApplication::translate("main", "The page to show: model, concepts, data, run, compare or history."), QStringLiteral("name"));
    const QCommandLineOption theme(QStringLiteral("theme"), QCoreApplication::translate("main", "system, light or dark; kept."), QStringLiteral("name"));
    const QCommandLineOption language(QStringLiteral("language"), QCoreApplication::translate("main", "en or de; kept."), QStringLiteral("code"));
    parser.addOptions({rebuild, page, theme, language});
    parser.process(application);
    return {parser.positionalArguments().value(0), parser.value(rebuild), parser.value(page), parser.value(theme), parser.value(language)};
}

// What ends without a window needs no display.
bool endsWithoutWindow(int argc, char **argv)
{
    static const std::set<std::string_view> ends{"-h", "--help", "--help-all", "-v", "--version", "--rebuild-index"};
    return std::any_of(argv + 1, argv + argc, [](std::string_view argument) { return ends.contains(argument.substr(0, argument.find('='))); });
}

void applyChoices(const Options &options)
{
    if (!options.language.isEmpty())
        chooseLanguage(options.language);
    applyLanguage();
    const QStringList names{QStringLiteral("system"), QStringLiteral("light"), QStringLiteral("dark")};
    if (const int chosen = int(names.indexOf(options.theme)); chosen >= 0)
        setTheme(static_cast<look::Theme>(chosen));
    else
        applyTheme();
}

QString starterFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation) + QStringLiteral("/Quell/Starter");
}

// The project asked for; else the last one; else, and where that cannot be opened, the starter.
Status openFirstProject(Studio &studio, const QString &asked)
{
    if (!asked.isEmpty())
        return studio.openProject(asked);
    const auto last = QSettings().value(QStringLiteral("project")).toString();
    if (last.isEmpty())
        return studio.openStarter(starterFolder());
    const auto opened = studio.openProject(last);
    if (opened)
        return opened;
    QUELL_TRY(studio.openStarter(starterFolder()));
    return opened; // to be told
}

} // namespace

int main(int argc, char **argv)
{
    QElapsedTimer sinceStart;
    sinceStart.start();
    share_cores(); // with the engines, which need not start again for it
    if (endsWithoutWindow(argc, argv)) {
        Application::tellNames();
        const QCoreApplication application(argc, argv);
        return rebuildIndex(parse(application).rebuild);
    }
    Application application(argc, argv);
    const auto options = parse(application);
    applyChoices(options);
    application.setWindowIcon(look::appIcon());
    Studio studio;
    MainWindow window(studio);
    const auto opened = openFirstProject(studio, options.project);
    if (!opened && !studio.project()) {
        std::fprintf(stderr, "quell: %s\n", to_string(opened.error()).c_str());
        return exit_status(opened.error().code);
    }
    if (!opened)
        studio.notify(QString::fromStdString(to_string(opened.error())));
    if (!options.page.isEmpty())
        window.showPage(options.page);
    window.show();
    if (qEnvironmentVariableIsSet("QUELL_EVENT_TIMES"))
        QMetaObject::invokeMethod(&window, [&] { std::fprintf(stderr, "window shown after %lld ms\n", static_cast<long long>(sinceStart.elapsed())); }, Qt::QueuedConnection);
    return application.exec();
}
