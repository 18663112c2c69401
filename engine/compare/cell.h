// One model of a comparison, as the evaluator saw it: a method's result on one concept with one seed.
#pragma once

#include "evaluation/sightings.h"
#include "formats/json.h"

namespace quell::compare {

// cell.json: {"version": 1, "key", "method", "concept", "seed", "evaluations", "seconds", "peak_bytes", "kernel_distance", "compute",
//  "style": "1101…", "object": "…", "fit": […], "real": […], "relearnt": "…"}. One character or number a drawing (relearnt: a target drawing); `key` names all that
// the cell depends on (pictures by their names and captions), so that a cell found under it need not be made again.
struct Cell {
    std::string key, method, target;
    std::int64_t seed = 0;
    std::int64_t evaluations = 0; // gradient evaluations that made the model, the stage's among them
    double seconds = 0;           // of training or editing, the stage's among them
    std::int64_t peak_bytes = 0;  // most resident memory meanwhile
    double kernel_distance = 0;   // to the teacher's pictures of the other and plain prompts
    std::string compute;          // what it was drawn in: "fp32, 2 threads"
    std::vector<char> style, object; // recognised or not, as in Sightings
    std::vector<float> fit;
    std::vector<float> real;      // cosine to the mean of real pictures of the concept; empty if there are none
    std::vector<char> relearnt;   // whether the concept is recognised again in the target drawings after relearning; empty: not tried
};

Json to_json(const Cell &cell);
Result<Cell> read_cell(const fs::path &file);

// A bool tensor [n] as flags.
std::vector<char> flags_of(const torch::Tensor &values);
// What the evaluator saw of a model; `teacher` of the teacher. `real` is the mean direction, may be undefined.
void fill(Cell &cell, const Viewer &viewer, const Sightings &seen, const Sightings &teacher, const torch::Tensor &real);

} // namespace quell::compare
