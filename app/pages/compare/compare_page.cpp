#include "app/pages/compare/compare_page.h"

#include "app/pages/run/settings.h"
#include "app/project/json_text.h"
#include "app/run/run_reader.h"
#include "app/window/studio.h"
#include "widgets/compare_sheet.h"
#include "widgets/in_background.h"
#include "widgets/look.h"

#include <QActionGroup>
#include <QButtonGroup>
#include <QCheckBox>
#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHeaderView>
#include <QImageReader>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QSaveFile>
#include <QScopedValueRollback>
#include <QSettings>
#include <QStackedWidget>
#include <QToolButton>
#include <QToolTip>
#include <QTreeWidget>

#include <algorithm>

namespace quell {
namespace {

constexpr int gains[] = {1, 4, 16};

struct ModeButton {
    CompareView::Mode mode;
    const char *icon, *text;
};
constexpr ModeButton modeButtons[] = {
    {CompareView::Mode::Slider, "slider", QT_TRANSLATE_NOOP("quell::ComparePage", "Slider")},
    {CompareView::Mode::SideBySide, "side-by-side", QT_TRANSLATE_NOOP("quell::ComparePage", "Side by side")},
    {CompareView::Mode::Blink, "blink", QT_TRANSLATE_NOOP("quell::ComparePage", "Blink")},
    {CompareView::Mode::Difference, "difference", QT_TRANSLATE_NOOP("quell::ComparePage", "Difference")},
};

QToolButton *chip(QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setProperty("chip", true);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

// In a thread: the run as far as pictures need it.
std::shared_ptr<LiveRun> readRun(const QString &folder)
{
    const auto log = readRunLog(folder);
    if (!log)
        return nullptr;
    std::shared_ptr<LiveRun> run(new LiveRun(folder, log->spec), [](LiveRun *gone) { gone->deleteLater(); });
    run->addEvents(log->events);
    if (const auto scores = read_json(QString(folder + QStringLiteral("/scores.json")).toStdString()))
        run->setScores(*scores);
    run->moveToThread(QCoreApplication::instance()->thread());
    return run;
}

QString imageFilter()
{
    QStringList patterns;
    for (const auto &format : QImageReader::supportedImageFormats())
        patterns << QStringLiteral("*.%1").arg(QString::fromLatin1(format));
    return patterns.join(QLatin1Char(' '));
}

// Empty: written.
QString writeSheet(const QString &path, const QString &title, const QVector<SheetPane> &panes, const QFont &font, const Json &description)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || !makeCompareSheet(title, panes, font).save(&file, "PNG") || !file.commit())
        return file.errorString();
    const QFileInfo info(path);
    const auto beside = info.dir().filePath(info.completeBaseName() + QStringLiteral(".json"));
    const auto written = write_atomically(beside.toStdString(), description.dump(2) + "\n");
    return written ? QString() : QString::fromStdString(to_string(written.error()));
}

} // namespace

ComparePage::ComparePage(Studio &studio, QWidget *parent)
    : Page(studio, parent), m_drawer(new PromptDrawer(this)), m_stack(new QStackedWidget(this)), m_empty(new EmptyState({}, {}, {}, this)), m_view(new CompareView(this))
{
    auto *content = new QWidget(this);
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(look::margin, look::margin, look::margin, look::margin);
    layout->setSpacing(look::padding);
    auto *columns = new QHBoxLayout;
    columns->setSpacing(look::padding);
    layout->addWidget(makeHead());
    columns->addWidget(makePromptColumn());
    columns->addWidget(makePictureColumn(), 1);
    layout->addLayout(columns, 1);
    layout->addWidget(makeFoot());
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_stack);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(content);
    addActions();
    connectView();
    connect(m_empty, &EmptyState::clicked, this, [this] { Q_EMIT this->studio().pageWanted(QStringLiteral("run")); });
    connect(m_drawer, &PromptDrawer::changed, this, [this] {
        if (!m_drawer->isDrawing() && m_drawer->error().isEmpty())
            tellDrawing({});
        refresh();
    });
    connect(m_drawer, &PromptDrawer::drawing, this, [this](const QString &model) { tellDrawing(tr("Drawing with the model “%1”").arg(modelName(model))); });
    connect(m_drawer, &PromptDrawer::failed, this,
            [this](const QString &model) { tellDrawing(tr("The model “%1” could not draw it: %2").arg(modelName(model), m_drawer->error())); });
    connect(studio.controller(), &RunController::runChanged, this, &ComparePage::followController);
    connect(&studio, &Studio::projectChanged, this, [this] {
        m_wanted.clear();
        m_others.clear();
        followController();
    });
    retranslate();
    followController();
}

ComparePage::~ComparePage() = default;

QString ComparePage::title() const { return tr("Compare"); }

// Building

QWidget *ComparePage::makeHead()
{
    auto *head = new QWidget(this);
    auto *layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(look::padding);
    m_title = new QLabel(head);
    auto font = m_title->font();
    font.setPointSizeF(font.pointSizeF() * look::titleScale);
    font.setWeight(QFont::DemiBold);
    m_title->setFont(font);
    m_about = new QLabel(head);
    m_about->setProperty("faint", true);
    m_about->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    layout->addWidget(m_title);
    layout->addWidget(m_about, 1);
    m_chooserRow = new QWidget(head);
    auto *choosers = new QHBoxLayout(m_chooserRow);
    choosers->setContentsMargins(0, 0, 0, 0);
    choosers->setSpacing(look::gap);
    m_add = chip(m_chooserRow);
    connect(m_add, &QToolButton::clicked, this, &ComparePage::addPane);
    choosers->addWidget(m_add);
    layout->addWidget(m_chooserRow);
    return head;
}

