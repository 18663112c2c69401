#include "run/drawer.h"

#include "core/sha256.h"
#include "data/concept_match.h"
#include "data/image_folder.h"
#include "formats/model_folder.h"
#include "formats/weight_digests.h"

#include <algorithm>

namespace quell {

using torch::Tensor;

namespace {

constexpr std::size_t enough_pictures = 64; // for a mean feature

} // namespace

Drawer::Drawer(const RunSpec &spec, const Pipeline &pipeline, std::vector<Drawing> drawings, fs::path cache, LoadOptions compute, TellProgress tell)
    : spec_(spec), pipeline_(pipeline), drawings_(std::move(drawings)), cache_(std::move(cache)), compute_(compute), tell_(std::move(tell))
{
}

Result<std::string> Drawer::key(const fs::path &model) const
{
    Sha256 hash;
    QUELL_ASSIGN(const auto folder, unet_folder(model));
    QUELL_ASSIGN(const auto digests, weight_digests(folder));
    hash.update(digests);
    for (const auto &drawing : drawings_)
        hash.update(drawing.prompt + '\n' + std::to_string(drawing.latent) + '\n');
    const auto &sampling = spec_.evaluation.sampling;
    hash.update(std::to_string(sampling.steps) + ' ' + std::to_string(sampling.guidance) + ' ' + std::to_string(spec_.seed) + ' ' + std::to_string(spec_.size) + other_sampler(sampling));
    return hash.finish().substr(0, 32);
}

Result<Tensor> Drawer::drawn(const std::string &name, const fs::path &model) const
{
    QUELL_ASSIGN(const auto digest, key(model));
    const auto file = digest + ".png";
    const auto n = static_cast<std::int64_t>(drawings_.size());
    for (const auto &folder : {cache_, spec_.evaluation.drawings}) {
        if (const auto strip = read_image(folder / file); strip && strip->size(0) % n == 0)
            return strip->view({n, -1, strip->size(1), 3});
    }
    QUELL_ASSIGN(const Tensor pictures, draw_anew(name, model));
    QUELL_TRY(make_writable_folder(cache_));
    QUELL_TRY(write_png(cache_ / file, pictures.flatten(0, 1))); // one below the other
    return pictures;
}

Result<Tensor> Drawer::draw_anew(const std::string &name, const fs::path &model) const
{
    QUELL_ASSIGN(const auto unet, UNet::open(model, compute_));
    unet.freeze();
    const auto size = spec_.size > 0 ? spec_.size : unet.config().sample_size * pipeline_.autoencoder.config().reduction();
    std::vector<std::string> prompts;
    std::vector<std::int64_t> latents;
    for (const auto &drawing : drawings_) {
        prompts.push_back(drawing.prompt);
        latents.push_back(static_cast<std::int64_t>(drawing.latent));
    }
    const auto distinct = *std::max_element(latents.begin(), latents.end()) + 1;
    const Tensor noise = starting_noise(pipeline_, distinct, size, spec_.seed).index_select(0, torch::tensor(latents));
    const DrawObserver observe = [&](auto done, auto total) {
        if (tell_)
            tell_("drawing " + name, done, total);
        return !cancelled || !cancelled();
    };
    return draw(pipeline_, unet, prompts, noise, spec_.evaluation.sampling, 32, observe);
}

Result<Tensor> real_pictures(const RunSpec &spec, const Concept &target, std::int64_t size)
{
    std::vector<Tensor> pictures;
    for (const auto &set : spec.lower.datasets) {
        if (set.data.empty())
            continue;
        QUELL_ASSIGN(const auto folder, open_image_folder(set.data));
        for (const auto &entry : folder.entries) {
            if (pictures.size() == enough_pictures || !mentions(entry.caption, target))
                continue;
            if (const auto image = read_image(folder.path(entry)))
                pictures.push_back(resize_and_crop(*image, size));
        }
    }
    return pictures.empty() ? Tensor() : torch::stack(pictures);
}

} // namespace quell
