#include "widgets/plot_legend.h"

#include <QPainter>

#include <algorithm>

namespace quell {

PlotLegend::PlotLegend(Plot *plot, QWidget *parent) : QWidget(parent), m_plot(plot)
{
    auto font = this->font();
    font.setPointSizeF(font.pointSizeF() * look::captionScale);
    setFont(font);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(plot, &Plot::curvesChanged, this, [this] {
        updateGeometry();
        update();
    });
}

QSize PlotLegend::sizeHint() const
{
    int width = 0;
    for (const auto &curve : m_plot ? m_plot->curves() : QVector<Plot::Curve>())
        if (curve.shown)
            width += fontMetrics().height() + look::gap / 2 + fontMetrics().horizontalAdvance(curve.name) + look::padding;
    return {width, fontMetrics().height() + look::gap / 2};
}

QSize PlotLegend::minimumSizeHint() const { return {0, sizeHint().height()}; }

void PlotLegend::paintEvent(QPaintEvent *)
{
    if (!m_plot)
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const int swatch = fontMetrics().height();
    double x = std::max(0, width() - sizeHint().width());
    const double middle = height() / 2.0;
    for (const auto &curve : m_plot->curves()) {
        if (!curve.shown)
            continue;
        const auto color = look::color(curve.meaning, palette());
        painter.setPen(Plot::linePen(curve, palette()));
        painter.setBrush(color);
        if (curve.style != Plot::Style::Points)
            painter.drawLine(QPointF(x, middle), QPointF(x + swatch, middle));
        painter.setPen(Qt::NoPen);
        if (curve.style == Plot::Style::Points)
            painter.drawEllipse(QPointF(x + swatch / 2.0, middle), Plot::markSize, Plot::markSize);
        if (curve.style == Plot::Style::Joined)
            painter.drawPolygon(QPolygonF({{x + swatch / 2.0 - Plot::markSize, middle}, {x + swatch / 2.0, middle - Plot::markSize}, {x + swatch / 2.0 + Plot::markSize, middle}, {x + swatch / 2.0, middle + Plot::markSize}}));
        x += swatch + look::gap / 2.0;
        painter.setPen(look::faint(palette()));
        const int width = fontMetrics().horizontalAdvance(curve.name);
        painter.drawText(QRectF(x, 0, width + 1, height()), Qt::AlignVCenter | Qt::AlignLeft, curve.name);
        x += width + look::padding;
    }
}

} // namespace quell
