#include "data/concept.h"

#include <algorithm>

namespace quell {

const char *name_of(ConceptKind kind)
{
    switch (kind) {
    case ConceptKind::Style: return "style";
    case ConceptKind::Object: return "object";
    case ConceptKind::Person: return "person";
    case ConceptKind::Unsafe: return "unsafe";
    case ConceptKind::Attribute: return "attribute";
    }
    return "style";
}

namespace {

bool blank(const std::string &text)
{
    return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

} // namespace

Result<Concept> parse_concept(const Json &json, const std::string &place)
{
    JsonReader reader(json, place);
    Concept target;
    target.phrase = reader.text("phrase");
    target.name = reader.text("name", target.phrase);
    target.kind = static_cast<ConceptKind>(reader.choice("kind", {"style", "object", "person", "unsafe", "attribute"}));
    target.synonyms = reader.texts("synonyms", std::vector<std::string>{});
    if (reader.has("anchor"))
        target.anchor = reader.text("anchor");
    target.neighbours = reader.texts("neighbours", std::vector<std::string>{});
    target.weight = reader.number("weight", 1.0);
    reader.refuse_unknown_keys();
    if (blank(target.phrase))
        reader.reject("phrase", "is empty; give the words that prompts name the concept by");
    if (std::any_of(target.synonyms.begin(), target.synonyms.end(), blank))
        reader.reject("synonyms", "holds an empty text");
    if (!(target.weight > 0))
        reader.reject("weight", "must be above 0");
    QUELL_TRY(reader.status());
    return target;
}

Json to_json(const Concept &target)
{
    Json json = {{"name", target.name}, {"kind", name_of(target.kind)}, {"phrase", target.phrase}, {"synonyms", target.synonyms}};
    if (target.anchor)
        json["anchor"] = *target.anchor;
    json["neighbours"] = target.neighbours;
    json["weight"] = target.weight;
    return json;
}

} // namespace quell
