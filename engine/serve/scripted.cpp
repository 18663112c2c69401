#include "serve/scripted.h"

#include "core/log.h"
#include "core/utc.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>

namespace quell {
namespace {

using namespace std::chrono_literals;

constexpr std::array actions{"event", "metrics", "state", "progress", "wait", "await", "repeat", "send", "bytes", "print", "mute", "hang", "exit", "signal",
                             "refuse", "ignore", "hello", "no_hello"};
constexpr std::array<std::pair<const char *, int>, 4> signals{{{"SEGV", SIGSEGV}, {"KILL", SIGKILL}, {"ABRT", SIGABRT}, {"TERM", SIGTERM}}};

// What a line does: its first key.
std::string action_of(const Json &line)
{
    return line.begin().key();
}

Error error_named(const std::string &name, std::string message)
{
    for (int i = 0; i <= static_cast<int>(ErrorCode::Cancelled); ++i) {
        if (name == name_of(static_cast<ErrorCode>(i)))
            return {static_cast<ErrorCode>(i), std::move(message), {}};
    }
    return {ErrorCode::Usage, std::move(message), {}};
}

std::string from_hexadecimal(const std::string &digits)
{
    std::string bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    return bytes;
}

bool is_hexadecimal(const std::string &digits)
{
    return digits.size() % 2 == 0 && std::all_of(digits.begin(), digits.end(), [](unsigned char c) { return std::isxdigit(c); });
}

// "$i" becomes the number wherever it is a value, and its digits inside longer texts.
Json with_turn(const Json &value, std::int64_t turn)
{
    if (value == "$i")
        return turn;
    if (value.is_string()) {
        auto text = value.get<std::string>();
        for (auto at = text.find("$i"); at != text.npos; at = text.find("$i", at))
            text.replace(at, 2, std::to_string(turn));
        return text;
    }
    if (!value.is_structured())
        return value;
    Json changed = value;
    for (auto &item : changed)
        item = with_turn(item, turn);
    return changed;
}

Status check_line(const Json &line, const std::string &place);

Status check_value(const std::string &action, JsonReader &reader, const std::string &place)
{
    const bool number = action == "wait" || action == "exit" || action == "repeat";
    const bool text = action == "state" || action == "await" || action == "bytes" || action == "print" || action == "signal" || action == "refuse" || action == "ignore";
    const bool flag = action == "mute" || action == "hang" || action == "no_hello";
    if (number)
        reader.integer(action);
    else if (flag)
        reader.boolean(action);
    else if (!text && !reader.raw(action).is_object())
        reader.reject(action, "must be a JSON object");
    const auto value = text ? reader.text(action) : std::string();
    if (action == "bytes" && !is_hexadecimal(value))
        reader.reject(action, "must be pairs of hexadecimal digits");
    if (action == "state" && !engine_state(value))
        reader.reject(action, "is no state of an engine");
    if (action == "signal" && std::none_of(signals.begin(), signals.end(), [&](const auto &item) { return item.first == value; }))
        reader.reject(action, "must be SEGV, KILL, ABRT or TERM");
    if (action == "repeat") {
        for (const auto &line : reader.raw("lines"))
            QUELL_TRY(check_line(line, place));
    }
    return reader.status();
}

Status check_line(const Json &line, const std::string &place)
{
    JsonReader reader(line, place);
    QUELL_TRY(reader.status());
    if (line.empty() || std::find(actions.begin(), actions.end(), action_of(line)) == actions.end())
        return fail(ErrorCode::Malformed, "does nothing that a script can", place);
    return check_value(action_of(line), reader, place);
}

} // namespace

Result<Script> read_script(const fs::path &path)
{
    QUELL_ASSIGN(const auto text, read_text(path));
    Script script;
    std::size_t number = 0;
    for (std::string_view rest = text; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        const auto line_text = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const auto place = path.string() + " line " + std::to_string(++number);
        if (line_text.find_first_not_of(" \t\r") == line_text.npos || line_text.starts_with('#'))
            continue;
        QUELL_ASSIGN(auto line, parse_json(line_text, place));
        QUELL_TRY(check_line(line, place));
        const auto action = action_of(line);
        if (action == "refuse")
            script.refused[line[action]] = error_named(line.value("code", "usage"), line.value("message", "refused by the script"));
        else if (action == "ignore")
            script.ignored.insert(line[action]);
        else if (action == "hello")
            script.hello.update(line[action]);
        else if (action == "no_hello")
            script.greet = !line[action].get<bool>();
        else
            script.lines.push_back(std::move(line));
    }
    return script;
}

ScriptedWorker::ScriptedWorker(Script script, fs::path folder, Board &board) : script_(std::move(script)), folder_(std::move(folder)), board_(board)
{
    for (const auto &line : script_.lines) {
        if (action_of(line) == "await")
            awaited_.insert(line["await"]);
    }
}

int ScriptedWorker::play()
{
    if (const auto played = play(script_.lines); !played) {
        log_warning(to_string(played.error()));
        return exit_status(played.error().code);
    }
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return status_.has_value(); });
    return *status_;
}

