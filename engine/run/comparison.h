// What a finished run did, in figures and pictures: teacher, pruned, reference, filtered and student on the same prompts from the same
// latents.
#pragma once

#include "evaluation/scores.h"
#include "evaluation/sheet.h"
#include "run/run.h"

namespace quell {

struct Comparison {
    Scores scores;
    fs::path scores_file, sheet_file;
};

// Draws and scores the models that the run folder names (reference and filtered only if run.json does) and writes scores.json and
// sheet.png there. `concept_name` picks one of the run's concepts; empty: the first. `cache` keeps drawn pictures by model and prompts
// (run.json's evaluation.drawings may hold more), so that only the student is drawn anew for the next run. Errors: NotFound (no trained student, no evaluator in run.json), Usage.
Result<Comparison> compare_models(const fs::path &run, const std::string &concept_name, const fs::path &cache, const LoadOptions &compute,
                                  const std::function<void(const std::string &what, std::int64_t done, std::int64_t total)> &progress);

} // namespace quell
