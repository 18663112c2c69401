// What was written is opened again and compared with what it was written from, before anybody is told that it is done.
#pragma once

#include "pruning/unet_parts.h"

namespace quell {

// The relative difference that weights of this dtype may make to one forward pass.
double output_tolerance(std::optional<torch::ScalarType> dtype);

// Runs both UNets in fp32 on the same latents, half way through the noise. CheckFailed, naming `written` and the difference, if they disagree.
Status same_output(const fs::path &written, const UNetParts &expected, double tolerance);
// The UNet that `written` describes, in memory.
Status same_output(const UNetParts &written, const UNetParts &expected, double tolerance);

// The other components bit by bit. CheckFailed, naming the tensor.
Status same_component(const fs::path &written, const fs::path &base, const std::string &name);

} // namespace quell
