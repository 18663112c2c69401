#include "serve/connection.h"

#include "core/log.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sys/resource.h>

namespace quell {
namespace {

using namespace std::chrono_literals;

constexpr auto heartbeat_interval = 1000ms, progress_interval = 100ms, metrics_interval = 100ms;
constexpr std::size_t piece = 64u << 10, events_at_once = 64, rows_at_once = 256, row_bytes = 512u << 10, unread_limit = 1u << 20, large_field = 64u << 10;

std::int64_t memory()
{
    std::int64_t size = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> size >> resident;
    return resident * ::sysconf(_SC_PAGE_SIZE);
}

// The system brings it up to date now and then only.
std::int64_t memory_peak()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
}

// The step that an attempt starts from, if this is the event for it.
std::optional<std::int64_t> started_at(const Json &event)
{
    const auto type = event.find("type"), step = event.find("step");
    if (type == event.end() || *type != "started" || step == event.end() || !step->is_number_integer())
        return {};
    return step->get<std::int64_t>();
}

// An event that is too large for a frame, without its large fields.
Json without_large_fields(const Json &event)
{
    Json small = Json::object(), shortened = Json::array();
    for (const auto &[key, value] : event.items()) {
        if (value.dump(-1, ' ', false, Json::error_handler_t::replace).size() <= large_field)
            small[key] = value;
        else
            shortened.push_back(key);
    }
    small["shortened"] = shortened;
    return small;
}

} // namespace

Connection::Connection(Descriptor in, Descriptor out, const Board &board, std::string greeting)
    : in_(std::move(in)), out_(std::move(out)), board_(board), buffer_(std::move(greeting)), raw_(board.raw_count())
{
    heartbeat_due_ = Clock::now() + heartbeat_interval;
}

void Connection::close()
{
    in_.reset();
    out_.reset();
}

bool Connection::wants_input() const
{
    return in_ && buffer_.size() - sent_ < unread_limit;
}

Result<std::vector<Json>> Connection::receive()
{
    std::string bytes(piece, '\0');
    const auto count = ::read(in_.get(), bytes.data(), bytes.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN))
        return std::vector<Json>();
    if (count <= 0)
        return fail(ErrorCode::Io, "the other side closed");
    QUELL_ASSIGN(const auto frames, reader_.feed(std::string_view(bytes).substr(0, count)));
    std::vector<Json> messages;
    for (const auto &frame : frames) {
        if (frame.kind != FrameKind::Json)
            return fail(ErrorCode::Malformed, "no request has a binary part");
        QUELL_ASSIGN(auto message, parse_json(frame.payload, "request"));
        messages.push_back(std::move(message));
    }
    return messages;
}

void Connection::send_bytes(std::string_view bytes)
{
    buffer_ += bytes;
}

void Connection::send(const Json &message)
{
    if (const auto bytes = encode(message))
        send_bytes(*bytes);
    else
        log_warning(to_string(bytes.error()));
}

void Connection::subscribe(const fs::path &folder, std::int64_t seq, std::int64_t step)
{
    events_.emplace(folder / "events.ndjson", "seq", seq);
    metrics_.emplace(folder / "metrics.ndjson", "step", step);
}

bool Connection::fill(Clock::time_point now)
{
    if (!out_ || wants_output())
        return false;
    const bool beat = send_heartbeat(now), progress = send_progress(now);
    return send_events() || send_metrics(now) || send_raw() || beat || progress;
}

bool Connection::send_heartbeat(Clock::time_point now)
{
    if (now < heartbeat_due_ || board_.muted)
        return false;
    heartbeat_due_ = now + heartbeat_interval;
    const auto shown = board_.shown();
    const auto now_used = memory();
    const double age = std::chrono::duration<double>(now - shown.step_ended).count();
    send({{"type", "heartbeat"}, {"state", name_of(shown.state)}, {"step", shown.step}, {"steps", shown.steps}, {"step_age", std::max(age, 0.0)},
          {"memory", now_used}, {"memory_peak", std::max(now_used, memory_peak())}});
    return true;
}

bool Connection::send_progress(Clock::time_point now)
{
    const auto progress = board_.shown().progress;
    if (progress.version == progress_version_ || now < progress_due_)
        return false;
    progress_version_ = progress.version;
    progress_due_ = now + progress_interval;
    send({{"type", "progress"}, {"what", progress.what}, {"done", progress.done}, {"total", progress.total}});
    return true;
}

bool Connection::send_events()
{
    if (!events_)
        return false;
    auto events = events_->read(events_at_once, piece);
    for (auto &event : events) {
        if (const auto step = started_at(event))
            metrics_->back_to(*step + 1);
        const Json message{{"type", "event"}, {"event", std::move(event)}};
        if (const auto bytes = encode(message))
            send_bytes(*bytes);
        else
            send({{"type", "event"}, {"event", without_large_fields(message["event"])}});
    }
    return !events.empty() || !events_->at_end();
}

bool Connection::send_metrics(Clock::time_point now)
{
    metrics_wait_ = metrics_ && now < metrics_due_;
    if (!metrics_ || metrics_wait_)
        return false;
    auto rows = metrics_->read(rows_at_once, row_bytes);
    if (metrics_->at_end())
        metrics_due_ = now + metrics_interval;
    if (!rows.empty())
        send({{"type", "metrics"}, {"rows", std::move(rows)}});
    return !rows.empty() || !metrics_->at_end();
}

bool Connection::send_raw()
{
    const auto bytes = board_.raw(raw_);
    if (!bytes)
        return false;
    ++raw_;
    send_bytes(*bytes);
    return true;
}

void Connection::flush()
{
    while (out_ && wants_output()) {
        const auto count = ::write(out_.get(), buffer_.data() + sent_, buffer_.size() - sent_);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && errno == EAGAIN)
            return;
        if (count < 0)
            return close();
        sent_ += static_cast<std::size_t>(count);
        last_taken_ = Clock::now();
    }
    buffer_.clear();
    sent_ = 0;
}

Clock::time_point Connection::due() const
{
    if (wants_output())
        return Clock::time_point::max();
    auto due = board_.muted ? Clock::time_point::max() : heartbeat_due_;
    if (board_.shown().progress.version != progress_version_)
        due = std::min(due, progress_due_);
    if (metrics_wait_)
        due = std::min(due, metrics_due_);
    return due;
}

bool Connection::settled() const
{
    return !wants_output() && (!events_ || (events_->at_end() && metrics_->at_end() && !metrics_wait_)) && raw_ >= board_.raw_count();
}

} // namespace quell
