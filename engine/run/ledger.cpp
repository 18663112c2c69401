#include "run/ledger.h"

#include "architecture/unet_description.h"
#include "models/state_dict.h"
#include "run/suppressed.h"

#include <algorithm>

namespace quell {
namespace {

using torch::Tensor;

bool knows(const std::vector<LedgerEntry> &ledger, const std::string &name)
{
    return std::any_of(ledger.begin(), ledger.end(), [&](const LedgerEntry &entry) {
        return std::any_of(entry.concepts.begin(), entry.concepts.end(), [&](const Concept &one) { return one.name == name; });
    });
}

Tensor wide(const Tensor &x)
{
    return x.to(torch::kFloat32);
}

// How a model came about, with all that it suppresses: as a run's student, or by an edit; else nothing is known.
Result<std::optional<LedgerEntry>> origin_of(const fs::path &model)
{
    const auto run = model.parent_path();
    if (model.filename() == "student" && fs::exists(run / "run.json")) {
        QUELL_ASSIGN(auto spec, read_run_spec(run / "run.json", presets_folder()));
        if (!fs::exists(model))
            return fail(ErrorCode::NotFound, "the run is not complete: go on with it first (quell-engine resume)", run.string());
        return LedgerEntry{run, spec.student, model, spec.upper.enabled ? std::move(spec.concepts) : std::vector<Concept>()};
    }
    const auto description = describe_unet(model);
    const Json::json_pointer from("/edited/from");
    if (!description || !description->structure.details.contains(from) || !description->structure.details[from].is_string())
        return std::nullopt;
    QUELL_ASSIGN(auto concepts, suppressed_concepts(model));
    return LedgerEntry{model, description->structure.details[from].get<std::string>(), model, std::move(concepts)};
}

} // namespace

Result<std::vector<LedgerEntry>> read_ledger(const fs::path &run)
{
    const auto folder = fs::absolute(run).lexically_normal();
    std::vector<LedgerEntry> newest_first;
    for (auto at = fs::exists(folder / "run.json") ? folder / "student" : folder;;) {
        QUELL_ASSIGN(auto origin, origin_of(at));
        if (!origin)
            break;
        if (std::any_of(newest_first.begin(), newest_first.end(), [&](const LedgerEntry &entry) { return entry.run == origin->run; }))
            return fail(ErrorCode::Malformed, "starts from its own result", origin->run.string());
        at = origin->before;
        newest_first.push_back(std::move(*origin));
    }
    if (newest_first.empty())
        return fail(ErrorCode::NotFound, "is neither a run nor an edited model: there is no run.json, and no structure record that tells of an edit", folder.string());
    std::vector<LedgerEntry> ledger;
    for (auto entry = newest_first.rbegin(); entry != newest_first.rend(); ++entry) {
        std::erase_if(entry->concepts, [&](const Concept &one) { return knows(ledger, one.name); });
        ledger.push_back(std::move(*entry));
    }
    return ledger;
}

Result<UNetParts> without_concept(const std::vector<LedgerEntry> &ledger, const std::string &concept_name)
{
    const auto entry = std::find_if(ledger.begin(), ledger.end(), [&](const LedgerEntry &one) { return knows({one}, concept_name); });
    if (entry == ledger.end())
        return fail(ErrorCode::NotFound, "neither a run nor an edit that led here suppressed \"" + concept_name + '"', ledger.back().run.string());
    if (entry->concepts.size() > 1)
        return fail(ErrorCode::Usage, "suppressed \"" + concept_name + "\" together with others; only a concept that had a run or an edit of its own can be taken back", entry->run.string());
    QUELL_ASSIGN(auto known, suppressed_concepts(ledger.back().after));
    QUELL_ASSIGN(auto result, read_unet(ledger.back().after));
    QUELL_ASSIGN(const auto after, read_unet(entry->after));
    QUELL_ASSIGN(const auto before, read_unet(entry->before));
    torch::NoGradGuard no_grad;
    for (auto &[key, tensor] : result.tensors) {
        const auto a = after.tensors.find(key), b = before.tensors.find(key);
        if (a == after.tensors.end() || b == before.tensors.end() || a->second.sizes() != tensor.sizes() || b->second.sizes() != tensor.sizes())
            return fail(ErrorCode::Mismatch, "has another shape in what is to be taken back", key);
        tensor = wide(tensor) - (wide(a->second) - wide(b->second));
    }
    std::erase_if(known, [&](const Concept &one) { return one.name == concept_name; });
    result.structure.details["concepts"] = concepts_json(known);
    result.structure.details.erase("edited");
    return result;
}

} // namespace quell
