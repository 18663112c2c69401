// The training noise schedule, and what the losses need of it (method: arXiv 2412.15341; min-SNR: arXiv 2303.09556; zero terminal SNR:
// arXiv 2305.08891).
#pragma once

#include "formats/configs.h"

#include <torch/torch.h>

namespace quell {

// All tensors fp32 on the CPU; t is int64 [n]; results broadcast over [n, c, h, w].
class NoiseSchedule {
public:
    explicit NoiseSchedule(SchedulerConfig config);

    const SchedulerConfig &config() const { return config_; }
    const torch::Tensor &alphas_cumprod() const { return alphas_cumprod_; } // [train_timesteps]
    double alpha_cumprod(std::int64_t t) const;

    // √ᾱ z + √(1−ᾱ) n
    torch::Tensor add_noise(const torch::Tensor &z, const torch::Tensor &noise, const torch::Tensor &t) const;
    // What the model should predict: the noise, v = √ᾱ n − √(1−ᾱ) z, or z itself.
    torch::Tensor target(const torch::Tensor &z, const torch::Tensor &noise, const torch::Tensor &t) const;
    // min(SNR, γ)/SNR for epsilon; for v, with SNR + 1 in both places (as the method's code; newer diffusers differs); min(SNR, γ) for z. [n]
    torch::Tensor min_snr_weight(const torch::Tensor &t, double gamma) const;

private:
    torch::Tensor at(const torch::Tensor &t) const; // ᾱ_t as [n, 1, 1, 1]
    SchedulerConfig config_;
    torch::Tensor alphas_cumprod_;
};

} // namespace quell
