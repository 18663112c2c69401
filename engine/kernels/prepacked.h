// Products with frozen weights. oneDNN computes on blocked weights and otherwise blocks them anew in every call; a weight that will not
// change again is blocked once. CPU only, no gradients.
#pragma once

#include <torch/torch.h>

namespace quell::kernels {

// Whether a weight can be blocked ahead: on the CPU, in a type in which that pays.
bool can_prepack(const torch::Tensor &weight);

// An opaque tensor in the weight's place; good for the two calls below and nothing else.
torch::Tensor prepack_linear(const torch::Tensor &weight);
torch::Tensor prepack_conv2d(const torch::Tensor &weight, std::int64_t stride, std::int64_t padding);

torch::Tensor linear_prepacked(const torch::Tensor &x, const torch::Tensor &packed, const torch::Tensor &bias);
torch::Tensor conv2d_prepacked(const torch::Tensor &x, const torch::Tensor &packed, const torch::Tensor &bias, std::int64_t stride,
                               std::int64_t padding);

} // namespace quell::kernels
