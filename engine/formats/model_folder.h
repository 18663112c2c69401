// Folders in the diffusers layout: a pipeline (model_index.json and a folder per component) or a lone component.
#pragma once

#include "formats/configs.h"
#include "formats/structure.h"
#include "formats/tensor_file.h"

namespace quell {

// The weight files of one component, in reading order: a single file, an `fp16`/`bf16` variant, or the shards of an index
// (whose names must stay inside the folder); safetensors before torch.save's `.bin`. `folder` holds config.json. Errors: NotFound with the names that were tried.
Result<std::vector<fs::path>> weight_files(const fs::path &folder);

// "unet", "vae", "text_encoder", "tokenizer", "scheduler" of a pipeline folder; NotFound if the pipeline lacks it.
Result<fs::path> component_folder(const fs::path &pipeline, const std::string &component);

// Accepts a pipeline folder (its unet/) or a folder that itself is a UNet.
Result<fs::path> unet_folder(const fs::path &model);

// structure.json of a UNet's folder; an empty record if there is none.
Result<StructureRecord> read_structure_record(const fs::path &folder);

struct UNetDescription {
    fs::path folder;
    UNetConfig config;
    StructureRecord structure; // empty if there is no structure.json
    std::vector<std::shared_ptr<TensorFile>> weights;
};
// Reads config.json, structure.json and the headers of the weight files, nothing more.
Result<UNetDescription> describe_unet(const fs::path &folder);

// What quell-inspect prints, from headers alone.
struct Inspection {
    std::string format; // "diffusers pipeline", "UNet folder", "model folder", "safetensors file"
    std::string family = "unknown"; // or "Stable Diffusion 2.x (768 px, v-prediction)", "Stable Diffusion 2.x layout, 3 levels, v-prediction", …
    struct Component {
        std::string name;
        std::int64_t parameters = 0;
        std::map<std::string, std::int64_t> dtypes; // name → tensors
        std::uint64_t bytes = 0;
    };
    std::vector<Component> components;
    // Config facts: levels, channels, heads, layers, prediction where a scheduler tells it; "blocks": per block ("down0", "mid", "up0", …) what is kept of
    // what its config has, "heads" (of all attentions), "feed_forward" and "resnet_channels" (in channels) and "layers" (resnets and attentions),
    // each {"kept", "total"}; "origin" and "pruned" (sums over the modules that lost something) where a structure record is there.
    Json unet;
    std::vector<std::string> notes; // what could not be read and why, metadata

    std::uint64_t bytes() const; // of all components
    // Bytes for weights alone; activations come on top. load: the files as they are. sample: everything in fp32 (4 a parameter). train: the UNet as a
    // student, an fp32 master, a bf16 copy, an fp32 gradient and two AdamW moments for each level: 4 + 2 + 4 + 16 = 26 a parameter.
    struct Estimates {
        std::uint64_t load = 0, sample = 0, train = 0;
    };
    Estimates estimates() const;
};
Result<Inspection> inspect(const fs::path &path);
Json to_json(const Inspection &inspection);

} // namespace quell
