// A run from start to end: the same code whether a terminal or the studio asks for it.
#pragma once

#include "run/run_control.h"
#include "run/run_folder.h"
#include "run/run_spec.h"

#include <functional>

namespace quell {

// What a run tells while it works; called on the compute thread, so be quick.
struct RunObserver {
    std::function<void(const Json &event)> event;                                    // each line of events.ndjson
    std::function<void()> training;                                                  // all is prepared: the first step of the attempt begins
    std::function<void(std::int64_t step, const StepReport &, double seconds)> step; // after each step; seconds it took
    std::function<void(const std::string &what, std::int64_t done, std::int64_t total)> progress; // of everything that takes a while
};

struct RunOutcome {
    bool complete = false;      // all steps done; else stopped, and the run can be resumed
    std::int64_t step = 0;
    double training_seconds = 0; // of this attempt, without preparation
    double sampling_seconds = 0; // of that, drawing samples
};

// Runs `spec` in a folder made for it. `cache` holds latents and texts, shared between runs. Errors name what is wrong; a run that fails
// keeps its checkpoints.
Result<RunOutcome> train(const RunSpec &spec, RunFolder folder, const fs::path &cache, RunControl &control, const RunObserver &observer);
// The same, freezing `spec` into a new folder.
Result<RunOutcome> train(const RunSpec &spec, const fs::path &folder, const fs::path &cache, RunControl &control, const RunObserver &observer);
// Goes on from the newest whole checkpoint (from the start if there is none yet).
Result<RunOutcome> resume(const fs::path &folder, const fs::path &cache, RunControl &control, const RunObserver &observer);

} // namespace quell
