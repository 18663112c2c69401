// One reader of an engine: the studio at stdin and stdout, or whoever connected to the socket. What it is told comes from places that are
// there anyhow (the logs, the board), a little at a time and only once the last was taken: a slow reader lags and costs nothing.
#pragma once

#include "protocol/frame.h"
#include "serve/board.h"
#include "serve/journal.h"

namespace quell {

class Connection {
public:
    // `greeting`: bytes to send first.
    Connection(Descriptor in, Descriptor out, const Board &board, std::string greeting);

    bool open() const { return static_cast<bool>(out_); }
    void close();
    void close_input() { in_.reset(); }
    int input() const { return in_.get(); }
    int output() const { return out_.get(); }
    bool wants_input() const;
    bool wants_output() const { return sent_ < buffer_.size(); }

    // What has come: whole messages. Errors: Io at the end of input, Malformed if it is not the protocol.
    Result<std::vector<Json>> receive();
    void send(const Json &message);
    // From now on the lines of the logs in `folder`.
    void subscribe(const fs::path &folder, std::int64_t seq, std::int64_t step);
    // Once nothing waits to be written: what is due of heartbeat, progress, events and metrics. False if nothing was.
    bool fill(Clock::time_point now);
    void flush(); // writes what the reader takes; closes if it is gone
    // When fill() may next have something that nobody wakes for.
    Clock::time_point due() const;
    // Everything the logs hold was sent and taken.
    bool settled() const;
    Clock::time_point last_taken() const { return last_taken_; }

private:
    void send_bytes(std::string_view bytes);
    bool send_heartbeat(Clock::time_point now);
    bool send_progress(Clock::time_point now);
    bool send_events();
    bool send_metrics(Clock::time_point now);
    bool send_raw();

    Descriptor in_, out_;
    const Board &board_;
    FrameReader reader_;
    std::string buffer_;
    std::size_t sent_ = 0; // of the buffer
    std::optional<JournalCursor> events_, metrics_;
    Clock::time_point heartbeat_due_, progress_due_, metrics_due_, last_taken_ = Clock::now();
    bool metrics_wait_ = false; // for metrics_due_
    std::uint64_t progress_version_ = 0;
    std::size_t raw_ = 0;
};

} // namespace quell
