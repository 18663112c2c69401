// DPM-Solver++ 2M (arXiv 2211.01095): second order, multistep, on the clean latents.
#include "sampling/samplers.h"

#include <cmath>

namespace quell {
namespace {

using torch::Tensor;

class DpmSolver : public Sampler {
public:
    DpmSolver(const NoiseSchedule &schedule, std::int64_t steps, bool karras) : config_(schedule.config())
    {
        const NoiseLevels levels(schedule);
        if (karras)
            take_karras(levels, steps);
        else
            take_spaced(levels, steps);
        levels_.push_back(config_.final_sigma_zero ? 0 : static_cast<float>(levels.least()));
    }

    Tensor step(const Tensor &prediction, const Tensor &x, std::size_t i, const StepNoise &) override
    {
        const Point here(levels_[i]), next(levels_[i + 1]);
        const Tensor z = clean_in(config_.prediction, prediction, x, here.alpha * here.alpha);
        const double h = next.lambda - here.lambda;
        Tensor estimate = z;
        if (i > 0 && !first_order(i)) {
            const double ratio = (here.lambda - Point(levels_[i - 1]).lambda) / h;
            estimate = z + (0.5 / ratio) * (z - last_);
        }
        last_ = z;
        return (next.sigma / here.sigma) * x - (next.alpha * std::expm1(-h)) * estimate;
    }

private:
    // x = α z + σ n, and λ = log(α/σ).
    struct Point {
        explicit Point(double level) : alpha(1 / std::sqrt(level * level + 1)), sigma(level * alpha), lambda(std::log(alpha) - std::log(sigma)) {}
        double alpha, sigma, lambda;
    };

    // The last step of a few is taken as Euler would: the second order is not stable there.
    bool first_order(std::size_t i) const
    {
        return i + 1 == timesteps_.size() &&
               (config_.euler_at_final || config_.final_sigma_zero || (config_.lower_order_final && timesteps_.size() < 15));
    }

    // As diffusers spaces it: of one timestep more, but for trailing, the last is left out.
    void take_spaced(const NoiseLevels &levels, std::int64_t steps)
    {
        const auto spacing = config_.spacing.value_or(TimestepSpacing::Linspace);
        timesteps_ = spaced_timesteps(config_, spacing, spacing == TimestepSpacing::Trailing ? steps : steps + 1);
        timesteps_.resize(steps);
        for (const double t : timesteps_)
            levels_.push_back(static_cast<float>(levels.at(t)));
    }

    void take_karras(const NoiseLevels &levels, std::int64_t steps)
    {
        for (const double sigma : NoiseLevels::karras(config_.sigma_max.value_or(levels.greatest()), config_.sigma_min.value_or(levels.least()), steps)) {
            levels_.push_back(static_cast<float>(sigma));
            const double t = levels.time_of(sigma);
            timesteps_.push_back(config_.beta_schedule == BetaSchedule::SquaredCosine ? std::floor(t) : std::nearbyint(t));
        }
    }

    SchedulerConfig config_;
    std::vector<float> levels_; // one more than timesteps
    Tensor last_;               // the clean latents of the step before
};

} // namespace

std::unique_ptr<Sampler> make_dpm_solver(const NoiseSchedule &schedule, std::int64_t steps, bool karras)
{
    return std::make_unique<DpmSolver>(schedule, steps, karras);
}

} // namespace quell
