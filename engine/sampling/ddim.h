// DDIM (arXiv 2010.02502, η = 0) with classifier-free guidance (arXiv 2207.12598), numerically as diffusers' DDIMScheduler.
#pragma once

#include "core/result.h"
#include "sampling/noise_schedule.h"

#include <functional>

namespace quell {

// The timesteps of a run of `steps`, falling. Mismatch if there are more steps than training timesteps.
Result<std::vector<std::int64_t>> ddim_timesteps(const SchedulerConfig &config, std::int64_t steps);

struct DdimOptions {
    std::int64_t steps = 20;
    double guidance = 4.0; // 1 or less: no guidance, one evaluation a step
};

// The model as the sampler sees it: (x, t [1], hidden) → prediction.
using Denoiser = std::function<torch::Tensor(const torch::Tensor &, const torch::Tensor &, const torch::Tensor &)>;
// Called after each step with how many are done; false stops the run.
using StepObserver = std::function<bool(std::int64_t done)>;

// From noise [n, c, h, w] to latents, fp32. `hidden` and `unconditional` are [n, length, channels] ([1, …] for the latter will do).
// `last_step` in 0..steps stops early and returns x at that step.
// Error: Cancelled.
Result<torch::Tensor> ddim_sample(const NoiseSchedule &schedule, const Denoiser &denoiser, torch::Tensor x, const torch::Tensor &hidden,
                                  const torch::Tensor &unconditional, const DdimOptions &options, const StepObserver &observer = {},
                                  std::int64_t last_step = -1);

} // namespace quell
