#include "architecture/unet_reading.h"

#include "architecture/gates.h"

#include <algorithm>

namespace quell {
namespace {

bool holds(const Shapes &shapes, const std::string &module)
{
    const auto first = shapes.lower_bound(module + ".");
    return first != shapes.end() && first->first.starts_with(module + ".");
}

// Empty where the key is missing.
Shape shape_of(const Shapes &shapes, const std::string &key)
{
    const auto found = shapes.find(key);
    return found == shapes.end() ? Shape() : found->second;
}

// ── the config that keys and shapes tell ──

// One more than the highest N of "prefix.N.…". A number beyond any model's does not count: its tensor is told as unexpected.
std::int64_t count_under(const Shapes &shapes, const std::string &prefix)
{
    constexpr long long most = 100;
    std::int64_t count = 0;
    for (auto it = shapes.lower_bound(prefix + "."); it != shapes.end() && it->first.starts_with(prefix + "."); ++it) {
        if (const auto number = std::strtoll(it->first.c_str() + prefix.size() + 1, nullptr, 10); number < most)
            count = std::max<std::int64_t>(count, number + 1);
    }
    return count;
}

// Channels out of a block: its resnets are pruned inside only.
std::int64_t channels_of(const Shapes &shapes, const std::string &block)
{
    const auto resnets = count_under(shapes, block + ".resnets");
    for (std::int64_t i = 0; i < resnets; ++i) {
        if (const auto shape = shape_of(shapes, block + ".resnets." + std::to_string(i) + ".conv2.weight"); !shape.empty())
            return shape.front();
    }
    return 0;
}

// The heads of a level: the config's where it has a level so wide, else as many as its first level's rule gives (one number, or one width).
std::int64_t heads_for(const UNetConfig &config, std::int64_t channels)
{
    const auto level = std::find(config.block_out_channels.begin(), config.block_out_channels.end(), channels) - config.block_out_channels.begin();
    if (level < std::ssize(config.heads))
        return config.heads[level];
    const bool one_number = std::all_of(config.heads.begin(), config.heads.end(), [&](auto heads) { return heads == config.heads.front(); });
    return one_number ? config.heads.front() : std::max<std::int64_t>(channels * config.heads.front() / config.block_out_channels.front(), 1);
}

std::string cross(bool attends, const char *plain)
{
    return (attends ? "CrossAttn" : "") + std::string(plain);
}

// What the first cross-attention and its transformer say.
void read_attention(UNetConfig &config, const Shapes &shapes)
{
    for (const auto &[key, shape] : shapes) {
        if (key.ends_with(".attn2.to_k.weight") && shape.size() == 2)
            config.cross_attention_dim = shape[1];
        if (key.ends_with(".proj_in.weight"))
            config.use_linear_projection = shape.size() == 2;
    }
}

void write_to_source(UNetConfig &config)
{
    auto &json = config.source;
    json["down_block_types"] = config.down_block_types;
    json["up_block_types"] = config.up_block_types;
    json["mid_block_type"] = config.mid_block_type.empty() ? Json() : Json(config.mid_block_type);
    json["block_out_channels"] = config.block_out_channels;
    json["layers_per_block"] = config.layers_per_block;
    json["transformer_layers_per_block"] = config.transformer_layers_per_block;
    json[json.contains("num_attention_heads") && !json["num_attention_heads"].is_null() ? "num_attention_heads" : "attention_head_dim"] = config.heads;
    json["cross_attention_dim"] = config.cross_attention_dim;
    json["use_linear_projection"] = config.use_linear_projection;
    json["in_channels"] = config.in_channels;
    json["out_channels"] = config.out_channels;
}

std::vector<std::string> differences_between(const UNetConfig &said, const UNetConfig &read)
{
    std::vector<std::string> differences;
    const auto compare = [&](const char *key, const Json &before, const Json &after) {
        if (before != after)
            differences.push_back(std::string(key) + ": config.json says " + before.dump() + ", the weights have " + after.dump());
    };
    const auto mid = [](const UNetConfig &config) { return config.mid_block_type.empty() ? Json() : Json(config.mid_block_type); };
    compare("block_out_channels", said.block_out_channels, read.block_out_channels);
    compare("down_block_types", said.down_block_types, read.down_block_types);
    compare("mid_block_type", mid(said), mid(read));
    compare("up_block_types", said.up_block_types, read.up_block_types);
    compare("layers_per_block", said.layers_per_block, read.layers_per_block);
    compare("transformer_layers_per_block", said.transformer_layers_per_block, read.transformer_layers_per_block);
    compare("heads", said.heads, read.heads);
    compare("cross_attention_dim", said.cross_attention_dim, read.cross_attention_dim);
    compare("use_linear_projection", said.use_linear_projection, read.use_linear_projection);
    compare("in_channels", said.in_channels, read.in_channels);
    compare("out_channels", said.out_channels, read.out_channels);
    return differences;
}

// ── what pruning kept of it ──

// The parts that are left of one module's dense width.
struct CutModule {
    const GateVector *gates;
    std::int64_t width;       // left
    bool fewer, narrower;     // which readings fit
};

class StructureReader {
public:
    StructureReader(const UNetConfig &config, const Shapes &shapes, const CutReadings &readings, const std::string &place)
        : config_(config), shapes_(shapes), readings_(readings), place_(place), layout_(gate_layout(config)), expected_(dense_shapes(config))
    {
    }

