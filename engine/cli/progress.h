// One line on standard error that says how far something is; quiet where that is not a terminal, but for a line now and then.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace quell::cli {

class Progress {
public:
    ~Progress() { finish(); }
    // "label ████░░ done/total  extra  time left". A new label ends the old line.
    void show(const std::string &label, std::int64_t done, std::int64_t total, const std::string &extra = {});
    void finish(); // ends the line

private:
    using Clock = std::chrono::steady_clock;
    std::string label_;
    Clock::time_point start_, shown_;
    std::int64_t first_ = 0;
    bool open_ = false;
};

} // namespace quell::cli
