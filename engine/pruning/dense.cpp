#include "pruning/dense.h"

namespace quell {

torch::Tensor stand_in(const std::string &key, const Shape &shape, torch::TensorOptions options)
{
    torch::Tensor tensor = torch::zeros(shape, options);
    if (key.ends_with(".conv_shortcut.weight")) // [out, in, 1, 1]
        tensor.narrow(1, 0, shape[0]).squeeze(3).squeeze(2).fill_diagonal_(1);
    return tensor;
}

Result<UNetParts> dense_padded(const UNetParts &pruned)
{
    const GateLayout layout = gate_layout(pruned.config);
    QUELL_ASSIGN(const Gates gates, gates_of(layout, pruned.structure, pruned.place));
    QUELL_TRY(expect_shapes(shapes_of(pruned.tensors), sliced_shapes(pruned.config, gates), pruned.place));
    const auto cuts = cuts_of(layout, gates);
    const torch::TensorOptions options = pruned.tensors.at("conv_in.weight").options();
    UNetParts dense{pruned.config, {}, {}, pruned.place};
    for (const auto &[key, shape] : dense_shapes(pruned.config)) {
        const auto found = pruned.tensors.find(key);
        if (const auto cut = cuts.find(key); cut != cuts.end())
            dense.tensors[key] = torch::zeros(shape, found->second.options()).index_copy_(cut->second.dim, torch::tensor(cut->second.kept), found->second);
        else
            dense.tensors[key] = found == pruned.tensors.end() ? stand_in(key, shape, options) : found->second;
    }
    return dense;
}

} // namespace quell
