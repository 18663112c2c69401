// A text-to-image pipeline without its UNet: what all models of a run share.
#pragma once

#include "models/autoencoder.h"
#include "models/clip.h"
#include "models/unet.h"
#include "sampling/sampling.h"

namespace quell {

// What is used in place of a pipeline's own, where given.
struct PipelineParts {
    fs::path autoencoder; // folder: say a tiny one for previews
    fs::path tokenizer;   // folder
    std::optional<Prediction> prediction;
};

struct Pipeline {
    // `model`: a folder in the diffusers layout or a single file. The autoencoder and the text encoder are loaded in options.dtype on options.device.
    static Result<Pipeline> open(const fs::path &model, LoadOptions options, const PipelineParts &parts = {});

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
