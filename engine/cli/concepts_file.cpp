#include "cli/concepts_file.h"

namespace quell::cli {

Result<std::vector<Concept>> read_concepts(const fs::path &file)
{
    QUELL_ASSIGN(const Json json, read_json(file));
    const Json list = json.is_object() && json.contains("concepts") ? json["concepts"] : json;
    if (!list.is_array())
        return fail(ErrorCode::Malformed, "neither an array of concepts nor a run.json with \"concepts\"", file.string());
    std::vector<Concept> concepts;
    for (const auto &item : list) {
        QUELL_ASSIGN(auto parsed, parse_concept(item, file.string() + ": concepts[" + std::to_string(concepts.size()) + ']'));
        concepts.push_back(std::move(parsed));
    }
    return concepts;
}

} // namespace quell::cli
