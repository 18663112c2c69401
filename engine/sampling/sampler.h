// Samplers: how noise becomes latents, step by step. Each is numerically diffusers' scheduler of the same name.
#pragma once

#include "sampling/noise_schedule.h"

#include <array>
#include <functional>
#include <memory>

namespace quell {

// In the order of SamplerKind.
inline constexpr std::array<const char *, 6> sampler_names = {"ddim", "pndm", "euler", "euler-ancestral", "dpm++2m", "dpm++2m-karras"};
inline constexpr std::array<const char *, 6> sampler_titles = {"DDIM", "PNDM", "Euler", "Euler ancestral", "DPM-Solver++ 2M", "DPM-Solver++ 2M Karras"};
// Error: Usage, with all names.
Result<SamplerKind> sampler_named(const std::string &name);

// Standard normal noise of x's shape for a step of a sampler that adds some.
using StepNoise = std::function<torch::Tensor(std::int64_t step)>;

class Sampler {
public:
    virtual ~Sampler() = default;
    // What the model is told at each evaluation, falling; fractions where diffusers has them. PNDM has one evaluation more than steps.
    const std::vector<double> &timesteps() const { return timesteps_; }
    // The first x is this times standard normal noise.
    virtual double initial_sigma() const { return 1; }
    // What the model is given for x at evaluation i.
    virtual torch::Tensor scaled(const torch::Tensor &x, std::size_t) const { return x; }
    // The next x, after the last the latents. Evaluations are taken in order and once: some samplers remember the ones before.
    virtual torch::Tensor step(const torch::Tensor &prediction, const torch::Tensor &x, std::size_t i, const StepNoise &noise) = 0;

protected:
    std::vector<double> timesteps_;
};

// Errors: Usage (more steps than the schedule allows), Unsupported (this sampler cannot begin at a signal-to-noise ratio of zero).
Result<std::unique_ptr<Sampler>> make_sampler(SamplerKind kind, const NoiseSchedule &schedule, std::int64_t steps);

} // namespace quell
