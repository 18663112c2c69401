// What the evaluator can tell apart, and how prompts name it.
#pragma once

#include "data/concept_prompts.h"

namespace quell {

struct Vocabulary {
    std::vector<std::string> styles;
    std::vector<std::string> objects; // all that the evaluator knows
    std::vector<std::string> drawn;   // those of them that the model draws well: prompts are made of these
    // Templates: {a} is the object with its article, {n} without, {s} the style.
    std::vector<std::string> styled, plain;
};

// `objects` is {"styles": […], "known": […], "subset": […]}; `templates` is {"version": 1, "styled": […], "plain": […]}.
// Errors name file and key: an empty list, an object of the subset that is not known, a template that lacks its fields.
Result<Vocabulary> read_vocabulary(const fs::path &objects, const fs::path &templates);

std::string fill_template(const std::string &form, const std::string &object, const std::string &style = {});

// The one of `names` that is the concept's phrase or a synonym, whatever the case; NotFound lists them.
Result<std::string> known_name(const Concept &target, const std::vector<std::string> &names);

} // namespace quell
