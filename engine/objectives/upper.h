// The upper level: suppression of a concept. An objective is four independent choices: the target that the student is drawn to at x_t, the
// divergence from it, where x_t comes from, and what else bounds the step.
#pragma once

#include "architecture/scope.h"
#include "objectives/lower.h"

namespace quell {

// T is the frozen teacher, S the student, c the concept's prompt.
enum class UpperKind {
    Esd,    // (1+η)·T(∅) − η·T(c): negative guidance (arXiv 2303.07345); the released code has η = 1
    Anchor, // T(c'): the prompt with the concept taken out (arXiv 2303.13516)
    Sdd,    // S(∅), without gradient (arXiv 2307.05977); of the present student, not of an average over steps as there
    EraseFrom, // T(c') − η·(T(a) − T(∅)), a the concept's phrase alone: negative guidance from what the rest of the prompt gives, for attributes. The released
               // code of arXiv 2303.07345, but asked of the prompt that names the attribute, where it asks it of the prompt without
};

// Of the student's prediction p from the target, mean over a picture's numbers: m = mean (p − target)².
enum class Divergence {
    Mse,       // m
    Huber,     // quadratic up to `scale`, linear beyond
    Hellinger, // 8s²(1 − exp(−m/8s²)) with s = `scale`: the squared Hellinger distance of Gaussians of deviation s, with the slope of m at 0; bounded, so
               // that what is far already pulls no more (arXiv 2509.21167)
};

// Where x_t comes from: part of the objective, with as much effect as the target.
enum class UpperSource {
    Concept,        // noised pictures of the concept under their own captions
    Other,          // noised pictures of everything else, under their captions made to name the concept
    Denoise,        // partly denoised by the student from pure noise under the concept's prompts
    DenoiseTeacher, // the same by the teacher
    Noise,          // pure noise, at the last time of the window
};

struct UpperSpec {
    UpperKind kind = UpperKind::Anchor;
    double eta = 1;
    Divergence divergence = Divergence::Mse;
    double scale = 1;
    UpperSource source = UpperSource::Other;
    std::int64_t t_min = 0, t_max = 1000; // the time window [t_min, t_max)
    double neighbour = 0; // weight of staying with the teacher at the same x_t under prompts that name a neighbour in the concept's place (arXiv 2312.16145)
    Scope scope = Scope::Full; // what of the trained weights an upper step may change
    double saliency = 1; // share of these weights that it may change: those with the largest first gradients (arXiv 2310.12508); 1: all
};

// What an upper batch carries beside x, t and hidden (the concept's prompts).
struct UpperBatch {
    NoisyBatch noisy;
    torch::Tensor anchor;    // the same prompts without the concept; Anchor and EraseFrom only
    torch::Tensor empty;     // the empty prompt [1, length, channels]
    torch::Tensor neighbour; // the same prompts with a neighbour in the concept's place; with UpperSpec::neighbour only
    double weight = 1;       // the concept's
    torch::Tensor phrase;    // the concept's phrase alone [1, length, channels]; EraseFrom only
};

// What the student is drawn to under the concept's prompts, and under the neighbour's where that is asked for (else undefined); fp32, without gradient.
struct UpperTargets {
    torch::Tensor target, neighbour;
};
// All teacher evaluations in one call.
UpperTargets upper_targets(const UNet &student, const UNet &teacher, const UpperSpec &spec, const UpperBatch &batch);
// Mean over the batch, differentiable.
torch::Tensor diverge(const UpperSpec &spec, const torch::Tensor &prediction, const torch::Tensor &target);
LossTerms upper_loss(const UNet &student, const UNet &teacher, const UpperSpec &spec, const UpperBatch &batch);

} // namespace quell
