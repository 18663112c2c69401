// A picture with its halves: drawing a large one small costs what is seen of it, not what the file holds.
#pragma once

#include <QImage>
#include <QVector>

class QPainter;

namespace quell {

class Picture {
public:
    Picture() = default;
    explicit Picture(const QImage &image); // takes a while for a large one: any thread
    // Turned as its EXIF data say, in sRGB. Null if the file cannot be read, and `error` says why. Any thread.
    static Picture read(const QString &path, QString *error);

    bool isNull() const { return m_levels.isEmpty(); }
    QSize size() const { return isNull() ? QSize() : m_levels[0].size(); }
    const QImage &image() const { return m_levels[0]; } // of a picture that is not null
    bool isOpaque() const { return !isNull() && !image().hasAlphaChannel(); }
    // The whole picture fills `target`; only what lies in `clip` is drawn. Both in the painter's coordinates, which are device pixels. Enlarged
    // beyond 200 %, its pixels are squares unless `smooth`.
    void draw(QPainter &painter, const QRectF &target, const QRect &clip, bool smooth = false) const;
    // Whether drawing it so is a copy of pixels: nothing is interpolated.
    bool isPlain(const QRectF &target, bool smooth) const;
    bool isSame(const Picture &other) const { return isNull() ? other.isNull() : !other.isNull() && image().cacheKey() == other.image().cacheKey(); }
    // So coarse that what it shows cannot be told.
    Picture obscured() const;

private:
    qsizetype levelFor(double &zoom) const; // and the zoom of that
    QVector<QImage> m_levels; // each half as large as the one before
};

// How much two pictures differ, in colours from black (not at all) to white.
struct Difference {
    Picture picture;
    double mean = 0; // of |a - b| over pixels and colours, 0 to 255
};
// Both are fitted into `frame` (or cover it). Differences are shown `gain` times as strong; the mean is of the true ones. Any thread.
Difference differenceOf(const Picture &a, const Picture &b, QSize frame, bool fill, int gain);
// The colour for a difference of 0 to 255, for the legend.
QRgb differenceColor(int value);

} // namespace quell
