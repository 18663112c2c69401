#include "run/made_pictures.h"

#include "core/random.h"
#include "core/sha256.h"
#include "data/cache_key.h"
#include "data/image.h"
#include "formats/model_folder.h"
#include "formats/weight_digests.h"

#include <cstdio>

namespace quell {
namespace {

constexpr std::int64_t at_once = 16;

std::string name_of_picture(std::int64_t index)
{
    char name[32];
    std::snprintf(name, sizeof name, "%05lld.png", static_cast<long long>(index));
    return name;
}

Result<std::string> key_of(const RunSpec &spec, const std::vector<std::string> &prompts, std::int64_t count, std::int64_t size)
{
    Sha256 hash;
    QUELL_ASSIGN(const auto folder, unet_folder(spec.teacher));
    QUELL_ASSIGN(const auto digests, weight_digests(folder));
    hash.update(digests);
    QUELL_ASSIGN(const auto vae, component_folder(spec.teacher, "vae"));
    for (const auto &part : {autoencoder_key(vae, {}), text_encoder_key(spec.teacher, {})}) {
        QUELL_TRY(part);
        hash.update(*part);
    }
    const auto &sampling = spec.samples.sampling;
    hash.update(Json{prompts, count, size, spec.seed, sampling.steps, sampling.guidance}.dump() + other_sampler(sampling));
    return hash.finish().substr(0, 32);
}

} // namespace

Result<fs::path> made_pictures(const RunSpec &spec, const Pipeline &pipeline, const UNet &teacher, const std::vector<std::string> &prompts, std::int64_t count, std::int64_t size,
                               const fs::path &cache, const CacheHooks &hooks)
{
    QUELL_ASSIGN(const auto key, key_of(spec, prompts, count, size));
    const auto folder = cache / "made" / key, list = folder / "metadata.jsonl";
    if (fs::exists(list)) // written last
        return folder;
    QUELL_TRY(make_writable_folder(folder));
    const torch::Tensor noise = starting_noise(pipeline, count, size, derive_seed(spec.seed, "made pictures"));
    const auto all = static_cast<std::int64_t>(prompts.size());
    const auto prompt_of = [&](std::int64_t i) { return static_cast<std::size_t>(count < all ? i * all / count : i % all); }; // spread over them, or round and round
    std::string lines;
    for (std::int64_t begin = 0; begin < count; begin += at_once) {
        const auto end = std::min(begin + at_once, count);
        std::vector<std::string> some;
        bool there = true;
        for (auto i = begin; i < end; ++i) {
            some.push_back(prompts[prompt_of(i)]);
            lines += Json{{"file_name", name_of_picture(i)}, {"text", some.back()}}.dump() + "\n";
            there = there && fs::exists(folder / name_of_picture(i));
        }
        if (!there) {
            const DrawObserver go_on = [&](auto, auto) { return !hooks.cancelled || !hooks.cancelled(); };
            QUELL_ASSIGN(const auto pictures, draw(pipeline, teacher, some, noise.narrow(0, begin, end - begin), spec.samples.sampling, at_once, go_on));
            for (auto i = begin; i < end; ++i)
                QUELL_TRY(write_png(folder / name_of_picture(i), pictures[i - begin]));
        }
        if (hooks.progress)
            hooks.progress(static_cast<std::size_t>(end), static_cast<std::size_t>(count));
    }
    QUELL_TRY(write_atomically(list, lines));
    return folder;
}

} // namespace quell
