// What a UNet's config says without its weights: blocks in diffusers' order, the modules pruning deals with, and every
// parameter's shape.
#pragma once

#include "formats/configs.h"

#include <map>

namespace quell {

using Shape = std::vector<std::int64_t>;
using Shapes = std::map<std::string, Shape>; // by parameter key

struct ResnetOutline {
    std::string name;         // "up_blocks.1.resnets.2"
    std::int64_t in = 0;      // channels in, the skip connection's included
    std::int64_t out = 0;     // channels out
    std::int64_t skip = 0;    // channels of `in` that come from the skip connection; 0 outside up blocks
};

struct AttentionOutline {
    std::string name;         // "down_blocks.0.attentions.1"
    std::int64_t channels = 0;
    std::int64_t heads = 0;
    std::int64_t layers = 1;  // transformer blocks
    bool only_cross = false;  // attn1 attends to the text as well

    std::string layer(std::int64_t index) const { return name + ".transformer_blocks." + std::to_string(index); }
};

struct BlockOutline {
    enum class Kind { Down, Mid, Up };
    Kind kind = Kind::Down;
    std::string name;             // "down_blocks.0", "mid_block"
    std::int64_t channels = 0;    // out
    std::int64_t side = 0;        // latent side length inside the block
    std::int64_t sampled_side = 0; // and after its down- or upsampler; equal to `side` where it has none
    bool sampler = false;
    std::vector<ResnetOutline> resnets;
    std::vector<AttentionOutline> attentions; // as many as resnets, one fewer in the mid block, or none
};

// Down blocks, the mid block if there is one, up blocks.
std::vector<BlockOutline> outline_of(const UNetConfig &config);

// Every parameter of the dense UNet that `config` describes.
Shapes dense_shapes(const UNetConfig &config);

std::string shown(const Shape &shape); // "[320, 4, 3, 3]"

// Mismatch, naming the key, if the weights are not exactly what is expected.
Status expect_shapes(const Shapes &found, const Shapes &expected, const std::string &place);

} // namespace quell
