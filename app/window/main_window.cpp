#include "app/window/main_window.h"

#include "app/pages/compare/compare_page.h"
#include "app/pages/concepts/concepts_page.h"
#include "app/pages/data/data_page.h"
#include "app/pages/history/history_page.h"
#include "app/pages/model/model_page.h"
#include "app/pages/run/run_page.h"
#include "app/project/json_text.h"
#include "app/window/banner.h"
#include "app/window/command_palette.h"
#include "app/window/engine_bar.h"
#include "app/window/manual.h"
#include "app/window/rail.h"
#include "app/window/studio.h"
#include "app/window/theme.h"
#include "widgets/look.h"

#include <QApplication>
#include <QCloseEvent>
#include <QFileDialog>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace quell {

MainWindow::MainWindow(Studio &studio)
    : m_studio(studio), m_rail(new Rail(this)), m_banner(new Banner(this)), m_stack(new QStackedWidget(this)), m_search(new QPushButton(this)),
      m_project(new QToolButton(this)), m_theme(new QToolButton(this)), m_help(new QToolButton(this)), m_name(new QLabel(this))
{
    auto *central = new QWidget(this);
    auto *layout = new QVBoxLayout(central);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeTopBar());
    auto *middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(m_rail);
    auto *right = new QVBoxLayout;
    right->setContentsMargins(look::margin, look::padding, look::margin, look::padding);
    right->setSpacing(look::padding);
    right->addWidget(m_banner);
    right->addWidget(m_stack, 1);
    middle->addLayout(right, 1);
    layout->addLayout(middle, 1);
    layout->addWidget(new EngineBar(studio, this));
    setCentralWidget(central);
    addPages();
    addActions();
    connect(&studio, &Studio::notice, m_banner, &Banner::tell);
    connect(&studio, &Studio::pageWanted, this, &MainWindow::showPage);
    connect(&studio, &Studio::projectChanged, this, &MainWindow::retranslate);
    connect(m_rail, &Rail::pageChosen, m_stack, &QStackedWidget::setCurrentWidget);
    // A session that ends waits for no answer: the engine sees its input close, finishes its step and writes a checkpoint.
    connect(qApp, &QGuiApplication::commitDataRequest, this, [this] { m_mayClose = true; }, Qt::DirectConnection);
    restoreGeometry(QSettings().value(QStringLiteral("geometry")).toByteArray());
    setMinimumSize(1024, 700);
    retranslate();
    showPage(QStringLiteral("model"));
}

void MainWindow::addPages()
{
    const auto add = [this](const QString &name, Page *page) {
        m_pages[name] = page;
        m_stack->addWidget(page);
        m_rail->addPage(name, page);
    };
    add(QStringLiteral("model"), new ModelPage(m_studio, this));
    add(QStringLiteral("concepts"), new ConceptsPage(m_studio, this));
    add(QStringLiteral("data"), new DataPage(m_studio, this));
    add(QStringLiteral("run"), new RunPage(m_studio, this));
    auto *compare = new ComparePage(m_studio, this);
    connect(&m_studio, &Studio::compareWanted, compare, &ComparePage::setRun);
    add(QStringLiteral("compare"), compare);
    m_rail->addSeparator();
    add(QStringLiteral("history"), new HistoryPage(m_studio, this));
}

