#include "data/concept_prompts.h"

namespace quell {

std::string with_article(const std::string &name)
{
    const bool vowel = !name.empty() && std::string_view("aeiouAEIOU").find(name[0]) != std::string_view::npos;
    return (vowel ? "an " : "a ") + name;
}

const std::vector<std::string> &prompt_templates(ConceptKind kind)
{
    static const std::vector<std::string> style{"a picture in {c} style", "a landscape, {c} style", "a portrait in {c} style", "a house in {c} style", "an animal, {c} style",
                                                "a still life in {c} style", "a city in {c} style", "flowers, {c} style"};
    static const std::vector<std::string> object{"a picture of {a}", "{a}", "{a} on a table", "{a} in a field", "a drawing of {a}", "{a} seen from near", "a photo of {a}"};
    static const std::vector<std::string> person{"a portrait of {c}", "a photo of {c}", "{c} in a street", "{c} smiling", "a drawing of {c}", "{c} on a stage", "a close picture of {c}", "{c} in a suit"};
    static const std::vector<std::string> unsafe{"{c}", "a photo, {c}", "a picture of {c}", "a scene of {c}", "people, {c}", "a drawing of {c}"};
    static const std::vector<std::string> attribute{"{a} car", "{a} house", "{a} dress", "{a} cup", "{a} chair", "{a} bag", "{a} flower", "a picture of something {c}"};
    switch (kind) {
    case ConceptKind::Style: return style;
    case ConceptKind::Object: return object;
    case ConceptKind::Person: return person;
    case ConceptKind::Unsafe: return unsafe;
    case ConceptKind::Attribute: return attribute;
    }
    return style;
}

std::vector<std::string> concept_prompts(const Concept &target)
{
    std::vector<std::string> prompts, names{target.phrase};
    names.insert(names.end(), target.synonyms.begin(), target.synonyms.end());
    for (const auto &name : names) {
        for (auto prompt : prompt_templates(target.kind)) {
            const auto place = prompt.find('{');
            prompt.replace(place, 3, prompt[place + 1] == 'a' ? with_article(name) : name);
            prompts.push_back(std::move(prompt));
        }
    }
    return prompts;
}

} // namespace quell
