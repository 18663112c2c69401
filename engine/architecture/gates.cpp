#include "architecture/gates.h"

#include <algorithm>

namespace quell {

namespace {

class Builder {
public:
    explicit Builder(const UNetConfig &config) : groups_(config.norm_num_groups) {}

    void add(const BlockOutline &block)
    {
        for (const ResnetOutline &resnet : block.resnets)
            add_resnet(resnet);
        for (const AttentionOutline &attention : block.attentions)
            for (std::int64_t i = 0; i < attention.layers; ++i)
                add_layer(attention, attention.layer(i));
        if (block.kind == BlockOutline::Kind::Mid)
            return;
        if (const ResnetOutline &last = block.resnets.back(); last.in - last.skip == last.out)
            layout.depths.push_back(last.name);
        if (!block.attentions.empty())
            layout.depths.push_back(block.attentions.back().name);
    }

    GateLayout layout;

private:
    void push(GateKind kind, const std::string &module, const std::string &parent, std::int64_t count, std::int64_t width,
              std::vector<GateVector::Region> regions)
    {
        layout.widths.push_back({kind, module, parent, layout.width_count, count, width / count, std::move(regions)});
        layout.width_count += count;
    }

    void add_resnet(const ResnetOutline &resnet)
    {
        std::vector<GateVector::Region> regions;
        for (const char *layer : {".conv1", ".time_emb_proj", ".norm2"})
            for (const char *part : {".weight", ".bias"})
                regions.push_back({resnet.name + layer + part, 0, 0});
        regions.push_back({resnet.name + ".conv2.weight", 1, 0});
        push(GateKind::ResnetGroup, resnet.name, resnet.name, groups_, resnet.out, std::move(regions));
    }

    void add_layer(const AttentionOutline &attention, const std::string &layer)
    {
        for (const char *part : {".attn1", ".attn2"}) {
            const std::string module = layer + part;
            push(GateKind::Head, module, attention.name, attention.heads, attention.channels,
                 {{module + ".to_q.weight", 0, 0}, {module + ".to_k.weight", 0, 0}, {module + ".to_v.weight", 0, 0},
                  {module + ".to_out.0.weight", 1, 0}});
        }
        const std::string module = layer + ".ff", proj = module + ".net.0.proj";
        const std::int64_t hidden = 4 * attention.channels;
        push(GateKind::FeedForwardGroup, module, attention.name, hidden % 32 == 0 ? 32 : groups_, hidden,
             {{proj + ".weight", 0, 0}, {proj + ".bias", 0, 0}, {proj + ".weight", 0, hidden}, {proj + ".bias", 0, hidden},
              {module + ".net.2.weight", 1, 0}});
    }

    std::int64_t groups_;
};

const std::map<std::string, StructureRecord::Kept> &kept_in(const StructureRecord &record, GateKind kind)
{
    switch (kind) {
    case GateKind::Head: return record.heads;
    case GateKind::FeedForwardGroup: return record.feed_forward;
    case GateKind::ResnetGroup: break;
    }
    return record.resnet_groups;
}

// Closes the gates of a vector that `kept` leaves out.
Status close_others(Gates &gates, const GateVector &vector, const StructureRecord::Kept &kept, const std::string &place)
{
    if (kept.total != vector.count)
        return fail(ErrorCode::Mismatch, vector.module + " has " + std::to_string(kept.total) + " parts in the structure record, "
                                             + std::to_string(vector.count) + " in the config", place);
    std::vector<bool> keep(vector.count, false);
    for (const std::int64_t index : kept.kept) {
        if (index < 0 || index >= vector.count)
            return fail(ErrorCode::Mismatch, vector.module + " keeps part " + std::to_string(index) + " of " + std::to_string(vector.count), place);
        keep[index] = true;
    }
    std::copy(keep.begin(), keep.end(), gates.width.begin() + vector.begin);
    return {};
}

// The first module of the record that no gate of the layout stands for; empty if there is none.
std::string stray_module(const GateLayout &layout, const StructureRecord &record)
{
    std::map<GateKind, std::set<std::string>> known;
    for (const GateVector &vector : layout.widths)
        known[vector.kind].insert(vector.module);
    for (const auto kind : {GateKind::ResnetGroup, GateKind::Head, GateKind::FeedForwardGroup})
        for (const auto &entry : kept_in(record, kind))
            if (!known[kind].contains(entry.first))
                return entry.first;
    for (const std::string &module : record.dropped)
        if (std::find(layout.depths.begin(), layout.depths.end(), module) == layout.depths.end())
            return module;
    return {};
}

} // namespace

GateLayout gate_layout(const UNetConfig &config)
{
    Builder builder(config);
    for (const BlockOutline &block : outline_of(config))
        builder.add(block);
    return std::move(builder.layout);
}

Gates open_gates(const GateLayout &layout)
{
    return {std::vector<bool>(layout.width_count, true), std::vector<bool>(layout.depths.size(), true)};
}

Result<Gates> gates_of(const GateLayout &layout, std::span<const float> vector)
{
    Gates gates = open_gates(layout);
    if (vector.size() != gates.width.size() + gates.depth.size())
        return fail(ErrorCode::Mismatch, "the architecture vector has " + std::to_string(vector.size()) + " gates; this config has "
                                             + std::to_string(gates.width.size()) + " + " + std::to_string(gates.depth.size()));
    for (std::size_t i = 0; i < vector.size(); ++i)
        (i < gates.width.size() ? gates.width[i] : gates.depth[i - gates.width.size()]) = vector[i] >= 0.5f;
    return gates;
}

StructureRecord record_of(const GateLayout &layout, const Gates &gates)
{
    StructureRecord record;
    for (std::size_t i = 0; i < layout.depths.size(); ++i)
        if (!gates.depth[i])
            record.dropped.insert(layout.depths[i]);
    for (const GateVector &vector : layout.widths) {
        StructureRecord::Kept kept{vector.count, {}};
        for (std::int64_t i = 0; i < vector.count; ++i)
            if (gates.width[vector.begin + i])
                kept.kept.push_back(i);
        if (std::ssize(kept.kept) == vector.count || record.dropped.contains(vector.parent))
            continue;
        auto &modules = vector.kind == GateKind::Head ? record.heads
                      : vector.kind == GateKind::FeedForwardGroup ? record.feed_forward : record.resnet_groups;
        modules.emplace(vector.module, std::move(kept));
    }
    return record;
}

Result<Gates> gates_of(const GateLayout &layout, const StructureRecord &record, const std::string &place)
{
    if (const std::string stray = stray_module(layout, record); !stray.empty())
        return fail(ErrorCode::Mismatch, stray + " of the structure record is not a module that this config's gates can cut", place);
    Gates gates = open_gates(layout);
    for (const GateVector &vector : layout.widths) {
        const auto &modules = kept_in(record, vector.kind);
        if (const auto found = modules.find(vector.module); found != modules.end())
            QUELL_TRY(close_others(gates, vector, found->second, place));
    }
    for (std::size_t i = 0; i < layout.depths.size(); ++i)
        gates.depth[i] = !record.dropped.contains(layout.depths[i]);
    return gates;
}

} // namespace quell
