#include "widgets/compare_view.h"

#include "widgets/in_background.h"
#include "widgets/look.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QHelpEvent>
#include <QImageReader>
#include <QMimeData>
#include <QMouseEvent>
#include <QToolTip>
#include <QVariantAnimation>

#include <algorithm>
#include <cmath>

namespace quell {
namespace {

constexpr int blinkInterval = 700; // ms: well below three flashes a second
constexpr double zoomSteps[] = {1.0 / 64, 1.0 / 32, 1.0 / 16, 0.125, 0.25, 1.0 / 3, 0.5, 2.0 / 3, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64};

// The slider's share of A, for screen readers and what drives programs.
class CompareViewAccessible : public QAccessibleWidget, public QAccessibleValueInterface {
public:
    explicit CompareViewAccessible(CompareView *view) : QAccessibleWidget(view, QAccessible::Slider) {}
    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::ValueInterface ? static_cast<QAccessibleValueInterface *>(this) : QAccessibleWidget::interface_cast(type);
    }
    QString text(QAccessible::Text kind) const override
    {
        if (kind == QAccessible::Value)
            return CompareView::tr("%1 % of the first picture").arg(view()->locale().toString(qRound(view()->split() * 100)));
        if (kind == QAccessible::Description && widget()->accessibleDescription().isEmpty()) {
            QStringList labels;
            for (const auto &pane : view()->panes())
                labels << pane.label;
            return view()->locale().createSeparatedList(labels);
        }
        return QAccessibleWidget::text(kind);
    }
    QVariant currentValue() const override { return view()->split() * 100; }
    void setCurrentValue(const QVariant &value) override { view()->setSplit(value.toDouble() / 100); }
    QVariant maximumValue() const override { return 100.0; }
    QVariant minimumValue() const override { return 0.0; }
    QVariant minimumStepSize() const override { return 1.0; }

private:
    CompareView *view() const { return static_cast<CompareView *>(widget()); }
};

QAccessibleInterface *makeAccessible(const QString &, QObject *object)
{
    auto *view = qobject_cast<CompareView *>(object);
    return view ? new CompareViewAccessible(view) : nullptr;
}

QString droppedFile(const QMimeData *data)
{
    for (const auto &url : data->urls())
        if (url.isLocalFile() && QImageReader::supportedImageFormats().contains(QFileInfo(url.toLocalFile()).suffix().toLower().toLatin1()))
            return url.toLocalFile();
    return {};
}

} // namespace

