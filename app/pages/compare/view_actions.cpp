#include "app/pages/compare/view_actions.h"

#include "app/window/action_registry.h"

#include <QActionGroup>
#include <QMenu>

#include <algorithm>

namespace quell {
namespace {

constexpr int gains[] = {1, 4, 16};

} // namespace

ViewActions::ViewActions(ActionRegistry *registry, CompareView *view, QWidget *page)
    : QObject(page), m_registry(registry), m_view(view), m_page(page), m_options(new QMenu(page))
{
    addModes();
    addZoom();
    addArrows();
    addOptions();
    connect(view, &CompareView::optionsChanged, this, &ViewActions::refreshOptions);
    refreshOptions();
}

QAction *ViewActions::add(const char *id, const char *text, const QKeySequence &keys, QWidget *home, std::function<void()> run)
{
    auto *action = m_registry->add(QString::fromLatin1(id), tr("Compare"), tr(text), keys, home);
    m_named.push_back({action, text});
    if (run)
        connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
    return action;
}

void ViewActions::addModes()
{
    using Mode = CompareView::Mode;
    using Only = CompareView::Only;
    const auto only = [this](Only one) { m_view->setOnly(m_view->only() == one ? Only::Both : one); };
    add("compare.next-mode", QT_TR_NOOP("Next way of comparing"), QKeySequence(Qt::Key_M), m_page, [this] { m_view->cycleMode(); });
    add("compare.slider", QT_TR_NOOP("Compare under a slider"), {}, m_page, [this] { m_view->setMode(Mode::Slider); });
    add("compare.side-by-side", QT_TR_NOOP("Compare side by side"), {}, m_page, [this] { m_view->setMode(Mode::SideBySide); });
    add("compare.blink", QT_TR_NOOP("Compare by blinking"), {}, m_page, [this] { m_view->setMode(Mode::Blink); });
    add("compare.difference", QT_TR_NOOP("Show the difference"), QKeySequence(Qt::Key_D), m_page,
        [this] { m_view->setMode(m_view->mode() == Mode::Difference ? Mode::Slider : Mode::Difference); });
    add("compare.swap", QT_TR_NOOP("Swap the first two"), QKeySequence(Qt::Key_C), m_page, [this] { m_view->swap(); });
    add("compare.first", QT_TR_NOOP("Show the first alone"), QKeySequence(Qt::Key_1), m_page, [only] { only(Only::A); });
    add("compare.second", QT_TR_NOOP("Show the second alone"), QKeySequence(Qt::Key_2), m_page, [only] { only(Only::B); });
}

void ViewActions::addZoom()
{
    add("compare.zoom-in", QT_TR_NOOP("Zoom in"), QKeySequence(Qt::Key_Plus), m_page, [this] { m_view->zoomIn(); });
    add("compare.zoom-out", QT_TR_NOOP("Zoom out"), QKeySequence(Qt::Key_Minus), m_page, [this] { m_view->zoomOut(); });
    add("compare.zoom-100", QT_TR_NOOP("Zoom to 100 %"), QKeySequence(Qt::Key_0), m_page, [this] { m_view->setZoom(1); });
    add("compare.fit", QT_TR_NOOP("Fit the pictures"), QKeySequence(Qt::Key_F), m_page, [this] { m_view->fit(); });
    add("compare.linked", QT_TR_NOOP("Link zoom and pan, or unlink them"), QKeySequence(Qt::Key_L), m_page, [this] { m_view->setLinked(!m_view->isLinked()); });
}

void ViewActions::addArrows()
{
    const auto split = [this](double by) { m_view->setSplit(m_view->split() + by); };
    const auto pan = [this](double x, double y) { m_view->pan(QPointF(x, y) * m_view->width() * m_view->devicePixelRatioF() / 10); };
    add("compare.split-left", QT_TR_NOOP("Slider to the left"), QKeySequence(Qt::Key_Left), m_view, [split] { split(-0.01); });
    add("compare.split-right", QT_TR_NOOP("Slider to the right"), QKeySequence(Qt::Key_Right), m_view, [split] { split(0.01); });
    add("compare.split-far-left", QT_TR_NOOP("Slider far to the left"), QKeySequence(QStringLiteral("Shift+Left")), m_view, [split] { split(-0.1); });
    add("compare.split-far-right", QT_TR_NOOP("Slider far to the right"), QKeySequence(QStringLiteral("Shift+Right")), m_view, [split] { split(0.1); });
    add("compare.pan-left", QT_TR_NOOP("See more on the left"), QKeySequence(QStringLiteral("Ctrl+Left")), m_view, [pan] { pan(1, 0); });
    add("compare.pan-right", QT_TR_NOOP("See more on the right"), QKeySequence(QStringLiteral("Ctrl+Right")), m_view, [pan] { pan(-1, 0); });
    add("compare.pan-up", QT_TR_NOOP("See more above"), QKeySequence(QStringLiteral("Ctrl+Up")), m_view, [pan] { pan(0, 1); });
    add("compare.pan-down", QT_TR_NOOP("See more below"), QKeySequence(QStringLiteral("Ctrl+Down")), m_view, [pan] { pan(0, -1); });
}

QAction *ViewActions::addToggle(const char *id, const char *text, const QKeySequence &keys)
{
    auto *action = add(id, text, keys, m_page, {});
    action->setCheckable(true);
    m_options->addAction(action);
    return action;
}

void ViewActions::addOptions()
{
    m_fill = addToggle("compare.fill", QT_TR_NOOP("Fill the frame with pictures of other proportions"), {});
    connect(m_fill, &QAction::toggled, m_view, &CompareView::setFill);
    m_smooth = addToggle("compare.smooth", QT_TR_NOOP("Smooth beyond 200 %"), {});
    connect(m_smooth, &QAction::toggled, m_view, &CompareView::setSmooth);
    m_blinking = addToggle("compare.blinking", QT_TR_NOOP("Blink by itself"), QKeySequence(Qt::Key_B));
    connect(m_blinking, &QAction::toggled, m_view, [this](bool on) {
        if (on)
            m_view->setMode(CompareView::Mode::Blink);
        m_view->setBlinking(on);
    });
    m_options->addSeparator();
    auto *group = new QActionGroup(this);
    const char *texts[] = {QT_TR_NOOP("Show differences as they are"), QT_TR_NOOP("Show differences × 4"), QT_TR_NOOP("Show differences × 16")};
    const char *ids[] = {"compare.gain-1", "compare.gain-4", "compare.gain-16"};
    for (int i = 0; i < 3; ++i) {
        auto *action = addToggle(ids[i], texts[i], {});
        connect(action, &QAction::triggered, m_view, [this, i] { m_view->setGain(gains[i]); });
        group->addAction(action);
        m_gains.push_back(action);
    }
}

void ViewActions::refreshOptions()
{
    m_blinking->setChecked(m_view->isBlinking());
    m_smooth->setChecked(m_view->isSmooth());
    m_fill->setChecked(m_view->fills());
    m_gains[std::find(std::begin(gains), std::end(gains), m_view->gain()) - std::begin(gains)]->setChecked(true);
}

void ViewActions::retranslate()
{
    for (const auto &named : m_named)
        named.action->setText(tr(named.text));
}

} // namespace quell
