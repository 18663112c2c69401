// Linear layers.
#pragma once

#include <torch/torch.h>

namespace quell::kernels {

// x [..., in], weight [out, in], bias [out] or undefined → [..., out], as torch::linear and differentiable like it. In fp32 on the CPU the product is
// oneDNN's: where layers are wide and rows few, MKL's with a bias takes up to twice as long. Whatever else goes to LibTorch.
torch::Tensor linear(const torch::Tensor &x, const torch::Tensor &weight, const torch::Tensor &bias);

} // namespace quell::kernels
