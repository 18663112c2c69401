// One optimizer step over a parameter, fused: reads each element once.
#pragma once

#include <torch/torch.h>

namespace quell::kernels {

struct AdamWStep {
    double lr = 0, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weight_decay = 0;
    std::int64_t count = 1;   // of this optimizer's steps, from 1
    double gradient_scale = 1; // multiplied into the gradient (clipping)
};

// AdamW (arXiv 1711.05101), in place on `parameter`, `m` and `v` (fp32 or fp64, same shape and layout); `gradient` may be of a lower
// precision; `copy`, if defined, receives the new parameter in its own dtype.
void adamw_(const torch::Tensor &parameter, const torch::Tensor &gradient, const torch::Tensor &m, const torch::Tensor &v,
            const torch::Tensor &copy, const AdamWStep &step);

// Σx², summed in an order that does not depend on the number of threads.
double squared_norm(const torch::Tensor &x);

} // namespace quell::kernels
