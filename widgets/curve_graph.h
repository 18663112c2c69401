// A curve of a plot, in the time of a frame whatever the number of its points.
#pragma once

#include "widgets/qcustomplot.h"

namespace quell {

// A stroked line of thousands of points costs more than a frame. From a few hundred on each column of device pixels is filled between its least
// and its largest y, smooth at both ends, straight into an image; and points are little squares.
class CurveGraph : public QCPGraph {
public:
    CurveGraph(QCPAxis *x, QCPAxis *y) : QCPGraph(x, y) {}

protected:
    void drawLinePlot(QCPPainter *painter, const QVector<QPointF> &lines) const override;
    void drawScatterPlot(QCPPainter *painter, const QVector<QPointF> &scatters, const QCPScatterStyle &style) const override;

private:
    void drawRun(QImage &image, const QVector<QPointF> &run) const; // of points without a gap between, in the image's pixels
    void fillColumn(QImage &image, int x, double top, double bottom) const;
    bool isInked(int column) const;
};

} // namespace quell
