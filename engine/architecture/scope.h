// Which of a student's parameters are trained. The attention sets are ESD's (arXiv 2303.07345).
#pragma once

#include "architecture/outline.h"

namespace quell {

enum class Scope {
    Full,
    CrossAttention,    // attn2 of every transformer block: esd-x
    CrossAttentionKv,  // its to_k and to_v: esd-x-strict
    NotCrossAttention, // everything but attn2: esd-u
    Lora,              // low-rank adapters (arXiv 2106.09685) on to_q, to_k, to_v and to_out.0 of every attention; all else is frozen
};
inline constexpr const char *scope_names[] = {"full", "cross_attention", "cross_attention_kv", "not_cross_attention", "lora"};

// Whether a run of this scope trains the parameter of this (diffusers or adapter) name.
bool in_scope(Scope scope, const std::string &name);

// The parameters a run of this scope trains; adapters of `rank` for Lora.
Shapes trained_shapes(const Shapes &unet, Scope scope, std::int64_t rank);

} // namespace quell
