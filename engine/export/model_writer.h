// Writing a model folder in the diffusers layout: whole or not at all.
#pragma once

#include "pruning/unet_parts.h"

#include <optional>

namespace quell {

struct WriteOptions {
    std::optional<torch::ScalarType> dtype; // of floating-point tensors; none keeps each tensor's own
    bool overwrite = false;                 // replace a model folder that is there
};

// Whether write_model could write there, asked before the work. Errors: Usage if the target is, holds or lies in the base; Usage if it is not
// empty and `overwrite` is off, or on but no model folder stands there.
Status check_target(const fs::path &target, const fs::path &base, const WriteOptions &options);

// Writes config.json, structure.json (where the record is not empty) and diffusion_pytorch_model.safetensors. If `base` is a pipeline, the
// target becomes one: the UNet in unet/, model_index.json and the other components copied. All is written beside the target under a temporary
// name, synced and renamed; on an error nothing is left and an older target is untouched. Errors: those of check_target, Io, and Numerical,
// naming the key, if a weight does not fit into the dtype.
Status write_model(const fs::path &target, const fs::path &base, const UNetParts &unet, const WriteOptions &options);

} // namespace quell
