// What memory a run will take, from its run.json and the headers of its models' files: nothing is loaded.
#pragma once

#include "run/run_spec.h"

namespace quell {

struct MemoryPart {
    std::string name;
    std::int64_t bytes = 0;
};

// A time in the run at which much is held; the parts are held at once.
struct MemoryPhase {
    std::string name; // "loading", "encoding pictures", "drawing first samples", "training", "drawing samples", "probing", "writing the student"
    std::vector<MemoryPart> parts;
    std::int64_t bytes() const;
};

struct MemoryEstimate {
    std::vector<MemoryPhase> phases;  // in the order they come
    const MemoryPhase &peak() const; // the largest
};

// Resident memory of the engine's process on the CPU, mapped files included, or of device and process together. `low` says whether the
// models are computed in bf16 (what "auto" means depends on the machine). Errors are those of opening the models.
Result<MemoryEstimate> estimate_memory(const RunSpec &spec, bool low);

Json to_json(const MemoryEstimate &estimate); // {"bytes", "peak", "phases": [{"name", "bytes", "parts": {…}}]}
std::string to_text(const MemoryEstimate &estimate); // a table in MiB

} // namespace quell
