// Cutting a dense UNet along its gates: the pruned student, and what its shapes will be.
#pragma once

#include "architecture/gates.h"
#include "pruning/unet_parts.h"

namespace quell {

// Where a cut parameter's rows or columns lie in the dense one.
struct Cut {
    std::int64_t dim = 0;
    std::vector<std::int64_t> kept; // ascending dense indices along `dim`
};
// The parameters that open modules lose part of; whole ones and those of dropped modules are not listed.
std::map<std::string, Cut> cuts_of(const GateLayout &layout, const Gates &gates);

// Shapes of the pruned model; parameters of dropped modules are left out.
Shapes sliced_shapes(const UNetConfig &config, const Gates &gates);

// Resnet groups: rows of conv1 and time_emb_proj, norm2's affine, columns of conv2. Heads: rows of to_q, to_k, to_v, columns of to_out.0.
// Feed-forward groups: rows of both GEGLU halves, columns of net.2. Dropped modules lose their keys: a resnet passes its input on, in an up
// block the first (in − skip) channels of it, so that the skip connection is discarded. Untouched tensors share storage with the dense ones.
// The record's origin and details are the caller's to fill.
// Errors: Mismatch if tensors are not the config's dense UNet or the gates keep nothing of a module.
Result<UNetParts> slice(const UNetParts &dense, const Gates &gates);

} // namespace quell
