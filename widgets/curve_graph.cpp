#include "widgets/curve_graph.h"

#include <algorithm>
#include <cmath>

namespace quell {
namespace {

constexpr qsizetype many = 200;

struct Column {
    double top = INFINITY, bottom = -INFINITY;
    void include(double y)
    {
        top = std::min(top, y);
        bottom = std::max(bottom, y);
    }
};

} // namespace

void CurveGraph::drawLinePlot(QCPPainter *painter, const QVector<QPointF> &lines) const
{
    if (lines.size() < many || painter->modes().testFlag(QCPPainter::pmVectorized)) {
        QCPGraph::drawLinePlot(painter, lines);
        return;
    }
    const double ratio = painter->device()->devicePixelRatioF();
    const auto clip = clipRect();
    QImage image(clip.size() * ratio, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(ratio);
    image.fill(Qt::transparent);
    QVector<QPointF> run; // without a gap, in the image's pixels
    for (const auto &point : lines) {
        if (std::isfinite(point.y())) {
            run << (point - clip.topLeft()) * ratio;
        } else {
            drawRun(image, run);
            run.clear();
        }
    }
    drawRun(image, run);
    painter->drawImage(clip.topLeft(), image);
}

void CurveGraph::drawScatterPlot(QCPPainter *painter, const QVector<QPointF> &scatters, const QCPScatterStyle &style) const
{
    if (scatters.size() < many || painter->modes().testFlag(QCPPainter::pmVectorized)) {
        QCPGraph::drawScatterPlot(painter, scatters, style);
        return;
    }
    const double side = style.size() / 2;
    for (const auto &point : scatters)
        painter->fillRect(QRectF(point.x() - side / 2, point.y() - side / 2, side, side), style.brush());
}

void CurveGraph::drawRun(QImage &image, const QVector<QPointF> &run) const
{
    std::vector<Column> columns(static_cast<std::size_t>(image.width()));
    const auto include = [&](int at, double y) {
        if (at >= 0 && at < image.width())
            columns[static_cast<std::size_t>(at)].include(y);
    };
    const auto columnOf = [&](double x) { return static_cast<int>(std::floor(std::clamp(x, -1.0, image.width() + 1.0))); };
    for (qsizetype i = 0; i < run.size(); ++i) {
        include(columnOf(run[i].x()), run[i].y());
        for (int edge = i > 0 ? columnOf(run[i - 1].x()) + 1 : INT_MAX; edge <= columnOf(run[i].x()); ++edge) {
            const auto a = run[i - 1], b = run[i];
            const double y = a.y() + (b.y() - a.y()) * (edge - a.x()) / (b.x() - a.x());
            include(edge - 1, y);
            include(edge, y);
        }
    }
    const double half = pen().widthF() * image.devicePixelRatio() / 2;
    for (int x = 0; x < image.width(); ++x) {
        const auto &column = columns[static_cast<std::size_t>(x)];
        if (column.top <= column.bottom && isInked(x))
            fillColumn(image, x, column.top - half, column.bottom + half);
    }
}

void CurveGraph::fillColumn(QImage &image, int x, double top, double bottom) const
{
    top = std::clamp(top, 0.0, double(image.height()));
    bottom = std::clamp(bottom, 0.0, double(image.height()));
    auto *pixels = reinterpret_cast<QRgb *>(image.bits()) + x;
    const auto stride = image.bytesPerLine() / qsizetype(sizeof(QRgb));
    const auto color = pen().color();
    const auto ink = [&](double cover) { return qPremultiply(qRgba(color.red(), color.green(), color.blue(), qRound(color.alpha() * cover))); };
    const auto full = ink(1);
    for (int y = int(top); y < image.height() && y < bottom; ++y) {
        const double cover = std::min(bottom, y + 1.0) - std::max(top, double(y));
        pixels[y * stride] = cover == 1 ? full : ink(cover);
    }
}

bool CurveGraph::isInked(int column) const
{
    const int period = pen().style() == Qt::DashLine ? 10 : 5, ink = pen().style() == Qt::DashLine ? 6 : 2;
    return pen().style() == Qt::SolidLine || column % period < ink;
}

} // namespace quell
