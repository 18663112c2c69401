#include "run/ledger.h"

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

} // namespace

Result<std::vector<LedgerEntry>> read_ledger(const fs::path &run)
{
    std::vector<RunSpec> specs;
    std::vector<fs::path> folders;
    for (auto at = fs::absolute(run).lexically_normal();;) {
        if (std::find(folders.begin(), folders.end(), at) != folders.end())
            return fail(ErrorCode::Malformed, "starts from its own result", at.string());
        QUELL_ASSIGN(auto spec, read_run_spec(at / "run.json", presets_folder()));
        if (!fs::exists(at / "student"))
            return fail(ErrorCode::NotFound, "the run is not complete: go on with it first (quell-engine resume)", at.string());
        folders.push_back(at);
        specs.push_back(std::move(spec));
        const auto &student = specs.back().student;
        if (student.filename() != "student" || !fs::exists(student.parent_path() / "run.json"))
            break;
        at = student.parent_path();
    }
    std::vector<LedgerEntry> ledger;
    for (auto i = specs.size(); i-- > 0;) {
        LedgerEntry entry{folders[i], specs[i].student, {}};
        for (auto &one : specs[i].concepts) {
            if (specs[i].upper.enabled && !knows(ledger, one.name))
                entry.concepts.push_back(std::move(one));
        }
        ledger.push_back(std::move(entry));
    }
    return ledger;
}

Result<UNetParts> without_concept(const std::vector<LedgerEntry> &ledger, const std::string &concept_name)
{
    const auto entry = std::find_if(ledger.begin(), ledger.end(), [&](const LedgerEntry &one) { return knows({one}, concept_name); });
    if (entry == ledger.end())
        return fail(ErrorCode::NotFound, "no run that led here suppressed \"" + concept_name + '"', ledger.back().run.string());
    if (entry->concepts.size() > 1)
        return fail(ErrorCode::Usage, "suppressed \"" + concept_name + "\" together with others; only a concept that had a run of its own can be taken back", entry->run.string());
    QUELL_ASSIGN(auto known, suppressed_concepts(ledger.back().run / "student"));
    QUELL_ASSIGN(auto result, read_unet(ledger.back().run / "student"));
    QUELL_ASSIGN(const auto after, read_unet(entry->run / "student"));
    QUELL_ASSIGN(const auto before, read_unet(entry->before));
    torch::NoGradGuard no_grad;
    for (auto &[key, tensor] : result.tensors) {
        const auto a = after.tensors.find(key), b = before.tensors.find(key);
        if (a == after.tensors.end() || b == before.tensors.end() || a->second.sizes() != tensor.sizes() || b->second.sizes() != tensor.sizes())
            return fail(ErrorCode::Mismatch, "has another shape in the run to be taken back", key);
        tensor = wide(tensor) - (wide(a->second) - wide(b->second));
    }
    std::erase_if(known, [&](const Concept &one) { return one.name == concept_name; });
    result.structure.details["concepts"] = concepts_json(known);
    return result;
}

} // namespace quell
