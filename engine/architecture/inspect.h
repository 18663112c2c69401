// What a model folder or file holds, told from configs and headers alone.
#pragma once

#include "formats/json.h"

#include <map>

namespace quell {

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
    // Config facts: levels, channels, heads, layers, prediction where a scheduler tells it; "blocks": per block ("down0", "mid", "up0", …) what its shapes keep of
    // what its config has, of a teacher's where one is given: "heads" (of all attentions), "feed_forward" and "resnet_channels" (in channels) and "layers" (resnets and
    // attentions), each {"kept", "total"}; "origin", "details" and "pruned" (sums over the record's modules that lost something) where parts were cut; "macs", "dense_macs" and the
    // "macs_size" in pixels they are for (text of 77 tokens); "training": per scope (scope.h; lora of rank 8) how many parameters are "trained", and bytes in
    // "fp32" and "bf16" for the student, its gradients and AdamW's moments for both levels, without activations and teacher; "taps": the pairs of blocks' outputs that distillation compares with a teacher's, or why none fit.
    Json unet;
    std::vector<std::string> differences; // where the UNet's config.json and its weights disagree; the weights decide
    std::vector<std::string> choices; // "heads", "groups": where a UNet's shapes can be read in two ways and the user has to choose (quell-engine structure)
    std::vector<std::string> notes;       // what could not be read and why; of a single file, what was assumed, why, and what is not used
    std::map<std::string, std::string> metadata; // of the file or of a folder's UNet, but for what says nothing; Quell's own ("quell") without configs and structure, which `unet` tells

    std::uint64_t bytes() const; // of all components
    // Bytes for weights alone; activations come on top. load: the files as they are. sample: everything in fp32 (4 a parameter). train: the UNet as a
    // student, an fp32 master, a bf16 copy, an fp32 gradient and two AdamW moments for each level: 4 + 2 + 4 + 16 = 26 a parameter.
    struct Estimates {
        std::uint64_t load = 0, sample = 0, train = 0;
    };
    Estimates estimates() const;
};
struct InspectOptions {
    std::int64_t size = 0; // pixels a side that multiply-accumulates are told for; 0: the UNet's own size
    fs::path teacher;      // a model whose feature taps the UNet's are paired with and whose blocks are what it is kept of; empty: none
};
Result<Inspection> inspect(const fs::path &path, const InspectOptions &options = {});
Json to_json(const Inspection &inspection);

} // namespace quell
