// Which block outputs of the student are held against which of the teacher.
#pragma once

#include "formats/configs.h"

namespace quell {

// Outputs of the blocks, after their down- or upsamplers: "down0", …, "mid", "up0", … (method: feature distillation).
std::vector<std::string> tap_names(const UNetConfig &config);

struct TapPair {
    std::size_t student = 0, teacher = 0; // indices into tap_names()
    std::string name;                     // "down0", or "up0→up1" where the names differ
};

// Pairs taps of the same kind (down, mid, up), channels and resolution, in order; up blocks are matched from the output side. Dense,
// width-pruned and BK-SDM students (fewer layers, no mid block, fewer stages) all pair so. Mismatch, with both lists, if nothing fits.
Result<std::vector<TapPair>> derive_tap_map(const UNetConfig &student, const UNetConfig &teacher);

} // namespace quell
