// UNet configs of known sizes and random weights for them.
#pragma once

#include "architecture/outline.h"
#include "pruning/unet_parts.h"

namespace quell::tests {

inline UNetConfig unet_config(const char *json)
{
    return parse_unet_config(Json::parse(json), "test").value();
}

// Two levels of 32 and 64 channels, 2 and 4 heads: 604 + 6 gates, 1,106,212 parameters.
inline UNetConfig small_unet()
{
    return unet_config(R"({"sample_size": 18, "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"],
        "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"], "block_out_channels": [32, 64], "layers_per_block": 2,
        "attention_head_dim": [2, 4], "cross_attention_dim": 32, "use_linear_projection": true})");
}

inline UNetConfig starter_unet()
{
    return unet_config(R"({"sample_size": 16, "in_channels": 8, "out_channels": 8,
        "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
        "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"], "block_out_channels": [96, 160, 256],
        "layers_per_block": 2, "attention_head_dim": [3, 5, 8], "cross_attention_dim": 256, "use_linear_projection": true})");
}

inline UNetConfig sd1_unet()
{
    return unet_config(R"({"sample_size": 64, "layers_per_block": 2, "attention_head_dim": 8, "cross_attention_dim": 768,
        "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
        "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"],
        "block_out_channels": [320, 640, 1280, 1280]})");
}

inline UNetConfig sd2_unet()
{
    return unet_config(R"({"sample_size": 96, "layers_per_block": 2, "attention_head_dim": [5, 10, 20, 20], "cross_attention_dim": 1024,
        "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
        "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"],
        "block_out_channels": [320, 640, 1280, 1280], "use_linear_projection": true})");
}

inline UNetParts random_unet(const UNetConfig &config)
{
    torch::manual_seed(7);
    UNetParts unet{config, {}, {}, "random"};
    for (const auto &[key, shape] : dense_shapes(config))
        unet.tensors[key] = torch::randn(shape) * 0.1 + 0.01;
    return unet;
}

inline std::int64_t parameters(const Shapes &shapes)
{
    std::int64_t sum = 0;
    for (const auto &entry : shapes) {
        std::int64_t elements = 1;
        for (const std::int64_t size : entry.second)
            elements *= size;
        sum += elements;
    }
    return sum;
}

} // namespace quell::tests
