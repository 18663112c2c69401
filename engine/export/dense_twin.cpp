#include "export/dense_twin.h"

#include "pruning/dense.h"

#include <algorithm>

namespace quell {
namespace {

using torch::Tensor;

// Zeros after each of its `parts`, so that all together are `width`.
Tensor padded(const Tensor &cut, std::int64_t dim, std::int64_t parts, std::int64_t width)
{
    auto missing = cut.sizes().vec();
    missing[dim] = (width - missing[dim]) / parts;
    std::vector<Tensor> filled;
    for (const auto &part : cut.chunk(parts, dim)) {
        filled.push_back(part);
        filled.push_back(torch::zeros(missing, cut.options()));
    }
    return torch::cat(filled, dim);
}

// Zeros in net.2 ignore the hidden channels that come back.
void fill(UNetParts &unet, const GateVector &feed_forward, const Shapes &dense)
{
    for (const auto &region : feed_forward.regions) {
        Tensor &tensor = unet.tensors.at(region.key);
        const auto width = dense.at(region.key)[region.dim];
        if (tensor.size(region.dim) < width) // both halves of GEGLU name one tensor
            tensor = padded(tensor, region.dim, region.dim == 0 ? 2 : 1, width);
    }
}

tl::unexpected<Error> not_exact(const GateVector &vector, const UNetParts &unet)
{
    const std::string why = vector.kind == GateKind::Head ? "its heads were made narrower, and zeros in them would change the scale of the softmax"
                                                          : "its groups were made narrower, and zeros in them would change the norm's statistics";
    return fail(ErrorCode::Unsupported, why + "; there is no dense twin of it, export it without --dense", unet.place + ": " + vector.module);
}

// Widths that the record leaves to the tensors.
Status fill_widths(UNetParts &unet, const GateLayout &layout, const Shapes &dense)
{
    const auto &record = unet.structure;
    for (const GateVector &vector : layout.widths) {
        const auto &first = vector.regions.front();
        const auto found = unet.tensors.find(first.key);
        const bool recorded = record.heads.contains(vector.module) || record.resnet_groups.contains(vector.module) || record.feed_forward.contains(vector.module);
        if (recorded || found == unet.tensors.end() || found->second.size(first.dim) >= dense.at(first.key)[first.dim])
            continue;
        if (vector.kind != GateKind::FeedForwardGroup)
            return not_exact(vector, unet);
        fill(unet, vector, dense);
    }
    return {};
}

void fill_module(UNetParts &unet, const std::string &module, const Shapes &dense)
{
    const auto options = unet.tensors.at("conv_in.weight").options();
    for (auto at = dense.lower_bound(module + "."); at != dense.end() && at->first.starts_with(module + "."); ++at) {
        const auto &[key, shape] = *at;
        unet.tensors[key] = stand_in(key, shape, options);
    }
}

void fill_dropped(UNetParts &unet, const GateLayout &layout, const Shapes &dense)
{
    std::erase_if(unet.structure.dropped, [&](const std::string &module) {
        const bool gated = std::find(layout.depths.begin(), layout.depths.end(), module) != layout.depths.end();
        if (!gated)
            fill_module(unet, module, dense);
        return !gated;
    });
}

} // namespace

Result<UNetParts> dense_twin(UNetParts pruned)
{
    const auto layout = gate_layout(pruned.config);
    const auto dense = dense_shapes(pruned.config);
    QUELL_TRY(fill_widths(pruned, layout, dense));
    fill_dropped(pruned, layout, dense);
    return dense_padded(pruned);
}

} // namespace quell
