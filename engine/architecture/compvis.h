// Names in the single-file layout of the original Stable Diffusion code (CompVis, later Stability-AI): the UNet below "model.diffusion_model.", the
// autoencoder below "first_stage_model.", the text encoder below "cond_stage_model.". One table serves reading and writing.
#pragma once

#include "formats/configs.h"

#include <map>

namespace quell {

// Where a tensor that diffusers or transformers know by a name of its own lies in the file.
struct CompvisTensor {
    std::string name;                 // in the file
    std::int64_t part = 0, parts = 1; // OpenCLIP keeps queries, keys and values below each other in one tensor
    bool convolution = false;         // a 1×1 convolution there, linear here (the autoencoder's attention)
};

class CompvisNames {
public:
    // Blocks are numbered in the order in which they run, whatever level they belong to; `config` tells where levels begin.
    static CompvisNames unet(const UNetConfig &config);
    static CompvisNames autoencoder(const AutoencoderConfig &config);
    // Stable Diffusion 1: transformers' names below a prefix, with or without "text_model.".
    static CompvisNames clip();
    // Stable Diffusion 2: OpenCLIP's. `layers` counts those in use: the file's last block is not.
    static CompvisNames open_clip(std::int64_t layers);

    // Of a tensor under its diffusers name; nothing if the layout has no place for it.
    std::optional<CompvisTensor> find(const std::string &key) const;
    // Diffusers names of what lies there: one, three for a fused tensor, none for a tensor of something else.
    std::vector<std::string> keys_of(const std::string &name) const;

private:
    CompvisNames(std::string prefix) : prefix_(std::move(prefix)) {}
    void add(const std::string &key, const std::string &name); // a module, or a tensor
    void add_resnet(const std::string &key, const std::string &name);
    void add_autoencoder_block(const std::string &key, const std::string &name);
    void add_autoencoder_mid(const std::string &key, const std::string &name);
    std::string prefix_; // of the component in the file
    std::map<std::string, std::string> names_, keys_; // by the whole module or tensor name
    bool fused_ = false, convolutions_ = false;
};

} // namespace quell
