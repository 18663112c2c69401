// Products by oneDNN where LibTorch would take MKL or block weights anew. oneDNN computes on blocked weights and otherwise blocks them in every
// call; a weight that will not change again is blocked once. CPU only, no gradients.
#pragma once

#include <torch/torch.h>

namespace quell::kernels {

// Whether a weight can be blocked ahead: on the CPU, in a type in which that pays.
bool can_prepack(const torch::Tensor &weight);

// An opaque tensor in the weight's place; good for onednn_linear and onednn_conv2d and nothing else.
torch::Tensor prepack_linear(const torch::Tensor &weight);
torch::Tensor prepack_conv2d(const torch::Tensor &weight, std::int64_t stride, std::int64_t padding);

// As torch::linear and torch::conv2d; the weight prepacked or, of a linear layer, as it is.
torch::Tensor onednn_linear(const torch::Tensor &x, const torch::Tensor &weight, const torch::Tensor &bias);
torch::Tensor onednn_conv2d(const torch::Tensor &x, const torch::Tensor &weight, const torch::Tensor &bias, std::int64_t stride,
                            std::int64_t padding);

} // namespace quell::kernels
