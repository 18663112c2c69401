#include "evaluation/vocabulary.h"

#include "data/concept_match.h"

#include <algorithm>

namespace quell {

namespace {

bool contains(const std::vector<std::string> &list, const std::string &text)
{
    return std::find(list.begin(), list.end(), text) != list.end();
}

std::vector<std::string> filled_list(JsonReader &reader, const std::string &key)
{
    auto list = reader.texts(key);
    if (list.empty())
        reader.reject(key, "is empty");
    return list;
}

std::vector<std::string> templates_of(JsonReader &reader, const std::string &key, bool with_style)
{
    auto forms = filled_list(reader, key);
    for (const auto &form : forms) {
        const auto has = [&](const char *field) { return form.find(field) != std::string::npos; };
        if ((!has("{a}") && !has("{n}")) || has("{s}") != with_style)
            reader.reject(key, "\"" + form + "\" must hold {a} or {n}, and " + (with_style ? "" : "not ") + "{s}");
    }
    return forms;
}

void replace_all(std::string &text, std::string_view field, std::string_view by)
{
    for (auto at = text.find(field); at != std::string::npos; at = text.find(field, at + by.size()))
        text.replace(at, field.size(), by);
}

} // namespace

Result<Vocabulary> read_vocabulary(const fs::path &objects, const fs::path &templates)
{
    Vocabulary vocabulary;
    QUELL_ASSIGN(const auto names, read_json(objects));
    JsonReader reader(names, objects.string());
    vocabulary.styles = filled_list(reader, "styles");
    vocabulary.objects = filled_list(reader, "known");
    vocabulary.drawn = filled_list(reader, "subset");
    for (const auto &name : vocabulary.drawn)
        if (!contains(vocabulary.objects, name))
            reader.reject("subset", "\"" + name + "\" is not in \"known\"");
    QUELL_TRY(reader.status());

    QUELL_ASSIGN(const auto forms, read_json(templates));
    JsonReader form_reader(forms, templates.string());
    if (form_reader.integer("version") != 1)
        form_reader.reject("version", "must be 1");
    vocabulary.styled = templates_of(form_reader, "styled", true);
    vocabulary.plain = templates_of(form_reader, "plain", false);
    QUELL_TRY(form_reader.status());
    return vocabulary;
}

std::string fill_template(const std::string &form, const std::string &object, const std::string &style)
{
    auto text = form;
    replace_all(text, "{a}", with_article(object));
    replace_all(text, "{n}", object);
    replace_all(text, "{s}", style);
    return text;
}

Result<std::string> known_name(const Concept &target, const std::vector<std::string> &names)
{
    std::string all;
    for (const auto &name : names) {
        const auto found = find_mentions(name, target);
        if (found.size() == 1 && found[0].begin == 0 && found[0].end == name.size())
            return name;
        all += (all.empty() ? "" : ", ") + name;
    }
    return fail(ErrorCode::NotFound, "the evaluator does not know it; it knows " + all, "concept \"" + target.phrase + "\"");
}

} // namespace quell
