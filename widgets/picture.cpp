#include "widgets/picture.h"

#include <QColorSpace>
#include <QImageReader>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>

namespace quell {
namespace {

constexpr int smallest = 64;  // a side that is not halved any more
constexpr int obscuredSide = 6;
constexpr double squaresFrom = 2; // zoom

QImage fitted(const Picture &picture, QSize frame, bool fill)
{
    if (picture.size() == frame)
        return picture.image();
    QImage image(frame, QImage::Format_RGB32);
    image.fill(Qt::black);
    QPainter painter(&image);
    const auto size = QSizeF(picture.size()).scaled(frame, fill ? Qt::KeepAspectRatioByExpanding : Qt::KeepAspectRatio);
    picture.draw(painter, {{(frame.width() - size.width()) / 2, (frame.height() - size.height()) / 2}, size}, image.rect(), true);
    return image;
}

} // namespace

Picture::Picture(const QImage &image)
{
    if (image.isNull())
        return;
    m_levels.append(image.convertToFormat(image.hasAlphaChannel() ? QImage::Format_ARGB32_Premultiplied : QImage::Format_RGB32));
    m_levels[0].setDevicePixelRatio(1);
    while (std::min(m_levels.last().width(), m_levels.last().height()) > smallest)
        m_levels.append(m_levels.last().scaled(m_levels.last().size() / 2, Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
}

Picture Picture::read(const QString &path, QString *error)
{
    QImageReader reader(path);
    reader.setAutoTransform(true);
    auto image = reader.read();
    if (image.isNull()) {
        *error = reader.errorString();
        return {};
    }
    if (image.colorSpace().isValid() && image.colorSpace() != QColorSpace(QColorSpace::SRgb))
        image.convertToColorSpace(QColorSpace::SRgb);
    return Picture(image);
}

qsizetype Picture::levelFor(double &zoom) const
{
    qsizetype level = 0;
    for (; zoom <= 0.5 && level + 1 < m_levels.size(); ++level)
        zoom *= 2;
    return level;
}

bool Picture::isPlain(const QRectF &target, bool smooth) const
{
    double zoom = isNull() ? 1 : target.width() / size().width();
    if (zoom > squaresFrom && !smooth)
        return true;
    levelFor(zoom);
    return zoom == 1;
}

void Picture::draw(QPainter &painter, const QRectF &target, const QRect &clip, bool smooth) const
{
    const auto seen = target.intersected(clip);
    if (isNull() || seen.isEmpty())
        return;
    double zoom = target.width() / size().width();
    const bool squares = zoom > squaresFrom && !smooth;
    const auto &image = m_levels[levelFor(zoom)];
    // Whole source pixels and the painter's clip, so that parts drawn beside one another fit without a seam.
    const double across = target.width() / image.width(), down = target.height() / image.height();
    const QRectF source((seen.x() - target.x()) / across, (seen.y() - target.y()) / down, seen.width() / across, seen.height() / down);
    const auto whole = source.toAlignedRect().adjusted(-1, -1, 1, 1).intersected(image.rect());
    painter.save();
    painter.setClipRect(clip, Qt::IntersectClip);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, !squares);
    painter.drawImage(QRectF(target.x() + whole.x() * across, target.y() + whole.y() * down, whole.width() * across, whole.height() * down), image, whole);
    painter.restore();
}

Picture Picture::obscured() const
{
    if (isNull())
        return {};
    const auto bounded = [&](int side) { return size().scaled(side, side, Qt::KeepAspectRatio).expandedTo(QSize(1, 1)); };
    const auto blobs = m_levels.last().scaled(bounded(obscuredSide), Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
    return Picture(blobs.scaled(bounded(256), Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
}

Difference differenceOf(const Picture &a, const Picture &b, QSize frame, bool fill, int gain)
{
    if (a.isNull() || b.isNull() || frame.isEmpty())
        return {};
    const auto first = fitted(a, frame, fill).convertToFormat(QImage::Format_RGB32), second = fitted(b, frame, fill).convertToFormat(QImage::Format_RGB32);
    std::array<QRgb, 3 * 255 + 1> colors; // by the sum over red, green and blue
    for (int i = 0; i < int(colors.size()); ++i)
        colors[i] = differenceColor(std::min(255, int(std::lround(i * gain / 3.0))));
    QImage shown(frame, QImage::Format_RGB32);
    quint64 total = 0;
    for (int y = 0; y < frame.height(); ++y) {
        const auto *p = reinterpret_cast<const QRgb *>(first.constScanLine(y)), *q = reinterpret_cast<const QRgb *>(second.constScanLine(y));
        auto *out = reinterpret_cast<QRgb *>(shown.scanLine(y));
        for (int x = 0; x < frame.width(); ++x) {
            const int sum = std::abs(qRed(p[x]) - qRed(q[x])) + std::abs(qGreen(p[x]) - qGreen(q[x])) + std::abs(qBlue(p[x]) - qBlue(q[x]));
            total += sum;
            out[x] = colors[sum];
        }
    }
    return {Picture(shown), total / (3.0 * frame.width() * frame.height())};
}

QRgb differenceColor(int value)
{
    // Lightness rises steadily, so that the order shows without colours too.
    static constexpr int stops[][3] = {{0, 0, 0}, {62, 22, 110}, {172, 42, 98}, {240, 128, 44}, {255, 251, 205}};
    const double place = std::clamp(value, 0, 255) / 255.0 * 4;
    const int low = std::min(3, int(place));
    const auto mix = [&](int channel) { return int(std::lround(stops[low][channel] + (place - low) * (stops[low + 1][channel] - stops[low][channel]))); };
    return qRgb(mix(0), mix(1), mix(2));
}

} // namespace quell
