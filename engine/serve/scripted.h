// An engine that plays a script instead of running: for what a real one does once in a year. `quell-engine serve FOLDER --script FILE`.
//
// A script is a file of lines, each a JSON object; empty lines and those that begin with # are passed over. One after the other:
//   {"event": {"type": …, …}}        a line of events.ndjson (seq, time and attempt are added)
//   {"metrics": {"step": …, …}}      a line of metrics.ndjson; the heartbeat's step follows
//   {"state": "running"}             the heartbeat's state; with "steps": N also how many there are
//   {"progress": {"what": …, "done": …, "total": …}}
//   {"wait": milliseconds}
//   {"await": "pause"}               until such a request comes (or came since the last await). A script that awaits "stop" or "shutdown" somewhere
//                                    ends itself; else these end it, with status 0.
//   {"repeat": N, "lines": […]}      the lines N times; in their values "$i" is the number of the turn, from 1
//   {"send": {…}}                    a message past the logs: a seq may come twice or out of order
//   {"bytes": "hexadecimal"}         bytes that need not be a frame
//   {"print": "text"}                the same as text: a stray print
//   {"mute": true}                   no heartbeats from now on
//   {"hang": true}                   nothing is read or answered any more, signals neither
//   {"exit": status}                 bye and the end
//   {"signal": "SEGV"}               the end by a signal: SEGV, KILL, ABRT or TERM
// These hold from the start, wherever they stand:
//   {"refuse": "pause", "code": "usage", "message": …}   what such requests get; all others are answered with ok
//   {"ignore": "pause"}                                  no answer at all
//   {"hello": {"protocol": [9, 0]}}                      fields of hello
//   {"no_hello": true}                                   neither preamble nor hello
// A start request writes run.json; events of a folder that has some already are those of a new attempt. After the last line the engine
// stays until its input closes (detached: until its state is "idle" and its last client gone).
#pragma once

#include "serve/server.h"

#include <condition_variable>
#include <map>

namespace quell {

struct Script {
    std::vector<Json> lines;
    std::map<std::string, Error> refused;
    std::set<std::string> ignored;
    Json hello = Json::object();
    bool greet = true;
};

// Errors name the line.
Result<Script> read_script(const fs::path &path);

class ScriptedWorker : public Worker {
public:
    ScriptedWorker(Script script, fs::path folder, Board &board);

    // Plays the script and returns the exit status; on a thread that is not the server's. What cannot be written is told by the log.
    int play();

    Result<Json> request(const Json &request) override;
    void stop(bool now) override;

private:
    using Lines = std::vector<Json>;
    Status play(const Lines &lines);
    Status play(const Json &line);
    Status repeat(const Json &line);
    Status journal(Json event);
    Status append(const char *name, const Json &line);
    void await(const std::string &type);
    void sleep(std::chrono::milliseconds time);
    Status take_spec(const Json &spec);

    const Script script_;
    const fs::path folder_;
    Board &board_;
    std::int64_t seq_ = 0, attempt_ = 0; // 0: not known yet
    std::mutex mutex_;
    std::condition_variable changed_;
    std::multiset<std::string> asked_; // requests that no await has seen
    std::set<std::string> awaited_;    // somewhere in the script
    std::optional<int> status_;        // the end is asked for
};

} // namespace quell
