// A model in one file: the layout of the original Stable Diffusion code (compvis.h), whole or the UNet alone, or a UNet under diffusers' names.
// Configs are read off shapes and known families. What neither tells is taken from the file's metadata or from what is usual, and said in `notes`.
#pragma once

#include "architecture/unet_reading.h"
#include "formats/tensor_file.h"

#include <memory>

namespace quell {

struct SingleFile {
    struct Part {
        Json config;                         // as a diffusers or transformers folder has it in config.json
        std::shared_ptr<TensorFile> weights; // the file's own bytes under diffusers' or transformers' names
    };
    std::string layout;                // "CompVis", "diffusers"
    std::map<std::string, Part> parts; // "unet"; "vae" and "text_encoder" where the file has them
    Json scheduler;                    // as scheduler_config.json
    std::string padding;               // the tokenizer's pad token
    std::optional<StructureRecord> structure; // of the UNet, if Quell wrote the file
    std::vector<std::string> notes;    // what was assumed and why, what was left out
};

// Whether a file with these tensors is such a model.
bool is_single_file(const TensorFile &file);

// Prediction is, in this order: what is asked for here; "parameterization" in a .yaml of the same name beside the file, as other programs keep it; the
// metadata's (Quell's own, modelspec.prediction_type); a tensor "v_pred"; epsilon for Stable Diffusion 1; for 2 epsilon after 875,000 steps (2-base), else v.
// Heads are 8 (1.x) or 64 channels wide (2.x). Averaged weights (model_ema.), the noise schedule's buffers and training leftovers are not used.
// Errors: those of open_tensor_file; Unsupported for other models and for tensors that Stable Diffusion 1 and 2 do not have, by name; Mismatch.
Result<SingleFile> open_single_file(const fs::path &path, std::optional<Prediction> prediction = {});

} // namespace quell
