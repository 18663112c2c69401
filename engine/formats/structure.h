// The structure record (structure.json, beside a UNet's config.json): what of the dense model was kept. Shapes do not tell everything
// (heads and groups of a pruned model are in neither config nor tensors), so every model that Quell prunes carries one.
#pragma once

#include "formats/json.h"

#include <map>
#include <set>

namespace quell {

// Kept indices are ascending and refer to the dense model. Module names are diffusers' ("down_blocks.0.resnets.1").
struct StructureRecord {
    struct Kept {
        std::int64_t total = 0; // heads or groups in the dense model
        std::vector<std::int64_t> kept;
    };
    std::string origin;                        // how it was made: "quell prune --gates", …
    Json details = Json::object();             // numbers of the making (target, MACs before and after), free form
    std::map<std::string, Kept> heads;         // attention module ("….attn1") → heads
    std::map<std::string, Kept> feed_forward;  // feed-forward module ("….ff") → groups of hidden channels (GEGLU halves alike)
    std::map<std::string, Kept> resnet_groups; // resnet → groups of norm2, that is of conv1's output channels
    std::set<std::string> dropped;             // resnets and attentions (transformers) that pass their input on

    bool empty() const { return heads.empty() && feed_forward.empty() && resnet_groups.empty() && dropped.empty(); }
};

Json to_json(const StructureRecord &record);
Result<StructureRecord> parse_structure_record(const Json &json, const std::string &place);

} // namespace quell
