#include "widgets/sample_grid.h"

#include "widgets/look.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QHBoxLayout>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QScrollBar>
#include <QSlider>
#include <QToolTip>

#include <algorithm>

namespace quell {
namespace {

constexpr int gap = 6, largest_cell = 128;
constexpr int blur_pixels = 6;

// Index of the step nearest to `step`; -1 if there is none.
int nearestIndex(const QVector<qint64> &steps, qint64 step)
{
    int nearest = steps.isEmpty() ? -1 : 0;
    for (int i = 1; i < steps.size(); ++i)
        if (std::abs(steps[i] - step) < std::abs(steps[nearest] - step))
            nearest = i;
    return nearest;
}

QPixmap blurred(const QPixmap &pixmap)
{
    return pixmap.scaled(blur_pixels, blur_pixels, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
}

class SampleGridAccessible : public QAccessibleWidget {
public:
    explicit SampleGridAccessible(SampleGrid *grid) : QAccessibleWidget(grid, QAccessible::Table) {}
    QString text(QAccessible::Text kind) const override
    {
        const auto *grid = static_cast<SampleGrid *>(widget());
        return kind == QAccessible::Description || kind == QAccessible::Value ? grid->describeCurrent() : QAccessibleWidget::text(kind);
    }
};

QAccessibleInterface *makeAccessible(const QString &, QObject *object)
{
    auto *grid = qobject_cast<SampleGrid *>(object);
    return grid ? new SampleGridAccessible(grid) : nullptr;
}

void installAccessibility() { QAccessible::installFactory(makeAccessible); }
Q_COREAPP_STARTUP_FUNCTION(installAccessibility)

} // namespace

SampleGrid::SampleGrid(QWidget *parent) : QAbstractScrollArea(parent), m_loader({largest_cell, largest_cell})
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setAutoFillBackground(false);
    connect(&m_loader, &ThumbnailLoader::loaded, viewport(), qOverload<>(&QWidget::update));
    connect(&m_loader, &ThumbnailLoader::failed, viewport(), qOverload<>(&QWidget::update));
}

void SampleGrid::setContent(QVector<Prompt> prompts, QVector<Column> columns)
{
    const auto step = currentStep();
    m_prompts = std::move(prompts);
    m_columns = std::move(columns);
    m_prompt = std::clamp<int>(m_prompt, 0, std::max<int>(0, int(m_prompts.size()) - 1));
    m_column = -1;
    if (step >= 0)
        setCurrentStep(step);
    layOut();
}

void SampleGrid::setBlurred(bool blurred)
{
    m_blurred = blurred;
    viewport()->update();
}

void SampleGrid::setPlaceholder(const QString &text)
{
    m_placeholder = text;
    viewport()->update();
}

int SampleGrid::stickyCount() const
{
    return int(std::count_if(m_columns.begin(), m_columns.end(), [](const Column &column) { return column.sticky; }));
}

QVector<qint64> SampleGrid::steps() const
{
    QVector<qint64> steps;
    for (const auto &column : m_columns)
        if (!column.sticky)
            steps << column.step;
    return steps;
}

qint64 SampleGrid::currentStep() const
{
    return m_column >= 0 && m_column < m_columns.size() ? m_columns[m_column].step : -1;
}

void SampleGrid::setCurrentStep(qint64 step)
{
    const int nearest = nearestIndex(steps(), step);
    m_column = nearest < 0 ? -1 : nearest + stickyCount();
    bringIntoSight();
    viewport()->update();
}

int SampleGrid::labelWidth() const { return std::min(fontMetrics().averageCharWidth() * 15, width() / 4); }
int SampleGrid::headerHeight() const { return fontMetrics().height() + gap; }
int SampleGrid::pitch() const { return m_cell + gap; }

// Cells share the width that five columns leave, or what fewer need, within what can still be told apart.
void SampleGrid::layOut()
{
    const int across = std::clamp<int>(int(m_columns.size()), 1, 5), least = fontMetrics().height() * 3;
    m_cell = std::clamp((viewport()->width() - labelWidth()) / across - gap, least, largest_cell);
    const int wide = labelWidth() + int(m_columns.size()) * pitch() - gap, high = headerHeight() + int(m_prompts.size()) * pitch() - gap;
    horizontalScrollBar()->setRange(0, std::max(0, wide - viewport()->width()));
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setSingleStep(pitch());
    verticalScrollBar()->setRange(0, std::max(0, high - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(pitch());
    bringIntoSight();
    viewport()->update();
}

QRect SampleGrid::cellAt(int prompt, int column) const
{
    const int scrolled = m_columns.value(column).sticky ? 0 : horizontalScrollBar()->value();
    return {labelWidth() + column * pitch() - scrolled, headerHeight() + prompt * pitch() - verticalScrollBar()->value(), m_cell, m_cell};
}

std::pair<int, int> SampleGrid::cellUnder(QPoint place) const
{
    const int frozen = labelWidth() + stickyCount() * pitch();
    if (place.y() < headerHeight())
        return {-1, -1};
    for (int column = 0; column < m_columns.size(); ++column) {
        if (!m_columns[column].sticky && place.x() < frozen)
            break;
        for (int prompt = 0; prompt < m_prompts.size(); ++prompt)
            if (cellAt(prompt, column).contains(place))
                return {prompt, column};
    }
    return {-1, -1};
}

void SampleGrid::bringIntoSight()
{
    if (m_column < 0 || m_column >= m_columns.size())
        return;
    const auto cell = cellAt(m_prompt, m_column);
    const int frozen = labelWidth() + stickyCount() * pitch();
    auto *across = horizontalScrollBar(), *down = verticalScrollBar();
    if (!m_columns[m_column].sticky && cell.left() < frozen)
        across->setValue(across->value() - (frozen - cell.left()));
    else if (cell.right() >= viewport()->width())
        across->setValue(across->value() + cell.right() + 1 - viewport()->width());
    if (cell.top() < headerHeight())
        down->setValue(down->value() - (headerHeight() - cell.top()));
    else if (cell.bottom() >= viewport()->height())
        down->setValue(down->value() + cell.bottom() + 1 - viewport()->height());
}

void SampleGrid::select(int prompt, int column)
{
    if (m_prompts.isEmpty() || m_columns.isEmpty())
        return;
    prompt = std::clamp<int>(prompt, 0, int(m_prompts.size()) - 1);
    column = std::clamp<int>(column, 0, int(m_columns.size()) - 1);
    if (prompt == m_prompt && column == m_column)
        return;
    const bool moved = column != m_column;
    m_prompt = prompt;
    m_column = column;
    bringIntoSight();
    viewport()->update();
    QAccessibleEvent event(this, QAccessible::ValueChanged);
    QAccessible::updateAccessibility(&event);
    if (moved)
        Q_EMIT stepChanged(m_columns[column].step);
}

QString SampleGrid::fileAt(int prompt, int column) const
{
    return m_columns.value(column).files.value(prompt);
}

void SampleGrid::activate()
{
    const auto file = fileAt(m_prompt, m_column);
    if (file.isEmpty())
        return;
    if (isHidden(file)) {
        m_revealed.insert(file);
        viewport()->update();
    } else {
        Q_EMIT activated(m_prompt, currentStep());
    }
}

QString SampleGrid::describe(int prompt, int column) const
{
    if (prompt < 0 || prompt >= m_prompts.size() || column < 0 || column >= m_columns.size())
        return m_placeholder;
    const auto file = fileAt(prompt, column);
    const auto what = file.isEmpty() ? tr("not drawn") : m_loader.hasFailed(file) ? tr("cannot be read") : isHidden(file) ? tr("blurred") : tr("picture");
    return tr("%1 (%2), %3: %4", "prompt, group, column, what is there").arg(m_prompts[prompt].text, m_prompts[prompt].group, m_columns[column].title, what);
}

QSize SampleGrid::sizeHint() const { return {fontMetrics().averageCharWidth() * 70, headerHeight() + 5 * fontMetrics().height() * 5}; }
QSize SampleGrid::minimumSizeHint() const { return {fontMetrics().averageCharWidth() * 36, headerHeight() + fontMetrics().height() * 8}; }

void SampleGrid::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    m_loader.setDevicePixelRatio(devicePixelRatioF());
    if (m_columns.isEmpty()) {
        painter.setPen(look::faint(palette()));
        painter.drawText(viewport()->rect(), Qt::AlignCenter | Qt::TextWordWrap, m_placeholder);
        return;
    }
    const int sticky = stickyCount(), frozen = labelWidth() + sticky * pitch();
    painter.setClipRect(QRect(frozen, 0, viewport()->width() - frozen, viewport()->height()));
    paintColumns(painter, sticky, int(m_columns.size()));
    painter.setClipRect(QRect(0, 0, frozen, viewport()->height()));
    paintColumns(painter, 0, sticky);
    paintLabels(painter);
}

void SampleGrid::paintColumns(QPainter &painter, int begin, int end)
{
    const auto whole = painter.clipBoundingRect().toRect();
    for (int column = begin; column < end; ++column) {
        const auto top = cellAt(0, column);
        if (top.right() < whole.left() || top.left() > whole.right())
            continue;
        auto font = this->font();
        font.setBold(column == m_column);
        painter.setFont(font);
        painter.setPen(column == m_column ? palette().color(QPalette::Text) : look::faint(palette()));
        const QRect title(top.left() - gap / 2, 0, m_cell + gap, headerHeight() - gap);
        painter.drawText(title, Qt::AlignCenter, QFontMetrics(font).elidedText(m_columns[column].title, Qt::ElideRight, title.width()));
        painter.save();
        painter.setClipRect(QRect(0, headerHeight(), viewport()->width(), viewport()->height() - headerHeight()), Qt::IntersectClip);
        for (int prompt = 0; prompt < m_prompts.size(); ++prompt)
            paintCell(painter, prompt, column);
        painter.restore();
    }
}

void SampleGrid::paintCell(QPainter &painter, int prompt, int column)
{
    const auto cell = cellAt(prompt, column);
    if (!cell.intersects(viewport()->rect()))
        return;
    const auto file = fileAt(prompt, column);
    const auto pixmap = file.isEmpty() ? QPixmap() : m_loader.get(file);
    if (!pixmap.isNull()) {
        QRectF place(QPointF(), QSizeF(pixmap.size()).scaled(cell.size(), Qt::KeepAspectRatio));
        place.moveCenter(QRectF(cell).center());
        const auto shown = isHidden(file) ? blurred(pixmap) : pixmap;
        painter.drawPixmap(place, shown, QRectF(shown.rect()));
    } else {
        const bool missing = file.isEmpty() || m_loader.hasFailed(file);
        painter.setPen(QPen(look::border(palette()), 1, missing ? Qt::DashLine : Qt::SolidLine));
        painter.setBrush(missing ? QBrush(Qt::NoBrush) : palette().brush(QPalette::AlternateBase));
        painter.drawRect(QRectF(cell).adjusted(0.5, 0.5, -0.5, -0.5));
        painter.setPen(look::faint(palette()));
        if (missing)
            painter.drawText(cell, Qt::AlignCenter | Qt::TextWordWrap, file.isEmpty() ? QStringLiteral("—") : tr("cannot be read"));
    }
    if (prompt == m_prompt && column == m_column) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(look::color(look::Meaning::Accent, palette()), hasFocus() ? 3 : 2));
        painter.drawRect(QRectF(cell).adjusted(-1, -1, 1, 1));
    }
}

