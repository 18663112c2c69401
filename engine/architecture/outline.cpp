#include "architecture/outline.h"

#include <algorithm>

namespace quell {

namespace {

// Side after diffusers' Downsample2D, a 3×3 convolution of stride 2 (without padding of its own it pads right and bottom).
std::int64_t downsampled(std::int64_t side, const UNetConfig &config)
{
    return config.downsample_padding == 0 ? side / 2 : (side + 2 * config.downsample_padding - 3) / 2 + 1;
}

AttentionOutline attention_of(const UNetConfig &config, std::string name, std::size_t level, bool only_cross)
{
    return {std::move(name), config.block_out_channels[level], config.heads[level], config.transformer_layers_per_block[level],
            only_cross};
}

BlockOutline down_block(const UNetConfig &config, std::size_t level, std::int64_t side)
{
    BlockOutline block;
    block.kind = BlockOutline::Kind::Down;
    block.name = "down_blocks." + std::to_string(level);
    block.channels = config.block_out_channels[level];
    block.side = side;
    block.sampler = level + 1 < config.levels();
    block.sampled_side = block.sampler ? downsampled(side, config) : side;
    for (std::int64_t i = 0; i < config.layers_per_block[level]; ++i) {
        const bool enters = i == 0 && level > 0;
        block.resnets.push_back({block.name + ".resnets." + std::to_string(i),
                                 enters ? config.block_out_channels[level - 1] : block.channels, block.channels, 0});
        if (config.down_block_types[level] == "CrossAttnDownBlock2D")
            block.attentions.push_back(attention_of(config, block.name + ".attentions." + std::to_string(i), level,
                                                    config.only_cross_attention));
    }
    return block;
}

BlockOutline mid_block(const UNetConfig &config, std::int64_t side)
{
    BlockOutline block;
    block.kind = BlockOutline::Kind::Mid;
    block.name = "mid_block";
    block.side = block.sampled_side = side;
    block.channels = config.block_out_channels.back();
    for (int i = 0; i < 2; ++i)
        block.resnets.push_back({block.name + ".resnets." + std::to_string(i), block.channels, block.channels, 0});
    block.attentions.push_back(attention_of(config, block.name + ".attentions.0", config.levels() - 1, false));
    return block;
}

// `index` counts up blocks from the innermost; their level is mirrored.
BlockOutline up_block(const UNetConfig &config, std::size_t index, const std::vector<std::int64_t> &sides)
{
    const std::size_t level = config.levels() - 1 - index;
    BlockOutline block;
    block.kind = BlockOutline::Kind::Up;
    block.name = "up_blocks." + std::to_string(index);
    block.channels = config.block_out_channels[level];
    block.side = sides[level];
    block.sampler = level > 0;
    block.sampled_side = block.sampler ? sides[level - 1] : block.side;
    const std::int64_t entering = index == 0 ? block.channels : config.block_out_channels[level + 1];
    const std::int64_t outer = level == 0 ? block.channels : config.block_out_channels[level - 1];
    const std::int64_t layers = config.layers_per_block[level] + 1;
    for (std::int64_t i = 0; i < layers; ++i) {
        const std::int64_t skip = i + 1 == layers ? outer : block.channels;
        block.resnets.push_back({block.name + ".resnets." + std::to_string(i), (i == 0 ? entering : block.channels) + skip,
                                 block.channels, skip});
        if (config.up_block_types[index] == "CrossAttnUpBlock2D")
            block.attentions.push_back(attention_of(config, block.name + ".attentions." + std::to_string(i), level,
                                                    config.only_cross_attention));
    }
    return block;
}

// Adds "name.weight" and, for all but projections without bias, "name.bias".
struct Collector {
    Shapes shapes;
    void weight(const std::string &name, Shape shape) { shapes[name + ".weight"] = std::move(shape); }
    void layer(const std::string &name, Shape shape)
    {
        shapes[name + ".bias"] = {shape.front()};
        weight(name, std::move(shape));
    }
    void norm(const std::string &name, std::int64_t channels) { layer(name, {channels}); }
};

void add_resnet(Collector &all, const ResnetOutline &resnet, std::int64_t time_width)
{
    all.norm(resnet.name + ".norm1", resnet.in);
    all.layer(resnet.name + ".conv1", {resnet.out, resnet.in, 3, 3});
    all.layer(resnet.name + ".time_emb_proj", {resnet.out, time_width});
    all.norm(resnet.name + ".norm2", resnet.out);
    all.layer(resnet.name + ".conv2", {resnet.out, resnet.out, 3, 3});
    if (resnet.in != resnet.out)
        all.layer(resnet.name + ".conv_shortcut", {resnet.out, resnet.in, 1, 1});
}

void add_attention(Collector &all, const AttentionOutline &attention, const UNetConfig &config)
{
    const std::int64_t width = attention.channels;
    const Shape projection = config.use_linear_projection ? Shape{width, width} : Shape{width, width, 1, 1};
    all.norm(attention.name + ".norm", width);
    all.layer(attention.name + ".proj_in", projection);
    all.layer(attention.name + ".proj_out", projection);
    for (std::int64_t i = 0; i < attention.layers; ++i) {
        const std::string layer = attention.layer(i);
        for (const char *norm : {".norm1", ".norm2", ".norm3"})
            all.norm(layer + norm, width);
        for (const bool cross : {false, true}) {
            const std::string attn = layer + (cross ? ".attn2" : ".attn1");
            const std::int64_t context = cross || attention.only_cross ? config.cross_attention_dim : width;
            all.weight(attn + ".to_q", {width, width});
            all.weight(attn + ".to_k", {width, context});
            all.weight(attn + ".to_v", {width, context});
            all.layer(attn + ".to_out.0", {width, width});
        }
        all.layer(layer + ".ff.net.0.proj", {8 * width, width}); // GEGLU: value and gate, 4 × width each
        all.layer(layer + ".ff.net.2", {width, 4 * width});
    }
}

} // namespace

std::vector<BlockOutline> outline_of(const UNetConfig &config)
{
    std::vector<BlockOutline> blocks;
    std::vector<std::int64_t> sides;
    std::int64_t side = config.sample_size;
    for (std::size_t level = 0; level < config.levels(); ++level) {
        blocks.push_back(down_block(config, level, side));
        sides.push_back(side);
        side = blocks.back().sampled_side;
    }
    if (!config.mid_block_type.empty())
        blocks.push_back(mid_block(config, side));
    for (std::size_t index = 0; index < config.levels(); ++index)
        blocks.push_back(up_block(config, index, sides));
    return blocks;
}

Shapes dense_shapes(const UNetConfig &config)
{
    Collector all;
    const std::int64_t width = config.block_out_channels.front(), time_width = 4 * width;
    all.layer("conv_in", {width, config.in_channels, 3, 3});
    all.layer("time_embedding.linear_1", {time_width, width});
    all.layer("time_embedding.linear_2", {time_width, time_width});
    all.norm("conv_norm_out", width);
    all.layer("conv_out", {config.out_channels, width, 3, 3});
    for (const BlockOutline &block : outline_of(config)) {
        for (const ResnetOutline &resnet : block.resnets)
            add_resnet(all, resnet, time_width);
        for (const AttentionOutline &attention : block.attentions)
            add_attention(all, attention, config);
        if (block.sampler)
            all.layer(block.name + (block.kind == BlockOutline::Kind::Up ? ".upsamplers.0.conv" : ".downsamplers.0.conv"),
                      {block.channels, block.channels, 3, 3});
    }
    return std::move(all.shapes);
}

std::string shown(const Shape &shape)
{
    std::string text = "[";
    for (const std::int64_t size : shape)
        text += (text.size() > 1 ? ", " : "") + std::to_string(size);
    return text + "]";
}

Status expect_shapes(const Shapes &found, const Shapes &expected, const std::string &place)
{
    for (const auto &[key, shape] : expected) {
        const auto there = found.find(key);
        if (there == found.end())
            return fail(ErrorCode::Mismatch, "the weights lack " + key + ", which the config asks for", place);
        if (there->second != shape)
            return fail(ErrorCode::Mismatch, key + " has shape " + shown(there->second) + "; config and structure record ask for " + shown(shape), place);
    }
    for (const auto &entry : found)
        if (!expected.contains(entry.first))
            return fail(ErrorCode::Mismatch, "the weights hold " + entry.first + ", which the config does not know", place);
    return {};
}

} // namespace quell
