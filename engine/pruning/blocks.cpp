#include "pruning/blocks.h"

namespace quell {

namespace {

// Config keys that hold one value per level, from the outermost to the innermost.
constexpr const char *per_level_keys[] = {"down_block_types", "block_out_channels", "attention_head_dim", "num_attention_heads",
                                          "layers_per_block", "transformer_layers_per_block", "only_cross_attention", "cross_attention_dim"};

void remove_innermost_stage(Json &source)
{
    for (const char *key : per_level_keys)
        if (source.contains(key) && source[key].is_array())
            source[key].erase(source[key].size() - 1);
    source["up_block_types"].erase(0);
}

void set_one_layer(Json &source)
{
    Json &layers = source["layers_per_block"];
    layers = layers.is_array() ? Json(std::vector<int>(layers.size(), 1)) : Json(1);
}

// The dense key whose weights a key of the reduced model takes.
std::string source_key(const std::string &key, const std::map<std::string, std::string> &modules)
{
    for (std::size_t end = key.find('.'); end != std::string::npos; end = key.find('.', end + 1))
        if (const auto found = modules.find(key.substr(0, end)); found != modules.end())
            return found->second + key.substr(end);
    return key;
}

// Modules of the reduced model that stand elsewhere in the dense one: reduced name → dense name.
std::map<std::string, std::string> moved_modules(const UNetConfig &dense, const UNetConfig &reduced)
{
    std::map<std::string, std::string> modules;
    const std::size_t shift = dense.levels() - reduced.levels();
    for (std::size_t i = 0; i < reduced.levels(); ++i) {
        const std::string to = "up_blocks." + std::to_string(i), from = "up_blocks." + std::to_string(i + shift);
        const std::string last = std::to_string(dense.layers_per_block[reduced.levels() - 1 - i]);
        for (const char *list : {".resnets.", ".attentions."}) {
            modules[to + list + "0"] = from + list + "0";
            modules[to + list + "1"] = from + list + last;
        }
        modules[to + ".upsamplers"] = from + ".upsamplers";
    }
    return modules;
}

} // namespace

Result<UNetConfig> reduced_config(const UNetConfig &config, BlockRemoval removal, const std::string &place)
{
    for (const std::int64_t layers : config.layers_per_block)
        if (layers < 2)
            return fail(ErrorCode::Unsupported, "a block has one layer already; block removal takes a UNet of two or more a block", place);
    if (removal == BlockRemoval::Tiny && config.levels() < 2)
        return fail(ErrorCode::Unsupported, "the UNet has one stage only, so tiny would leave none", place);
    Json source = config.source;
    set_one_layer(source);
    if (removal != BlockRemoval::Base)
        source["mid_block_type"] = nullptr;
    if (removal == BlockRemoval::Tiny)
        remove_innermost_stage(source);
    return parse_unet_config(source, place);
}

Result<UNetParts> remove_blocks(const UNetParts &dense, BlockRemoval removal)
{
    QUELL_TRY(expect_shapes(shapes_of(dense.tensors), dense_shapes(dense.config), dense.place));
    UNetParts reduced;
    reduced.place = dense.place;
    QUELL_ASSIGN(reduced.config, reduced_config(dense.config, removal, dense.place));
    const auto modules = moved_modules(dense.config, reduced.config);
    const Shapes shapes = dense_shapes(reduced.config);
    for (const auto &entry : shapes)
        reduced.tensors.emplace(entry.first, dense.tensors.at(source_key(entry.first, modules)));
    if (auto fits = expect_shapes(shapes_of(reduced.tensors), shapes, dense.place); !fits)
        return fail(ErrorCode::Mismatch, fits.error().message + ": this removal needs the two innermost stages equally wide", dense.place);
    return reduced;
}

} // namespace quell
