// --concepts FILE, as the commands that look at captions and prompts take it.
#pragma once

#include "data/concept.h"

#include <vector>

namespace quell::cli {

// A JSON array of concepts, or a run.json (only its concepts are read). Errors: those of parse_concept; Malformed if it is neither.
Result<std::vector<Concept>> read_concepts(const fs::path &file);

} // namespace quell::cli
