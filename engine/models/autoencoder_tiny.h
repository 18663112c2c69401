// AutoencoderTiny as in diffusers (TAESD): convolutions and ReLU alone, for fast previews.
#pragma once

#include "models/autoencoder.h"

namespace quell {

std::shared_ptr<AutoencoderNet> make_autoencoder_tiny(const Weights &weights, const AutoencoderConfig &config);

} // namespace quell
