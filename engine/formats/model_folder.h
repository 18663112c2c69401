// Folders in the diffusers layout: a pipeline (model_index.json and a folder per component) or a lone component.
#pragma once

#include "formats/configs.h"
#include "formats/structure.h"
#include "formats/tensor_file.h"

namespace quell {

// The weight files of one component, in reading order: a single file, an `fp16`/`bf16` variant, or the shards of an index
// (whose names must stay inside the folder); safetensors before torch.save's `.bin`. `folder` holds config.json; a file is its own weights. Errors: NotFound with the names that were tried.
Result<std::vector<fs::path>> weight_files(const fs::path &folder);

// "unet", "vae", "text_encoder", "tokenizer", "scheduler" of a pipeline folder; NotFound if the pipeline lacks it. A single file is the place of all
// its components.
Result<fs::path> component_folder(const fs::path &pipeline, const std::string &component);

// Accepts a pipeline folder (its unet/), a folder that itself is a UNet, or a single file.
Result<fs::path> unet_folder(const fs::path &model);

// A regular file: a model in a single file. Folders are in the diffusers layout.
bool is_file(const fs::path &model);

// structure.json of a UNet's folder, or nothing if there is none.
Result<std::optional<StructureRecord>> read_structure_record(const fs::path &folder);

} // namespace quell
