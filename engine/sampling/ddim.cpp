#include "sampling/ddim.h"

#include <algorithm>
#include <cmath>

namespace quell {

using torch::Tensor;

Result<std::vector<std::int64_t>> ddim_timesteps(const SchedulerConfig &config, std::int64_t steps)
{
    const auto n = config.train_timesteps;
    if (steps < 1 || steps > n)
        return fail(ErrorCode::Usage, "asked for " + std::to_string(steps) + " sampling steps; the schedule allows 1 to " + std::to_string(n));
    std::vector<std::int64_t> timesteps(steps);
    for (std::int64_t i = 0; i < steps; ++i) {
        switch (config.spacing) {
        case TimestepSpacing::Leading: timesteps[i] = (steps - 1 - i) * (n / steps) + config.steps_offset; break;
        case TimestepSpacing::Trailing: timesteps[i] = std::lrint(n - i * (static_cast<double>(n) / steps)) - 1; break;
        case TimestepSpacing::Linspace:
            timesteps[i] = steps == 1 ? 0 : std::lrint((n - 1) * static_cast<double>(steps - 1 - i) / (steps - 1));
            break;
        }
    }
    return timesteps;
}

namespace {

// One step from t to t_next (below 0: the end of the schedule).
Tensor ddim_step(const NoiseSchedule &schedule, const Tensor &x, const Tensor &prediction, std::int64_t t, std::int64_t t_next)
{
    const auto &config = schedule.config();
    const double a = schedule.alpha_cumprod(t);
    const double a_next = t_next >= 0 ? schedule.alpha_cumprod(t_next) : config.set_alpha_to_one ? 1.0 : schedule.alpha_cumprod(0);
    const double s = std::sqrt(a), r = std::sqrt(1 - a);
    const bool v = config.prediction == Prediction::V;
    Tensor z = v ? s * x - r * prediction : (x - r * prediction) / s;
    const Tensor noise = v ? s * prediction + r * x : prediction;
    if (config.clip_sample)
        z = z.clamp(-config.clip_sample_range, config.clip_sample_range);
    return std::sqrt(a_next) * z + std::sqrt(1 - a_next) * noise;
}

} // namespace

Result<Tensor> ddim_sample(const NoiseSchedule &schedule, const Denoiser &denoiser, Tensor x, const Tensor &hidden, const Tensor &unconditional,
                           const DdimOptions &options, const StepObserver &observer, std::int64_t last_step)
{
    torch::NoGradGuard no_grad;
    QUELL_ASSIGN(const auto timesteps, ddim_timesteps(schedule.config(), options.steps));
    const auto stride = schedule.config().train_timesteps / options.steps;
    const bool guided = options.guidance > 1;
    // Both halves of the guidance in one call.
    const Tensor context = guided ? torch::cat({unconditional.expand_as(hidden), hidden}) : hidden;
    const auto end = last_step < 0 ? options.steps : std::min(last_step, options.steps);
    for (std::int64_t i = 0; i < end; ++i) {
        const Tensor t = torch::tensor({timesteps[i]}, torch::TensorOptions(torch::kInt64).device(x.device()));
        Tensor prediction = denoiser(guided ? torch::cat({x, x}) : x, t, context).to(torch::kFloat32);
        if (guided) {
            const auto halves = prediction.chunk(2);
            prediction = halves[0] + options.guidance * (halves[1] - halves[0]);
        }
        x = ddim_step(schedule, x, prediction, timesteps[i], timesteps[i] - stride);
        if (observer && !observer(i + 1))
            return fail(ErrorCode::Cancelled, "sampling was stopped");
    }
    return x;
}

} // namespace quell