void SampleGrid::paintLabels(QPainter &painter)
{
    auto font = this->font();
    font.setPointSizeF(font.pointSizeF() * look::captionScale);
    painter.setFont(font);
    painter.setClipRect(QRect(0, headerHeight(), labelWidth(), viewport()->height() - headerHeight()));
    const QFontMetrics metrics(font);
    for (int prompt = 0; prompt < m_prompts.size(); ++prompt) {
        const QRect room(0, cellAt(prompt, 0).top(), labelWidth() - gap, m_cell);
        const QRect most(0, 0, room.width(), std::max(metrics.height(), m_cell - metrics.height()) / metrics.lineSpacing() * metrics.lineSpacing());
        auto text = metrics.boundingRect(most, Qt::TextWordWrap, m_prompts[prompt].text).intersected(most);
        const int high = text.height() + metrics.height();
        text.moveTo(0, room.top() + (m_cell - high) / 2);
        text.setWidth(room.width());
        painter.setPen(palette().color(QPalette::Text));
        painter.save();
        painter.setClipRect(text, Qt::IntersectClip);
        painter.drawText(text, Qt::TextWordWrap, m_prompts[prompt].text);
        painter.restore();
        painter.setPen(look::faint(palette()));
        painter.drawText(QRect(0, text.bottom() + 1, room.width(), metrics.height()), Qt::AlignLeft, metrics.elidedText(m_prompts[prompt].group, Qt::ElideRight, room.width()));
    }
}

