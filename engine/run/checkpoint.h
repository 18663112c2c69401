// Checkpoints: folders "step-000123" under a run's checkpoints/, each with the student's masters, the solver's state and a manifest of
// hashes. Written under a temporary name, synced, renamed; older ones go only once the new one has been read back.
#pragma once

#include "models/state_dict.h"

namespace quell {

struct Checkpoint {
    std::int64_t step = 0;
    StateDict student, solver; // student: the masters of what is trained, under diffusers' names
};

// Writes and verifies, then removes all but the newest `keep`. Error Io (a full disk, say): the older checkpoints stand.
Status write_checkpoint(const fs::path &folder, const Checkpoint &checkpoint, std::int64_t keep);
// The newest checkpoint whose files match its manifest, passing over torn and damaged ones. NotFound if there is none.
Result<Checkpoint> newest_checkpoint(const fs::path &folder);
// The steps of all checkpoints that have a manifest, rising.
std::vector<std::int64_t> checkpoint_steps(const fs::path &folder);

} // namespace quell