Status ScriptedWorker::play(const Lines &lines)
{
    for (const auto &line : lines) {
        {
            const std::lock_guard lock(mutex_);
            if (status_)
                return {};
        }
        QUELL_TRY(play(line));
    }
    return {};
}

Status ScriptedWorker::play(const Json &line)
{
    const auto action = action_of(line);
    const auto &value = line[action];
    if (action == "event")
        return journal(value);
    if (action == "metrics") {
        QUELL_TRY(append("metrics.ndjson", value));
        board_.end_step(value.value("step", std::int64_t{0}));
    } else if (action == "state") {
        if (line.contains("steps"))
            board_.begin_attempt(0, line.value("steps", std::int64_t{0}));
        board_.set_state(*engine_state(value.get<std::string>()));
    } else if (action == "progress") {
        board_.set_progress(value.value("what", ""), value.value("done", std::int64_t{0}), value.value("total", std::int64_t{0}));
    } else if (action == "wait") {
        sleep(std::chrono::milliseconds(value.get<std::int64_t>()));
    } else if (action == "await") {
        await(value);
    } else if (action == "repeat") {
        return repeat(line);
    } else if (action == "send") {
        board_.send_raw(encode(value).value_or(""));
    } else if (action == "bytes") {
        board_.send_raw(from_hexadecimal(value));
    } else if (action == "print") {
        board_.send_raw(value);
    } else if (action == "mute") {
        board_.muted = value.get<bool>();
    } else if (action == "hang") {
        board_.hung = value.get<bool>();
        board_.wake();
    } else if (action == "exit") {
        const std::lock_guard lock(mutex_);
        status_ = value.get<int>();
    } else if (action == "signal") {
        const auto *found = std::find_if(signals.begin(), signals.end(), [&](const auto &item) { return value == item.first; });
        std::signal(found->second, SIG_DFL);
        ::raise(found->second);
    }
    return {};
}

Status ScriptedWorker::repeat(const Json &line)
{
    for (std::int64_t turn = 1; turn <= line["repeat"].get<std::int64_t>(); ++turn)
        QUELL_TRY(play(with_turn(line["lines"], turn).get<Lines>()));
    return {};
}

// Goes on from what the folder holds: a new attempt, if there was one before.
Status ScriptedWorker::journal(Json event)
{
    if (attempt_ == 0) {
        JournalCursor before(folder_ / "events.ndjson", "seq", 0);
        attempt_ = 1;
        while (!before.at_end()) {
            for (const auto &line : before.read(1000, 1 << 20)) {
                seq_ = line.value("seq", std::int64_t{0});
                attempt_ = line.value("attempt", std::int64_t{0}) + 1;
            }
        }
    }
    Json line{{"seq", ++seq_}, {"time", utc_now()}, {"attempt", attempt_}};
    line.update(event);
    return append("events.ndjson", line);
}

Status ScriptedWorker::append(const char *name, const Json &line)
{
    const auto path = folder_ / name;
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (!file)
        return fail(ErrorCode::Io, std::strerror(errno), path.string());
    const auto text = line.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
    QUELL_TRY(write_all(file.get(), std::as_bytes(std::span(text)), path));
    board_.journal_grew();
    return {};
}

void ScriptedWorker::await(const std::string &type)
{
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return status_ || asked_.contains(type); });
    if (const auto asked = asked_.find(type); asked != asked_.end())
        asked_.erase(asked);
}

void ScriptedWorker::sleep(std::chrono::milliseconds time)
{
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, time, [this] { return status_.has_value(); });
}

Status ScriptedWorker::take_spec(const Json &spec)
{
    return write_atomically(folder_ / "run.json", spec.dump(2) + "\n");
}

Result<Json> ScriptedWorker::request(const Json &request)
{
    const auto type = request["type"].get<std::string>();
    if (script_.ignored.contains(type))
        return Json();
    if (const auto refused = script_.refused.find(type); refused != script_.refused.end())
        return tl::unexpected(refused->second);
    if (type == "start")
        QUELL_TRY(take_spec(request["spec"]));
    const std::lock_guard lock(mutex_);
    asked_.insert(type);
    if ((type == "stop" || type == "shutdown") && !awaited_.contains("stop") && !awaited_.contains("shutdown"))
        status_ = 0;
    changed_.notify_all();
    return Json::object();
}

void ScriptedWorker::stop(bool)
{
    const std::lock_guard lock(mutex_);
    if (!status_)
        status_ = 0;
    changed_.notify_all();
}

} // namespace quell
