// The autoencoder of a pipeline, AutoencoderKL or AutoencoderTiny as in diffusers.
#pragma once

#include "formats/configs.h"
#include "models/weights.h"

namespace quell {

struct Posterior {
    torch::Tensor mean, logvar; // fp32 [n, latent channels, h, w]; logvar clamped to [-30, 20]; not yet scaled
};

// What a kind of autoencoder computes, in its own dtype, layout and device.
class AutoencoderNet : public torch::nn::Module {
public:
    virtual Posterior encode(const torch::Tensor &pixels) = 0;
    virtual torch::Tensor decode(const torch::Tensor &latents) = 0;
};

class Autoencoder {
public:
    // A folder with config.json and weights, the vae/ of a pipeline or alone; or a single file.
    static Result<Autoencoder> open(const fs::path &model, LoadOptions options);

    const AutoencoderConfig &config() const { return config_; }
    // `pixels` [n, 3, height, width] in -1..1. AutoencoderTiny gives latents without variance: its logvar is -30.
    Posterior encode(const torch::Tensor &pixels) const;
    // `latents` as encode gives them, unscaled. Returns fp32 [n, 3, height, width] in about -1..1, not clamped.
    torch::Tensor decode(const torch::Tensor &latents) const;
    // Between the autoencoder's latents and the UNet's: (z − shift) × scale, and back.
    torch::Tensor scaled(const torch::Tensor &latents) const { return (latents - config_.shift_factor) * config_.scaling_factor; }
    torch::Tensor unscaled(const torch::Tensor &latents) const { return latents / config_.scaling_factor + config_.shift_factor; }

private:
    Autoencoder(AutoencoderConfig config, LoadOptions options, std::shared_ptr<AutoencoderNet> net);
    torch::Tensor input(const torch::Tensor &x) const;

    AutoencoderConfig config_;
    LoadOptions options_;
    std::shared_ptr<AutoencoderNet> net_;
};

} // namespace quell
