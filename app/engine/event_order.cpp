#include "app/engine/event_order.h"

namespace quell {
namespace {

constexpr std::size_t earlyLimit = 20000; // events that wait; an engine that leaves a gap for good must not fill the memory

} // namespace

void EventOrder::expect(qint64 seq)
{
    m_next = seq;
    m_early.clear();
}

void EventOrder::add(qint64 seq, Json event, std::vector<Json> &ready)
{
    if (seq < m_next)
        return;
    if (seq > m_next) {
        m_early.emplace(seq, std::move(event));
        if (m_early.size() > earlyLimit)
            skipGap(ready);
        return;
    }
    ready.push_back(std::move(event));
    ++m_next;
    release(ready);
}

void EventOrder::skipGap(std::vector<Json> &ready)
{
    if (m_early.empty())
        return;
    m_next = m_early.begin()->first;
    release(ready);
}

void EventOrder::release(std::vector<Json> &ready)
{
    for (auto first = m_early.begin(); first != m_early.end() && first->first <= m_next; first = m_early.erase(first)) {
        if (first->first < m_next)
            continue;
        ready.push_back(std::move(first->second));
        ++m_next;
    }
}

} // namespace quell
