// Draws a picture as Picture::draw does, only that what was scaled once is scaled beside the GUI thread and kept: moving a picture then costs a copy.
#pragma once

#include "widgets/picture.h"

#include <QObject>
#include <QSizeF>

#include <atomic>
#include <map>
#include <memory>

namespace quell {

class ScaledTiles : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    ~ScaledTiles() override;

    // Of one picture at one size at a time; with another, what is kept goes. Tiles that are not there yet are drawn from the picture.
    void draw(QPainter &painter, const Picture &picture, const QRectF &target, const QRect &clip, bool smooth);

private:
    using Place = std::pair<int, int>; // row, column
    void begin(const Picture &picture, const QSizeF &size, bool smooth);
    void request(const QRect &tiles);
    QRect placeOf(Place place) const; // in the scaled picture

    Picture m_picture;
    QSizeF m_size;
    bool m_smooth = false;
    std::map<Place, QImage> m_tiles; // null: under way
    std::shared_ptr<std::atomic<bool>> m_wanted; // the tiles under way still are
};

} // namespace quell
