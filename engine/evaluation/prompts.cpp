#include "evaluation/prompts.h"

namespace quell {

namespace {

// `rounds` times all of `objects`; `style` gives the name of object i's style in a round.
template <class Style>
void add(std::vector<Drawing> &drawings, PromptGroup group, const std::vector<std::string> &objects, std::size_t rounds,
         const std::vector<std::string> &forms, Style style)
{
    for (std::size_t round = 0; round < rounds; ++round) {
        for (std::size_t i = 0; i < objects.size(); ++i) {
            const std::string name = style(round, i);
            drawings.push_back({fill_template(forms[round % forms.size()], objects[i], name), objects[i], name, group,
                                round * objects.size() + i});
        }
    }
}

std::vector<std::string> without(std::vector<std::string> names, const std::string &name)
{
    std::erase(names, name);
    return names;
}

std::size_t rounds_for(std::size_t least, std::size_t each)
{
    return (least + each - 1) / each;
}

// In each round every object takes the next style, so that all come alike often.
auto going_round(const std::vector<std::string> &styles)
{
    return [&styles](std::size_t round, std::size_t i) { return styles[(round + i) % styles.size()]; };
}

const auto no_style = [](std::size_t, std::size_t) { return std::string(); };

Result<std::vector<Drawing>> style_prompts(const Concept &target, const Vocabulary &vocabulary, std::size_t least)
{
    QUELL_ASSIGN(const auto style, known_name(target, vocabulary.styles));
    const auto others = without(vocabulary.styles, style);
    if (others.empty())
        return fail(ErrorCode::Mismatch, "the evaluator knows no other style to compare with", "concept \"" + target.phrase + "\"");
    const auto rounds = rounds_for(least, vocabulary.drawn.size());
    std::vector<Drawing> drawings;
    add(drawings, PromptGroup::Target, vocabulary.drawn, rounds, vocabulary.styled, [&](std::size_t, std::size_t) { return target.phrase; });
    for (auto &drawing : drawings)
        drawing.style = style;
    add(drawings, PromptGroup::Other, vocabulary.drawn, rounds, vocabulary.styled, going_round(others));
    add(drawings, PromptGroup::Plain, vocabulary.drawn, rounds, vocabulary.plain, no_style);
    return drawings;
}

Result<std::vector<Drawing>> object_prompts(const Concept &target, const Vocabulary &vocabulary, std::size_t least)
{
    QUELL_ASSIGN(const auto object, known_name(target, vocabulary.objects));
    const auto others = without(vocabulary.drawn, object);
    if (others.empty())
        return fail(ErrorCode::Mismatch, "no other object is drawn to compare with", "concept \"" + target.phrase + "\"");
    const std::vector<std::string> each_style(vocabulary.styles.size(), target.phrase);
    std::vector<Drawing> drawings;
    add(drawings, PromptGroup::Target, each_style, rounds_for(least, each_style.size()), vocabulary.styled,
        [&](std::size_t, std::size_t i) { return vocabulary.styles[i]; });
    for (auto &drawing : drawings)
        drawing.object = object;
    const auto rounds = rounds_for(least, others.size());
    add(drawings, PromptGroup::Other, others, rounds, vocabulary.styled, going_round(vocabulary.styles));
    add(drawings, PromptGroup::Plain, others, rounds, vocabulary.plain, no_style);
    return drawings;
}

} // namespace

const char *name_of(PromptGroup group)
{
    switch (group) {
    case PromptGroup::Target: return "target";
    case PromptGroup::Other: return "other";
    case PromptGroup::Plain: return "plain";
    }
    return "target";
}

Result<std::vector<Drawing>> comparison_prompts(const Concept &target, const Vocabulary &vocabulary, std::size_t least)
{
    switch (target.kind) {
    case ConceptKind::Style: return style_prompts(target, vocabulary, least);
    case ConceptKind::Object:
    case ConceptKind::Person: return object_prompts(target, vocabulary, least);
    case ConceptKind::Unsafe:
    case ConceptKind::Attribute: break;
    }
    return fail(ErrorCode::Unsupported, "an evaluator of objects and styles cannot tell " + std::string(name_of(target.kind)) + " pictures", "concept \"" + target.phrase + "\"");
}

} // namespace quell
