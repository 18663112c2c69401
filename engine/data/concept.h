// A concept: what is to be suppressed.
#pragma once

#include "formats/json.h"

namespace quell {

enum class ConceptKind { Style, Object, Person, Unsafe, Attribute };

const char *name_of(ConceptKind kind); // "style", "object", "person", "unsafe", "attribute"

struct Concept {
    std::string name;   // how people call it
    ConceptKind kind = ConceptKind::Style;
    std::string phrase; // how prompts name it: "neon", "Claude Monet", "rose"
    std::vector<std::string> synonyms;
    // What stands in its place in a prompt that has become harmless; without one (or with an empty one) the phrase is taken out.
    std::optional<std::string> anchor;
    std::vector<std::string> neighbours; // near concepts that must survive
    double weight = 1;
};

// The object in run.json: {"name", "kind", "phrase", "synonyms", "anchor", "neighbours", "weight"}. `name` defaults to the phrase, the
// last four may be left out. Errors name the key: an empty phrase or synonym, a weight that is not above 0, an unknown key.
Result<Concept> parse_concept(const Json &json, const std::string &place);
Json to_json(const Concept &target);

} // namespace quell
