// One optimizer step over a parameter, fused: reads each element once.
#pragma once

#include <torch/torch.h>

#include <array>

namespace quell::kernels {

// How an optimizer's state is kept between steps.
enum class MomentFormat {
    Full,     // both moments in fp32: 8 bytes a weight
    EightBit, // both quantised block by block (eight_bit.h): 2 bytes a weight; parameters below 4096 elements are kept full
    Factored, // the second as a row and a column of a matrix (Adafactor, arXiv 1804.04235), the first in fp32, or not at all if beta1 is 0
};

// The state of one parameter. What its format does not keep is undefined.
struct Moments {
    torch::Tensor m, v;             // like the parameter, fp32 (fp64); EightBit: uint8 codes [elements], in the order of the parameter's storage
    torch::Tensor m_scale, v_scale; // EightBit: fp32, one a block
    torch::Tensor v_row, v_column;  // Factored: fp32 [rows], [columns] of the parameter as a matrix [size(0), the rest in storage order]
};

// Names of the parts, as checkpoints have them.
constexpr std::array<std::pair<const char *, torch::Tensor Moments::*>, 6> moment_parts{
    {{"m", &Moments::m}, {"v", &Moments::v}, {"m_scale", &Moments::m_scale}, {"v_scale", &Moments::v_scale}, {"v_row", &Moments::v_row},
     {"v_column", &Moments::v_column}}};

// Zeros. Without `momentum` (beta1 = 0) a factored state has no first moment.
Moments make_moments(const torch::Tensor &parameter, MomentFormat format, bool momentum = true);

struct AdamWStep {
    double lr = 0, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weight_decay = 0;
    std::int64_t count = 1;    // of this optimizer's steps, from 1
    double gradient_scale = 1; // multiplied into the gradient (clipping)
    std::uint32_t rounding = 0; // key of the random bits that a bf16 parameter is rounded with
};

// AdamW (arXiv 1711.05101), in place on `parameter` and `moments`; `gradient` may be of a lower precision. The parameter is fp32 or fp64,
// and `copy`, if defined, receives it in its own dtype; or it is bf16 without a master, is updated in fp32 and rounded stochastically: up
// or down with the probabilities that keep the mean, so that steps smaller than its precision are not lost.
void adamw_(const torch::Tensor &parameter, const torch::Tensor &gradient, const Moments &moments, const torch::Tensor &copy,
            const AdamWStep &step);

// parameter := value, fp32 into bf16, rounded stochastically with random bits that depend on (key, place in storage) alone.
void round_stochastically_(const torch::Tensor &parameter, const torch::Tensor &value, std::uint32_t key);

// Σx², summed in an order that does not depend on the number of threads.
double squared_norm(const torch::Tensor &x);

namespace plain { // the same in LibTorch operations, on any device
void adamw_(const torch::Tensor &parameter, const torch::Tensor &gradient, const Moments &moments, const torch::Tensor &copy,
            const AdamWStep &step);
void round_stochastically_(const torch::Tensor &parameter, const torch::Tensor &value, std::uint32_t key);
} // namespace plain

} // namespace quell::kernels
