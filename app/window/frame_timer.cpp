#include "app/window/frame_timer.h"

namespace quell {

FrameTimer::FrameTimer(QObject *parent) : QObject(parent)
{
    m_timer.setInterval(1000 / 30);
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &FrameTimer::frame);
}

void FrameTimer::request(QObject *who, std::function<void()> paint)
{
    for (const auto &wish : m_wishes)
        if (wish.who == who)
            return;
    m_wishes.push_back({who, std::move(paint)});
    if (!m_timer.isActive())
        m_timer.start();
}

void FrameTimer::frame()
{
    // Wishes made while painting are for the next frame.
    const auto wishes = std::exchange(m_wishes, {});
    for (const auto &wish : wishes)
        if (wish.who)
            wish.paint();
}

} // namespace quell
