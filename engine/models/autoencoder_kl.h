// AutoencoderKL as in diffusers.
#pragma once

#include "formats/configs.h"
#include "models/weights.h"

namespace quell {

class AutoencoderKLImpl;

class AutoencoderKL {
public:
    // A folder with config.json and weights: vae/ of a pipeline.
    static Result<AutoencoderKL> open(const fs::path &folder, LoadOptions options);

    const AutoencoderConfig &config() const { return config_; }
    struct Posterior {
        torch::Tensor mean, logvar; // fp32 [n, latent channels, h, w]; logvar clamped to [-30, 20]; not yet scaled
    };
    // `pixels` [n, 3, height, width] in -1..1.
    Posterior encode(const torch::Tensor &pixels) const;
    // `latents` as encode gives them, unscaled. Returns fp32 [n, 3, height, width], not clamped.
    torch::Tensor decode(const torch::Tensor &latents) const;
    // Between the autoencoder's latents and the UNet's: (z − shift) × scale, and back.
    torch::Tensor scaled(const torch::Tensor &latents) const { return (latents - config_.shift_factor) * config_.scaling_factor; }
    torch::Tensor unscaled(const torch::Tensor &latents) const { return latents / config_.scaling_factor + config_.shift_factor; }

private:
    AutoencoderKL(AutoencoderConfig config, std::shared_ptr<AutoencoderKLImpl> net) : config_(std::move(config)), net_(std::move(net)) {}
    AutoencoderConfig config_;
    std::shared_ptr<AutoencoderKLImpl> net_;
};

} // namespace quell
