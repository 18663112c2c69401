// Which UNet a set of weights is. A config.json may be wrong (segmind's small-sd and tiny-sd) and knows nothing of pruned widths; the
// tensors' shapes decide, and what they say otherwise than the config is told.
#pragma once

#include "architecture/outline.h"
#include "formats/structure.h"

namespace quell {

// How a cut width is read where shapes fit both ways. APTP and magnitude pruning remove whole heads and whole groups of norm2; other tools keep
// their number and make each narrower.
enum class CutReading {
    Infer,    // by the modules where only one fits; an error if none tells
    Fewer,    // fewer heads or groups of the dense width
    Narrower, // as many, each narrower
};
struct CutReadings {
    CutReading heads = CutReading::Infer, groups = CutReading::Infer;
};

struct UNetReading {
    UNetConfig config;                    // as the weights have it
    StructureRecord structure;            // origin and details say what was inferred; parts are counted from 0, as any order gives the same function
    std::vector<std::string> differences; // "layers_per_block: config.json says 2, the weights have 1"
};

// What keys and shapes themselves say; what they cannot (heads, norms, …) as in `config`. Mismatch if they are no UNet's.
Result<UNetConfig> unet_config_of(const UNetConfig &config, const Shapes &shapes, const std::string &place);

// `config` is taken where it fits; else what the keys and shapes themselves say. Errors, naming key or module: Mismatch where nothing fits;
// Usage where two readings fit and the user has to choose.
Result<UNetReading> read_unet_shapes(const UNetConfig &config, const Shapes &shapes, const CutReadings &readings, const std::string &place);

} // namespace quell