CompareView::CompareView(QWidget *parent) : QWidget(parent)
{
    static const bool installed = (QAccessible::installFactory(makeAccessible), true);
    Q_UNUSED(installed);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAcceptDrops(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Comparison of pictures"));
    m_blinkTimer.setInterval(blinkInterval);
    connect(&m_blinkTimer, &QTimer::timeout, this, [this] {
        m_blinkB = !m_blinkB;
        update();
    });
}

QSize CompareView::sizeHint() const { return fontMetrics().height() * QSize(48, 32); }

QSize CompareView::minimumSizeHint() const { return fontMetrics().height() * QSize(16, 10); }

// Pictures

void CompareView::setPanes(const QVector<Pane> &panes)
{
    const auto old = m_slots;
    m_panes = panes.mid(0, Viewport::mostPanes);
    m_active = std::clamp(m_active, 0, std::max(0, int(m_panes.size()) - 1));
    for (int i = 0; i < Viewport::mostPanes; ++i) {
        if (i >= m_panes.size() || m_panes[i].path.isEmpty()) {
            m_slots[i] = Slot();
            m_slots[i].shown = m_panes.value(i);
            continue;
        }
        const auto same = std::find_if(old.begin(), old.end(), [&](const Slot &slot) { return slot.shown.path == m_panes[i].path && !slot.picture.isNull(); });
        if (same != old.end()) {
            m_slots[i] = *same;
            m_slots[i].shown = m_panes[i];
            m_slots[i].job = 0;
        } else {
            read(i);
        }
    }
    picturesChanged();
}

void CompareView::read(int pane)
{
    const auto job = m_slots[pane].job = ++m_lastJob;
    struct Found {
        Picture picture, obscured;
        QString error;
    };
    const auto work = [path = m_panes[pane].path] {
        Found found;
        found.picture = Picture::read(path, &found.error);
        found.obscured = found.picture.obscured();
        return found;
    };
    inBackground(this, work, [this, pane, job](const Found &found) { take(pane, job, found.picture, found.obscured, found.error); });
}

void CompareView::take(int pane, quint64 job, const Picture &picture, const Picture &obscured, const QString &error)
{
    if (m_slots[pane].job != job || pane >= m_panes.size())
        return;
    m_slots[pane] = {m_panes[pane], picture, obscured, error, 0};
    picturesChanged();
    Q_EMIT loaded();
}

bool CompareView::isLoading() const
{
    return std::any_of(m_slots.begin(), m_slots.end(), [](const Slot &slot) { return slot.job != 0; });
}

void CompareView::picturesChanged()
{
    QVector<QSize> sizes;
    for (int i = 0; i < m_panes.size(); ++i)
        sizes << m_slots[i].picture.size();
    m_viewport.setPictures(sizes);
    updateDifference();
    placesChanged();
}

void CompareView::placesChanged()
{
    if (const auto all = areas(); !all.isEmpty())
        m_viewport.setPaneSize(deviceRect(all[0].picture).size());
    update();
    Q_EMIT zoomChanged();
}

void CompareView::updateDifference()
{
    if (m_mode != Mode::Difference)
        return;
    const auto job = ++m_differenceJob;
    m_mean = -1;
    const auto a = m_slots[0].picture, b = m_slots[1].picture;
    if (m_panes.size() < 2 || a.isNull() || b.isNull()) {
        m_difference = {};
        return;
    }
    struct Found {
        Difference difference;
        Picture obscured;
    };
    const auto work = [a, b, frame = m_viewport.frame(0), fill = m_viewport.fills(), gain = m_gain] {
        Found found{differenceOf(a, b, frame, fill, gain), {}};
        found.obscured = found.difference.picture.obscured();
        return found;
    };
    inBackground(this, work, [this, job](const Found &found) {
        if (job != m_differenceJob)
            return;
        m_difference = found.difference.picture;
        m_obscuredDifference = found.obscured;
        m_mean = found.difference.mean;
        update();
        Q_EMIT differenceKnown();
    });
}

void CompareView::swap()
{
    if (m_panes.size() < 2)
        return;
    std::swap(m_panes[0], m_panes[1]);
    std::swap(m_slots[0], m_slots[1]);
    for (const int pane : {0, 1})
        if (m_slots[pane].job)
            read(pane);
    picturesChanged();
    Q_EMIT swapped();
}

// State

void CompareView::setMode(Mode mode)
{
    setOnly(Only::Both);
    if (mode == m_mode)
        return;
    m_mode = mode;
    m_blinkB = false;
    if (mode != Mode::Blink)
        setBlinking(false);
    m_difference = {};
    m_mean = -1;
    updateDifference();
    placesChanged();
    Q_EMIT modeChanged(mode);
}

void CompareView::cycleMode()
{
    setMode(Mode((int(m_mode) + 1) % 4));
}

void CompareView::setOnly(Only only)
{
    if (only == m_only)
        return;
    m_only = only;
    placesChanged();
    Q_EMIT onlyChanged();
}

void CompareView::setSplit(double split)
{
    split = std::clamp(split, 0.0, 1.0);
    if (split == m_split)
        return;
    const bool told = qRound(split * 100) != qRound(m_split * 100);
    m_split = split;
    update();
    Q_EMIT splitChanged(split);
    if (told) {
        QAccessibleValueChangeEvent event(this, split * 100);
        QAccessible::updateAccessibility(&event);
    }
}

void CompareView::changeZoom(double zoom, QPointF at, int pane)
{
    m_viewport.setZoom(pane, zoom, at);
    update();
    Q_EMIT zoomChanged();
}

void CompareView::setZoom(double zoom)
{
    const auto all = areas();
    if (all.isEmpty())
        return;
    const auto size = deviceRect(all[0].picture).size();
    changeZoom(zoom, QPointF(size.width() / 2.0, size.height() / 2.0), m_active);
}

void CompareView::zoomStep(bool in)
{
    constexpr double same = 1.001;
    const double now = zoom();
    if (in) {
        const auto next = std::find_if(std::begin(zoomSteps), std::end(zoomSteps), [&](double step) { return step > now * same; });
        setZoom(next == std::end(zoomSteps) ? Viewport::mostZoom : *next);
    } else {
        const auto next = std::find_if(std::rbegin(zoomSteps), std::rend(zoomSteps), [&](double step) { return step < now / same; });
        setZoom(next == std::rend(zoomSteps) ? Viewport::leastZoom : *next);
    }
}

void CompareView::zoomIn() { zoomStep(true); }

void CompareView::zoomOut() { zoomStep(false); }

void CompareView::fit()
{
    m_viewport.fit(m_active);
    update();
    Q_EMIT zoomChanged();
}

void CompareView::pan(QPointF by)
{
    m_viewport.pan(m_active, by);
    update();
}

void CompareView::setLinked(bool linked)
{
    if (linked == isLinked())
        return;
    m_viewport.setLinked(linked);
    update();
    Q_EMIT zoomChanged();
    Q_EMIT optionsChanged();
}

void CompareView::setFill(bool fill)
{
    if (fill == fills())
        return;
    m_viewport.setFill(fill);
    updateDifference();
    update();
    Q_EMIT optionsChanged();
}

void CompareView::setSmooth(bool smooth)
{
    if (smooth == m_smooth)
        return;
    m_smooth = smooth;
    update();
    Q_EMIT optionsChanged();
}

void CompareView::setBlinking(bool blinking)
{
    if (blinking == isBlinking())
        return;
    blinking ? m_blinkTimer.start() : m_blinkTimer.stop();
    m_blinkB = false;
    update();
    Q_EMIT optionsChanged();
}

void CompareView::setGain(int gain)
{
    if (gain == m_gain)
        return;
    m_gain = gain;
    updateDifference();
    Q_EMIT optionsChanged();
}

void CompareView::setObscured(bool obscured)
{
    if (obscured == m_obscured)
        return;
    m_obscured = obscured;
    update();
    Q_EMIT obscuredChanged(obscured);
}

void CompareView::showHandle()
{
    if (m_hint)
        return;
    m_hint = new QVariantAnimation(this);
    m_hint->setDuration(1200);
    m_hint->setKeyValues({{0, 0.5}, {0.3, 0.4}, {0.7, 0.6}, {1, 0.5}});
    m_hint->setEasingCurve(QEasingCurve::InOutSine);
    connect(m_hint, &QVariantAnimation::valueChanged, this, [this](const QVariant &value) { setSplit(value.toDouble()); });
    connect(m_hint, &QVariantAnimation::finished, this, [this] {
        m_hint->deleteLater();
        m_hint = nullptr;
    });
    m_hint->start();
}

// Where things are

bool CompareView::together() const { return m_mode != Mode::SideBySide || m_only != Only::Both || m_held || m_panes.size() < 2; }

int CompareView::shownAlone() const
{
    if (m_panes.size() < 2)
        return 0;
    if (m_held)
        return 1;
    if (m_only != Only::Both)
        return m_only == Only::A ? 0 : 1;
    return m_mode == Mode::Blink ? m_blinkB : -1;
}

bool CompareView::sliding() const { return m_mode == Mode::Slider && shownAlone() < 0; }

QVector<CompareView::Area> CompareView::areas() const
{
    const auto inside = rect().adjusted(1, 1, -1, -1);
    const int header = fontMetrics().height() + 2 * look::gap;
    if (m_panes.isEmpty())
        return {};
    const int count = together() ? 1 : int(m_panes.size());
    // Four go two by two where that leaves them larger.
    const auto side = [&](int columns) { return std::min(inside.width() / columns, inside.height() / ((count + columns - 1) / columns) - header); };
    const int columns = count == 4 && side(2) > side(4) ? 2 : count, rows = (count + columns - 1) / columns;
    // All as large, so that one viewport serves them; a pixel between them.
    const QSize size((inside.width() - (columns - 1)) / columns, (inside.height() - (rows - 1)) / rows);
    QVector<Area> areas;
    for (int i = 0; i < count; ++i) {
        const QRect cell(inside.topLeft() + QPoint(i % columns * (size.width() + 1), i / columns * (size.height() + 1)), size);
        areas.append({QRect(cell.topLeft(), QSize(cell.width(), header)), cell.adjusted(0, header, 0, 0), i});
    }
    return areas;
}

QRect CompareView::pictureArea(int pane) const
{
    for (const auto &area : areas())
        if (together() || area.pane == pane)
            return area.picture;
    return {};
}

QRect CompareView::deviceRect(const QRect &rect) const
{
    const double ratio = devicePixelRatioF();
    return QRectF(rect.x() * ratio, rect.y() * ratio, rect.width() * ratio, rect.height() * ratio).toRect();
}

QPointF CompareView::inPane(const QPointF &position, const Area &area) const { return (position - area.picture.topLeft()) * devicePixelRatioF(); }

const CompareView::Area *CompareView::areaAt(const QVector<Area> &areas, const QPoint &position) const
{
    for (const auto &area : areas)
        if (area.header.united(area.picture).contains(position))
            return &area;
    return nullptr;
}

int CompareView::paneAt(QPoint position) const
{
    const auto all = areas();
    const auto *area = areaAt(all, position);
    if (!area)
        return -1;
    if (!together())
        return area->pane;
    if (const int alone = shownAlone(); alone >= 0)
        return alone;
    const double edge = sliding() && area->picture.contains(position) ? splitX(area->picture) : area->picture.center().x();
    return position.x() < edge ? 0 : 1;
}

double CompareView::splitX(const QRect &picture) const { return picture.x() + m_split * picture.width(); }

bool CompareView::onHandle(const QPointF &position) const
{
    const auto all = areas();
    return sliding() && !all.isEmpty() && all[0].picture.contains(position.toPoint()) && std::abs(position.x() - splitX(all[0].picture)) <= look::gap;
}

void CompareView::moveSplitTo(double x)
{
    const auto picture = areas().value(0).picture;
    if (picture.width() > 0)
        setSplit((x - picture.x()) / picture.width());
}

// Keys and mouse

QString CompareView::keySheet()
{
    const std::pair<QString, QString> rows[] = {
        {tr("M"), tr("next mode")},
        {tr("D"), tr("difference")},
        {tr("C"), tr("swap the first two")},
        {tr("1, 2"), tr("the first or the second alone")},
        {tr("Space"), tr("the second while held")},
        {tr("B"), tr("blink by itself")},
        {tr("+, −"), tr("zoom in, out")},
        {tr("0, F"), tr("100 %, fit")},
        {tr("←, →"), tr("move the slider by 1 %, with Shift by 10 %")},
        {tr("Ctrl+arrows"), tr("move the pictures")},
        {tr("Enter"), tr("show hidden pictures")},
        {tr("Esc"), tr("back to the slider")},
    };
    QString html = QStringLiteral("<table cellspacing=4>");
    for (const auto &[keys, what] : rows)
        html += QStringLiteral("<tr><td><b>%1</b></td><td>%2</td></tr>").arg(keys.toHtmlEscaped(), what.toHtmlEscaped());
    return html + QStringLiteral("</table>");
}

void CompareView::keyPressEvent(QKeyEvent *event)
{
    const auto modifiers = event->modifiers() & ~(Qt::KeypadModifier | Qt::GroupSwitchModifier);
    const bool plain = !(modifiers & ~Qt::ShiftModifier); // + and ? need Shift on some keyboards
    if (!(plain && pressViewKey(event->key())) && !pressArrow(event->key(), modifiers))
        QWidget::keyPressEvent(event);
    else if (event->key() == Qt::Key_Space && !event->isAutoRepeat() && !m_held) {
        m_held = true;
        placesChanged();
    }
}

bool CompareView::pressViewKey(int key)
{
    switch (key) {
    case Qt::Key_M: cycleMode(); return true;
    case Qt::Key_D: setMode(m_mode == Mode::Difference ? Mode::Slider : Mode::Difference); return true;
    case Qt::Key_C: swap(); return true;
    case Qt::Key_1: setOnly(m_only == Only::A ? Only::Both : Only::A); return true;
    case Qt::Key_2: setOnly(m_only == Only::B ? Only::Both : Only::B); return true;
    case Qt::Key_B:
        setMode(Mode::Blink);
        setBlinking(!isBlinking());
        return true;
    case Qt::Key_Plus:
    case Qt::Key_Equal: zoomIn(); return true;
    case Qt::Key_Minus: zoomOut(); return true;
    case Qt::Key_0: setZoom(1); return true;
    case Qt::Key_F: fit(); return true;
    case Qt::Key_Space: return true; // held: see keyPressEvent
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (!m_obscured)
            return false;
        setObscured(false);
        return true;
    case Qt::Key_Escape:
        if (m_mode == Mode::Slider && m_only == Only::Both)
            return false;
        setMode(Mode::Slider);
        return true;
    default: return false;
    }
}

bool CompareView::pressArrow(int key, Qt::KeyboardModifiers modifiers)
{
    const QPointF direction = key == Qt::Key_Left ? QPointF(-1, 0) : key == Qt::Key_Right ? QPointF(1, 0) : key == Qt::Key_Up ? QPointF(0, -1)
        : key == Qt::Key_Down                                                                 ? QPointF(0, 1)
                                                                                              : QPointF();
    if (direction.isNull())
        return false;
    if (modifiers == Qt::ControlModifier) {
        pan(-direction * deviceRect(areas().value(0).picture).width() / 10.0);
        return true;
    }
    if (!sliding() || direction.x() == 0 || (modifiers & ~Qt::ShiftModifier))
        return false;
    setSplit(m_split + direction.x() * (modifiers & Qt::ShiftModifier ? 0.1 : 0.01));
    return true;
}

void CompareView::keyReleaseEvent(QKeyEvent *event)
{
    if (event->key() != Qt::Key_Space || event->isAutoRepeat() || !m_held)
        return QWidget::keyReleaseEvent(event);
    m_held = false;
    placesChanged();
}

void CompareView::focusOutEvent(QFocusEvent *event)
{
    if (m_held) {
        m_held = false;
        placesChanged();
    }
    update();
    QWidget::focusOutEvent(event);
}

void CompareView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return QWidget::mousePressEvent(event);
    if (m_obscured)
        return setObscured(false);
    m_active = std::max(0, paneAt(event->position().toPoint()));
    m_drag = onHandle(event->position()) ? Drag::Split : Drag::Pan;
    m_dragFrom = event->position();
    if (m_hint)
        m_hint->stop();
    updateCursor(event->position());
    Q_EMIT zoomChanged();
}

