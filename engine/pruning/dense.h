// The dense-padded twin of a width-pruned UNet: the same function in the dense shapes of its config, for programs that cannot build pruned
// widths (every one that builds on diffusers).
#pragma once

#include "pruning/slice.h"

namespace quell {

// Removed heads, feed-forward columns and resnet groups come back as zeros: a padded group of norm2 has zero affine, so that silu gives
// exactly zero; kept groups return to their own place, and their statistics stay theirs. A dropped attention gets a zero proj_out, a dropped
// resnet a zero conv2 and, where it has a shortcut, one that passes the first channels on. The result's structure record is empty; a model whose
// record is empty comes back as it is. Errors: Mismatch if tensors, config and structure record do not fit.
Result<UNetParts> dense_padded(const UNetParts &pruned);

// What a tensor of a dropped module is in the twin: zeros, but for a shortcut, which passes its first input channels on.
torch::Tensor stand_in(const std::string &key, const Shape &shape, torch::TensorOptions options);

} // namespace quell