void SampleGrid::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    layOut();
}

void SampleGrid::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        layOut();
    viewport()->update();
}

void SampleGrid::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Left: select(m_prompt, m_column - 1); break;
    case Qt::Key_Right: select(m_prompt, m_column + 1); break;
    case Qt::Key_Up: select(m_prompt - 1, m_column); break;
    case Qt::Key_Down: select(m_prompt + 1, m_column); break;
    case Qt::Key_Home: select(m_prompt, 0); break;
    case Qt::Key_End: select(m_prompt, int(m_columns.size()) - 1); break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space: activate(); break;
    default: QAbstractScrollArea::keyPressEvent(event);
    }
}

void SampleGrid::mousePressEvent(QMouseEvent *event)
{
    const auto [prompt, column] = cellUnder(event->pos());
    if (event->button() != Qt::LeftButton || prompt < 0)
        return;
    select(prompt, column);
    if (isHidden(fileAt(prompt, column)))
        activate();
}

void SampleGrid::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (cellUnder(event->pos()) == std::pair(m_prompt, m_column))
        activate();
}

bool SampleGrid::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const auto [prompt, column] = cellUnder(help->pos());
        QToolTip::showText(help->globalPos(), prompt < 0 ? QString() : describe(prompt, column), viewport());
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void SampleGrid::focusInEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void SampleGrid::focusOutEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

