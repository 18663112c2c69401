// Carries out a plan: trains, edits, draws, looks, relearns; what is done already is not done again.
//
// The folder: plan.json; stages/ (a run folder a seed); cells/NAME/ with cell.json, the run or the edited model, and the relearning run; pictures/ that are relearnt
// from; comparison.md, .csv and .json, and sheet.png. Names end in what their content depends on, so that a changed plan makes anew what it changes and keeps the rest.
#pragma once

#include "compare/plan.h"
#include "compare/table.h"
#include "run/drawer.h"
#include "run/run_control.h"

namespace quell::compare {

struct BenchObserver {
    std::function<void(const std::string &what)> began; // "neon, two-stage UCE, seed 43"
    TellProgress progress;
};

struct BenchOutcome {
    std::vector<Table> tables;
    Json protocol;
    fs::path markdown, csv, json, sheet;
};

// Seeds come one after the other, and the tables are written after each of them. `compute` is what drawing uses; runs choose by their own settings. Errors: Cancelled
// (go on with the same call), those of runs and drawing, each with the cell's name.
Result<BenchOutcome> carry_out(const Plan &plan, const fs::path &folder, const fs::path &cache, const LoadOptions &compute, RunControl &control, const BenchObserver &observer);

} // namespace quell::compare
