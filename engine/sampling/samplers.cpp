#include "sampling/samplers.h"

#include <algorithm>
#include <cmath>

namespace quell {

using torch::Tensor;

std::vector<double> spaced_timesteps(const SchedulerConfig &config, TimestepSpacing spacing, std::int64_t steps, bool whole)
{
    const auto n = config.train_timesteps;
    std::vector<double> timesteps(steps);
    for (std::int64_t i = 0; i < steps; ++i) {
        const auto left = steps - 1 - i;
        switch (spacing) {
        case TimestepSpacing::Leading: timesteps[i] = left * (n / steps) + config.steps_offset; break;
        case TimestepSpacing::Trailing: timesteps[i] = std::nearbyint(n - i * (static_cast<double>(n) / steps)) - 1; break;
        case TimestepSpacing::Linspace: {
            const double t = steps == 1 ? 0 : (n - 1) * static_cast<double>(left) / (steps - 1);
            timesteps[i] = whole ? std::nearbyint(t) : static_cast<float>(t);
        }
        }
    }
    return timesteps;
}

NoiseLevels::NoiseLevels(const NoiseSchedule &schedule)
{
    // In fp32, as diffusers. A level at no signal at all would be infinite; diffusers takes this one.
    const Tensor a = torch::where(schedule.alphas_cumprod() == 0, std::exp2f(-24), schedule.alphas_cumprod());
    const Tensor levels = ((1 - a) / a).sqrt().contiguous();
    for (const float level : std::vector(levels.data_ptr<float>(), levels.data_ptr<float>() + levels.numel())) {
        levels_.push_back(level);
        logs_.push_back(std::log(level));
    }
}

double NoiseLevels::at(double t) const
{
    const auto last = static_cast<double>(levels_.size() - 1);
    const double inside = std::clamp(t, 0.0, last), low = std::floor(inside);
    const auto i = static_cast<std::size_t>(low);
    return inside == low ? levels_[i] : levels_[i] + (inside - low) * (levels_[i + 1] - levels_[i]);
}

double NoiseLevels::time_of(double sigma) const
{
    const double log = std::log(std::max(sigma, 1e-10));
    if (logs_.size() < 2 || log <= logs_.front())
        return 0;
    const auto high = std::min<std::size_t>(std::upper_bound(logs_.begin(), logs_.end(), log) - logs_.begin(), logs_.size() - 1);
    const double share = (log - logs_[high - 1]) / (logs_[high] - logs_[high - 1]);
    return static_cast<double>(high - 1) + std::clamp(share, 0.0, 1.0);
}

std::vector<double> NoiseLevels::karras(double greatest, double least, std::int64_t steps)
{
    constexpr double rho = 7;
    const double from = std::pow(greatest, 1 / rho), to = std::pow(least, 1 / rho);
    std::vector<double> levels(steps);
    for (std::int64_t i = 0; i < steps; ++i)
        levels[i] = std::pow(from + (steps == 1 ? 0 : i / static_cast<double>(steps - 1)) * (to - from), rho);
    return levels;
}

Tensor clean_in(Prediction kind, const Tensor &prediction, const Tensor &x, double alpha_cumprod)
{
    const double s = std::sqrt(alpha_cumprod), r = std::sqrt(1 - alpha_cumprod);
    switch (kind) {
    case Prediction::Epsilon: return (x - r * prediction) / s;
    case Prediction::V: return s * x - r * prediction;
    case Prediction::Sample: break;
    }
    return prediction;
}

Tensor noise_in(Prediction kind, const Tensor &prediction, const Tensor &x, double alpha_cumprod)
{
    const double s = std::sqrt(alpha_cumprod), r = std::sqrt(1 - alpha_cumprod);
    switch (kind) {
    case Prediction::Epsilon: break;
    case Prediction::V: return s * prediction + r * x;
    case Prediction::Sample: return (x - s * prediction) / r;
    }
    return prediction;
}

} // namespace quell
