// Points of one curve, appended as they come, x rising, with a pyramid of minima and maxima (16 points a node) in front of the plot: drawing costs the width in
// pixels, whatever the zoom and the number of points.
#pragma once

#include <QPointF>
#include <QVector>

#include <memory>
#include <vector>

namespace quell {

class PlotSeries {
public:
    void append(double x, double y); // x not below the last; a y that is not finite is a gap
    void truncate(double x);         // drops what lies beyond x
    void clear();
    std::size_t size() const { return m_x.size(); }
    bool empty() const { return m_x.empty(); }
    double x(std::size_t i) const { return m_x[i]; }
    double y(std::size_t i) const { return m_y[i]; }
    // Index of the point nearest to x; size() if empty.
    std::size_t nearest(double x) const;
    // What to draw between two xs on `columns` pixel columns: at most four points a column (first, minimum, maximum, last), with the
    // neighbours outside so that lines enter and leave.
    QVector<QPointF> decimated(double from, double to, int columns) const;
    // The least and the largest finite y between two xs; false if there is none.
    bool range(double from, double to, double &least, double &largest) const;
    // A causal, bias-corrected exponential mean: constants stay constant from the first point on. `span` in points. Grows with the series.
    const PlotSeries &smoothed(double span) const;

private:
    struct Node {
        double least, largest;
    };
    std::vector<double> m_x, m_y;
    std::vector<std::vector<Node>> m_levels; // m_levels[k]: nodes of 16^(k+1) points
    // cache of smoothed(): see plot_series.cpp
    mutable std::shared_ptr<PlotSeries> m_smooth;
    mutable double m_span = 0, m_mean = 0, m_weight = 0;
};

} // namespace quell
