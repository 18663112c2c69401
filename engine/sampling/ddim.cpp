// DDIM (arXiv 2010.02502, η = 0).
#include "sampling/samplers.h"

#include <cmath>

namespace quell {
namespace {

using torch::Tensor;

class Ddim : public Sampler {
public:
    Ddim(const NoiseSchedule &schedule, std::int64_t steps) : schedule_(schedule), stride_(schedule.config().train_timesteps / steps)
    {
        timesteps_ = spaced_timesteps(schedule.config(), schedule.config().spacing.value_or(TimestepSpacing::Leading), steps);
    }

    Tensor step(const Tensor &prediction, const Tensor &x, std::size_t i, const StepNoise &) override
    {
        const auto &config = schedule_.config();
        const auto t = static_cast<std::int64_t>(timesteps_[i]), next = t - stride_;
        const double a = schedule_.alpha_cumprod(t);
        const double a_next = next >= 0 ? schedule_.alpha_cumprod(next) : config.set_alpha_to_one.value_or(true) ? 1.0 : schedule_.alpha_cumprod(0);
        Tensor z = clean_in(config.prediction, prediction, x, a);
        if (config.clip_sample)
            z = z.clamp(-config.clip_sample_range, config.clip_sample_range);
        return std::sqrt(a_next) * z + std::sqrt(1 - a_next) * noise_in(config.prediction, prediction, x, a);
    }

private:
    NoiseSchedule schedule_;
    std::int64_t stride_;
};

} // namespace

std::unique_ptr<Sampler> make_ddim(const NoiseSchedule &schedule, std::int64_t steps)
{
    return std::make_unique<Ddim>(schedule, steps);
}

} // namespace quell
