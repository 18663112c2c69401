// A run that takes seconds: the starter's models at 64 px, on pictures made here.
#pragma once

#include "data/image.h"
#include "run/run.h"

#include <fstream>

namespace quell::test {

// Twelve pictures with captions, a third of them of the concept.
inline Status make_pictures(const fs::path &folder)
{
    torch::manual_seed(3);
    fs::create_directories(folder);
    const char *styles[] = {"neon", "ink", "watercolor"};
    for (int i = 0; i < 12; ++i) {
        const auto name = "picture-" + std::to_string(i);
        QUELL_TRY(write_png(folder / (name + ".png"), torch::randint(0, 255, {64, 64, 3}, torch::kUInt8)));
        std::ofstream(folder / (name + ".txt")) << "a thing number " << i << ", " << styles[i % 3] << " style";
    }
    return {};
}

inline Json small_spec(const fs::path &pictures)
{
    const auto starter = fs::path(QUELL_SOURCE_DIR) / "resources/starter";
    const Json optimizer{{"lr", 1e-4}, {"schedule", "cosine"}, {"clip_norm", 1}};
    return {{"teacher", (starter / "model").string()},
            {"student", (starter / "pruned").string()},
            {"concepts", {{{"phrase", "neon"}, {"kind", "style"}, {"neighbours", {"ink", "watercolor"}}}}},
            {"lower", {{"data", pictures.string()}, {"batch", 2}, {"optimizer", optimizer}}},
            {"upper", {{"batch", 2}, {"optimizer", optimizer}}},
            {"solver", {{"every", 3}, {"angle_every", 2}}},
            {"steps", 20}, {"size", 64}, {"precision", "fp32"}, {"device", "cpu"}, {"threads", 1},
            {"samples", {{"every", 10}, {"steps", 2}, {"target", {"a thing, neon style"}}}},
            {"checkpoints", {{"every", 5}, {"keep", 2}}}};
}

} // namespace quell::test
