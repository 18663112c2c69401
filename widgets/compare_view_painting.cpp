// How a CompareView looks: pictures under their headers, messages in place of them, and the slider's handle.
#include "widgets/compare_view.h"

#include "widgets/look.h"

#include <QFileInfo>
#include <QLinearGradient>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace quell {

void CompareView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const auto all = areas();
    QRegion around(rect());
    for (const auto &area : all)
        around -= area.picture; // every pixel is painted once: at two device pixels a pixel that is half of a frame's time
    for (const auto &part : around)
        painter.fillRect(part, look::border(palette()));
    for (const auto &area : all) {
        paintPictures(painter, area);
        paintMessages(painter, area);
        paintHeader(painter, area);
        if (sliding())
            paintHandle(painter, area.picture);
    }
    QPainterPath outline, corners;
    outline.addRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), look::gap, look::gap);
    corners.addRect(rect());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillPath(corners.subtracted(outline), palette().color(QPalette::Window));
    painter.setBrush(Qt::NoBrush);
    painter.setPen(hasFocus() ? palette().color(QPalette::Highlight) : look::border(palette()));
    painter.drawPath(outline);
}

void CompareView::paintPictures(QPainter &painter, const Area &area) const
{
    const double ratio = devicePixelRatioF();
    const auto place = deviceRect(area.picture);
    painter.save();
    painter.scale(1 / ratio, 1 / ratio);
    if (!together()) {
        paintOne(painter, area.pane, place, place);
    } else if (const int alone = shownAlone(); alone >= 0) {
        paintOne(painter, alone, place, place);
    } else if (m_mode == Mode::Difference) {
        const auto frame = m_viewport.frameRect(0).translated(place.topLeft());
        paintOn(painter, m_tiles.back(), m_obscured ? m_obscuredDifference : m_difference, frame, frame, place);
    } else {
        const int edge = qRound(splitX(area.picture) * ratio) - place.x();
        paintOne(painter, 0, place, QRect(place.topLeft(), QSize(edge, place.height())));
        paintOne(painter, 1, place, place.adjusted(edge, 0, 0, 0));
    }
    painter.restore();
}

void CompareView::paintOne(QPainter &painter, int pane, const QRect &place, const QRect &clip) const
{
    const auto &slot = m_slots[pane];
    const auto corner = place.topLeft();
    paintOn(painter, m_tiles[pane], m_obscured ? slot.obscured : slot.picture, m_viewport.pictureRect(pane).translated(corner), m_viewport.frameRect(pane).translated(corner), clip);
}

// The grey only where the picture leaves it to be seen.
void CompareView::paintOn(QPainter &painter, ScaledTiles &tiles, const Picture &picture, const QRectF &target, const QRectF &frame, const QRect &clip) const
{
    const auto covered = picture.isOpaque() ? target.intersected(frame).toAlignedRect().adjusted(1, 1, -1, -1) : QRect();
    for (const auto &part : QRegion(clip) - covered)
        painter.fillRect(part, look::behindPictures());
    tiles.draw(painter, picture, target, clip.intersected(frame.toAlignedRect()), m_smooth || m_obscured);
}

QString CompareView::messageFor(int pane) const
{
    const auto &slot = m_slots[pane];
    if (!slot.error.isEmpty())
        return tr("%1 cannot be shown: %2", "file, reason").arg(QFileInfo(slot.shown.path).fileName(), slot.error);
    return slot.shown.path.isEmpty() && !slot.job ? tr("No picture here yet") : QString();
}

void CompareView::paintMessages(QPainter &painter, const Area &area) const
{
    const auto write = [&](const QRect &rect, const QString &text) {
        if (text.isEmpty())
            return;
        const auto room = rect.adjusted(look::margin, look::margin, -look::margin, -look::margin);
        const auto box = painter.boundingRect(room, Qt::AlignCenter | Qt::TextWordWrap, text).adjusted(-look::padding, -look::gap, look::padding, look::gap);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(palette().color(QPalette::Base));
        painter.drawRoundedRect(box, look::gap, look::gap);
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(room, Qt::AlignCenter | Qt::TextWordWrap, text);
        painter.setRenderHint(QPainter::Antialiasing, false);
    };
    const int alone = together() ? shownAlone() : area.pane;
    if (m_obscured) {
        write(area.picture, tr("Hidden. Click or press Enter to show"));
    } else if (alone >= 0) {
        write(area.picture, messageFor(alone));
    } else {
        const int half = area.picture.width() / 2;
        write(area.picture.adjusted(0, 0, -half, 0), messageFor(0));
        write(area.picture.adjusted(half, 0, 0, 0), messageFor(1));
    }
}

