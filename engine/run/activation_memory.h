// What a UNet's forward and backward pass hold in memory, from its shapes alone.
#pragma once

#include "architecture/outline.h"
#include "formats/structure.h"

#include <functional>

namespace quell {

// One pass: n pictures of `side` × `side` latents with `text` tokens each, `element` bytes a number.
struct PassSize {
    std::int64_t n = 1, side = 64, text = 77, element = 4;
};

// A part of the UNet in the order it runs: a resnet, a transformer, a resampler, an end.
struct PassPiece {
    std::string name;
    std::int64_t kept = 0;      // bytes kept for its backward pass
    std::int64_t input = 0;     // of that, what checkpointing keeps: its input, where no piece before keeps it already
    std::int64_t work = 0;      // bytes in flight while it runs backward, gradients of its inside
    std::int64_t trained = 0;   // elements of its parameters under training
    std::int64_t output = 0;    // bytes of its result
    bool ends_block = false;    // its result is a feature tap
};

// `trained` tells which parameters, by name, are under training; adapters of `rank` (0: none) sit on every attention's four layers.
using TrainedNames = std::function<bool(const std::string &name)>;
std::vector<PassPiece> pieces_of(const UNetConfig &config, const StructureRecord &structure, const Shapes &shapes, const PassSize &size,
                                 const TrainedNames &trained, std::int64_t rank = 0);

// The most that activations and gathering gradients (of `gradient` bytes an element) hold at once in a forward and backward pass. `taps`:
// the blocks' results are held and compared in fp32.
std::int64_t training_peak(const std::vector<PassPiece> &pieces, bool checkpointing, bool taps, std::int64_t gradient, std::int64_t element);
// The same of a forward pass without gradients: skip connections and the largest piece.
std::int64_t forward_peak(const std::vector<PassPiece> &pieces);

} // namespace quell
