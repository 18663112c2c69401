#include "sampling/noise_schedule.h"

#include <cmath>

namespace quell {

using torch::Tensor;

namespace {

// fp32 throughout, as diffusers, so that trajectories agree to the last bits that matter.
Tensor betas_of(const SchedulerConfig &config)
{
    const auto n = config.train_timesteps;
    const auto ramp = [n](double from, double to) { return torch::linspace(from, to, n, torch::kFloat32); };
    switch (config.beta_schedule) {
    case BetaSchedule::Linear: return ramp(config.beta_start, config.beta_end);
    case BetaSchedule::ScaledLinear: return ramp(std::sqrt(config.beta_start), std::sqrt(config.beta_end)).square();
    case BetaSchedule::SquaredCosine: break;
    }
    const Tensor steps = torch::arange(n + 1, torch::kFloat64) / n;
    const Tensor signal = ((steps + 0.008) / 1.008 * (std::acos(-1.0) / 2)).cos().square();
    return (1 - signal.narrow(0, 1, n) / signal.narrow(0, 0, n)).clamp_max(0.999).to(torch::kFloat32);
}

// √ᾱ moved so that it ends at zero, and stretched so that it begins where it did.
Tensor with_zero_terminal_snr(const Tensor &betas)
{
    const Tensor roots = torch::cumprod(1 - betas, 0).sqrt(), first = roots[0], last = roots[-1];
    const Tensor products = ((roots - last) * (first / (first - last))).square();
    const auto n = betas.size(0);
    return 1 - torch::cat({products.narrow(0, 0, 1), products.narrow(0, 1, n - 1) / products.narrow(0, 0, n - 1)});
}

} // namespace

NoiseSchedule::NoiseSchedule(SchedulerConfig config) : config_(std::move(config))
{
    const Tensor betas = betas_of(config_);
    alphas_cumprod_ = torch::cumprod(1 - (config_.rescale_betas_zero_snr ? with_zero_terminal_snr(betas) : betas), 0);
}

double NoiseSchedule::alpha_cumprod(std::int64_t t) const
{
    return alphas_cumprod_[t].item<float>();
}

Tensor NoiseSchedule::at(const Tensor &t) const
{
    return alphas_cumprod_.index_select(0, t).view({-1, 1, 1, 1});
}

Tensor NoiseSchedule::add_noise(const Tensor &z, const Tensor &noise, const Tensor &t) const
{
    const Tensor a = at(t);
    return a.sqrt() * z + (1 - a).sqrt() * noise;
}

Tensor NoiseSchedule::target(const Tensor &z, const Tensor &noise, const Tensor &t) const
{
    if (config_.prediction != Prediction::V)
        return config_.prediction == Prediction::Epsilon ? noise : z;
    const Tensor a = at(t);
    return a.sqrt() * noise - (1 - a).sqrt() * z;
}

Tensor NoiseSchedule::min_snr_weight(const Tensor &t, double gamma) const
{
    const Tensor a = alphas_cumprod_.index_select(0, t);
    const Tensor snr = a / (1 - a) + (config_.prediction == Prediction::V ? 1 : 0);
    // γ/max(SNR, γ) is min(SNR, γ)/SNR, and holds at an SNR of zero.
    return config_.prediction == Prediction::Sample ? snr.clamp_max(gamma) : gamma / snr.clamp_min(gamma);
}

} // namespace quell
