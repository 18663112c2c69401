// What the samplers share, and their makers; for sampler.cpp alone to call.
#pragma once

#include "sampling/sampler.h"

namespace quell {

// [steps], falling, rounded but for linspace with `whole` false.
std::vector<double> spaced_timesteps(const SchedulerConfig &config, TimestepSpacing spacing, std::int64_t steps, bool whole = true);

// The schedule as noise levels σ = √((1−ᾱ)/ᾱ), x = z + σ n.
class NoiseLevels {
public:
    explicit NoiseLevels(const NoiseSchedule &schedule);
    double least() const { return levels_.front(); }
    double greatest() const { return levels_.back(); }
    double at(double t) const;          // interpolated linearly
    double time_of(double sigma) const; // interpolated in the logarithm
    // Falling from `greatest` to `least` as in Karras et al., arXiv 2206.00364, eq. 5 with ρ = 7.
    static std::vector<double> karras(double greatest, double least, std::int64_t steps);

private:
    std::vector<double> levels_, logs_; // by timestep, rising
};

// The clean latents and the noise that a prediction means, for x = √ᾱ z + √(1−ᾱ) n.
torch::Tensor clean_in(Prediction kind, const torch::Tensor &prediction, const torch::Tensor &x, double alpha_cumprod);
torch::Tensor noise_in(Prediction kind, const torch::Tensor &prediction, const torch::Tensor &x, double alpha_cumprod);

std::unique_ptr<Sampler> make_ddim(const NoiseSchedule &schedule, std::int64_t steps);
std::unique_ptr<Sampler> make_pndm(const NoiseSchedule &schedule, std::int64_t steps);
std::unique_ptr<Sampler> make_euler(const NoiseSchedule &schedule, std::int64_t steps);
std::unique_ptr<Sampler> make_euler_ancestral(const NoiseSchedule &schedule, std::int64_t steps);
std::unique_ptr<Sampler> make_dpm_solver(const NoiseSchedule &schedule, std::int64_t steps, bool karras);

} // namespace quell
