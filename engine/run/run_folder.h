// The run folder is the truth about a run:
//   run.json          the frozen specification
//   events.ndjson     {"seq", "time", "attempt", "type", …}: what happened, in order
//   metrics.ndjson    {"step", "lower", "upper", …}: a line a step
//   samples/          step-000040/<model>/<group>-<n>.png; prompts.json
//   checkpoints/      see checkpoint.h
//   student/          the trained UNet, once the run is complete; with adapters merged, and lora.safetensors beside it
//   scores.json, sheet.png   after an evaluation
//   engine.log; engine.lock and engine.sock while an engine is at work
#pragma once

#include "formats/json.h"

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>

namespace quell {

class RunFolder {
public:
    // A new run: the folder must not exist or be empty, but for what an engine at work keeps there (engine.*). Writes run.json.
    static Result<RunFolder> create(const fs::path &path, const Json &spec);
    // A run to go on with, as a new attempt: a torn last line of either log is dropped, and metrics beyond `step` (the checkpoint's) are
    // too; events beyond it stay and are marked superseded by the event this attempt begins with.
    static Result<RunFolder> reopen(const fs::path &path, std::int64_t step);

    // To add events to a run that is over, within its last attempt.
    static Result<RunFolder> extend(const fs::path &path);

    const fs::path &path() const { return path_; }
    std::int64_t attempt() const { return attempt_; }
    // Writes a line and returns it as written, with seq, time and attempt.
    Result<Json> event(const std::string &type, Json fields = Json::object());
    Status metrics(const Json &line);

private:
    explicit RunFolder(fs::path path) : path_(std::move(path)) {}
    Status take_events();
    Status open_logs();
    struct Closer {
        void operator()(std::FILE *file) const { std::fclose(file); }
    };
    using File = std::unique_ptr<std::FILE, Closer>;
    Status append(const File &file, const Json &line, const char *name) const;

    fs::path path_;
    File events_, metrics_;
    std::int64_t seq_ = 0, attempt_ = 1;
};

// What the student's files say of the run that made them: version, base (its teacher), student (what it began with), run, and the names of the concepts it suppresses.
Json made_by_run(const Json &spec, const fs::path &run);

// The lines of an .ndjson file that are whole; a torn last line is passed over.
Result<std::vector<Json>> read_lines(const fs::path &path);

} // namespace quell
