// Convolutions whose weights are trained, and the layout they are trained in. CPU in fp32 and channels-last; whatever else goes to LibTorch.
#pragma once

#include <torch/torch.h>

namespace quell::kernels {

// x [n, in, h, w], weight [out, in, k, k], bias [out] → [n, out, h', w'], as torch::conv2d and differentiable like it. The weight's gradient
// is one matrix product in the layout of the weight; oneDNN's takes up to three times as long where weights are large and pictures small,
// and comes in another layout.
torch::Tensor conv2d(const torch::Tensor &x, const torch::Tensor &weight, const torch::Tensor &bias, std::int64_t stride, std::int64_t padding);

// weight.to(dtype) in channels-last: to fp32 in one pass on all threads, the weight itself where nothing is to be done.
torch::Tensor channels_last(const torch::Tensor &weight, torch::ScalarType dtype);

} // namespace quell::kernels
