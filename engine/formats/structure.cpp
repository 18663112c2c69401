#include "formats/structure.h"

#include <algorithm>

namespace quell {
namespace {

constexpr std::int64_t current_version = 1;

using KeptByModule = std::map<std::string, StructureRecord::Kept>;

Json kept_to_json(const KeptByModule &modules)
{
    Json json = Json::object();
    for (const auto &[name, kept] : modules)
        json[name] = {{"total", kept.total}, {"kept", kept.kept}};
    return json;
}

Result<StructureRecord::Kept> parse_kept(const Json &json, const std::string &place)
{
    JsonReader reader(json, place);
    StructureRecord::Kept kept;
    kept.total = reader.integer("total");
    kept.kept = reader.integers("kept");
    reader.refuse_unknown_keys();
    QUELL_TRY(reader.status());
    if (kept.kept.empty())
        return fail(ErrorCode::Malformed, "nothing is kept; a module without any heads or groups belongs under \"dropped\"", place);
    if (kept.kept.front() < 0 || kept.kept.back() >= kept.total)
        return fail(ErrorCode::Malformed, "the kept indices are not within 0 to " + std::to_string(kept.total - 1), place);
    if (std::adjacent_find(kept.kept.begin(), kept.kept.end(), std::greater_equal()) != kept.kept.end())
        return fail(ErrorCode::Malformed, "the kept indices do not ascend", place);
    return kept;
}

Result<KeptByModule> parse_modules(const Json &json, const std::string &place)
{
    KeptByModule modules;
    if (!json.is_null() && !json.is_object())
        return fail(ErrorCode::Malformed, "must be an object of modules", place);
    for (const auto &[name, value] : json.items()) {
        QUELL_ASSIGN(modules[name], parse_kept(value, place + "." + name));
    }
    return modules;
}

bool lies_in(const std::string &module, const std::string &parent)
{
    return module == parent || module.starts_with(parent + ".");
}

Status check_dropped(const StructureRecord &record, const std::string &place)
{
    for (const auto *modules : {&record.heads, &record.feed_forward, &record.resnet_groups}) {
        for (const auto &[name, kept] : *modules) {
            for (const auto &dropped : record.dropped) {
                if (lies_in(name, dropped))
                    return fail(ErrorCode::Malformed, "\"" + name + "\" has kept parts, but \"" + dropped + "\" is dropped", place);
            }
        }
    }
    return {};
}

} // namespace

Json to_json(const StructureRecord &record)
{
    return {{"version", current_version},
            {"origin", record.origin},
            {"details", record.details},
            {"heads", kept_to_json(record.heads)},
            {"feed_forward", kept_to_json(record.feed_forward)},
            {"resnet_groups", kept_to_json(record.resnet_groups)},
            {"dropped", record.dropped}};
}

Result<StructureRecord> parse_structure_record(const Json &json, const std::string &place)
{
    JsonReader reader(json, place);
    StructureRecord record;
    if (const auto version = reader.integer("version"); version != current_version)
        reader.reject("version", "this Quell reads version " + std::to_string(current_version));
    record.origin = reader.text("origin", "");
    if (const auto &details = reader.raw("details"); details.is_object())
        record.details = details;
    else if (!details.is_null())
        reader.reject("details", "must be an object");
    const auto dropped = reader.texts("dropped", std::vector<std::string>());
    record.dropped = {dropped.begin(), dropped.end()};
    QUELL_TRY(reader.status());
    QUELL_ASSIGN(record.heads, parse_modules(reader.raw("heads"), place + ": heads"));
    QUELL_ASSIGN(record.feed_forward, parse_modules(reader.raw("feed_forward"), place + ": feed_forward"));
    QUELL_ASSIGN(record.resnet_groups, parse_modules(reader.raw("resnet_groups"), place + ": resnet_groups"));
    reader.refuse_unknown_keys();
    QUELL_TRY(reader.status());
    QUELL_TRY(check_dropped(record, place));
    return record;
}

} // namespace quell
