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
    PlotSeries();
    PlotSeries(PlotSeries &&) noexcept;
    PlotSeries &operator=(PlotSeries &&) noexcept;
    ~PlotSeries();

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
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    struct Node { // indices of the least and the largest finite y among a node's points
        std::size_t least = none, largest = none;
    };
    std::size_t lowerBound(double x, std::size_t begin = 0) const; // the first point that is not below x
    void take(Node &node, const Node &other) const;
    Node extremes(std::size_t begin, std::size_t end) const;
    QPointF point(std::size_t i) const { return {m_x[i], m_y[i]}; }
    void appendColumn(QVector<QPointF> &points, std::size_t begin, std::size_t end) const;

    std::vector<double> m_x, m_y;
    std::vector<std::vector<Node>> m_levels; // m_levels[k]: the whole nodes of 16^(k+1) points
    // What smoothed() made so far, and its state after the last point.
    mutable std::unique_ptr<PlotSeries> m_smooth;
    mutable double m_span = 0, m_mean = 0, m_weight = 0;
};

} // namespace quell
