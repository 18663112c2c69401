#include "widgets/meter.h"

#include "widgets/look.h"

#include <QPainter>

#include <algorithm>

namespace quell {

Meter::Meter(QWidget *parent) : QProgressBar(parent)
{
    setRange(0, 1000);
    setTextVisible(false);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void Meter::setShare(double share)
{
    m_share = share;
    setValue(int(std::clamp(share, 0., 1.) * maximum()));
    update();
}

QSize Meter::sizeHint() const { return {fontMetrics().averageCharWidth() * 16, fontMetrics().height()}; }
QSize Meter::minimumSizeHint() const { return {fontMetrics().averageCharWidth() * 6, fontMetrics().height()}; }

void Meter::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const int thickness = fontMetrics().height() * 3 / 5;
    const QRect bar(0, (height() - thickness) / 2, width(), thickness);
    painter.fillRect(bar, look::border(palette()));
    const auto meaning = m_share > 1 ? look::Meaning::Warning : look::Meaning::Kept;
    const int filled = m_share > 0 ? std::max(2, int(std::min(m_share, 1.) * bar.width())) : 0;
    QRect part(bar.topLeft(), QSize(filled, thickness));
    if (isRightToLeft())
        part.moveRight(bar.right());
    painter.fillRect(part, look::color(meaning, palette()));
}

} // namespace quell
