// The lower level: fine-tuning by distillation. L_ft = diffusion (min-SNR) + output distillation + feature distillation (method §1.2).
#pragma once

#include "architecture/tap_map.h"
#include "models/unet.h"
#include "sampling/noise_schedule.h"

namespace quell {

struct LowerWeights {
    double diffusion = 1, output = 2, feature = 0.1;
    double snr_gamma = 5;
};

// A loss and the parts it is made of, unweighted.
struct LossTerms {
    torch::Tensor loss; // scalar, fp32, differentiable
    std::vector<std::pair<std::string, torch::Tensor>> terms;
};

// Noised latents and what goes with them, on the models' device.
struct NoisyBatch {
    torch::Tensor x;      // fp32 [n, c, h, w]
    torch::Tensor t;      // int64 [n]
    torch::Tensor hidden; // fp32 [n, length, channels]
    torch::Tensor target; // what the schedule says the model should predict; lower level only
    torch::Tensor weight; // min-SNR, [n]; lower level only
    std::vector<std::int64_t> parts; // how many of the n each dataset has, in turn; lower level only
};

// Weights of 0 leave out a term and what it costs: without both distillations the teacher is not evaluated.
LossTerms lower_loss(const UNet &student, const UNet &teacher, const std::vector<TapPair> &taps, const LowerWeights &weights,
                     const NoisyBatch &batch);

} // namespace quell
