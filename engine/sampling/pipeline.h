// A text-to-image pipeline without its UNet: what all models of a run share.
#pragma once

#include "models/autoencoder.h"
#include "models/clip.h"
#include "models/unet.h"
#include "sampling/sampling.h"

namespace quell {

struct Pipeline {
    // `folder` in the diffusers layout. The autoencoder and the text encoder are loaded in options.dtype on options.device.
    // `autoencoder`: the folder of another one in its place, say a tiny one for previews.
    static Result<Pipeline> open(const fs::path &folder, LoadOptions options, const fs::path &autoencoder = {});

    TextEncoder text;
    Autoencoder autoencoder;
    NoiseSchedule schedule;
};

// Starting noise [n, channels, side, side] for pictures of the given size; picture i depends on (seed, i) alone, so that a prompt keeps
// its noise when others are added.
torch::Tensor starting_noise(const Pipeline &pipeline, std::int64_t n, std::int64_t pixels, std::uint64_t seed);

// Called with pictures done and their total; false stops.
using DrawObserver = std::function<bool(std::int64_t done, std::int64_t total)>;

// Draws one picture a prompt: uint8 [n, height, width, 3] on the CPU, `batch` at a time.
Result<torch::Tensor> draw(const Pipeline &pipeline, const UNet &unet, const std::vector<std::string> &prompts, const torch::Tensor &noise,
                           const SamplingOptions &options, std::int64_t batch = 32, const DrawObserver &observer = {});

} // namespace quell
