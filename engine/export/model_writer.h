// Writing a model folder in the diffusers layout: whole or not at all.
#pragma once

#include "pruning/unet_parts.h"

#include <functional>
#include <optional>

namespace quell {

struct WriteOptions {
    std::optional<torch::ScalarType> dtype; // of floating-point tensors; none keeps each tensor's own
    bool overwrite = false;                 // replace a model folder that is there
    Json made = Json::object();             // what the files' metadata say they were made from: base, run, concepts, version
    const UNetParts *expected = nullptr;    // a model whose output must be that of what was written, opened again (same_output); none: not compared
};

// The UNet's tensors in a dtype. Numerical, naming the key, if a weight does not fit into it.
Result<StateDict> converted(const UNetParts &unet, std::optional<torch::ScalarType> dtype);

// Whether a path holds a whole model: a folder with model_index.json, or a single file with an autoencoder and a text encoder.
bool is_pipeline(const fs::path &model);

// Whether write_model could write there, asked before the work. Errors: Usage if the target is, holds or lies in the base; Usage if it is not
// empty and `overwrite` is off, or on but no model folder stands there.
Status check_target(const fs::path &target, const fs::path &base, const WriteOptions &options);

// Whether one file could be written there: Usage if something is there that may not be replaced.
Status check_file_target(const fs::path &target, const WriteOptions &options);
// Lets `write` make a file under a temporary name beside the target and puts it in its place; on an error nothing is left. Errors: `write`'s, Io.
Status write_file(const fs::path &target, const std::function<Status(const fs::path &fresh)> &write);

// Writes config.json, structure.json (where the record is not empty) and diffusion_pytorch_model.safetensors. If `base` is a pipeline, the
// target becomes one: the UNet in unet/, model_index.json and the other components copied; no base (""): the UNet alone. All is written beside the target under a
// temporary name, synced and renamed; on an error nothing is left and an older target is untouched. A whole model in a single file becomes a pipeline too, with CLIP's
// tokenizer. Errors: those of check_target and `converted`, CheckFailed, Io.
Status write_model(const fs::path &target, const fs::path &base, const UNetParts &unet, const WriteOptions &options);

} // namespace quell
