// Check mode: holds a model against reference outputs that another program (diffusers, transformers) wrote.
#pragma once

#include "models/weights.h"

#include <functional>

namespace quell {

struct StageCheck {
    std::string stage;    // "ids", "hidden", "unet", "vae_mean", "vae_logvar", "vae_decode", "image_out", "grad.<parameter>"
    double error = 0;     // ‖a − b‖ / max(‖b‖, 1e-6 · norm of all gradients); image_out: 0
    double psnr = 0;      // image_out only, dB of pictures in 0..1
    double tolerance = 0; // the largest error that passes; image_out: the smallest psnr
    bool passed = false;
};

struct CheckOptions {
    double tolerance = 1e-4;          // gradients: ten times as much
    double image_psnr = 45;           // dB
    LoadOptions load;
};

// Runs every stage for which `reference` (a safetensors file) holds input and output:
//   metadata "prompts" (a JSON array) → ids; ids → hidden; x, t, hidden → unet, and grad.<parameter> of mean(unet²);
//   image → vae_mean, vae_logvar; vae_mean → vae_decode; latents with metadata prompts, steps, guidance → image_out (0..1, [n, 3, h, w]),
//   drawn by metadata "sampler" (sampler_names; left out: the pipeline's own), where it adds noise with step_noise [steps, n, c, h, w].
// `model` is a pipeline folder, or a UNet folder for the UNet's stages alone. An error if no stage can be run, or shapes misfit.
Result<std::vector<StageCheck>> check_model(const fs::path &model, const fs::path &reference, const CheckOptions &options);

} // namespace quell