QWidget *ComparePage::makePromptColumn()
{
    auto *card = m_promptCard = new Card({}, {}, this);
    card->setFixedWidth(fontMetrics().averageCharWidth() * 34);
    m_promptList = new PictureList(fontMetrics().height() * 2, this);
    m_promptView = new QListView(card);
    m_promptView->setModel(m_promptList);
    m_promptView->setIconSize(QSize(m_promptList->side(), m_promptList->side()));
    m_promptView->setFrameShape(QFrame::NoFrame);
    m_promptView->setWordWrap(true);
    m_promptView->setSpacing(2);
    m_promptView->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_promptView->setResizeMode(QListView::Adjust);
    connect(m_promptView->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex &index) {
        if (const auto chosen = m_prompts.value(index.row()); !m_filling && !chosen.text.isEmpty() && chosen != m_prompt) {
            m_prompt = chosen;
            refreshSteps();
            refreshPanes();
        }
    });
    m_typed = new QLineEdit(card);
    m_typed->setClearButtonEnabled(true);
    m_draw = new QPushButton(card);
    m_drawState = new QLabel(card);
    m_drawState->setWordWrap(true);
    m_drawState->setProperty("faint", true);
    m_drawState->hide();
    connect(m_typed, &QLineEdit::returnPressed, this, &ComparePage::drawPrompt);
    connect(m_typed, &QLineEdit::textChanged, this, &ComparePage::updateFoot);
    connect(m_draw, &QPushButton::clicked, this, [this] { m_drawer->isDrawing() ? m_drawer->cancel() : drawPrompt(); });
    card->body()->addWidget(m_promptView, 1);
    card->body()->addWidget(m_typed);
    card->body()->addWidget(m_draw);
    card->body()->addWidget(m_drawState);
    return card;
}

QWidget *ComparePage::makePictureColumn()
{
    auto *column = new QWidget(this);
    auto *layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(look::gap);
    layout->addWidget(m_view, 1);
    auto *card = m_stepCard = new Card({}, {}, column);
    m_stepList = new PictureList(fontMetrics().height() * 3, this);
    m_stepView = new QListView(card);
    m_stepView->setModel(m_stepList);
    m_stepView->setViewMode(QListView::IconMode);
    m_stepView->setMovement(QListView::Static);
    m_stepView->setFlow(QListView::LeftToRight);
    m_stepView->setWrapping(false);
    m_stepView->setUniformItemSizes(true);
    m_stepView->setFrameShape(QFrame::NoFrame);
    m_stepView->setIconSize(QSize(m_stepList->side(), m_stepList->side()));
    m_stepView->setSpacing(2);
    m_stepView->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_stepView->setFixedHeight(m_stepList->side() + fontMetrics().height() * 2 + look::padding);
    connect(m_stepView->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex &index) {
        if (!m_filling)
            chooseStep(index.row());
    });
    m_stepsHint = new QLabel(card);
    m_stepsHint->setProperty("faint", true);
    card->corner()->addWidget(m_stepsHint);
    card->body()->addWidget(m_stepView);
    layout->addWidget(card);
    m_differsToggle = new QToolButton(column);
    m_differsToggle->setCheckable(true);
    m_differsToggle->setAutoRaise(true);
    m_differsToggle->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_differsToggle->setArrowType(Qt::RightArrow);
    m_differs = new QTreeWidget(column);
    m_differs->setRootIsDecorated(false);
    m_differs->setUniformRowHeights(true);
    m_differs->setFixedHeight(fontMetrics().height() * 8);
    m_differs->hide();
    connect(m_differsToggle, &QToolButton::toggled, this, [this](bool open) {
        m_differsToggle->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
        m_differs->setVisible(open);
    });
    layout->addWidget(m_differsToggle);
    layout->addWidget(m_differs);
    return column;
}

