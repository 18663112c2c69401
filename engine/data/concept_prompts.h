// Prompts that name a concept where no caption does: what its kind is usually drawn as.
#pragma once

#include "data/concept.h"

namespace quell {

// "an owl", "a rose".
std::string with_article(const std::string &name);

// Templates of a kind, with {c} for the concept, or {a} for it with an article.
const std::vector<std::string> &prompt_templates(ConceptKind kind);

// The kind's templates filled with the phrase, and after them with each synonym.
std::vector<std::string> concept_prompts(const Concept &target);

} // namespace quell
