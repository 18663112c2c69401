// The upper level: suppression of a concept. Every objective is a target that the frozen teacher gives at the same x_t; the student is
// drawn to it by the mean squared error.
#pragma once

#include "objectives/lower.h"

namespace quell {

enum class UpperKind {
    Esd,    // (1+η)·T(∅) − η·T(c): negative guidance (arXiv 2303.07345); the released code has η = 1
    Anchor, // T(c'): the prompt with the concept taken out (arXiv 2303.13516)
};

// Where x_t comes from: part of the objective, with as much effect as the target.
enum class UpperSource {
    Concept, // noised pictures of the concept under their own captions
    Other,   // noised pictures of everything else, under their captions made to name the concept
    Denoise, // partly denoised by the student from pure noise under the concept's prompts
};

struct UpperSpec {
    UpperKind kind = UpperKind::Anchor;
    double eta = 1;
    UpperSource source = UpperSource::Other;
    std::int64_t t_min = 0, t_max = 1000; // the time window [t_min, t_max)
};

// What an upper batch carries beside x, t and hidden (the concept's prompts).
struct UpperBatch {
    NoisyBatch noisy;
    torch::Tensor anchor; // the same prompts without the concept; Anchor only
    torch::Tensor empty;  // the empty prompt [1, length, channels]; Esd only
    double weight = 1;    // the concept's
};

// The target, fp32, without gradient. All teacher evaluations in one call.
torch::Tensor upper_target(const UNet &teacher, const UpperSpec &spec, const UpperBatch &batch);
LossTerms upper_loss(const UNet &student, const UNet &teacher, const UpperSpec &spec, const UpperBatch &batch);

} // namespace quell
