#include "widgets/scaled_tiles.h"

#include "widgets/in_background.h"

#include <QPainter>
#include <QRegion>

#include <cmath>

namespace quell {
namespace {

constexpr int side = 256; // device pixels
constexpr int ahead = 1;  // tiles beyond what is seen

int tileOf(int pixel) { return int(std::floor(double(pixel) / side)); }

} // namespace

ScaledTiles::~ScaledTiles()
{
    if (m_wanted)
        *m_wanted = false;
}

void ScaledTiles::begin(const Picture &picture, const QSizeF &size, bool smooth)
{
    if (picture.isSame(m_picture) && size == m_size && smooth == m_smooth)
        return;
    if (m_wanted)
        *m_wanted = false;
    m_wanted = std::make_shared<std::atomic<bool>>(true);
    m_picture = picture;
    m_size = size;
    m_smooth = smooth;
    m_tiles.clear();
}

QRect ScaledTiles::placeOf(Place place) const
{
    const QRect whole(QPoint(0, 0), m_size.toSize());
    return QRect(place.second * side, place.first * side, side, side).intersected(whole);
}

void ScaledTiles::draw(QPainter &painter, const Picture &picture, const QRectF &target, const QRect &clip, bool smooth)
{
    begin(picture, target.size(), smooth);
    const auto origin = target.topLeft().toPoint();
    const auto seen = clip.intersected(QRect(origin, m_size.toSize())).translated(-origin);
    if (seen.isEmpty() || picture.isPlain(target, smooth))
        return picture.draw(painter, target, clip, smooth);
    const QRect tiles(QPoint(tileOf(seen.left()), tileOf(seen.top())), QPoint(tileOf(seen.right()), tileOf(seen.bottom())));
    QRegion missing; // neighbours become one rectangle
    for (int row = tiles.top(); row <= tiles.bottom(); ++row)
        for (int column = tiles.left(); column <= tiles.right(); ++column) {
            const auto place = placeOf({row, column});
            const auto part = place.intersected(seen);
            const auto tile = m_tiles.find({row, column});
            if (tile == m_tiles.end() || tile->second.isNull())
                missing += part;
            else
                painter.drawImage(part.translated(origin).topLeft(), tile->second, part.translated(-place.topLeft()));
        }
    for (const auto &part : missing)
        picture.draw(painter, target, part.translated(origin), smooth);
    request(tiles.adjusted(-ahead, -ahead, ahead, ahead));
}

void ScaledTiles::request(const QRect &tiles)
{
    std::erase_if(m_tiles, [&](const auto &tile) { return !tiles.adjusted(-ahead, -ahead, ahead, ahead).contains(tile.first.second, tile.first.first); });
    for (int row = tiles.top(); row <= tiles.bottom(); ++row)
        for (int column = tiles.left(); column <= tiles.right(); ++column) {
            const auto place = placeOf({row, column});
            if (row < 0 || column < 0 || place.isEmpty() || !m_tiles.try_emplace({row, column}).second)
                continue;
            const auto work = [picture = m_picture, size = m_size, smooth = m_smooth, place, wanted = m_wanted] {
                QImage image;
                if (!*wanted)
                    return image;
                image = QImage(place.size(), picture.image().format());
                image.fill(Qt::transparent);
                QPainter painter(&image);
                picture.draw(painter, QRectF(-QPointF(place.topLeft()), size), image.rect(), smooth);
                return image;
            };
            inBackground(this, work, [this, row, column, wanted = m_wanted](const QImage &image) {
                if (*wanted)
                    if (const auto tile = m_tiles.find({row, column}); tile != m_tiles.end())
                        tile->second = image;
            });
        }
}

} // namespace quell
