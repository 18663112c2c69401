// What a model no longer draws, as those who made it told.
#pragma once

#include "core/files.h"
#include "data/concept.h"

namespace quell {

// Of the UNet in a folder or file: the concepts of the run whose student it is (RUN/student), else those its structure record holds ("concepts" of its
// details, as runs and edits write them, kept in exports). None of a model that cannot be described; whoever opens it tells why. Errors: a concept or run.json
// that is malformed.
Result<std::vector<Concept>> suppressed_concepts(const fs::path &unet);

// Whether a run, by its run.json, suppresses its concepts: its upper level is not off. Any JSON will do.
bool suppresses(const Json &run);

// `concepts`, and after them what earlier ones there are of other names.
std::vector<Concept> joined(std::vector<Concept> concepts, std::vector<Concept> earlier);

// For the record of a model that suppresses `concepts`.
Json concepts_json(const std::vector<Concept> &concepts);

} // namespace quell
