// AutoencoderKL as in diffusers: the autoencoder of Stable Diffusion.
#pragma once

#include "models/autoencoder.h"

namespace quell {

std::shared_ptr<AutoencoderNet> make_autoencoder_kl(const Weights &weights, const AutoencoderConfig &config);

} // namespace quell