QWidget *ComparePage::makeFoot()
{
    auto *foot = m_foot = new QWidget(this);
    auto *layout = new QHBoxLayout(foot);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(look::gap / 2);
    // These show their words only where there is room.
    const auto collapsible = [&](const char *icon) {
        auto *button = chip(foot);
        button->setIcon(look::icon(QString::fromLatin1(icon)));
        button->setMinimumWidth(fontMetrics().averageCharWidth() * 6);
        m_collapsible.push_back(button);
        return button;
    };
    m_modes = new QButtonGroup(this);
    for (const auto &entry : modeButtons) {
        auto *button = collapsible(entry.icon);
        button->setCheckable(true);
        m_modes->addButton(button, int(entry.mode));
        layout->addWidget(button);
    }
    connect(m_modes, &QButtonGroup::idClicked, this, [this](int id) { m_view->setMode(CompareView::Mode(id)); });
    layout->addSpacing(look::gap);
    const auto zoomButton = [&](const char *icon, void (CompareView::*run)()) {
        auto *button = chip(foot);
        if (icon)
            button->setIcon(look::icon(QString::fromLatin1(icon)));
        connect(button, &QToolButton::clicked, m_view, run);
        layout->addWidget(button);
        return button;
    };
    m_zoomOut = zoomButton("zoom-out", &CompareView::zoomOut);
    m_zoom = chip(foot);
    m_zoom->setMinimumWidth(fontMetrics().averageCharWidth() * 10);
    connect(m_zoom, &QToolButton::clicked, m_view, [this] { m_view->setZoom(1); });
    layout->addWidget(m_zoom);
    m_zoomIn = zoomButton("zoom-in", &CompareView::zoomIn);
    m_fit = zoomButton("fit", &CompareView::fit);
    layout->addSpacing(look::gap);
    m_linked = new QCheckBox(foot);
    m_linked->setChecked(true);
    connect(m_linked, &QCheckBox::toggled, m_view, &CompareView::setLinked);
    m_options = chip(foot);
    m_options->setPopupMode(QToolButton::InstantPopup);
    m_options->setMenu(makeOptionsMenu());
    m_keys = chip(foot);
    m_keys->setIcon(look::icon(QStringLiteral("help")));
    connect(m_keys, &QToolButton::clicked, this, [this] { QToolTip::showText(m_keys->mapToGlobal(QPoint(0, 0)), CompareView::keySheet(), m_keys, {}, 60000); });
    m_copy = collapsible("copy");
    m_save = collapsible("export");
    connect(m_copy, &QToolButton::clicked, this, &ComparePage::copy);
    connect(m_save, &QToolButton::clicked, this, &ComparePage::chooseSheet);
    layout->addWidget(m_linked);
    layout->addWidget(m_options);
    layout->addWidget(m_keys);
    layout->addStretch();
    layout->addWidget(m_copy);
    layout->addWidget(m_save);
    return foot;
}

QMenu *ComparePage::makeOptionsMenu()
{
    auto *menu = new QMenu(this);
    const auto toggle = [&](const char *id, const char *text, const QKeySequence &keys, void (CompareView::*set)(bool)) {
        auto *action = addAction(id, text, keys, this, {});
        action->setCheckable(true);
        connect(action, &QAction::toggled, m_view, set);
        menu->addAction(action);
        return action;
    };
    m_fill = toggle("compare.fill", QT_TR_NOOP("Fill the frame with pictures of other proportions"), {}, &CompareView::setFill);
    m_smooth = toggle("compare.smooth", QT_TR_NOOP("Smooth beyond 200 %"), {}, &CompareView::setSmooth);
    m_blinking = addAction("compare.blinking", QT_TR_NOOP("Blink by itself"), QKeySequence(Qt::Key_B), this, {});
    m_blinking->setCheckable(true);
    connect(m_blinking, &QAction::toggled, this, [this](bool on) {
        if (on)
            m_view->setMode(CompareView::Mode::Blink);
        m_view->setBlinking(on);
    });
    menu->addAction(m_blinking);
    menu->addSeparator();
    auto *group = new QActionGroup(this);
    const char *texts[] = {QT_TR_NOOP("Show differences as they are"), QT_TR_NOOP("Show differences × 4"), QT_TR_NOOP("Show differences × 16")};
    const char *ids[] = {"compare.gain-1", "compare.gain-4", "compare.gain-16"};
    for (int i = 0; i < 3; ++i) {
        auto *action = addAction(ids[i], texts[i], {}, this, [this, i] { m_view->setGain(gains[i]); });
        action->setCheckable(true);
        group->addAction(action);
        menu->addAction(action);
        m_gains.push_back(action);
    }
    m_gains[0]->setChecked(true);
    return menu;
}

QAction *ComparePage::addAction(const char *id, const char *text, const QKeySequence &keys, QWidget *home, const std::function<void()> &run)
{
    auto *action = studio().actions()->add(QString::fromLatin1(id), tr("Compare"), tr(text), keys, home);
    m_named.push_back({action, text});
    if (run)
        connect(action, &QAction::triggered, this, [run] { run(); });
    return action;
}

