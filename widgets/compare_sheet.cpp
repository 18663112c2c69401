#include "widgets/compare_sheet.h"

#include <QFontMetrics>
#include <QPainter>

#include <algorithm>

namespace quell {

namespace {

constexpr int readable = 512; // pixels: below it, pictures are enlarged

QSize cellSize(const QVector<SheetPane> &panes)
{
    QSize largest(64, 64);
    for (const auto &pane : panes)
        largest = largest.expandedTo(pane.picture.size());
    const int longest = std::max(largest.width(), largest.height());
    return largest * std::max(1, (readable + longest - 1) / longest);
}

} // namespace

QImage makeCompareSheet(const QString &title, const QVector<SheetPane> &panes, QFont font)
{
    const auto cell = cellSize(panes);
    font.setPixelSize(std::max(16, cell.width() / 28));
    auto bold = font;
    bold.setBold(true);
    const int line = QFontMetrics(bold).height(), gap = line / 2;
    const int columns = std::max(1, int(panes.size()));
    QImage sheet(columns * (cell.width() + gap) + gap, cell.height() + 4 * line + 3 * gap, QImage::Format_RGB32);
    sheet.fill(Qt::white);
    QPainter painter(&sheet);
    const auto write = [&](const QFont &with, QRect rect, const QString &text) {
        painter.setFont(with);
        painter.drawText(rect, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, QFontMetrics(with).elidedText(text, Qt::ElideRight, rect.width()));
    };
    write(bold, QRect(gap, gap, sheet.width() - 2 * gap, line), title);
    for (int i = 0; i < panes.size(); ++i) {
        const QRect place(QPoint(gap + i * (cell.width() + gap), 2 * gap + line), cell);
        painter.fillRect(place, QColor(0x60, 0x60, 0x60));
        const auto size = panes[i].picture.size().scaled(cell, Qt::KeepAspectRatio);
        const QRect inside(place.center() - QPoint(size.width() - 1, size.height() - 1) / 2, size);
        panes[i].picture.draw(painter, inside, inside);
        write(bold, QRect(place.x(), place.bottom() + gap, cell.width(), line), panes[i].label);
        write(font, QRect(place.x(), place.bottom() + gap + line, cell.width(), line), panes[i].detail);
    }
    return sheet;
}

} // namespace quell
