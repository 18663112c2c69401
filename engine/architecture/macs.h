// Multiply-accumulates and parameters of a UNet, counted from its config and tensor shapes.
#pragma once

#include "architecture/outline.h"

namespace quell {

// What is counted, for people.
extern const char *const macs_definition;

struct Cost {
    std::int64_t macs = 0;
    std::int64_t parameters = 0;

    Cost &operator+=(const Cost &other);
    friend bool operator==(const Cost &, const Cost &) = default;
};

class CostModel {
public:
    // `text_length`: tokens the cross-attentions attend to.
    CostModel(const UNetConfig &config, std::int64_t text_length);

    // One parameter tensor; an attention's products are counted with its to_q. Linear in the tensor's rows and in its columns, so a slice
    // of a tensor costs what it adds to the model.
    Cost of(const std::string &key, const Shape &shape) const;
    Cost total(const Shapes &shapes) const;
    // Per module in key order: "conv_in", "time_embedding", "down_blocks.0.resnets.1", "up_blocks.2.upsamplers.0", ….
    std::map<std::string, Cost> by_module(const Shapes &shapes) const;
    // Per top-level block: "conv_in", "down_blocks.0", "mid_block", ….
    std::map<std::string, Cost> by_block(const Shapes &shapes) const;

private:
    std::map<std::string, BlockOutline> blocks_;
    std::int64_t side_, text_length_;
    bool only_cross_;
};

} // namespace quell
