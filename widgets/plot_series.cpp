#include "widgets/plot_series.h"

#include <algorithm>
#include <cmath>

namespace quell {
namespace {

constexpr std::size_t fan = 16;

} // namespace

PlotSeries::PlotSeries() = default;
PlotSeries::PlotSeries(PlotSeries &&) noexcept = default;
PlotSeries &PlotSeries::operator=(PlotSeries &&) noexcept = default;
PlotSeries::~PlotSeries() = default;

void PlotSeries::append(double x, double y)
{
    m_x.push_back(m_x.empty() ? x : std::max(x, m_x.back()));
    m_y.push_back(y);
    // A node is made once all its points are there: its level then costs a sixteenth of the one below.
    std::size_t points = fan;
    for (std::size_t level = 0; size() % points == 0; ++level, points *= fan) {
        if (level == m_levels.size())
            m_levels.emplace_back();
        Node node;
        if (level == 0) {
            for (std::size_t i = size() - fan; i < size(); ++i)
                take(node, {i, i});
        } else {
            const auto &below = m_levels[level - 1];
            for (auto child = below.end() - fan; child != below.end(); ++child)
                take(node, *child);
        }
        m_levels[level].push_back(node);
    }
}

void PlotSeries::take(Node &node, const Node &other) const
{
    if (other.least == none || !std::isfinite(m_y[other.least]))
        return;
    if (node.least == none || m_y[other.least] < m_y[node.least])
        node.least = other.least;
    if (node.largest == none || m_y[other.largest] > m_y[node.largest])
        node.largest = other.largest;
}

void PlotSeries::truncate(double x)
{
    const auto kept = static_cast<std::size_t>(std::upper_bound(m_x.begin(), m_x.end(), x) - m_x.begin());
    if (kept == size())
        return;
    m_x.resize(kept);
    m_y.resize(kept);
    std::size_t points = fan;
    for (auto &level : m_levels) {
        level.resize(kept / points);
        points *= fan;
    }
    m_smooth.reset();
}

void PlotSeries::clear()
{
    *this = PlotSeries();
}

std::size_t PlotSeries::lowerBound(double x, std::size_t begin) const
{
    return static_cast<std::size_t>(std::lower_bound(m_x.begin() + static_cast<std::ptrdiff_t>(begin), m_x.end(), x) - m_x.begin());
}

std::size_t PlotSeries::nearest(double x) const
{
    const auto after = lowerBound(x);
    if (after == 0 || (after < size() && m_x[after] - x < x - m_x[after - 1]))
        return after;
    return lowerBound(m_x[after - 1]); // the first of several at one x
}

PlotSeries::Node PlotSeries::extremes(std::size_t begin, std::size_t end) const
{
    Node node;
    while (begin < end) {
        std::size_t points = 1, level = 0; // the largest whole node that begins here and does not pass the end
        while (level < m_levels.size() && begin % (points * fan) == 0 && begin + points * fan <= end) {
            points *= fan;
            ++level;
        }
        take(node, level == 0 ? Node{begin, begin} : m_levels[level - 1][begin / points]);
        begin += points;
    }
    return node;
}

bool PlotSeries::range(double from, double to, double &least, double &largest) const
{
    const auto end = static_cast<std::size_t>(std::upper_bound(m_x.begin(), m_x.end(), to) - m_x.begin());
    const auto node = extremes(lowerBound(from), end);
    if (node.least == none)
        return false;
    least = m_y[node.least];
    largest = m_y[node.largest];
    return true;
}

void PlotSeries::appendColumn(QVector<QPointF> &points, std::size_t begin, std::size_t end) const
{
    if (end - begin <= 4) {
        for (; begin < end; ++begin)
            points << point(begin);
        return;
    }
    const auto inner = extremes(begin + 1, end - 1);
    points << point(begin);
    if (inner.least == none && (std::isfinite(m_y[begin]) || std::isfinite(m_y[end - 1])))
        points << point(begin + 1); // a gap, and nothing else, lies between
    else if (inner.least != none) {
        points << point(std::min(inner.least, inner.largest));
        if (inner.least != inner.largest)
            points << point(std::max(inner.least, inner.largest));
    }
    points << point(end - 1);
}

QVector<QPointF> PlotSeries::decimated(double from, double to, int columns) const
{
    QVector<QPointF> points;
    if (empty() || columns < 1 || !(from < to))
        return points;
    const auto end = static_cast<std::size_t>(std::upper_bound(m_x.begin(), m_x.end(), to) - m_x.begin());
    auto begin = lowerBound(from);
    points.reserve(static_cast<int>(std::min<std::size_t>(end - std::min(begin, end), 4 * static_cast<std::size_t>(columns))) + 2);
    if (begin > 0)
        points << point(begin - 1);
    for (int column = 1; begin < end; ++column) {
        const auto next = column < columns ? std::min(lowerBound(from + (to - from) * column / columns, begin), end) : end;
        if (next > begin)
            appendColumn(points, begin, next);
        begin = next;
    }
    if (end < size())
        points << point(end);
    return points;
}

const PlotSeries &PlotSeries::smoothed(double span) const
{
    if (!m_smooth || span != m_span) {
        m_smooth = std::make_unique<PlotSeries>();
        m_span = span;
        m_mean = m_weight = 0;
    }
    const double share = 2 / (std::max(span, 1.0) + 1);
    for (auto i = m_smooth->size(); i < size(); ++i) {
        if (std::isfinite(m_y[i])) {
            m_weight += share * (1 - m_weight); // the sum of all weights so far: the correction of the bias
            m_mean += (m_y[i] - m_mean) * share / m_weight;
        }
        m_smooth->append(m_x[i], std::isfinite(m_y[i]) ? m_mean : m_y[i]);
    }
    return *m_smooth;
}

} // namespace quell
