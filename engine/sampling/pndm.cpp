// PNDM (arXiv 2202.09778) without its Runge-Kutta steps: linear multistep, called PLMS elsewhere.
#include "sampling/samplers.h"

#include <cmath>
#include <deque>

namespace quell {
namespace {

using torch::Tensor;

class Pndm : public Sampler {
public:
    Pndm(const NoiseSchedule &schedule, std::int64_t steps) : schedule_(schedule), stride_(schedule.config().train_timesteps / steps)
    {
        timesteps_ = spaced_timesteps(schedule.config(), schedule.config().spacing.value_or(TimestepSpacing::Leading), steps);
        // The first step is taken twice, the second time with the mean of the predictions at both its ends.
        if (steps > 1)
            timesteps_.insert(timesteps_.begin() + 1, timesteps_[1]);
    }

    Tensor step(const Tensor &prediction, const Tensor &x, std::size_t i, const StepNoise &) override
    {
        const auto t = static_cast<std::int64_t>(timesteps_[i]);
        if (i == 1)
            return advance(first_, (prediction + last_[0]) / 2, t + stride_, t);
        if (i == 0)
            first_ = x;
        last_.push_front(prediction);
        if (last_.size() > 4)
            last_.pop_back();
        return advance(x, combined(), t, t - stride_);
    }

private:
    // Adams-Bashforth over the predictions so far.
    Tensor combined() const
    {
        switch (last_.size()) {
        case 1: return last_[0];
        case 2: return (3 * last_[0] - last_[1]) / 2;
        case 3: return (23 * last_[0] - 16 * last_[1] + 5 * last_[2]) / 12;
        default: return (55 * last_[0] - 59 * last_[1] + 37 * last_[2] - 9 * last_[3]) / 24;
        }
    }

    // Eq. 9 of the paper.
    Tensor advance(const Tensor &x, const Tensor &prediction, std::int64_t t, std::int64_t next) const
    {
        const auto &config = schedule_.config();
        const double a = schedule_.alpha_cumprod(t);
        const double a_next = next >= 0 ? schedule_.alpha_cumprod(next) : config.set_alpha_to_one.value_or(false) ? 1.0 : schedule_.alpha_cumprod(0);
        const double divisor = a * std::sqrt(1 - a_next) + std::sqrt(a * (1 - a) * a_next);
        return std::sqrt(a_next / a) * x - ((a_next - a) / divisor) * noise_in(config.prediction, prediction, x, a);
    }

    NoiseSchedule schedule_;
    std::int64_t stride_;
    Tensor first_;
    std::deque<Tensor> last_; // the newest first
};

} // namespace

std::unique_ptr<Sampler> make_pndm(const NoiseSchedule &schedule, std::int64_t steps)
{
    return std::make_unique<Pndm>(schedule, steps);
}

} // namespace quell
