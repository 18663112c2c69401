// APTP's experts (Ganjdanesh et al., "Not All Prompts Are Made Equal", ICLR 2025): a dense UNet cut along an architecture vector of soft gates.
#pragma once

#include "pruning/slice.h"

namespace quell {

// The vector in `file`: an arch_vector.pt (one tensor), or row `expert` of a quantizer's codes (the tensor "embedding_gs", or the only one). `gates` is
// how many values a vector has. Errors: those of opening the file; Mismatch if no tensor has whole vectors; Usage if there are several and `expert`
// is not one of them.
Result<std::vector<float>> read_architecture_vector(const fs::path &file, std::int64_t gates, std::optional<std::int64_t> expert);

// Slices the dense model as the file's vector says; the record names the file and the expert.
Result<UNetParts> prune_to_expert(const UNetParts &dense, const fs::path &file, std::optional<std::int64_t> expert);

} // namespace quell
