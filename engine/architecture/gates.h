// APTP's gates of a UNet: which heads, feed-forward groups and resnet groups there are to keep, and which modules to drop
// (Ganjdanesh et al., "Not All Prompts Are Made Equal", ICLR 2025).
#pragma once

#include "architecture/outline.h"
#include "formats/structure.h"

#include <span>

namespace quell {

enum class GateKind { ResnetGroup, Head, FeedForwardGroup };

// The width gates of one module, one per group of `channels` channels.
struct GateVector {
    GateKind kind = GateKind::ResnetGroup;
    std::string module;         // "….resnets.0", "….attn1", "….attn2" or "….ff"; the structure record's name
    std::string parent;         // the resnet or attention that is dropped as a whole
    std::size_t begin = 0;      // index of its first gate
    std::int64_t count = 0;
    std::int64_t channels = 0;

    // Every parameter a gate controls: `channels` indices along `dim` of `key`, from offset + gate × channels on.
    struct Region {
        std::string key;
        std::int64_t dim = 0;
        std::int64_t offset = 0;
    };
    std::vector<Region> regions;
};

// Order: per block all resnets, then all attentions, each transformer block of which has heads of attn1, heads of attn2, feed-forward groups.
// A resnet has norm_num_groups gates (the groups of norm2); a feed-forward has 32 where its hidden width divides by it, else norm_num_groups.
// Depth gates stand on the last resnet and the last attention of each down and up block, none in the mid block; none on a resnet that changes
// the number of channels (a down block of one layer), because nothing can stand in for it.
struct GateLayout {
    std::vector<GateVector> widths;
    std::vector<std::string> depths; // module names
    std::size_t width_count = 0;     // gates of all `widths`
};
GateLayout gate_layout(const UNetConfig &config);

// One bit per gate in the layout's order; true is kept.
struct Gates {
    std::vector<bool> width, depth;
};
Gates open_gates(const GateLayout &layout);
// An APTP architecture vector: width gates, then depth gates, kept from 0.5 on. Mismatch if the length is not the layout's.
Result<Gates> gates_of(const GateLayout &layout, std::span<const float> vector);

// What the gates keep. Modules that keep everything, and parts of dropped ones, are not listed.
StructureRecord record_of(const GateLayout &layout, const Gates &gates);
// The gates of a record. Mismatch, naming the module, where it does not belong to the layout.
Result<Gates> gates_of(const GateLayout &layout, const StructureRecord &record, const std::string &place);

} // namespace quell
