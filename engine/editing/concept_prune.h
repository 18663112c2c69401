// ConceptPrune (arXiv 2405.19237): zeroes the weights of the feed-forwards that answer to a concept. No training; serves as a baseline.
#pragma once

#include "pruning/unet_parts.h"
#include "sampling/pipeline.h"

namespace quell {

// A weight's score at a sampling step is |w|·‖h‖ (WANDA, arXiv 2306.11695), h being what it is multiplied with in all pictures and places. It is zeroed if in one of
// the first steps its score under the concept's prompts is among the highest `sparsity` of its row, and above the one under the same prompts without the concept.
struct ConceptPruneSpec {
    double sparsity = 0.02;
    std::int64_t steps = 50, first = 10; // sampling steps, and how many of them are looked at
    double guidance = 4;
    std::uint64_t seed = 0; // of the starting noise
};

// `unet` is the model that `parts` are of; its gradients are not touched. `naming` and `without` are prompts in pairs, drawn from the same noise at `pixels`.
// Errors: Usage without prompts; Unsupported if there is no feed-forward; those of drawing.
Result<UNetParts> concept_pruned(const UNetParts &parts, const UNet &unet, const Pipeline &pipeline, const ConceptPruneSpec &spec,
                                 const std::vector<std::string> &naming, const std::vector<std::string> &without, std::int64_t pixels);

} // namespace quell
