#include "sampling/noise_schedule.h"

#include <cmath>

namespace quell {

using torch::Tensor;

NoiseSchedule::NoiseSchedule(SchedulerConfig config) : config_(std::move(config))
{
    // fp32 throughout, as diffusers, so that trajectories agree to the last bits that matter.
    const auto n = config_.train_timesteps;
    const auto ramp = [n](double from, double to) { return torch::linspace(from, to, n, torch::kFloat32); };
    const Tensor betas = config_.beta_schedule == BetaSchedule::ScaledLinear
                             ? ramp(std::sqrt(config_.beta_start), std::sqrt(config_.beta_end)).square()
                             : ramp(config_.beta_start, config_.beta_end);
    alphas_cumprod_ = torch::cumprod(1 - betas, 0);
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
    if (config_.prediction == Prediction::Epsilon)
        return noise;
    const Tensor a = at(t);
    return a.sqrt() * noise - (1 - a).sqrt() * z;
}

Tensor NoiseSchedule::min_snr_weight(const Tensor &t, double gamma) const
{
    const Tensor a = alphas_cumprod_.index_select(0, t);
    const Tensor snr = a / (1 - a) + (config_.prediction == Prediction::V ? 1 : 0);
    return snr.clamp_max(gamma) / snr;
}

} // namespace quell
