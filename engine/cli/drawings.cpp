#include "cli/drawings.h"

#include "cli/progress.h"
#include "core/files.h"
#include "data/image.h"

namespace quell::cli {

Result<Json> write_drawings(const Pipeline &pipeline, const UNet &unet, const std::vector<std::string> &prompts, const SamplingOptions &sampling, std::int64_t size, const fs::path &folder)
{
    const auto &vae = pipeline.autoencoder.config();
    if (vae.latent_channels != unet.config().out_channels)
        return fail(ErrorCode::Mismatch, "the autoencoder has " + std::to_string(vae.latent_channels) + " latent channels, the UNet gives " +
                                             std::to_string(unet.config().out_channels) + "; they belong to different models: give another UNet, pipeline or --preview-vae", "autoencoder");
    const auto reduction = vae.reduction();
    if (size % reduction != 0)
        return fail(ErrorCode::Usage, "must be a multiple of " + std::to_string(reduction) + ", the autoencoder's reduction", "--size");
    QUELL_TRY(make_writable_folder(folder));
    Progress progress;
    const DrawObserver observe = [&](auto done, auto total) { progress.show("drawing", done, total); return true; };
    const auto noise = starting_noise(pipeline, static_cast<std::int64_t>(prompts.size()), size > 0 ? size : unet.config().sample_size * reduction, sampling.seed);
    QUELL_ASSIGN(const auto pictures, draw(pipeline, unet, prompts, noise, sampling, 32, observe));
    progress.finish();
    Json drawings = Json::array();
    for (std::size_t i = 0; i < prompts.size(); ++i) {
        const auto path = folder / (std::to_string(i) + ".png");
        QUELL_TRY(write_png(path, pictures[static_cast<std::int64_t>(i)]));
        drawings.push_back({{"prompt", prompts[i]}, {"file", path.string()}});
    }
    return drawings;
}

std::string to_text(const Json &drawings)
{
    std::string text;
    for (const auto &one : drawings)
        text += one["file"].get<std::string>() + "  " + one["prompt"].get<std::string>() + '\n';
    return text;
}

} // namespace quell::cli
