#include "sampling/samplers.h"

#include <algorithm>

namespace quell {
namespace {

std::unique_ptr<Sampler> make(SamplerKind kind, const NoiseSchedule &schedule, std::int64_t steps)
{
    switch (kind) {
    case SamplerKind::Ddim: return make_ddim(schedule, steps);
    case SamplerKind::Pndm: return make_pndm(schedule, steps);
    case SamplerKind::Euler: return make_euler(schedule, steps);
    case SamplerKind::EulerAncestral: return make_euler_ancestral(schedule, steps);
    case SamplerKind::DpmSolver: break;
    case SamplerKind::DpmSolverKarras: return make_dpm_solver(schedule, steps, true);
    }
    return make_dpm_solver(schedule, steps, false);
}

} // namespace

Result<SamplerKind> sampler_named(const std::string &name)
{
    std::string known;
    for (std::size_t i = 0; i < sampler_names.size(); ++i) {
        if (name == sampler_names[i])
            return static_cast<SamplerKind>(i);
        known += (i ? ", " : "") + std::string(sampler_names[i]);
    }
    return fail(ErrorCode::Usage, "there is no sampler \"" + name + "\"; known are " + known);
}

Result<std::unique_ptr<Sampler>> make_sampler(SamplerKind kind, const NoiseSchedule &schedule, std::int64_t steps)
{
    const auto &config = schedule.config();
    const auto n = config.train_timesteps;
    if (steps < 1 || steps > n)
        return fail(ErrorCode::Usage, "asked for " + std::to_string(steps) + " sampling steps; the schedule allows 1 to " + std::to_string(n));
    auto sampler = make(kind, schedule, steps);
    const auto &timesteps = sampler->timesteps();
    // Leading spacing has an offset, DPM-Solver++'s one step more: at the most steps they do not fit in.
    const bool repeats = kind == SamplerKind::DpmSolver && std::adjacent_find(timesteps.begin(), timesteps.end()) != timesteps.end();
    if (timesteps.front() > n - 1 || repeats)
        return fail(ErrorCode::Usage, std::to_string(steps) + " sampling steps are too many for the schedule's spacing; take fewer");
    const bool divides_by_signal = kind == SamplerKind::Pndm || (kind == SamplerKind::Ddim && config.prediction == Prediction::Epsilon);
    if (divides_by_signal && schedule.alpha_cumprod(static_cast<std::int64_t>(timesteps.front())) == 0)
        return fail(ErrorCode::Unsupported, std::string(sampler_names[static_cast<std::size_t>(kind)]) +
                                                " cannot begin at a signal-to-noise ratio of zero (rescale_betas_zero_snr); choose another sampler");
    return sampler;
}

} // namespace quell