void ComparePage::addActions()
{
    using Mode = CompareView::Mode;
    using Only = CompareView::Only;
    const auto only = [this](Only one) { m_view->setOnly(m_view->only() == one ? Only::Both : one); };
    const auto pan = [this](double x, double y) { m_view->pan(QPointF(x, y) * m_view->width() * m_view->devicePixelRatioF() / 10); };
    addAction("compare.next-mode", QT_TR_NOOP("Next way of comparing"), QKeySequence(Qt::Key_M), this, [this] { m_view->cycleMode(); });
    addAction("compare.slider", QT_TR_NOOP("Compare under a slider"), {}, this, [this] { m_view->setMode(Mode::Slider); });
    addAction("compare.side-by-side", QT_TR_NOOP("Compare side by side"), {}, this, [this] { m_view->setMode(Mode::SideBySide); });
    addAction("compare.blink", QT_TR_NOOP("Compare by blinking"), {}, this, [this] { m_view->setMode(Mode::Blink); });
    addAction("compare.difference", QT_TR_NOOP("Show the difference"), QKeySequence(Qt::Key_D), this,
              [this] { m_view->setMode(m_view->mode() == Mode::Difference ? Mode::Slider : Mode::Difference); });
    addAction("compare.swap", QT_TR_NOOP("Swap the first two"), QKeySequence(Qt::Key_C), this, [this] { m_view->swap(); });
    addAction("compare.first", QT_TR_NOOP("Show the first alone"), QKeySequence(Qt::Key_1), this, [only] { only(Only::A); });
    addAction("compare.second", QT_TR_NOOP("Show the second alone"), QKeySequence(Qt::Key_2), this, [only] { only(Only::B); });
    addAction("compare.zoom-in", QT_TR_NOOP("Zoom in"), QKeySequence(Qt::Key_Plus), this, [this] { m_view->zoomIn(); });
    addAction("compare.zoom-out", QT_TR_NOOP("Zoom out"), QKeySequence(Qt::Key_Minus), this, [this] { m_view->zoomOut(); });
    addAction("compare.zoom-100", QT_TR_NOOP("Zoom to 100 %"), QKeySequence(Qt::Key_0), this, [this] { m_view->setZoom(1); });
    addAction("compare.fit", QT_TR_NOOP("Fit the pictures"), QKeySequence(Qt::Key_F), this, [this] { m_view->fit(); });
    addAction("compare.linked", QT_TR_NOOP("Link zoom and pan, or unlink them"), QKeySequence(Qt::Key_L), this, [this] { m_linked->toggle(); });
    addAction("compare.step-back", QT_TR_NOOP("Back in the run"), QKeySequence(QStringLiteral("Alt+Left")), this, [this] { moveStep(-1); });
    addAction("compare.step-on", QT_TR_NOOP("On in the run"), QKeySequence(QStringLiteral("Alt+Right")), this, [this] { moveStep(1); });
    addAction("compare.add-pane", QT_TR_NOOP("Add a pane"), {}, this, [this] { addPane(); });
    addAction("compare.copy", QT_TR_NOOP("Copy the comparison"), QKeySequence::Copy, this, [this] { copy(); });
    addAction("compare.save", QT_TR_NOOP("Save a sheet…"), QKeySequence::Save, this, [this] { chooseSheet(); });
    addAction("compare.split-left", QT_TR_NOOP("Slider to the left"), QKeySequence(Qt::Key_Left), m_view, [this] { m_view->setSplit(m_view->split() - 0.01); });
    addAction("compare.split-right", QT_TR_NOOP("Slider to the right"), QKeySequence(Qt::Key_Right), m_view, [this] { m_view->setSplit(m_view->split() + 0.01); });
    addAction("compare.split-far-left", QT_TR_NOOP("Slider far to the left"), QKeySequence(QStringLiteral("Shift+Left")), m_view, [this] { m_view->setSplit(m_view->split() - 0.1); });
    addAction("compare.split-far-right", QT_TR_NOOP("Slider far to the right"), QKeySequence(QStringLiteral("Shift+Right")), m_view, [this] { m_view->setSplit(m_view->split() + 0.1); });
    addAction("compare.pan-left", QT_TR_NOOP("See more on the left"), QKeySequence(QStringLiteral("Ctrl+Left")), m_view, [pan] { pan(1, 0); });
    addAction("compare.pan-right", QT_TR_NOOP("See more on the right"), QKeySequence(QStringLiteral("Ctrl+Right")), m_view, [pan] { pan(-1, 0); });
    addAction("compare.pan-up", QT_TR_NOOP("See more above"), QKeySequence(QStringLiteral("Ctrl+Up")), m_view, [pan] { pan(0, 1); });
    addAction("compare.pan-down", QT_TR_NOOP("See more below"), QKeySequence(QStringLiteral("Ctrl+Down")), m_view, [pan] { pan(0, -1); });
}

void ComparePage::connectView()
{
    connect(m_view, &CompareView::modeChanged, this, &ComparePage::refreshModes);
    connect(m_view, &CompareView::zoomChanged, this, &ComparePage::refreshZoom);
    connect(m_view, &CompareView::optionsChanged, this, &ComparePage::refreshModes);
    connect(m_view, &CompareView::swapped, this, [this] {
        std::swap(m_sources[0], m_sources[1]);
        refreshChoosers();
    });
    connect(m_view, &CompareView::fileDropped, this, [this](int pane, const QString &path) { setSource(pane, {{}, {}, -1, path}); });
    connect(m_view, &CompareView::obscuredChanged, this, [this](bool obscured) {
        if (!obscured && m_run)
            m_revealed = m_run->folder();
        updateObscured();
    });
    connect(m_view, &CompareView::loaded, this, [this] {
        QSettings settings;
        const bool seen = settings.value(QStringLiteral("compare/sliderShown")).toBool();
        if (seen || !m_view->isVisible() || m_view->isLoading() || m_view->panes().size() < 2)
            return;
        settings.setValue(QStringLiteral("compare/sliderShown"), true);
        m_view->showHandle();
    });
    refreshModes();
}

void ComparePage::resizeEvent(QResizeEvent *event)
{
    fitFoot();
    Page::resizeEvent(event);
}

void ComparePage::fitFoot()
{
    const auto show = [this](Qt::ToolButtonStyle style) {
        for (auto *button : m_collapsible)
            button->setToolButtonStyle(style);
    };
    show(Qt::ToolButtonTextBesideIcon);
    if (m_foot->sizeHint().width() > width() - 2 * look::margin)
        show(Qt::ToolButtonIconOnly);
}

void ComparePage::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    if (event->type() == QEvent::PaletteChange && m_view)
        refreshPanes();
    Page::changeEvent(event);
}