void CompareView::mouseMoveEvent(QMouseEvent *event)
{
    if (m_drag == Drag::Split)
        moveSplitTo(event->position().x());
    else if (m_drag == Drag::Pan)
        pan((event->position() - m_dragFrom) * devicePixelRatioF());
    m_dragFrom = event->position();
    updateCursor(event->position());
}

void CompareView::mouseReleaseEvent(QMouseEvent *event)
{
    m_drag = Drag::None;
    updateCursor(event->position());
}

void CompareView::mouseDoubleClickEvent(QMouseEvent *event)
{
    const auto all = areas();
    const auto *area = areaAt(all, event->position().toPoint());
    if (!area || event->button() != Qt::LeftButton)
        return;
    m_active = std::max(0, paneAt(event->position().toPoint()));
    fits() ? changeZoom(1, inPane(event->position(), *area), m_active) : fit();
}

void CompareView::wheelEvent(QWheelEvent *event)
{
    const auto all = areas();
    const auto *area = areaAt(all, event->position().toPoint());
    if (!area || event->angleDelta().y() == 0)
        return event->ignore();
    m_active = std::max(0, paneAt(event->position().toPoint()));
    changeZoom(zoom() * std::pow(2.0, event->angleDelta().y() / 480.0), inPane(event->position(), *area), m_active);
    event->accept();
}

