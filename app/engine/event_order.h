// Puts events into the order of their seq: what comes twice is dropped, what comes early waits for the ones before it.
#pragma once

#include "formats/json.h"

#include <QtGlobal>

#include <map>

namespace quell {

class EventOrder {
public:
    void expect(qint64 seq); // the next one wanted; what waits from before is forgotten
    // Adds an event; those whose turn has come are appended to `ready`.
    void add(qint64 seq, Json event, std::vector<Json> &ready);
    // Gives up on what is missing before the events that wait.
    void skipGap(std::vector<Json> &ready);
    bool hasGap() const { return !m_early.empty(); }
    qint64 next() const { return m_next; }

private:
    void release(std::vector<Json> &ready);
    qint64 m_next = 1;
    std::map<qint64, Json> m_early;
};

} // namespace quell
