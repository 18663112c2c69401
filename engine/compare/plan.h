// PLAN.json: methods × concepts × seeds on one student, at equal budgets.
//
//   {"version": 1,
//    "run": "starter.json",            what every run is made of; its concepts, name, seed and steps are replaced. Relative to the plan
//    "settings": {…},                  over it, for all runs: any keys of run.json; a solver of another name replaces the whole solver
//    "evaluations": 450,               budget of a run, in gradient evaluations of either level (solver.h)
//    "stage": {"evaluations": 300,     fine-tuning alone, once a seed: the reference, and where two-stage methods and edits start from
//              "settings": {…}},
//    "relearning": {"pictures": 20, "steps": 200, "settings": {…}},   plain fine-tuning of every result on pictures of the concept; left out: none
//    "concepts": [{…as in run.json…}], each suppressed alone, and what the student suppresses already is not kept
//    "seeds": [43, 44],                of the training; all models are drawn from the latents of the run's own seed
//    "methods": [{"name": "…", "settings": {…}},                      a bilevel run, or with solver two_stage the second stage after the stage
//                {"name": "…", "edit": {"method": "uce", …}}],        uce, rece, null-space, concept-prune: an edit of the stage's model
//    "against": "…"}                   the method that the others' differences are taken to; the first by default
#pragma once

#include "editing/closed_form.h"
#include "editing/concept_prune.h"
#include "run/run_spec.h"

#include <variant>

namespace quell::compare {

using Edit = std::variant<EditSpec, ConceptPruneSpec>;

struct Method {
    std::string name;
    Json settings = Json::object(); // of a run
    std::optional<Edit> edit;       // instead of a run
    Json edit_json;                 // as the plan has it
    bool follows_stage = false;     // goes on from the stage: a second stage, or an edit
};

struct Relearning {
    std::int64_t pictures = 20, steps = 200;
    Json settings = Json::object();
};

struct Plan {
    fs::path file, run_folder; // the plan, and what the run's relative paths are taken from
    fs::path presets;
    Json run; // the run's file with the plan's settings over it
    std::int64_t evaluations = 0, stage_evaluations = 0;
    Json stage_settings = Json::object();
    std::optional<Relearning> relearning;
    std::vector<Concept> concepts;
    std::vector<std::int64_t> seeds;
    std::vector<Method> methods;
    std::string against;
};

// Errors name the key; all runs of the plan are parsed, so that a wrong setting is told before the first step.
Result<Plan> read_plan(const fs::path &file, const fs::path &presets);

// The run that evaluates: the plan's run as it stands, with one concept.
Result<RunSpec> base_run(const Plan &plan, const Concept &target);
// Fine-tuning alone, the stage.
Result<RunSpec> stage_run(const Plan &plan, std::int64_t seed);
// A method's run on one concept. `stage` is the stage's trained UNet, which two-stage methods start from.
Result<RunSpec> method_run(const Plan &plan, const Method &method, const Concept &target, std::int64_t seed, const fs::path &stage);
// Plain fine-tuning of `student` on `pictures`, a folder.
Result<RunSpec> relearning_run(const Plan &plan, std::int64_t seed, const fs::path &student, const fs::path &pictures);

} // namespace quell::compare
