#include "widgets/viewport.h"

#include <algorithm>
#include <cmath>

namespace quell {
namespace {

double area(QSize size) { return double(size.width()) * size.height(); }

double smallerRatio(QSizeF of, QSizeF to) { return std::min(of.width() / to.width(), of.height() / to.height()); }
double largerRatio(QSizeF of, QSizeF to) { return std::max(of.width() / to.width(), of.height() / to.height()); }

} // namespace

Viewport::Viewport() { m_sizes.fill(QSize()); }

void Viewport::setPictures(const QVector<QSize> &sizes)
{
    for (int i = 0; i < mostPanes; ++i)
        m_sizes[i] = i < sizes.size() ? sizes[i] : QSize();
    keepInside();
}

void Viewport::setPaneSize(QSize size)
{
    m_pane = size.expandedTo(QSize(1, 1));
    keepInside();
}

void Viewport::setLinked(bool linked)
{
    if (linked == m_linked)
        return;
    m_linked = true; // what a frame is to each picture
    const auto all = m_views[0];
    for (int i = 0; i < mostPanes; ++i) {
        const auto outer = QSizeF(frame(i)), inner = QSizeF(m_sizes[i]) * scaleInFrame(i);
        if (inner.isEmpty())
            continue;
        const auto from = linked ? m_views[i] : all;
        const auto scale = linked ? 1 / scaleInFrame(i) : scaleInFrame(i);
        const double across = outer.width() / inner.width(), down = outer.height() / inner.height();
        m_views[i] = {{0.5 + (from.centre.x() - 0.5) * (linked ? 1 / across : across), 0.5 + (from.centre.y() - 0.5) * (linked ? 1 / down : down)},
                      from.zoom * scale, from.fit};
    }
    m_linked = linked;
    keepInside();
}

QSize Viewport::frame(int pane) const
{
    if (!m_linked)
        return m_sizes[pane];
    return *std::max_element(m_sizes.begin(), m_sizes.end(), [](QSize a, QSize b) { return area(a) < area(b); });
}

double Viewport::fitZoom(int pane) const
{
    const auto size = frame(pane);
    return size.isEmpty() ? 1 : std::clamp(smallerRatio(m_pane, size), leastZoom, mostZoom);
}

double Viewport::zoom(int pane) const { return fits(pane) ? fitZoom(pane) : view(pane).zoom; }

QPointF Viewport::centre(int pane) const { return fits(pane) ? QPointF(0.5, 0.5) : view(pane).centre; }

void Viewport::fit(int pane) { view(pane) = View(); }

void Viewport::setZoom(int pane, double zoom, QPointF at)
{
    const auto size = frame(pane);
    if (size.isEmpty())
        return;
    const auto point = toFrame(pane, at);
    auto &view = this->view(pane);
    view.zoom = std::clamp(zoom, leastZoom, mostZoom);
    view.fit = false;
    view.centre = {point.x() - (at.x() - m_pane.width() / 2.0) / (view.zoom * size.width()),
                   point.y() - (at.y() - m_pane.height() / 2.0) / (view.zoom * size.height())};
    keepInside(pane);
}

void Viewport::pan(int pane, QPointF by)
{
    const auto size = frame(pane);
    if (size.isEmpty() || fits(pane))
        return;
    auto &view = this->view(pane);
    view.centre -= {by.x() / (view.zoom * size.width()), by.y() / (view.zoom * size.height())};
    keepInside(pane);
}

void Viewport::keepInside()
{
    for (int i = 0; i < mostPanes; ++i)
        keepInside(i);
}

// A side that the pane holds whole is in the middle; a longer one always covers the pane's middle.
void Viewport::keepInside(int pane)
{
    auto &view = this->view(pane);
    const auto size = frame(pane);
    if (size.isEmpty())
        return;
    const auto kept = [&](double centre, int length, int room) { return length * view.zoom <= room ? 0.5 : std::clamp(centre, 0.0, 1.0); };
    view.centre = {kept(view.centre.x(), size.width(), m_pane.width()), kept(view.centre.y(), size.height(), m_pane.height())};
}

QRectF Viewport::frameRect(int pane) const
{
    const auto size = QSizeF(frame(pane)) * zoom(pane);
    if (size.isEmpty())
        return {};
    const auto middle = centre(pane);
    return {std::round(m_pane.width() / 2.0 - middle.x() * size.width()), std::round(m_pane.height() / 2.0 - middle.y() * size.height()), size.width(),
            size.height()};
}

double Viewport::scaleInFrame(int pane) const
{
    const auto size = m_sizes[pane], within = frame(pane);
    if (size.isEmpty() || within.isEmpty())
        return 1;
    return m_fill ? largerRatio(within, size) : smallerRatio(within, size);
}

QRectF Viewport::pictureRect(int pane) const
{
    const auto outer = frameRect(pane);
    if (m_sizes[pane].isEmpty())
        return {};
    const auto size = QSizeF(m_sizes[pane]) * (scaleInFrame(pane) * zoom(pane));
    return {outer.x() + std::round((outer.width() - size.width()) / 2), outer.y() + std::round((outer.height() - size.height()) / 2), size.width(), size.height()};
}

QPointF Viewport::toFrame(int pane, QPointF at) const
{
    // From the centre itself rather than from the rounded rectangle: zooming must not drift.
    const auto size = QSizeF(frame(pane)) * zoom(pane);
    if (size.isEmpty())
        return {0.5, 0.5};
    const auto middle = centre(pane);
    return {middle.x() + (at.x() - m_pane.width() / 2.0) / size.width(), middle.y() + (at.y() - m_pane.height() / 2.0) / size.height()};
}

} // namespace quell