void ComparePage::retranslate()
{
    m_title->setText(tr("Compare"));
    m_empty->setTexts(tr("Nothing to compare yet"), tr("Here the pictures of the teacher, the pruned model and the student stand side by side, for the same prompts from the same noise. A run draws the first when it starts."),
                      tr("Go to the run"));
    for (const auto &named : m_named)
        named.action->setText(tr(named.text));
    for (const auto &entry : modeButtons)
        m_modes->button(int(entry.mode))->setText(tr(entry.text));
    m_add->setText(tr("Add a pane"));
    m_promptCard->setTitle(tr("Prompts"));
    m_stepCard->setTitle(tr("Steps of the student"));
    m_promptView->setAccessibleName(tr("Prompts"));
    m_stepView->setAccessibleName(tr("Steps of the student"));
    m_stepsHint->setText(tr("← → move through the run"));
    m_typed->setPlaceholderText(tr("Another prompt"));
    m_typed->setAccessibleName(tr("Another prompt"));
    const auto label = [](QToolButton *button, const QString &text) {
        button->setAccessibleName(text);
        button->setToolTip(text);
    };
    label(m_zoomOut, tr("Zoom out (−)"));
    label(m_zoomIn, tr("Zoom in (+)"));
    label(m_fit, tr("Fit (F)"));
    m_zoom->setToolTip(tr("100 % shows a pixel of the picture on a pixel of the screen (0)"));
    m_linked->setText(tr("Linked"));
    m_linked->setToolTip(tr("Zoom and pan all pictures together (L)"));
    m_options->setText(tr("View"));
    m_keys->setAccessibleName(tr("Keys"));
    m_keys->setToolTip(CompareView::keySheet());
    m_copy->setText(tr("Copy"));
    m_save->setText(tr("Save sheet…"));
    m_differs->setAccessibleName(tr("What differs between the runs"));
    for (auto *button : m_collapsible)
        button->setToolTip(button->text());
    fitFoot();
    refresh();
}

// Runs

void ComparePage::followController()
{
    auto *shown = studio().controller()->run();
    if (studio().controller()->live())
        m_wanted.clear(); // what starts now is what one wants to see
    if (!m_wanted.isEmpty() && !(shown && shown->folder() == m_wanted))
        return;
    m_loaded.reset();
    showRun(shown);
}

void ComparePage::setRun(const QString &folder)
{
    m_wanted = folder;
    if (auto *shown = studio().controller()->run(); shown && shown->folder() == folder)
        return followController();
    load(folder, [this, folder](const LoadedRun &run) {
        if (folder != m_wanted)
            return;
        if (!run)
            return studio().notify(tr("The run in %1 cannot be read, so its pictures cannot be compared.").arg(folder));
        m_loaded = run;
        showRun(run.get());
    });
}

void ComparePage::load(const QString &folder, std::function<void(const LoadedRun &)> done)
{
    inBackground(this, [folder] { return readRun(folder); }, [done = std::move(done)](const LoadedRun &run) { done(run); });
}

void ComparePage::showRun(LiveRun *run)
{
    if (run == m_run && run)
        return refresh();
    if (m_run)
        m_run->disconnect(this);
    m_run = run;
    m_sources.clear();
    m_defaults.clear();
    m_drawer->cancel();
    if (run)
        connect(run, &LiveRun::changed, this, [this](LiveRun::Parts parts) {
            if (parts & (LiveRun::Samples | LiveRun::Scores | LiveRun::Status))
                refreshSoon();
        });
    refresh();
}

LiveRun *ComparePage::runOf(const CompareSource &source) const
{
    if (m_run && m_run->folder() == source.run)
        return m_run;
    return m_others.value(source.run).get();
}

void ComparePage::refreshSoon()
{
    studio().frames()->request(this, [this] { refresh(); });
}

void ComparePage::refresh()
{
    const bool any = m_run && !m_run->samples().empty();
    m_stack->setCurrentIndex(any);
    updateState();
    if (!any)
        return;
    // Until somebody chooses, the best pair of those that have been drawn.
    if (m_sources == m_defaults)
        m_sources = m_defaults = defaultSources(*m_run);
    refreshPrompts();
    refreshSteps();
    refreshPanes();
    updateFoot();
}

void ComparePage::updateState()
{
    if (!m_run || m_run->samples().empty())
        return setState(State::Nothing);
    const bool works = m_run->state() == RunState::Running || m_run->state() == RunState::Paused;
    setState(works ? State::UnderWay : State::Ready);
}

void ComparePage::updateObscured()
{
    const auto unsafe = [this](const CompareSource &source) { return runOf(source) && isUnsafe(runOf(source)->spec()); };
    const bool hidden = m_run && m_revealed != m_run->folder() && std::any_of(m_sources.begin(), m_sources.end(), unsafe);
    m_view->setObscured(hidden);
    m_promptList->setObscured(hidden);
    m_stepList->setObscured(hidden);
}

void ComparePage::updateFoot()
{
    const bool drawing = m_drawer->isDrawing();
    m_draw->setText(drawing ? tr("Cancel drawing") : tr("Draw with these models"));
    m_draw->setEnabled(drawing || !m_typed->text().trimmed().isEmpty());
    if (!m_run)
        return;
    const Json none = Json::object();
    const auto &samples = m_run->spec().contains("samples") ? m_run->spec()["samples"] : none;
    const auto name = textOf(m_run->spec(), "name");
    const auto *sampler = findSetting(QStringLiteral("/samples/sampler"));
    m_about->setText(tr("%1 · seed %2 · %3, %4 steps · guidance %5")
                         .arg(name.isEmpty() ? QFileInfo(m_run->folder()).fileName() : name, QString::number(integerOf(m_run->spec(), "seed", 43)),
                              settingText(*sampler, toJson(samplerOf(m_run->spec()))), locale().toString(integerOf(samples, "steps", 20)), locale().toString(numberOf(samples, "guidance", 4))));
    m_about->setToolTip(m_about->text());
}

