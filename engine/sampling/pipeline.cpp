#include "sampling/pipeline.h"

#include "architecture/component.h"
#include "data/image.h"

#include <algorithm>

namespace quell {

using torch::Tensor;

Result<Pipeline> Pipeline::open(const fs::path &model, LoadOptions options, const PipelineParts &parts)
{
    QUELL_ASSIGN(const auto scheduler, describe_scheduler(model, parts.prediction));
    QUELL_ASSIGN(auto text, TextEncoder::open(model, options, parts.tokenizer));
    QUELL_ASSIGN(auto vae, Autoencoder::open(parts.autoencoder.empty() ? model : parts.autoencoder, options));
    return Pipeline{std::move(text), std::move(vae), NoiseSchedule(scheduler)};
}

Tensor starting_noise(const Pipeline &pipeline, std::int64_t n, std::int64_t pixels, std::uint64_t seed)
{
    const auto &config = pipeline.autoencoder.config();
    const auto side = pixels / config.reduction();
    return noise_rows(seed, "starting noise", 0, n, {config.latent_channels, side, side});
}

namespace {

tl::unexpected<Error> out_of_memory()
{
    return fail(ErrorCode::OutOfMemory, "no memory left for drawing; use a smaller size, or close other programs");
}

} // namespace

Result<Tensor> draw(const Pipeline &pipeline, const UNet &unet, const std::vector<std::string> &prompts, const Tensor &noise,
                    const SamplingOptions &options, std::int64_t batch, const DrawObserver &observer)
try {
    torch::NoGradGuard no_grad;
    const auto device = unet.options().device;
    const auto total = static_cast<std::int64_t>(prompts.size());
    const Tensor unconditional = pipeline.text.encode({""}).to(device);
    const Denoiser denoiser = [&](const Tensor &x, const Tensor &t, const Tensor &hidden) { return unet.forward(x, t, hidden).sample; };
    std::vector<Tensor> pictures;
    for (std::int64_t begin = 0; begin < total; begin += batch) {
        const auto n = std::min(batch, total - begin);
        const Tensor hidden = pipeline.text.encode({prompts.begin() + begin, prompts.begin() + begin + n}).to(device);
        const StepObserver each = [&](std::int64_t step, std::int64_t steps) { return !observer || observer(begin + n * step / steps, total); };
        SamplingOptions part = options;
        part.first += begin;
        QUELL_ASSIGN(const Tensor latents, sample_latents(pipeline.schedule, denoiser, noise.narrow(0, begin, n).to(device), hidden, unconditional, part, each));
        pictures.push_back(to_images(pipeline.autoencoder.decode(pipeline.autoencoder.unscaled(latents))));
    }
    return torch::cat(pictures);
} catch (const std::bad_alloc &) {
    return out_of_memory();
} catch (const c10::Error &error) {
    const std::string what = error.what_without_backtrace();
    // The CPU's allocator throws no class of its own.
    const bool memory = dynamic_cast<const c10::OutOfMemoryError *>(&error) || what.find("can't allocate memory") != std::string::npos;
    return memory ? out_of_memory() : fail(ErrorCode::Internal, "drawing failed: " + what);
} catch (const std::exception &error) {
    return fail(ErrorCode::Internal, std::string("drawing failed: ") + error.what());
}

} // namespace quell