StepSlider::StepSlider(QWidget *parent) : QWidget(parent), m_name(new QLabel(this)), m_value(new QLabel(this)), m_slider(new QSlider(Qt::Horizontal, this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(look::gap);
    layout->addWidget(m_name);
    layout->addWidget(m_slider, 1);
    layout->addWidget(m_value);
    m_name->setBuddy(m_slider);
    m_name->setProperty("faint", true);
    auto font = m_value->font();
    font.setBold(true);
    m_value->setFont(font);
    m_slider->setPageStep(1);
    connect(m_slider, &QSlider::valueChanged, this, [this] {
        show();
        Q_EMIT stepChosen(step());
    });
    setSteps({});
}

void StepSlider::setSteps(const QVector<qint64> &steps)
{
    const auto before = step();
    m_steps = steps;
    const QSignalBlocker quiet(m_slider);
    m_slider->setRange(0, std::max(0, int(steps.size()) - 1));
    m_slider->setEnabled(steps.size() > 1);
    setStep(before < 0 && !steps.isEmpty() ? steps.last() : before);
}

void StepSlider::setStep(qint64 step)
{
    const QSignalBlocker quiet(m_slider);
    m_slider->setValue(std::max(0, nearestIndex(m_steps, step)));
    show();
}

qint64 StepSlider::step() const
{
    return m_steps.value(m_slider->value(), -1);
}

void StepSlider::show()
{
    m_name->setText(tr("step"));
    m_value->setText(step() < 0 ? QStringLiteral("—") : QLocale().toString(step()));
    m_slider->setAccessibleName(step() < 0 ? tr("Step of the samples") : tr("Step of the samples: %1").arg(QLocale().toString(step())));
}

void StepSlider::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        show();
    QWidget::changeEvent(event);
}

} // namespace quell