// Prompts and steps

void ComparePage::refreshPrompts()
{
    auto prompts = promptsOf(*m_run);
    for (const auto &text : m_drawer->prompts())
        prompts << ComparePrompt{text, QStringLiteral("drawn")};
    if (!prompts.contains(m_prompt))
        m_prompt = prompts.value(0);
    QVector<PictureList::Entry> entries;
    m_prompts.clear();
    QString group;
    int current = -1;
    for (const auto &prompt : prompts) {
        if (prompt.group != group) {
            group = prompt.group;
            entries << PictureList::Entry{groupName(group), {}, true};
            m_prompts << ComparePrompt();
        }
        if (prompt == m_prompt)
            current = int(m_prompts.size());
        m_prompts << prompt;
        const auto student = QStringLiteral("student");
        const auto picture = prompt.group == QLatin1String("drawn") ? m_drawer->picture(prompt.text, m_run->folder(), student) : pictureOf(*m_run, student, -1, prompt.text).path;
        entries << PictureList::Entry{prompt.text, picture, false};
    }
    const QScopedValueRollback filling(m_filling, true);
    m_promptList->setDevicePixelRatio(devicePixelRatioF());
    m_promptList->setEntries(entries);
    m_promptView->setCurrentIndex(m_promptList->index(current));
}

void ComparePage::choosePrompt(const QString &text)
{
    for (int row = 0; row < m_prompts.size(); ++row)
        if (m_prompts[row].text == text && !text.isEmpty())
            m_promptView->setCurrentIndex(m_promptList->index(row));
}

int ComparePage::studentPane() const
{
    for (int pane = int(m_sources.size()) - 1; pane >= 0; --pane)
        if (m_run && m_sources[pane].run == m_run->folder() && m_sources[pane].model == QLatin1String("student"))
            return pane;
    return std::min(1, int(m_sources.size()) - 1);
}

void ComparePage::refreshSteps()
{
    QVector<PictureList::Entry> entries;
    m_steps = stepsOf(*m_run, QStringLiteral("student"));
    for (const auto step : m_steps)
        entries << PictureList::Entry{locale().toString(step), pictureOf(*m_run, QStringLiteral("student"), step, m_prompt.text).path, false};
    m_stepList->setDevicePixelRatio(devicePixelRatioF());
    const QScopedValueRollback filling(m_filling, true);
    m_stepList->setEntries(entries);
    const auto source = m_sources.value(studentPane());
    const auto row = source.model != QLatin1String("student") ? -1 : source.step < 0 ? m_steps.size() - 1 : m_steps.indexOf(source.step);
    m_stepView->setCurrentIndex(m_stepList->index(int(row)));
}

void ComparePage::chooseStep(int row)
{
    if (row < 0 || row >= m_steps.size() || m_sources.isEmpty())
        return;
    // The last one stays the newest when another comes.
    const qint64 step = row == m_steps.size() - 1 ? -1 : m_steps[row];
    setSource(studentPane(), {m_run->folder(), QStringLiteral("student"), step, {}});
}

void ComparePage::moveStep(int by)
{
    const int now = m_stepView->currentIndex().isValid() ? m_stepView->currentIndex().row() : int(m_steps.size()) - 1;
    chooseStep(std::clamp(now + by, 0, std::max(0, int(m_steps.size()) - 1)));
}

// Panes

void ComparePage::setSource(int pane, const CompareSource &source)
{
    if (pane < 0 || pane >= m_sources.size())
        return;
    m_sources[pane] = source;
    refreshSteps();
    refreshPanes();
}

void ComparePage::addPane()
{
    if (!m_run || m_sources.size() >= Viewport::mostPanes)
        return;
    // A model that is not shown yet.
    CompareSource source{m_run->folder(), QStringLiteral("student"), 0, {}};
    for (const auto &model : modelsOf(*m_run))
        if (std::none_of(m_sources.begin(), m_sources.end(), [&](const CompareSource &other) { return other.model == model && other.run == source.run; })) {
            source.model = model;
            source.step = -1;
            break;
        }
    m_sources << source;
    m_view->setMode(CompareView::Mode::SideBySide);
    refreshPanes();
}

void ComparePage::removePane(int pane)
{
    if (m_sources.size() < 2 || pane < 0 || pane >= m_sources.size())
        return;
    m_sources.remove(pane);
    refreshSteps();
    refreshPanes();
}

FoundPicture ComparePage::pictureFor(const CompareSource &source) const
{
    if (!source.file.isEmpty())
        return {source.file, -1};
    if (m_prompt.group == QLatin1String("drawn"))
        return {m_drawer->picture(m_prompt.text, source.run, source.model), -1};
    const auto *run = runOf(source);
    return run ? pictureOf(*run, source.model, source.step, m_prompt.text) : FoundPicture();
}

// The step is told where a model changes with it.
QString ComparePage::labelOf(const CompareSource &source, qint64 step) const
{
    if (!source.file.isEmpty())
        return QFileInfo(source.file).fileName();
    const auto name = modelName(source.model);
    const bool steps = source.model == QLatin1String("student");
    const auto what = !steps ? name : step < 0 ? tr("%1, newest", "model").arg(name) : tr("%1, step %2", "model, step").arg(name, locale().toString(step));
    if (m_run && source.run == m_run->folder())
        return what;
    return tr("%1 of %2", "model, run").arg(what, QFileInfo(source.run).fileName());
}