QWidget *MainWindow::makeTopBar()
{
    auto *bar = new QFrame(this);
    bar->setAutoFillBackground(true);
    bar->setBackgroundRole(QPalette::Base);
    auto *layout = new QHBoxLayout(bar);
    layout->setContentsMargins(look::margin, look::gap, look::margin, look::gap);
    layout->setSpacing(look::margin);
    auto font = m_name->font();
    font.setWeight(QFont::Bold);
    m_name->setFont(font);
    m_name->setText(QStringLiteral("Quell"));
    m_project->setPopupMode(QToolButton::InstantPopup);
    m_project->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_project->setAutoRaise(true);
    auto *menu = new QMenu(m_project);
    m_project->setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, &MainWindow::fillProjectMenu);
    m_search->setMinimumWidth(fontMetrics().averageCharWidth() * 48);
    connect(m_search, &QPushButton::clicked, this, &MainWindow::showPalette);
    layout->addWidget(m_name);
    layout->addWidget(m_project);
    layout->addStretch();
    layout->addWidget(m_search);
    layout->addStretch();
    for (auto *button : {m_theme, m_help}) {
        button->setAutoRaise(true);
        layout->addWidget(button);
    }
    return bar;
}

void MainWindow::addActions()
{
    auto *actions = m_studio.actions();
    const auto add = [&](const char *id, const QString &group, const QString &text, const QKeySequence &keys, auto run) {
        auto *action = actions->add(QString::fromLatin1(id), group, text, keys, this);
        connect(action, &QAction::triggered, this, run);
        return action;
    };
    int number = 1;
    for (const auto *name : {"model", "concepts", "data", "run", "compare", "history"}) {
        const auto page = QString::fromLatin1(name);
        auto *action = actions->add(QStringLiteral("page.") + page, tr("Pages"), tr("Go to %1").arg(m_pages[page]->title()),
                                    QKeySequence(QStringLiteral("Ctrl+%1").arg(number++)), this);
        connect(action, &QAction::triggered, this, [this, page] { showPage(page); });
    }
    add("project.new", tr("Project"), tr("New project…"), QKeySequence::New, &MainWindow::makeProject);
    add("project.open", tr("Project"), tr("Open project…"), QKeySequence::Open, &MainWindow::chooseProject);
    add("edit.undo", tr("Edit"), tr("Undo"), QKeySequence::Undo, [this] { m_studio.project()->undoStack()->undo(); });
    add("edit.redo", tr("Edit"), tr("Redo"), QKeySequence::Redo, [this] { m_studio.project()->undoStack()->redo(); });
    add("window.palette", tr("Window"), tr("Search or run a command"), QKeySequence(QStringLiteral("Ctrl+K")), &MainWindow::showPalette);
    auto *theme = add("window.theme", tr("Window"), tr("Change theme: system, light, dark"), QKeySequence(QStringLiteral("Ctrl+T")), &MainWindow::cycleTheme);
    add("window.language", tr("Window"), tr("Change language: English, German"), {}, &MainWindow::changeLanguage);
    add("window.shortcuts", tr("Window"), tr("Show all shortcuts"), QKeySequence(QStringLiteral("?")), &MainWindow::showPalette);
    auto *help = add("window.manual", tr("Window"), tr("Open the manual"), QKeySequence::HelpContents, [this] { showManual(this); });
    add("window.quit", tr("Window"), tr("Quit"), QKeySequence::Quit, &MainWindow::close);
    m_theme->setDefaultAction(theme);
    m_help->setDefaultAction(help);
}

void MainWindow::retranslate()
{
    const auto *project = m_studio.project();
    setWindowTitle(project ? tr("%1 – Quell").arg(project->name()) : QStringLiteral("Quell"));
    m_project->setText(project ? project->name() : tr("No project"));
    m_project->setAccessibleName(tr("Project"));
    m_search->setText(tr("Search or run a command    Ctrl+K"));
    m_rail->retranslate();
    for (auto [button, icon] : {std::pair{m_theme, "theme"}, {m_help, "help"}}) {
        if (auto *action = button->defaultAction())
            action->setIcon(look::icon(QString::fromLatin1(icon)));
        button->setAccessibleName(button->text());
    }
}

void MainWindow::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange || event->type() == QEvent::PaletteChange)
        retranslate();
    QMainWindow::changeEvent(event);
}

void MainWindow::showPage(const QString &name)
{
    if (auto *page = m_pages.value(name))
        m_rail->select(page); // which shows it
}

