// The loop from noise to latents, with classifier-free guidance (arXiv 2207.12598).
#pragma once

#include "core/result.h"
#include "sampling/sampler.h"

namespace quell {

struct SamplingOptions {
    std::int64_t steps = 20;
    double guidance = 4.0; // 1 or less: no guidance, one evaluation a step
    SamplerKind sampler = SamplerKind::Ddim;
    // The noise that euler-ancestral adds to picture i at a step depends on (seed, step, first + i) alone.
    std::uint64_t seed = 0;
    std::int64_t first = 0;
    StepNoise step_noise = {}; // in its place; of all pictures from 0 on
};

// "DDIM, 20 steps, guidance 4": what figures and sheets say of how their pictures were drawn.
std::string to_text(const SamplingOptions &options);

// The model as the sampler sees it: (x, t [1], hidden) → prediction.
using Denoiser = std::function<torch::Tensor(const torch::Tensor &, const torch::Tensor &, const torch::Tensor &)>;
// Called after each evaluation with how many are done, of how many; false stops the run.
using StepObserver = std::function<bool(std::int64_t done, std::int64_t total)>;

// Standard normal noise [n, shape…], fp32 on the CPU; row i depends on (seed, purpose, first + i) alone.
torch::Tensor noise_rows(std::uint64_t seed, std::string_view purpose, std::int64_t first, std::int64_t n, torch::IntArrayRef shape);

// From standard normal noise [n, c, h, w] to latents, fp32. `hidden` and `unconditional` are [n, length, channels] ([1, …] for the latter will do).
// `last_step` in 0..steps stops after so many evaluations and returns x there.
// Errors: those of make_sampler; Cancelled.
Result<torch::Tensor> sample_latents(const NoiseSchedule &schedule, const Denoiser &denoiser, const torch::Tensor &noise, const torch::Tensor &hidden,
                                     const torch::Tensor &unconditional, const SamplingOptions &options, const StepObserver &observer = {},
                                     std::int64_t last_step = -1);

} // namespace quell
