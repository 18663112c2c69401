// Linear layers.
#pragma once

#include <torch/torch.h>

namespace quell::kernels {

// x [..., in], weight [out, in], bias [out] or undefined → [..., out], as torch::linear and differentiable like it. In fp32 on the CPU the product of
// a wide layer is oneDNN's: with few rows and a bias MKL's takes up to twice as long. Whatever else goes to LibTorch.
torch::Tensor linear(const torch::Tensor &x, const torch::Tensor &weight, const torch::Tensor &bias);

} // namespace quell::kernels
