#include "sampling/sampling.h"

#include "core/random.h"

#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>

#include <algorithm>

namespace quell {

using torch::Tensor;

std::string to_text(const SamplingOptions &options)
{
    return fmt::format("{}, {} steps, guidance {}", sampler_titles[static_cast<std::size_t>(options.sampler)], options.steps, options.guidance);
}

Tensor noise_rows(std::uint64_t seed, std::string_view purpose, std::int64_t first, std::int64_t n, torch::IntArrayRef shape)
{
    std::vector<Tensor> rows;
    for (std::int64_t i = 0; i < n; ++i) {
        auto generator = at::detail::createCPUGenerator(derive_seed(seed, purpose, first + i));
        rows.push_back(torch::randn(shape, generator, torch::kFloat32));
    }
    return torch::stack(rows);
}

namespace {

StepNoise step_noise_for(const SamplingOptions &options, const Tensor &x)
{
    return [&options, sizes = x.sizes().vec(), device = x.device()](std::int64_t step) {
        const auto n = sizes.front();
        const Tensor noise = options.step_noise ? options.step_noise(step).narrow(0, options.first, n)
                                                : noise_rows(derive_seed(options.seed, "step noise", step), "picture", options.first, n,
                                                             torch::IntArrayRef(sizes).slice(1));
        return noise.to(device);
    };
}

} // namespace

Result<Tensor> sample_latents(const NoiseSchedule &schedule, const Denoiser &denoiser, const Tensor &noise, const Tensor &hidden,
                              const Tensor &unconditional, const SamplingOptions &options, const StepObserver &observer, std::int64_t last_step)
{
    torch::NoGradGuard no_grad;
    QUELL_ASSIGN(const auto sampler, make_sampler(options.sampler, schedule, options.steps));
    const auto &timesteps = sampler->timesteps();
    const auto total = static_cast<std::int64_t>(timesteps.size()), end = last_step < 0 ? total : std::min(last_step, total);
    const bool guided = options.guidance > 1;
    // Both halves of the guidance in one call.
    const Tensor context = guided ? torch::cat({unconditional.expand_as(hidden), hidden}) : hidden;
    const auto step_noise = step_noise_for(options, noise);
    Tensor x = noise * sampler->initial_sigma();
    for (std::int64_t i = 0; i < end; ++i) {
        const Tensor t = torch::tensor({timesteps[i]}, torch::TensorOptions(torch::kFloat32).device(x.device()));
        const Tensor input = sampler->scaled(x, i);
        Tensor prediction = denoiser(guided ? torch::cat({input, input}) : input, t, context).to(torch::kFloat32);
        if (guided) {
            const auto halves = prediction.chunk(2);
            prediction = halves[0] + options.guidance * (halves[1] - halves[0]);
        }
        x = sampler->step(prediction, x, i, step_noise);
        if (observer && !observer(i + 1, total))
            return fail(ErrorCode::Cancelled, "sampling was stopped");
    }
    return x;
}

} // namespace quell
