#include "pruning/aptp.h"

namespace quell {
namespace {

// The tensor that holds architecture vectors.
Result<torch::Tensor> codes_in(const StateDict &tensors, const fs::path &file)
{
    if (const auto named = tensors.find("embedding_gs"); named != tensors.end())
        return named->second;
    if (tensors.size() == 1)
        return tensors.begin()->second;
    return fail(ErrorCode::Mismatch, "holds " + std::to_string(tensors.size()) + " tensors and none called \"embedding_gs\"; give an arch_vector.pt or a quantizer's weights", file);
}

} // namespace

Result<std::vector<float>> read_architecture_vector(const fs::path &file, std::int64_t gates, std::optional<std::int64_t> expert)
{
    QUELL_ASSIGN(const StateDict tensors, read_state_dict(file));
    QUELL_ASSIGN(const torch::Tensor codes, codes_in(tensors, file));
    const std::int64_t rows = codes.numel() / gates;
    if (rows == 0 || codes.numel() % gates != 0)
        return fail(ErrorCode::Mismatch, "holds " + std::to_string(codes.numel()) + " values; an architecture vector of this UNet has " + std::to_string(gates), file);
    if ((rows > 1 && !expert) || (expert && (*expert < 0 || *expert >= rows)))
        return fail(ErrorCode::Usage, "holds " + std::to_string(rows) + " experts; choose one with --expert 0 to " + std::to_string(rows - 1), file);
    const auto row = codes.to(torch::kFloat32).reshape({rows, gates})[expert.value_or(0)].contiguous();
    return std::vector<float>(row.const_data_ptr<float>(), row.const_data_ptr<float>() + gates);
}

Result<UNetParts> prune_to_expert(const UNetParts &dense, const fs::path &file, std::optional<std::int64_t> expert)
{
    const auto layout = gate_layout(dense.config);
    const auto count = static_cast<std::int64_t>(layout.width_count + layout.depths.size());
    QUELL_ASSIGN(const auto vector, read_architecture_vector(file, count, expert));
    QUELL_ASSIGN(const auto gates, gates_of(layout, vector));
    QUELL_ASSIGN(auto pruned, slice(dense, gates));
    pruned.structure.origin = "APTP expert";
    pruned.structure.details = {{"architecture_vector", file.filename().string()}};
    if (expert)
        pruned.structure.details["expert"] = *expert;
    return pruned;
}

} // namespace quell
