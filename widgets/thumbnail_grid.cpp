#include "widgets/thumbnail_grid.h"

#include "widgets/look.h"

#include <QEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStyledItemDelegate>

namespace quell {
namespace {

QString iconOf(Badge::Kind kind)
{
    switch (kind) {
    case Badge::Kind::Excluded: return QStringLiteral("cross");
    case Badge::Kind::Concept: return QStringLiteral("concepts");
    case Badge::Kind::Warning: return QStringLiteral("warning");
    }
    return {};
}

QColor colorOf(Badge::Kind kind, const QPalette &palette)
{
    switch (kind) {
    case Badge::Kind::Excluded: return look::faint(palette);
    case Badge::Kind::Concept: return look::color(look::Meaning::Upper, palette);
    case Badge::Kind::Warning: return look::color(look::Meaning::Warning, palette);
    }
    return {};
}

class Delegate : public QStyledItemDelegate {
public:
    Delegate(ThumbnailLoader &loader, int side, QObject *parent) : QStyledItemDelegate(parent), m_loader(loader), m_side(side) {}

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override
    {
        return {m_side + 2 * look::gap, m_side + 2 * look::gap + option.fontMetrics.height()};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setRenderHint(QPainter::SmoothPixmapTransform);
        paintFrame(painter, option);
        const QRect box(option.rect.center().x() - m_side / 2, option.rect.top() + look::gap / 2, m_side, m_side);
        paintPicture(painter, box, option, index.data(ThumbnailGrid::PathRole).toString());
        paintBadges(painter, box.adjusted(4, 4, -4, -4), option, index.data(ThumbnailGrid::BadgesRole).value<QVector<Badge>>());
        const QRect line(box.left(), box.bottom() + 4, box.width(), option.fontMetrics.height());
        painter->setPen(option.palette.color(QPalette::Text));
        painter->drawText(line, Qt::AlignCenter, option.fontMetrics.elidedText(index.data().toString(), Qt::ElideRight, line.width()));
        painter->restore();
    }

private:
    static void paintFrame(QPainter *painter, const QStyleOptionViewItem &option)
    {
        const QRectF frame = QRectF(option.rect).adjusted(1, 1, -1, -1);
        const QColor accent = look::color(look::Meaning::Accent, option.palette);
        const bool selected = option.state & QStyle::State_Selected, focus = option.state & QStyle::State_HasFocus;
        painter->setPen(selected ? QPen(accent, 2) : focus ? QPen(accent, 1, Qt::DashLine) : QPen(Qt::NoPen));
        painter->setBrush(selected || (option.state & QStyle::State_MouseOver) ? option.palette.brush(QPalette::AlternateBase) : QBrush(Qt::NoBrush));
        painter->drawRoundedRect(frame, 6, 6);
        if (selected && focus) {
            painter->setPen(QPen(option.palette.color(QPalette::Base), 1, Qt::DashLine));
            painter->drawRoundedRect(frame, 6, 6);
        }
    }

    void paintPicture(QPainter *painter, const QRect &box, const QStyleOptionViewItem &option, const QString &path) const
    {
        const QPixmap pixmap = m_loader.get(path);
        if (!pixmap.isNull()) {
            // Small pictures are enlarged, so that the wall is even.
            const QSize size = (QSizeF(pixmap.size()).scaled(box.size(), Qt::KeepAspectRatio)).toSize();
            painter->drawPixmap(QRect(box.center() - QPoint(size.width() / 2 - 1, size.height() / 2 - 1), size), pixmap);
            return;
        }
        painter->setPen(look::border(option.palette));
        painter->setBrush(option.palette.brush(QPalette::AlternateBase));
        painter->drawRect(QRectF(box).adjusted(.5, .5, -.5, -.5));
        if (path.isEmpty() || m_loader.hasFailed(path)) {
            const int side = box.width() / 4;
            look::icon(QStringLiteral("warning")).paint(painter, QRect(box.center() - QPoint(side / 2, side / 2), QSize(side, side)), Qt::AlignCenter, QIcon::Disabled);
        }
    }

    // At the top, each on a line of its own: sign, word, on the page's colour.
    static void paintBadges(QPainter *painter, QRect box, const QStyleOptionViewItem &option, const QVector<Badge> &badges)
    {
        const int height = option.fontMetrics.height() + 2, sign = option.fontMetrics.ascent();
        for (const auto &badge : badges) {
            if (box.height() < height)
                return;
            const auto word = option.fontMetrics.elidedText(badge.word, Qt::ElideRight, box.width() - sign - 12);
            const QRect label(box.topLeft(), QSize(sign + option.fontMetrics.horizontalAdvance(word) + 12, height));
            painter->setPen(QPen(colorOf(badge.kind, option.palette), 1.5));
            painter->setBrush(option.palette.brush(QPalette::Base));
            painter->drawRoundedRect(QRectF(label).adjusted(.5, .5, -.5, -.5), 4, 4);
            look::icon(iconOf(badge.kind)).paint(painter, QRect(label.left() + 4, label.center().y() - sign / 2 + 1, sign, sign));
            painter->setPen(option.palette.color(QPalette::Text));
            painter->drawText(label.adjusted(sign + 8, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, word);
            box.setTop(label.bottom() + 3);
        }
    }

    ThumbnailLoader &m_loader;
    int m_side;
};

} // namespace

ThumbnailGrid::ThumbnailGrid(int side, QWidget *parent) : QListView(parent), m_side(side), m_loader(QSize(side, side))
{
    setItemDelegate(new Delegate(m_loader, side, this));
    setViewMode(IconMode);
    setMovement(Static);
    setResizeMode(Adjust);
    setUniformItemSizes(true);
    setLayoutMode(Batched);
    setBatchSize(500);
    setSelectionMode(ExtendedSelection);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFrameShape(NoFrame);
    setMouseTracking(true);
    setEditTriggers(NoEditTriggers);
    setTabKeyNavigation(false);
    verticalScrollBar()->setSingleStep(side / 3);
    connect(&m_loader, &ThumbnailLoader::loaded, this, &ThumbnailGrid::repaintFile);
    connect(&m_loader, &ThumbnailLoader::failed, this, &ThumbnailGrid::repaintFile);
    connect(this, &QListView::activated, this, [this](const QModelIndex &index) { Q_EMIT activatedFile(index.data(PathRole).toString()); });
    updateCell();
}

void ThumbnailGrid::updateCell()
{
    setGridSize(QSize(m_side + 2 * look::gap + 4, m_side + 2 * look::gap + fontMetrics().height() + 4));
}

void ThumbnailGrid::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::FontChange)
        updateCell();
    QListView::changeEvent(event);
}

void ThumbnailGrid::paintEvent(QPaintEvent *event)
{
    m_loader.setDevicePixelRatio(devicePixelRatioF());
    QListView::paintEvent(event);
}

// Only the cells that are seen can have asked: looking through them is cheap.
void ThumbnailGrid::repaintFile(const QString &path)
{
    if (!model())
        return;
    const QSize cell = gridSize();
    const QRect seen = viewport()->rect();
    for (int y = seen.top() + cell.height() / 2; y < seen.bottom() + cell.height(); y += cell.height()) {
        for (int x = seen.left() + cell.width() / 2; x < seen.right() + cell.width() / 2; x += cell.width()) {
            const auto index = indexAt({x, std::min(y, seen.bottom())});
            if (index.isValid() && index.data(PathRole).toString() == path) {
                update(index);
                return;
            }
        }
    }
}

} // namespace quell
