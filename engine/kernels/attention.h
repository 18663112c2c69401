// Scaled dot-product attention over packed heads.
#pragma once

#include <torch/torch.h>

namespace quell::kernels {

// q [n, l, heads × d], k and v [n, s, heads × d] → [n, l, heads × d], scaled by 1/√d. `upcast` takes the scores in fp32; `causal` masks
// what lies after. Differentiable. The way is chosen by shape: explicit products where scores are small (the CPU's flash backward is
// slower there), LibTorch's scaled_dot_product_attention otherwise.
torch::Tensor attention(const torch::Tensor &q, const torch::Tensor &k, const torch::Tensor &v, std::int64_t heads, bool upcast = false,
                        bool causal = false);

} // namespace quell::kernels
