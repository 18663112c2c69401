// run.json: everything that defines a run. Complete and frozen once the run starts; paths are absolute there. A file that a person
// writes may leave out what has a default, name a preset, and use paths relative to itself.
#pragma once

#include "architecture/scope.h"
#include "data/concept.h"
#include "data/image.h"
#include "objectives/upper.h"
#include "sampling/sampling.h"
#include "solvers/solver.h"

namespace quell {

enum class WeightKeeping {
    Master,             // a bf16 model has fp32 masters, which the optimizer steps on
    StochasticRounding, // bf16 weights alone; the step's result is rounded up or down at random
};

// How the student is trained, and what memory that takes.
struct Training {
    Scope scope = Scope::Full;
    std::int64_t rank = 8; // of adapters, as alpha, whose share of rank they are scaled by
    double alpha = 8;
    WeightKeeping weights = WeightKeeping::Master;
    kernels::MomentFormat optimizer_state = kernels::MomentFormat::Full; // of both levels
    bool checkpointing = false; // activations are computed again in the backward pass: about a third more time
    std::int64_t accumulate = 1; // parts that every batch is taken in
    bool hold_zeros = false;     // exact zeros of the pruned matrices and convolutions stay zero
};

// Pictures of the lower level, with loss terms of their own: diffusion on an artist's pictures, say, and distillation on what is to be retained.
struct Dataset {
    fs::path data;                    // a folder of pictures with captions; empty: the teacher makes `pictures` of them from `prompts`
    std::vector<std::string> prompts;
    std::int64_t pictures = 0;
    double weight = 1;                // its part of every lower batch, relative to the others'; 0: for the upper level alone
    bool exclude_concepts = true;     // pictures whose captions name a concept leave the lower level
    LowerWeights weights;             // without a distillation the teacher does not pull
};

struct RunSpec {
    std::string name, preset;
    fs::path teacher; // pipeline folder: the dense original
    fs::path student; // UNet or pipeline folder: the pruned model
    // Results of earlier runs that this one is compared with (words: CONTRIBUTING.md); empty: none.
    fs::path reference, filtered;
    std::vector<Concept> concepts;

    struct Lower {
        std::vector<Dataset> datasets;     // that of lower.data and lower's own terms, then those of lower.datasets; at least one of weight above 0
        std::int64_t batch = 16;
        Crop crop = Crop::Center;
        bool flips = true;
        double caption_dropout = 0.1;      // share of captions replaced by the empty one, for guidance
        OptimizerSpec optimizer;
    } lower;
    struct Upper {
        std::int64_t made = 0; // pictures of each concept that the teacher makes, for source "concept"; 0: those of the data
        bool keep_earlier = true; // concepts that the student suppresses already (suppressed.h) join this run's, to stay so
        bool enabled = true; // false: plain fine-tuning, as the reference and filtered runs are made
        std::int64_t batch = 16;
        UpperSpec objective;
        OptimizerSpec optimizer;
    } upper;

    Training training;

    SolverSpec solver; // with both levels' optimizers

    std::int64_t steps = 100;
    std::int64_t size = 0; // pixels; 0: the teacher's own size
    std::uint64_t seed = 43;
    std::string precision = "auto", device = "auto";
    std::int64_t threads = 0; // 0: one a core

    struct Samples {
        std::int64_t every = 0; // steps; 0: at the start and the end only
        SamplingOptions sampling;
        std::vector<std::string> target, neighbour, unrelated; // prompts
    } samples;
    struct Checkpoints {
        std::int64_t every = 50, keep = 2;
    } checkpoints;
    struct Evaluation {
        fs::path evaluator;             // a CLIPModel folder; empty: no figures
        fs::path vocabulary, templates; // JSON files: the objects and styles it knows, and how prompts are made of them
        fs::path drawings;              // pictures that were drawn before, as the cache holds them; empty: none
        std::int64_t pictures = 150;    // at least, in each prompt group
        SamplingOptions sampling;
    } evaluation;
};

// `patch` over `base`: objects merge key by key, everything else is replaced. A solver of another name replaces the whole solver, whose numbers were another's.
void merge_settings(Json &base, const Json &patch);
// The preset that the file names, under what the file says.
Result<Json> with_preset(Json json, const std::string &place, const fs::path &presets);
// `folder` is what relative paths are taken from; `presets` holds NAME.json files. Errors name the key: unknown keys, values out of range.
Result<RunSpec> parse_run_spec(Json json, const std::string &place, const fs::path &folder, const fs::path &presets);
// What the student suppresses already (suppressed.h) comes after the run's own concepts (upper.keep_earlier).
Result<RunSpec> with_earlier_concepts(RunSpec spec);
// Of a file, with earlier concepts.
Result<RunSpec> read_run_spec(const fs::path &path, const fs::path &presets);
Json to_json(const RunSpec &spec);
// The sampler's name in a cache's key, empty of DDIM, which was once the only one.
std::string other_sampler(const SamplingOptions &sampling);

// Where presets lie: the folder in QUELL_PRESETS, else resources/presets of the source tree or installation.
fs::path presets_folder();

} // namespace quell
