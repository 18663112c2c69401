// Normalisation and gating, fused forward and backward on the CPU; elsewhere, and for types or layouts the kernels do not know, the
// plain LibTorch operations (namespace plain), which are also what the tests hold the kernels against. All differentiable.
#pragma once

#include <torch/torch.h>

namespace quell::kernels {

enum class Act { None, Silu };

// x [n, channels, h, w], contiguous or channels-last, fp32 or bf16; weight and bias fp32 [channels]. Returns x's dtype and layout.
torch::Tensor group_norm(const torch::Tensor &x, std::int64_t groups, const torch::Tensor &weight, const torch::Tensor &bias, double eps,
                         Act act);
// Over the last dimension; weight and bias fp32.
torch::Tensor layer_norm(const torch::Tensor &x, const torch::Tensor &weight, const torch::Tensor &bias, double eps);
// x [..., 2c] → [..., c]: the first half times the (exact) GELU of the second.
torch::Tensor geglu(const torch::Tensor &x);

namespace plain {
torch::Tensor group_norm(const torch::Tensor &x, std::int64_t groups, const torch::Tensor &weight, const torch::Tensor &bias, double eps,
                         Act act);
torch::Tensor layer_norm(const torch::Tensor &x, const torch::Tensor &weight, const torch::Tensor &bias, double eps);
torch::Tensor geglu(const torch::Tensor &x);
} // namespace plain

} // namespace quell::kernels