    Result<StructureRecord> read()
    {
        read_dropped();
        for (const GateVector &vector : layout_.widths) {
            if (!record_.dropped.contains(vector.parent))
                read_width(vector);
        }
        QUELL_TRY(expect_shapes(shapes_, expected_, place_));
        QUELL_TRY(keep(GateKind::Head, readings_.heads, record_.heads, "heads"));
        QUELL_TRY(keep(GateKind::ResnetGroup, readings_.groups, record_.resnet_groups, "groups"));
        QUELL_TRY(keep(GateKind::FeedForwardGroup, CutReading::Fewer, record_.feed_forward, "feed_forward"));
        if (!record_.empty() || !record_.details.empty())
            record_.origin = "inferred from the shapes of the weights";
        return std::move(record_);
    }

private:
    // A module without any key passes its input on, where channels allow it.
    void read_dropped()
    {
        const auto drop = [&](const std::string &module) {
            if (holds(shapes_, module))
                return;
            record_.dropped.insert(module);
            std::erase_if(expected_, [&](const auto &entry) { return entry.first.starts_with(module + "."); });
        };
        for (const BlockOutline &block : outline_of(config_)) {
            for (const ResnetOutline &resnet : block.resnets) {
                if (block.kind != BlockOutline::Kind::Mid && resnet.in - resnet.skip == resnet.out)
                    drop(resnet.name);
            }
            for (const AttentionOutline &attention : block.attentions)
                drop(attention.name);
        }
    }

    // Takes the width found into what is expected of all tensors that share it.
    void read_width(const GateVector &vector)
    {
        const auto &first = vector.regions.front();
        const auto shape = shape_of(shapes_, first.key);
        if (static_cast<std::int64_t>(shape.size()) <= first.dim)
            return; // missing: told when all shapes are compared
        const bool halves = vector.kind == GateKind::FeedForwardGroup; // of GEGLU, in one tensor
        const std::int64_t found = halves ? shape[first.dim] / 2 : shape[first.dim], dense = vector.count * vector.channels;
        if (found <= 0 || found >= dense)
            return;
        for (const auto &region : vector.regions)
            expected_[region.key][region.dim] = halves && region.dim == 0 ? 2 * found : found;
        cut_.push_back({&vector, found, found % vector.channels == 0, found % vector.count == 0});
    }

    // Heads and groups are told by the reading, feed-forward groups by their width alone.
    Status keep(GateKind kind, CutReading reading, std::map<std::string, StructureRecord::Kept> &modules, const char *what)
    {
        const auto of_kind = [&](const CutModule &cut) { return cut.gates->kind == kind; };
        if (std::none_of(cut_.begin(), cut_.end(), of_kind))
            return {};
        if (reading == CutReading::Infer) {
            QUELL_ASSIGN(reading, infer(kind, what));
        }
        for (const CutModule &cut : cut_) {
            if (cut.gates->kind != kind || reading == CutReading::Narrower)
                continue;
            if (cut.fewer)
                modules[cut.gates->module] = first_of(cut.width / cut.gates->channels, cut.gates->count);
            else if (kind != GateKind::FeedForwardGroup)
                return fail(ErrorCode::Mismatch, said(cut) + " are not a whole number of " + what, place_);
        }
        if (kind != GateKind::FeedForwardGroup)
            record_.details[what] = reading == CutReading::Fewer ? "fewer, of the dense width" : "as many, narrower";
        return {};
    }