void CompareView::updateCursor(const QPointF &position)
{
    if (m_drag == Drag::Split || (m_drag == Drag::None && onHandle(position)))
        setCursor(Qt::SplitHCursor);
    else if (m_drag == Drag::Pan && !fits())
        setCursor(Qt::ClosedHandCursor);
    else
        unsetCursor();
}

void CompareView::dragEnterEvent(QDragEnterEvent *event)
{
    if (!droppedFile(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void CompareView::dropEvent(QDropEvent *event)
{
    const auto file = droppedFile(event->mimeData());
    const int pane = paneAt(event->position().toPoint());
    if (file.isEmpty() || pane < 0)
        return;
    event->acceptProposedAction();
    Q_EMIT fileDropped(pane, file);
}

void CompareView::resizeEvent(QResizeEvent *) { placesChanged(); }

void CompareView::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::FontChange)
        placesChanged();
    if (event->type() == QEvent::LanguageChange)
        setAccessibleName(tr("Comparison of pictures"));
    update();
    QWidget::changeEvent(event);
}

bool CompareView::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    if (const auto text = toolTipAt(help->pos()); text.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), text, this);
    return true;
}

// What does not fit into a header is told by its tool tip.
QString CompareView::toolTipAt(const QPoint &position) const
{
    const auto all = areas();
    const auto *area = areaAt(all, position);
    if (!area || !area->header.contains(position))
        return {};
    const auto &pane = m_slots[paneAt(position)].shown;
    return pane.detail.isEmpty() ? pane.label : tr("%1\n%2", "label and detail of a picture").arg(pane.label, pane.detail);
}

} // namespace quell
