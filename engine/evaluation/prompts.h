// The prompts by which models are compared.
#pragma once

#include "evaluation/vocabulary.h"

namespace quell {

enum class PromptGroup {
    Target, // names the suppressed concept
    Other,  // other styles and other objects: what must survive
    Plain,  // an object without a style
};

const char *name_of(PromptGroup group); // "target", "other", "plain"

// One picture to draw. Drawing i of a list belongs to picture i of each model's tensor.
struct Drawing {
    std::string prompt;
    std::string object, style; // names in the vocabulary, what should be recognised; style is empty in the plain group
    PromptGroup group = PromptGroup::Target;
    std::uint64_t latent = 0; // drawings of the same number start from the same latent, whatever the model and the group
};

// At least `least` drawings in each group, the same for the same arguments; repetitions go round the templates.
//   A style: target = each drawn object in that style; other = the drawn objects, each in several of the other styles, all styles alike often;
//   plain = the drawn objects. All three use the same objects and latents.
//   An object or a person: target = it in each style; other = the other drawn objects in all styles; plain = those without a style.
// Prompts name the concept by its phrase. Errors: NotFound (a concept the evaluator does not know), Unsupported (kinds unsafe
// and attribute: an evaluator of objects and styles cannot tell them from pictures).
Result<std::vector<Drawing>> comparison_prompts(const Concept &target, const Vocabulary &vocabulary, std::size_t least = 150);

} // namespace quell