    Result<CutReading> infer(GateKind kind, const char *what)
    {
        const CutModule *fewer = nullptr, *narrower = nullptr, *both = nullptr;
        for (const CutModule &cut : cut_) {
            if (cut.gates->kind != kind)
                continue;
            if (!cut.fewer && !cut.narrower)
                return fail(ErrorCode::Mismatch, said(cut) + " fit neither fewer " + what + " nor narrower ones", place_);
            (cut.fewer && cut.narrower ? both : cut.fewer ? fewer : narrower) = &cut;
        }
        if (fewer && narrower)
            return fail(ErrorCode::Mismatch, std::string("its ") + what + " were cut in two ways: " + said(*fewer) + ", " + said(*narrower), place_);
        if (config_.gated || fewer)
            return CutReading::Fewer;
        if (narrower)
            return CutReading::Narrower;
        const auto &gates = *both->gates;
        return fail(ErrorCode::Usage,
                    said(*both) + " are " + std::to_string(both->width / gates.channels) + " " + what + " of " + std::to_string(gates.channels) + " or "
                        + std::to_string(gates.count) + " of " + std::to_string(both->width / gates.count) + ", and no other module tells; choose with quell-engine structure MODEL --"
                        + what + " fewer|narrower",
                    place_);
    }

    std::string said(const CutModule &cut) const
    {
        return "the " + std::to_string(cut.width) + " channels left of " + std::to_string(cut.gates->count * cut.gates->channels) + " in " + cut.gates->module;
    }

    static StructureRecord::Kept first_of(std::int64_t kept, std::int64_t total)
    {
        StructureRecord::Kept parts{total, {}};
        for (std::int64_t i = 0; i < kept; ++i)
            parts.kept.push_back(i);
        return parts;
    }

    const UNetConfig &config_;
    const Shapes &shapes_;
    const CutReadings &readings_;
    const std::string &place_;
    const GateLayout layout_;
    Shapes expected_;
    std::vector<CutModule> cut_;
    StructureRecord record_;
};

} // namespace

Result<UNetConfig> unet_config_of(const UNetConfig &config, const Shapes &shapes, const std::string &place)
{
    UNetConfig read = config;
    const auto levels = count_under(shapes, "down_blocks");
    if (levels == 0 || levels > 8 || count_under(shapes, "up_blocks") != levels)
        return fail(ErrorCode::Mismatch, "the weights are not those of a UNet: " + std::to_string(levels) + " down blocks and "
                                             + std::to_string(count_under(shapes, "up_blocks")) + " up blocks", place);
    read.block_out_channels.clear();
    read.layers_per_block.clear();
    read.transformer_layers_per_block.clear();
    read.heads.clear();
    read.down_block_types.clear();
    read.up_block_types.clear();
    for (std::int64_t level = 0; level < levels; ++level) {
        const auto down = "down_blocks." + std::to_string(level), up = "up_blocks." + std::to_string(levels - 1 - level);
        const auto channels = channels_of(shapes, down);
        if (channels == 0)
            return fail(ErrorCode::Mismatch, "the weights hold no resnet in " + down, place);
        read.block_out_channels.push_back(channels);
        // An up block has one more; either's last may be dropped.
        read.layers_per_block.push_back(std::max(count_under(shapes, down + ".resnets"), count_under(shapes, up + ".resnets") - 1));
        read.transformer_layers_per_block.push_back(
            std::max({count_under(shapes, down + ".attentions.0.transformer_blocks"), count_under(shapes, up + ".attentions.0.transformer_blocks"), std::int64_t{1}}));
        read.heads.push_back(heads_for(config, channels));
        read.down_block_types.push_back(cross(holds(shapes, down + ".attentions"), "DownBlock2D"));
        read.up_block_types.insert(read.up_block_types.begin(), cross(holds(shapes, up + ".attentions"), "UpBlock2D"));
    }
    read.mid_block_type = holds(shapes, "mid_block") ? "UNetMidBlock2DCrossAttn" : "";
    if (const auto shape = shape_of(shapes, "conv_in.weight"); shape.size() == 4)
        read.in_channels = shape[1];
    if (const auto shape = shape_of(shapes, "conv_out.weight"); shape.size() == 4)
        read.out_channels = shape[0];
    read_attention(read, shapes);
    write_to_source(read);
    // Parsed as any other, so that what cannot be (heads that do not divide, …) is refused by its key.
    return parse_unet_config(read.source, place);
}

Result<UNetReading> read_unet_shapes(const UNetConfig &config, const Shapes &shapes, const CutReadings &readings, const std::string &place)
{
    auto structure = StructureReader(config, shapes, readings, place).read();
    if (structure)
        return UNetReading{config, std::move(*structure), {}};
    if (structure.error().code == ErrorCode::Usage)
        return tl::unexpected(structure.error());
    QUELL_ASSIGN(auto told, unet_config_of(config, shapes, place));
    const auto differences = differences_between(config, told);
    if (differences.empty())
        return tl::unexpected(structure.error());
    QUELL_ASSIGN(auto from_weights, StructureReader(told, shapes, readings, place).read());
    return UNetReading{std::move(told), std::move(from_weights), differences};
}

} // namespace quell