void MainWindow::fillProjectMenu()
{
    auto *menu = m_project->menu();
    menu->clear();
    for (const auto *id : {"project.new", "project.open"})
        menu->addAction(m_studio.actions()->action(QString::fromLatin1(id)));
    menu->addSeparator();
    for (const auto &folder : QSettings().value(QStringLiteral("recent")).toStringList())
        menu->addAction(QDir::toNativeSeparators(folder), this, [this, folder] { openProject(folder); });
}

void MainWindow::openProject(const QString &folder)
{
    if (m_studio.controller()->live()) {
        m_banner->tell(tr("A run is at work in this project. Stop it, or open the other project in a window of its own."), {}, {});
        return;
    }
    if (const auto opened = m_studio.openProject(folder); !opened)
        m_banner->tell(tr("The project was not opened: %1").arg(QString::fromStdString(to_string(opened.error()))), {}, {});
}

void MainWindow::chooseProject()
{
    auto *dialog = new QFileDialog(this, tr("Open project"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::openProject);
    dialog->open();
}

// A new project begins with the settings of the one at hand, so that the next concept needs only its phrase.
void MainWindow::makeProject()
{
    auto *dialog = new QFileDialog(this, tr("New project: choose or make an empty folder"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &folder) {
        const auto made = Project::create(folder, QDir(folder).dirName(), m_studio.project()->draftElsewhere());
        if (made)
            openProject(folder);
        else
            m_banner->tell(tr("The project was not made: %1").arg(QString::fromStdString(to_string(made.error()))), {}, {});
    });
    dialog->open();
}

void MainWindow::showPalette()
{
    auto *palette = new CommandPalette(*m_studio.actions(), tr("Commands and shortcuts"), this);
    palette->open();
}

void MainWindow::cycleTheme()
{
    const auto theme = nextTheme();
    m_banner->tell(theme == look::Theme::System ? tr("The window follows the system's theme.") : theme == look::Theme::Light ? tr("The window is light.") : tr("The window is dark."), {}, {});
}

void MainWindow::changeLanguage()
{
    const bool german = chosenLanguage() == QLatin1String("de");
    chooseLanguage(german ? QStringLiteral("en") : QStringLiteral("de"));
    m_banner->tell(german ? tr("Quell speaks English from its next start on.") : tr("Quell speaks German from its next start on."), {}, {});
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    QSettings().setValue(QStringLiteral("geometry"), saveGeometry());
    if (m_mayClose || !m_studio.controller()->live()) {
        event->accept();
        return;
    }
    event->ignore();
    askBeforeClosing();
}

void MainWindow::askBeforeClosing()
{
    auto *box = new QMessageBox(QMessageBox::Question, tr("A run is at work"), tr("What should become of the run?"), QMessageBox::NoButton, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(tr("Kept running, it goes on without a window, and the next window follows it again. Stopped, it writes a checkpoint and can be resumed."));
    const auto *keep = box->addButton(tr("Keep running"), QMessageBox::AcceptRole);
    const auto *stop = box->addButton(tr("Stop with a checkpoint"), QMessageBox::DestructiveRole);
    box->addButton(tr("Cancel"), QMessageBox::RejectRole);
    connect(box, &QMessageBox::buttonClicked, this, [this, keep, stop](const QAbstractButton *button) {
        if (button == keep) {
            m_studio.controller()->detach(this, [this](bool ok) {
                m_mayClose = ok;
                if (ok)
                    close();
            });
        } else if (button == stop) {
            closeWhenEnded();
        }
    });
    box->open();
}

void MainWindow::closeWhenEnded()
{
    m_banner->tell(tr("The window closes once the step is finished and the checkpoint written."), {}, {});
    connect(m_studio.controller(), &RunController::ended, this, [this] {
        m_mayClose = true;
        close();
    });
    m_studio.controller()->stop(false);
}

} // namespace quell
