#include "run/suppressed.h"

#include "architecture/unet_description.h"

#include <algorithm>

namespace quell {
namespace {

// The "concepts" of a run or record. Names alone, as records of other makers may have them, are not enough to suppress by.
Result<std::vector<Concept>> concepts_of(const Json &holder, const std::string &place)
{
    const Json list = holder.contains("concepts") ? holder["concepts"] : Json::array();
    std::vector<Concept> concepts;
    for (std::size_t i = 0; list.is_array() && i < list.size(); ++i) {
        if (!list[i].is_object())
            continue;
        QUELL_ASSIGN(auto one, parse_concept(list[i], place + ": concepts[" + std::to_string(i) + ']'));
        concepts.push_back(std::move(one));
    }
    return concepts;
}

} // namespace

bool suppresses(const Json &run)
{
    static const Json off = false;
    return !run.contains("upper") || !run["upper"].is_object() || !run["upper"].contains("enabled") || run["upper"]["enabled"] != off;
}

Result<std::vector<Concept>> suppressed_concepts(const fs::path &unet)
{
    const auto run = unet.parent_path() / "run.json";
    if (unet.filename() == "student" && fs::exists(run)) {
        QUELL_ASSIGN(const auto json, read_json(run));
        return suppresses(json) ? concepts_of(json, run.string()) : std::vector<Concept>();
    }
    const auto description = describe_unet(unet);
    if (!description)
        return std::vector<Concept>();
    return concepts_of(description->structure.details, unet.string());
}

std::vector<Concept> joined(std::vector<Concept> concepts, std::vector<Concept> earlier)
{
    for (auto &one : earlier) {
        if (std::none_of(concepts.begin(), concepts.end(), [&](const Concept &own) { return own.name == one.name; }))
            concepts.push_back(std::move(one));
    }
    return concepts;
}

Json concepts_json(const std::vector<Concept> &concepts)
{
    Json json = Json::array();
    for (const auto &one : concepts)
        json.push_back(to_json(one));
    return json;
}

} // namespace quell
