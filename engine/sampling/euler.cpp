// Euler's method on the noise level, and its ancestral form (Karras et al., arXiv 2206.00364, in k-diffusion's formulation).
#include "sampling/samplers.h"

#include <algorithm>
#include <cmath>

namespace quell {
namespace {

using torch::Tensor;

// The clean latents that a prediction means, for x = z + σ n.
Tensor denoised(Prediction kind, const Tensor &prediction, const Tensor &x, double sigma)
{
    switch (kind) {
    case Prediction::Epsilon: return x - sigma * prediction;
    case Prediction::V: return x / (sigma * sigma + 1) - (sigma / std::sqrt(sigma * sigma + 1)) * prediction;
    case Prediction::Sample: break;
    }
    return prediction;
}

TimestepSpacing spacing_of(const SchedulerConfig &config)
{
    return config.spacing.value_or(TimestepSpacing::Linspace);
}

class Euler : public Sampler {
public:
    // `levels`: the noise level at each timestep, and the one to end at.
    Euler(const SchedulerConfig &config, std::vector<double> timesteps, const std::vector<double> &levels)
        : levels_(levels.begin(), levels.end()), prediction_(config.prediction), spacing_(spacing_of(config))
    {
        timesteps_ = std::move(timesteps);
    }

    double initial_sigma() const override
    {
        const double greatest = *std::max_element(levels_.begin(), levels_.end());
        return spacing_ == TimestepSpacing::Leading ? std::sqrt(greatest * greatest + 1) : greatest;
    }

    Tensor scaled(const Tensor &x, std::size_t i) const override { return x / std::sqrt(levels_[i] * levels_[i] + 1); }

    Tensor step(const Tensor &prediction, const Tensor &x, std::size_t i, const StepNoise &) override { return toward(levels_[i + 1], prediction, x, i); }

protected:
    // Along the slope at x's noise level to another.
    Tensor toward(double sigma, const Tensor &prediction, const Tensor &x, std::size_t i) const
    {
        const Tensor slope = (x - denoised(prediction_, prediction, x, levels_[i])) / levels_[i];
        return x + slope * (sigma - levels_[i]);
    }

    std::vector<float> levels_;

private:
    Prediction prediction_;
    TimestepSpacing spacing_;
};

class EulerAncestral : public Euler {
public:
    using Euler::Euler;

    // To less noise than the next level has, and up again with fresh noise.
    Tensor step(const Tensor &prediction, const Tensor &x, std::size_t i, const StepNoise &noise) override
    {
        const float from = levels_[i], to = levels_[i + 1];
        const float up = std::sqrt(to * to * (from * from - to * to) / (from * from)), down = std::sqrt(to * to - up * up);
        const Tensor next = toward(down, prediction, x, i);
        return up > 0 ? next + up * noise(static_cast<std::int64_t>(i)) : next;
    }
};

std::vector<double> levels_at(const NoiseLevels &levels, const std::vector<double> &timesteps)
{
    std::vector<double> found;
    for (const double t : timesteps)
        found.push_back(levels.at(t));
    return found;
}

} // namespace

std::unique_ptr<Sampler> make_euler(const NoiseSchedule &schedule, std::int64_t steps)
{
    const auto &config = schedule.config();
    const NoiseLevels levels(schedule);
    auto timesteps = spaced_timesteps(config, spacing_of(config), steps, false);
    auto at = levels_at(levels, timesteps);
    if (config.karras_sigmas) {
        at = NoiseLevels::karras(config.sigma_max.value_or(at.front()), config.sigma_min.value_or(at.back()), steps);
        std::transform(at.begin(), at.end(), timesteps.begin(), [&](double sigma) { return static_cast<float>(levels.time_of(sigma)); });
    }
    at.push_back(config.final_sigma_zero ? 0 : levels.least());
    return std::make_unique<Euler>(config, std::move(timesteps), at);
}

std::unique_ptr<Sampler> make_euler_ancestral(const NoiseSchedule &schedule, std::int64_t steps)
{
    const auto &config = schedule.config();
    auto timesteps = spaced_timesteps(config, spacing_of(config), steps, false);
    auto at = levels_at(NoiseLevels(schedule), timesteps);
    at.push_back(0);
    return std::make_unique<EulerAncestral>(config, std::move(timesteps), at);
}

} // namespace quell