void CompareView::paintHeader(QPainter &painter, const Area &area) const
{
    painter.fillRect(area.header, palette().color(QPalette::Base));
    painter.fillRect(QRect(area.header.bottomLeft(), QSize(area.header.width(), 1)), look::border(palette()));
    const int alone = together() ? shownAlone() : area.pane;
    if (alone >= 0)
        return paintLabel(painter, area.header, m_slots[alone].shown);
    if (m_mode == Mode::Difference)
        return paintDifferenceHeader(painter, area.header);
    const int half = area.header.width() / 2;
    paintLabel(painter, area.header.adjusted(0, 0, -half, 0), m_slots[0].shown);
    paintLabel(painter, area.header.adjusted(half, 0, 0, 0), m_slots[1].shown);
    painter.fillRect(QRect(area.header.x() + half, area.header.y(), 1, area.header.height()), look::border(palette()));
}

void CompareView::paintLabel(QPainter &painter, QRect rect, const Pane &pane) const
{
    rect.adjust(look::padding, 0, -look::padding, 0);
    if (pane.mark.isValid()) {
        const int length = fontMetrics().height();
        painter.setPen(QPen(pane.mark, 2));
        painter.drawLine(rect.x(), rect.center().y(), rect.x() + length, rect.center().y());
        rect.setLeft(rect.x() + length + look::gap);
    }
    painter.setPen(palette().color(QPalette::Text));
    painter.setFont(font());
    const auto label = fontMetrics().elidedText(pane.label, Qt::ElideRight, rect.width());
    painter.drawText(rect, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, label);
    rect.setLeft(rect.x() + fontMetrics().horizontalAdvance(label) + 2 * look::gap);
    auto small = font();
    small.setPointSizeF(small.pointSizeF() * look::captionScale);
    painter.setFont(small);
    painter.setPen(look::faint(palette()));
    const QFontMetrics metrics(small);
    if (rect.width() > metrics.averageCharWidth() * 6)
        painter.drawText(rect, Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine, metrics.elidedText(pane.detail, Qt::ElideRight, rect.width()));
    painter.setFont(font());
}

// The mean, and a scale from "the same" to the difference that is drawn in the lightest colour.
void CompareView::paintDifferenceHeader(QPainter &painter, QRect rect) const
{
    rect.adjust(look::padding, 0, -look::padding, 0);
    const auto number = [&](double value, int decimals) { return locale().toString(value, 'f', decimals); };
    const auto most = number(255.0 / m_gain, m_gain == 1 ? 0 : 1);
    const auto mean = m_mean < 0 ? tr("working out the difference") : tr("mean difference %1 of 255").arg(number(m_mean, 1));
    const int bar = fontMetrics().averageCharWidth() * 16;
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(rect, Qt::AlignRight | Qt::AlignVCenter, most);
    rect.adjust(0, 0, -fontMetrics().horizontalAdvance(most) - look::gap, 0);
    QRect scale(rect.right() - bar, rect.center().y() - fontMetrics().height() / 3, bar, fontMetrics().height() * 2 / 3);
    QLinearGradient gradient(scale.topLeft(), scale.topRight());
    for (int i = 0; i <= 16; ++i)
        gradient.setColorAt(i / 16.0, QColor::fromRgb(differenceColor(i * 255 / 16)));
    painter.setBrush(gradient);
    painter.setPen(look::border(palette()));
    painter.drawRect(scale);
    rect.setRight(scale.left() - look::gap);
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(rect, Qt::AlignRight | Qt::AlignVCenter, number(0, 0));
    rect.setRight(rect.right() - fontMetrics().horizontalAdvance(number(0, 0)) - 2 * look::gap);
    painter.drawText(rect, Qt::AlignRight | Qt::AlignVCenter, mean);
    rect.setRight(rect.right() - fontMetrics().horizontalAdvance(mean) - 2 * look::gap);
    const auto label = tr("Difference of %1 and %2").arg(m_slots[0].shown.label, m_slots[1].shown.label);
    painter.drawText(rect, Qt::AlignLeft | Qt::AlignVCenter, fontMetrics().elidedText(label, Qt::ElideRight, std::max(0, rect.width())));
}

void CompareView::paintHandle(QPainter &painter, const QRect &picture) const
{
    // White in black shows on any picture.
    const double x = qRound(splitX(picture) * devicePixelRatioF()) / devicePixelRatioF();
    painter.fillRect(QRectF(x - 2, picture.y(), 4, picture.height()), QColor(0, 0, 0, 120));
    painter.fillRect(QRectF(x - 1, picture.y(), 2, picture.height()), Qt::white);
    const double radius = fontMetrics().height() * 0.85, arrow = radius * 0.4;
    const QPointF middle(x, picture.center().y());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(hasFocus() ? palette().color(QPalette::Highlight) : QColor(0, 0, 0, 120), 2));
    painter.setBrush(Qt::white);
    painter.drawEllipse(middle, radius, radius);
    painter.setPen(QPen(QColor(0x30, 0x30, 0x30), 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    for (const int side : {-1, 1}) {
        const QPointF tip = middle + QPointF(side * radius * 0.65, 0);
        painter.drawPolyline(QPolygonF({tip + QPointF(-side * arrow, -arrow), tip, tip + QPointF(-side * arrow, arrow)}));
    }
    painter.restore();
}

} // namespace quell