QColor ComparePage::markOf(const CompareSource &source) const
{
    using look::Meaning;
    static const std::pair<const char *, Meaning> marks[] = {{"teacher", Meaning::Teacher}, {"reference", Meaning::Reference}, {"filtered", Meaning::Kept}, {"student", Meaning::Suppressed}};
    for (const auto &[model, meaning] : marks)
        if (source.model == QLatin1String(model))
            return look::color(meaning, palette());
    return {};
}

CompareView::Pane ComparePage::paneFor(const CompareSource &source) const
{
    const auto found = pictureFor(source);
    const auto *run = runOf(source);
    // The evaluation looks at the student as it is in the end.
    const bool scored = run && (source.model != QLatin1String("student") || found.step == stepsOf(*run, source.model).value(stepsOf(*run, source.model).size() - 1, -2));
    return {labelOf(source, found.step), scored ? recognitionText(*run, source.model, m_prompt.group) : QString(), found.path, markOf(source)};
}

void ComparePage::refreshPanes()
{
    QVector<CompareView::Pane> panes;
    for (const auto &source : m_sources)
        panes << paneFor(source);
    m_view->setPanes(panes);
    m_view->setAccessibleDescription(m_prompt.text);
    updateObscured();
    refreshChoosers();
    refreshDifferences();
}

void ComparePage::refreshChoosers()
{
    auto *layout = static_cast<QHBoxLayout *>(m_chooserRow->layout());
    while (m_choosers.size() > std::size_t(m_sources.size())) {
        m_choosers.back()->deleteLater();
        m_choosers.pop_back();
    }
    while (m_choosers.size() < std::size_t(m_sources.size())) {
        auto *chooser = chip(m_chooserRow);
        const int pane = int(m_choosers.size());
        chooser->setPopupMode(QToolButton::InstantPopup);
        chooser->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        auto *menu = new QMenu(chooser);
        connect(menu, &QMenu::aboutToShow, this, [this, menu, pane] { fillSourceMenu(menu, pane); });
        chooser->setMenu(menu);
        layout->insertWidget(pane, chooser);
        m_choosers.push_back(chooser);
    }
    const QString names[] = {tr("First"), tr("Second"), tr("Third"), tr("Fourth")};
    for (int pane = 0; pane < m_sources.size(); ++pane) {
        const auto label = labelOf(m_sources[pane], pictureFor(m_sources[pane]).step);
        m_choosers[pane]->setText(fontMetrics().elidedText(label, Qt::ElideMiddle, fontMetrics().averageCharWidth() * (m_sources.size() > 2 ? 18 : 26)));
        m_choosers[pane]->setToolTip(tr("%1: %2", "place, what it shows").arg(names[pane], label));
        m_choosers[pane]->setAccessibleName(m_choosers[pane]->toolTip());
    }
    m_add->setEnabled(m_sources.size() < Viewport::mostPanes);
}

void ComparePage::addRunSources(QMenu *menu, int pane, const LiveRun &run)
{
    const auto add = [&](const QString &text, const CompareSource &source) {
        auto *action = menu->addAction(text, this, [this, pane, source] { setSource(pane, source); });
        action->setCheckable(true);
        action->setChecked(m_sources.value(pane) == source);
    };
    for (const auto &model : modelsOf(run)) {
        if (model != QLatin1String("student")) {
            add(modelName(model), {run.folder(), model, -1, {}});
            continue;
        }
        add(tr("%1, newest", "model").arg(modelName(model)), {run.folder(), model, -1, {}});
        for (const auto step : stepsOf(run, model))
            add(tr("%1, step %2", "model, step").arg(modelName(model), locale().toString(step)), {run.folder(), model, step, {}});
    }
    if (menu->isEmpty())
        menu->addAction(tr("This run has no pictures"))->setEnabled(false);
}

void ComparePage::addOtherRuns(QMenu *menu, int pane)
{
    for (const auto &record : studio().store()->runs()) {
        if (m_run && record.folder == m_run->folder())
            continue;
        auto *other = menu->addMenu(tr("%1 (%2)", "name of a run, its folder").arg(record.name, record.id));
        connect(other, &QMenu::aboutToShow, this, [this, other, pane, folder = record.folder] {
            if (!other->isEmpty())
                return;
            auto *reading = other->addAction(tr("Reading the run…"));
            reading->setEnabled(false);
            load(folder, [this, menu = QPointer(other), pane, folder](const LoadedRun &run) {
                if (run)
                    m_others[folder] = run;
                if (!menu)
                    return;
                menu->clear();
                run ? addRunSources(menu, pane, *run) : menu->addAction(tr("This run cannot be read"))->setEnabled(false);
            });
        });
    }
}

void ComparePage::fillSourceMenu(QMenu *menu, int pane)
{
    menu->clear();
    qDeleteAll(menu->findChildren<QMenu *>(Qt::FindDirectChildrenOnly));
    if (m_run)
        addRunSources(menu, pane, *m_run);
    menu->addSeparator();
    addOtherRuns(menu, pane);
    menu->addAction(tr("Picture file…"), this, [this, pane] { chooseFile(pane); });
    if (m_sources.size() > 1) {
        menu->addSeparator();
        menu->addAction(look::icon(QStringLiteral("remove")), tr("Remove this pane"), this, [this, pane] { removePane(pane); });
    }
}

