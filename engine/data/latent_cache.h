// The latents of a folder of pictures: encoded once, kept on disk, held in memory. One safetensors file for each picture, named by a hash of
// all that it depends on and written atomically: a run that is killed goes on where it was, and data sets that share pictures share files.
#pragma once

#include "data/image.h"
#include "data/image_folder.h"
#include "models/autoencoder.h"

namespace quell {

struct LatentOptions {
    std::int64_t size = 0;          // of the square picture, in pixels; a multiple of the autoencoder's reduction
    Crop crop = Crop::Center;
    std::uint64_t seed = 0;         // of random crops; each picture has its own crop, the same in every epoch
    bool flips = false;             // a second variant, mirrored
    std::int64_t batch = 16;        // pictures encoded at once
    fs::path cache;                 // a folder, created if need be
    std::string autoencoder;        // autoencoder_key()
};

// The autoencoder's posterior, unscaled, fp32, contiguous, CPU: [n, variants, channels, h, w]; variant 1 is the mirrored picture.
struct Latents {
    torch::Tensor mean, logvar;
};

struct CacheHooks {
    std::function<void(std::size_t done, std::size_t total)> progress; // after each picture or prompt that is there
    std::function<bool()> cancelled;                                   // asked before each batch
};

// [n, 3, size, size] in -1..1 → posterior; Autoencoder::encode.
using LatentEncoder = std::function<Posterior(const torch::Tensor &pixels)>;

// In the order of the entries. A damaged cache file is encoded anew. Errors: what read_image gives (naming the picture), Mismatch (the cache
// holds latents of another shape), Io, OutOfMemory, Cancelled (what is encoded so far stays cached).
Result<Latents> encode_latents(const ImageFolder &folder, const LatentEncoder &encode, const LatentOptions &options,
                               const CacheHooks &hooks = {});

} // namespace quell
