// The names of a plot's shown curves, each with the line it is drawn with.
#pragma once

#include "widgets/plot.h"

#include <QPointer>

namespace quell {

class PlotLegend : public QWidget {
    Q_OBJECT
public:
    explicit PlotLegend(Plot *plot, QWidget *parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QPointer<Plot> m_plot;
};

} // namespace quell
