#include "app/pages/history/run_row.h"

#include "app/run/run_texts.h"
#include "widgets/look.h"

#include <QApplication>
#include <QPainter>

namespace quell {
namespace {

QFont captionOf(QFont font)
{
    font.setPointSizeF(font.pointSizeF() * look::captionScale);
    return font;
}

int pictureSize(const QFont &font)
{
    return QFontMetrics(font).height() * 2 + look::gap / 2;
}

// Colours only, no shapes: what is left of a picture of this size in a handful of cells.
QPixmap blurredOf(const QPixmap &picture)
{
    const auto coarse = picture.toImage().scaled(4, 4, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
    auto blurred = QPixmap::fromImage(coarse.scaled(picture.size(), Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
    blurred.setDevicePixelRatio(picture.devicePixelRatio());
    return blurred;
}

} // namespace

RunRow::RunRow(const RunFilter *filter, const RunTable *table, QObject *parent)
    : QStyledItemDelegate(parent), m_filter(filter), m_table(table), m_loader(new ThumbnailLoader(QSize(1, 1) * pictureSize(QApplication::font()), this))
{
    connect(m_loader, &ThumbnailLoader::loaded, this, &RunRow::changed);
}

int RunRow::rowHeight(const QFont &font) const
{
    return pictureSize(font) + look::gap + 1;
}

void RunRow::setRevealed(const QString &folder, bool revealed)
{
    if (revealed)
        m_revealed.insert(folder);
    else
        m_revealed.remove(folder);
    Q_EMIT changed();
}

const RunRecord &RunRow::runOf(const QModelIndex &index) const
{
    return m_table->run(m_filter->mapToSource(index).row());
}

void RunRow::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem background(option);
    initStyleOption(&background, index);
    const bool own = index.column() == RunTable::Pictures || index.column() == RunTable::Run;
    const bool faint = index.column() == RunTable::When && !(option.state & QStyle::State_Selected);
    if (faint) {
        background.font = captionOf(option.font);
        background.palette.setColor(QPalette::Text, look::faint(option.palette));
    }
    option.widget->style()->drawPrimitive(QStyle::PE_PanelItemViewItem, &background, painter, option.widget);
    if (!own) {
        background.rect.adjust(look::gap, 0, -look::gap, 0);
        option.widget->style()->drawControl(QStyle::CE_ItemViewItem, &background, painter, option.widget);
    }
    painter->save();
    painter->setPen(look::border(option.palette));
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    if (index.column() == RunTable::Pictures)
        paintPictures(painter, option, runOf(index));
    if (index.column() == RunTable::Run)
        paintRun(painter, option, runOf(index));
    painter->restore();
}

void RunRow::paintPictures(QPainter *painter, const QStyleOptionViewItem &option, const RunRecord &run) const
{
    const bool blurred = run.unsafe && !m_revealed.contains(run.folder) && !(option.state & QStyle::State_MouseOver);
    m_loader->setDevicePixelRatio(option.widget->devicePixelRatioF());
    const int size = pictureSize(option.font);
    QRect place(option.rect.left() + look::gap, option.rect.top() + (option.rect.height() - size) / 2, size, size);
    for (const auto &path : {run.beforePicture, run.afterPicture}) {
        const auto pixmap = picture(path, blurred);
        if (pixmap.isNull()) {
            painter->setPen(look::border(option.palette));
            painter->drawRect(place.adjusted(0, 0, -1, -1));
        } else {
            QRectF target({}, QSizeF(pixmap.size()) / pixmap.devicePixelRatio());
            target.moveCenter(QRectF(place).center());
            painter->drawPixmap(target.topLeft(), pixmap);
        }
        place.translate(size + look::gap, 0);
    }
}

QPixmap RunRow::picture(const QString &path, bool blurred) const
{
    const auto pixmap = path.isEmpty() ? QPixmap() : m_loader->get(path);
    return blurred && !pixmap.isNull() ? blurredOf(pixmap) : pixmap;
}

void RunRow::paintRun(QPainter *painter, const QStyleOptionViewItem &option, const RunRecord &run) const
{
    const bool selected = option.state & QStyle::State_Selected;
    const auto group = option.state & QStyle::State_Active ? QPalette::Active : QPalette::Inactive;
    const auto text = option.palette.color(group, selected ? QPalette::HighlightedText : QPalette::Text);
    auto bold = option.font;
    bold.setWeight(QFont::DemiBold);
    const auto caption = captionOf(option.font);
    const QFontMetrics name(bold), small(caption);
    const auto area = option.rect.adjusted(look::gap + 2, 0, -look::gap, 0);
    const int top = area.top() + (area.height() - name.height() - small.height()) / 2;
    painter->setFont(bold);
    painter->setPen(text);
    painter->drawText(area.left(), top + name.ascent(), name.elidedText(run.name, Qt::ElideRight, area.width()));

    const QRect sign(area.left(), top + name.height() + (small.height() - small.ascent()) / 2, small.ascent(), small.ascent());
    look::icon(RunTexts::stateIcon(run.state)).paint(painter, sign, Qt::AlignCenter, selected ? QIcon::Selected : QIcon::Normal);
    //: The state of a run, then the concepts it suppresses
    const auto line = run.concepts.isEmpty() ? RunTexts::state(run.state) : tr("%1 · %2").arg(RunTexts::state(run.state), QLocale().createSeparatedList(run.concepts));
    painter->setFont(caption);
    painter->setPen(selected ? text : look::faint(option.palette));
    const int left = sign.right() + look::gap / 2;
    painter->drawText(left, top + name.height() + small.ascent(), small.elidedText(line, Qt::ElideRight, area.right() - left));
}

QSize RunRow::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    auto size = QStyledItemDelegate::sizeHint(option, index);
    if (index.column() == RunTable::Pictures)
        size.setWidth(2 * pictureSize(option.font) + 3 * look::gap);
    else
        size.rwidth() += 2 * look::gap;
    size.setHeight(rowHeight(option.font));
    return size;
}

PlainHeader::PlainHeader(QWidget *parent) : QHeaderView(Qt::Horizontal, parent)
{
    setSectionsClickable(true);
    setSortIndicatorShown(true);
    setHighlightSections(false);
}

void PlainHeader::paintSection(QPainter *painter, const QRect &rect, int section) const
{
    painter->save();
    painter->setFont(captionOf(font()));
    painter->setPen(look::border(palette()));
    painter->drawLine(rect.bottomLeft(), rect.bottomRight());
    const auto alignment = Qt::Alignment(model()->headerData(section, orientation(), Qt::TextAlignmentRole).toInt());
    auto text = model()->headerData(section, orientation(), Qt::DisplayRole).toString();
    if (section == sortIndicatorSection())
        text = (sortIndicatorOrder() == Qt::AscendingOrder ? QStringLiteral("↑ ") : QStringLiteral("↓ ")) + text;
    painter->setPen(look::faint(palette()));
    painter->drawText(rect.adjusted(look::gap + 2, 0, -look::gap - 2, 0), alignment, text);
    painter->restore();
}

QSize PlainHeader::sectionSizeFromContents(int section) const
{
    const QFontMetrics metrics(captionOf(font()));
    const auto text = model()->headerData(section, orientation(), Qt::DisplayRole).toString();
    return {metrics.horizontalAdvance(QStringLiteral("↑ ") + text) + 3 * look::gap, metrics.height() + look::gap};
}

} // namespace quell
