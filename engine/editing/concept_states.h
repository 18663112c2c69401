// What a closed-form edit is asked for, from concepts and the text encoder.
#pragma once

#include "data/concept.h"
#include "editing/closed_form.h"
#include "models/clip.h"

namespace quell {

// Erased: the states from the concept's last token to the end, of its phrase, its synonyms and those of `prompts` that name it; in pairs with those of the same
// prompts without it (anchor_prompt). Preserved: the states of neighbours, of `preserve` and of the empty prompt. Errors: Usage if nothing names a concept.
Result<EditStates> edit_states(const TextEncoder &text, const std::vector<Concept> &concepts, const std::vector<std::string> &prompts,
                               const std::vector<std::string> &preserve);

} // namespace quell
