// Where the working thread writes what the I/O thread is to show. Neither waits for the other: of each thing only the latest stands.
#pragma once

#include "protocol/messages.h"
#include "serve/descriptor.h"

#include <atomic>
#include <chrono>
#include <mutex>

namespace quell {

using Clock = std::chrono::steady_clock;

class Board {
public:
    struct Progress {
        std::string what;
        std::int64_t done = 0, total = 0;
        std::uint64_t version = 0; // rises with each; 0: none yet
    };
    struct Shown {
        EngineState state = EngineState::Idle;
        std::int64_t step = 0, steps = 0;
        Clock::time_point step_ended = Clock::now();
        Progress progress;
        bool worked = false;    // it was not idle all the time
        std::optional<int> end; // the exit status to come
    };

    Board();
    void set_state(EngineState state);
    void begin_attempt(std::int64_t step, std::int64_t steps);
    void end_step(std::int64_t step);
    void set_progress(std::string what, std::int64_t done, std::int64_t total);
    void journal_grew() { wake(); }
    void end(int status); // nothing more will come
    Shown shown() const;

    // Becomes readable with each change; safe in a signal handler.
    void wake();
    int wake_descriptor() const { return wake_.get(); }
    void slept() const; // the changes so far are seen

    // What only a scripted engine does: bytes past the journal, silence, and deafness.
    void send_raw(std::string bytes);
    std::optional<std::string> raw(std::size_t index) const; // the index-th bytes that were sent so
    std::size_t raw_count() const;
    std::atomic<bool> muted = false, hung = false;

private:
    Descriptor wake_;
    mutable std::mutex mutex_;
    Shown shown_;
    std::vector<std::string> raw_;
};

} // namespace quell