void ComparePage::chooseFile(int pane)
{
    auto *dialog = new QFileDialog(this, tr("Compare with a picture"), {}, tr("Pictures (%1)").arg(imageFilter()));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this, pane](const QString &path) { setSource(pane, {{}, {}, -1, path}); });
    dialog->open();
}

void ComparePage::refreshDifferences()
{
    QStringList folders;
    QVector<Json> specs;
    for (const auto &source : m_sources)
        if (const auto *run = runOf(source); run && !folders.contains(source.run)) {
            folders << source.run;
            specs << run->spec();
        }
    const auto differences = specs.size() > 1 ? differingKeys(specs) : QVector<SpecDifference>();
    m_differsToggle->setVisible(specs.size() > 1);
    if (specs.size() < 2)
        m_differsToggle->setChecked(false);
    m_differsToggle->setText(tr("What differs between the runs: %n setting(s)", nullptr, int(differences.size())));
    m_differs->clear();
    QStringList headers{tr("Setting")};
    for (const auto &folder : folders)
        headers << QFileInfo(folder).fileName();
    m_differs->setColumnCount(int(headers.size()));
    m_differs->setHeaderLabels(headers);
    for (const auto &difference : differences)
        m_differs->addTopLevelItem(new QTreeWidgetItem(QStringList{difference.key} + difference.values));
    m_differs->header()->resizeSections(QHeaderView::ResizeToContents);
}

void ComparePage::refreshZoom()
{
    m_zoom->setText(tr("%1 %").arg(locale().toString(qRound(m_view->zoom() * 100))));
    m_zoom->setAccessibleName(tr("Zoom: %1 %").arg(locale().toString(qRound(m_view->zoom() * 100))));
}

void ComparePage::refreshModes()
{
    m_modes->button(int(m_view->mode()))->setChecked(true);
    m_linked->setChecked(m_view->isLinked());
    m_blinking->setChecked(m_view->isBlinking());
    m_smooth->setChecked(m_view->isSmooth());
    m_fill->setChecked(m_view->fills());
    m_gains[std::find(std::begin(gains), std::end(gains), m_view->gain()) - std::begin(gains)]->setChecked(true);
}

// Drawing another prompt

void ComparePage::drawPrompt()
{
    const auto text = m_typed->text().simplified();
    if (text.isEmpty() || !m_run)
        return;
    QVector<PromptDrawer::Job> jobs;
    for (const auto &source : m_sources) {
        const auto *run = runOf(source);
        const bool wanted = std::none_of(jobs.begin(), jobs.end(), [&](const PromptDrawer::Job &job) { return job.run == source.run && job.model == source.model; });
        if (run && wanted && (source.model == QLatin1String("student") || !weightsOf(run->spec(), source.model).isEmpty()))
            jobs << PromptDrawer::Job{source.run, source.model, run->spec(), QFileInfo::exists(source.run + QStringLiteral("/student"))};
    }
    if (jobs.isEmpty())
        return tellDrawing(tr("None of the panes shows a model, so nothing can draw this prompt."));
    m_drawer->draw(text, jobs);
    choosePrompt(text);
}

void ComparePage::tellDrawing(const QString &text)
{
    m_drawState->setText(text);
    m_drawState->setVisible(!text.isEmpty());
}

// Taking it along

void ComparePage::copy()
{
    QGuiApplication::clipboard()->setImage(m_view->grab().toImage());
}

void ComparePage::chooseSheet()
{
    auto *dialog = new QFileDialog(this, tr("Save the sheet"), QDir::home().filePath(tr("comparison.png")), tr("PNG pictures (*.png)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("png"));
    connect(dialog, &QFileDialog::fileSelected, this, &ComparePage::saveSheet);
    dialog->open();
}

Json ComparePage::describePanes() const
{
    Json panes = Json::array();
    for (const auto &source : m_sources) {
        const auto found = pictureFor(source);
        Json pane{{"label", toJson(labelOf(source, found.step))}, {"file", toJson(found.path)}};
        if (const auto *run = runOf(source)) {
            const Json none = Json::object();
            const auto &samples = run->spec().contains("samples") ? run->spec()["samples"] : none;
            pane.update({{"run", toJson(source.run)}, {"model", toJson(source.model)}, {"prompt", toJson(m_prompt.text)}, {"seed", integerOf(run->spec(), "seed", 43)},
                         {"sampler", toJson(samplerOf(run->spec()))}, {"steps", integerOf(samples, "steps", 20)}, {"guidance", numberOf(samples, "guidance", 4)}});
            if (found.step >= 0)
                pane["step"] = found.step;
        }
        panes.push_back(std::move(pane));
    }
    return {{"version", 1}, {"program", "quell " QUELL_VERSION}, {"panes", panes}};
}

void ComparePage::saveSheet(const QString &path)
{
    QVector<SheetPane> panes;
    for (int i = 0; i < m_view->panes().size(); ++i) {
        const auto picture = m_view->picture(i);
        panes << SheetPane{m_view->panes()[i].label, m_view->panes()[i].detail, m_view->isObscured() ? picture.obscured() : picture};
    }
    const auto work = [path, title = m_prompt.text, panes, font = font(), description = describePanes()] { return writeSheet(path, title, panes, font, description); };
    inBackground(this, work, [this, path](const QString &error) {
        studio().notify(error.isEmpty() ? tr("The sheet and what its panes are were saved beside one another: %1").arg(path) : tr("The sheet could not be saved in %1: %2").arg(path, error));
        Q_EMIT sheetSaved(path, error);
    });
}

} // namespace quell
