#include "architecture/compvis.h"

#include <array>

namespace quell {
namespace {

constexpr std::array<const char *, 3> fused_parts = {"q_proj", "k_proj", "v_proj"};

std::string item(const std::string &list, std::int64_t index)
{
    return list + "." + std::to_string(index);
}

// `name` with the longest of its leading parts that `names` knows renamed.
std::optional<std::string> renamed(const std::map<std::string, std::string> &names, const std::string &name)
{
    for (auto end = name.size(); end != std::string::npos && end > 0; end = name.rfind('.', end - 1)) {
        if (const auto found = names.find(name.substr(0, end)); found != names.end())
            return found->second + name.substr(end);
    }
    return {};
}

bool is_attention_matrix(const std::string &key)
{
    return key.ends_with(".to_q.weight") || key.ends_with(".to_k.weight") || key.ends_with(".to_v.weight") || key.ends_with(".to_out.0.weight");
}

} // namespace

void CompvisNames::add(const std::string &key, const std::string &name)
{
    names_[key] = prefix_ + name;
    keys_[prefix_ + name] = key;
}

void CompvisNames::add_resnet(const std::string &key, const std::string &name)
{
    add(key + ".norm1", name + ".in_layers.0");
    add(key + ".conv1", name + ".in_layers.2");
    add(key + ".time_emb_proj", name + ".emb_layers.1");
    add(key + ".norm2", name + ".out_layers.0");
    add(key + ".conv2", name + ".out_layers.3");
    add(key + ".conv_shortcut", name + ".skip_connection");
}

CompvisNames CompvisNames::unet(const UNetConfig &config)
{
    CompvisNames names("model.diffusion_model.");
    names.add("conv_in", "input_blocks.0.0");
    names.add("time_embedding.linear_1", "time_embed.0");
    names.add("time_embedding.linear_2", "time_embed.2");
    names.add("conv_norm_out", "out.0");
    names.add("conv_out", "out.2");
    std::int64_t at = 1;
    for (std::size_t level = 0; level < config.levels(); ++level) {
        const auto block = item("down_blocks", level);
        for (std::int64_t layer = 0; layer < config.layers_per_block[level]; ++layer, ++at) {
            names.add_resnet(item(block + ".resnets", layer), item("input_blocks", at) + ".0");
            names.add(item(block + ".attentions", layer), item("input_blocks", at) + ".1");
        }
        if (level + 1 < config.levels())
            names.add(block + ".downsamplers.0.conv", item("input_blocks", at++) + ".0.op");
    }
    names.add_resnet("mid_block.resnets.0", "middle_block.0");
    names.add("mid_block.attentions.0", "middle_block.1");
    names.add_resnet("mid_block.resnets.1", "middle_block.2");
    at = 0;
    for (std::size_t index = 0; index < config.levels(); ++index) {
        const auto block = item("up_blocks", index);
        const bool attends = config.up_block_types[index].starts_with("CrossAttn");
        for (std::int64_t layer = 0; layer <= config.layers_per_block[config.levels() - 1 - index]; ++layer, ++at) {
            names.add_resnet(item(block + ".resnets", layer), item("output_blocks", at) + ".0");
            if (attends)
                names.add(item(block + ".attentions", layer), item("output_blocks", at) + ".1");
        }
        if (index + 1 < config.levels())
            names.add(block + ".upsamplers.0.conv", item("output_blocks", at - 1) + (attends ? ".2.conv" : ".1.conv"));
    }
    return names;
}

void CompvisNames::add_autoencoder_block(const std::string &key, const std::string &name)
{
    add(key, name);
    add(key + ".conv_shortcut", name + ".nin_shortcut");
}

void CompvisNames::add_autoencoder_mid(const std::string &key, const std::string &name)
{
    add_autoencoder_block(key + ".resnets.0", name + ".block_1");
    add_autoencoder_block(key + ".resnets.1", name + ".block_2");
    add(key + ".attentions.0.group_norm", name + ".attn_1.norm");
    add(key + ".attentions.0.to_q", name + ".attn_1.q");
    add(key + ".attentions.0.to_k", name + ".attn_1.k");
    add(key + ".attentions.0.to_v", name + ".attn_1.v");
    add(key + ".attentions.0.to_out.0", name + ".attn_1.proj_out");
}

CompvisNames CompvisNames::autoencoder(const AutoencoderConfig &config)
{
    const auto levels = config.block_out_channels.size();
    CompvisNames names("first_stage_model.");
    names.convolutions_ = true;
    for (const std::string half : {"encoder", "decoder"}) {
        for (const char *conv : {".conv_in", ".conv_out"})
            names.add(half + conv, half + conv);
        names.add(half + ".conv_norm_out", half + ".norm_out");
        names.add_autoencoder_mid(half + ".mid_block", half + ".mid");
    }
    for (std::size_t level = 0; level < levels; ++level) {
        const auto down = item("encoder.down_blocks", level), in_down = item("encoder.down", level);
        const auto up = item("decoder.up_blocks", levels - 1 - level), in_up = item("decoder.up", level); // the file counts from the widest picture
        for (std::int64_t layer = 0; layer <= config.layers_per_block; ++layer) {
            if (layer < config.layers_per_block)
                names.add_autoencoder_block(item(down + ".resnets", layer), item(in_down + ".block", layer));
            names.add_autoencoder_block(item(up + ".resnets", layer), item(in_up + ".block", layer));
        }
        names.add(down + ".downsamplers.0", in_down + ".downsample");
        names.add(up + ".upsamplers.0", in_up + ".upsample");
    }
    for (const char *conv : {"quant_conv", "post_quant_conv"})
        names.add(conv, conv);
    return names;
}

CompvisNames CompvisNames::clip()
{
    CompvisNames names("cond_stage_model.transformer.");
    for (const char *part : {"text_model", "embeddings", "encoder", "final_layer_norm"})
        names.add(part, part);
    return names;
}

CompvisNames CompvisNames::open_clip(std::int64_t layers)
{
    CompvisNames names("cond_stage_model.model.");
    names.fused_ = true;
    names.add("text_model.embeddings.token_embedding", "token_embedding");
    names.add("text_model.embeddings.position_embedding.weight", "positional_embedding");
    names.add("text_model.final_layer_norm", "ln_final");
    for (std::int64_t layer = 0; layer < layers; ++layer) {
        const auto key = item("text_model.encoder.layers", layer), name = item("transformer.resblocks", layer);
        names.add(key + ".layer_norm1", name + ".ln_1");
        names.add(key + ".layer_norm2", name + ".ln_2");
        names.add(key + ".self_attn", name + ".attn");
        names.add(key + ".mlp.fc1", name + ".mlp.c_fc");
        names.add(key + ".mlp.fc2", name + ".mlp.c_proj");
    }
    return names;
}

std::optional<CompvisTensor> CompvisNames::find(const std::string &key) const
{
    const auto name = renamed(names_, key);
    if (!name)
        return {};
    CompvisTensor tensor{*name, 0, 1, convolutions_ && is_attention_matrix(key)};
    for (std::size_t part = 0; fused_ && part < fused_parts.size(); ++part) {
        for (const std::string leaf : {"weight", "bias"}) {
            const auto tail = "." + std::string(fused_parts[part]) + "." + leaf;
            if (name->ends_with(tail))
                return CompvisTensor{name->substr(0, name->size() - tail.size()) + ".in_proj_" + leaf, static_cast<std::int64_t>(part), std::ssize(fused_parts), false};
        }
    }
    return tensor;
}

std::vector<std::string> CompvisNames::keys_of(const std::string &name) const
{
    const auto key = renamed(keys_, name);
    if (!key)
        return {};
    for (const std::string leaf : {"weight", "bias"}) {
        const auto tail = ".in_proj_" + leaf;
        if (!fused_ || !key->ends_with(tail))
            continue;
        std::vector<std::string> keys;
        for (const char *part : fused_parts)
            keys.push_back(key->substr(0, key->size() - tail.size()) + "." + part + "." + leaf);
        return keys;
    }
    return {*key};
}

} // namespace quell
