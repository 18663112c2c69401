// The text encoder's states of a list of prompts: encoded once, kept on disk in one safetensors file for each encoder, held in memory.
#pragma once

#include "data/latent_cache.h"

namespace quell {

struct TextOptions {
    std::int64_t batch = 64;
    fs::path cache;           // a folder, created if need be
    std::string text_encoder; // text_encoder_key()
};

struct TextStates {
    torch::Tensor states;                     // fp32 [distinct prompts, length, hidden], contiguous, CPU
    std::map<std::string, std::int64_t> row;  // of each distinct prompt

    // int64 [n], for states.index_select; every prompt must be among those encoded.
    torch::Tensor rows(const std::vector<std::string> &prompts) const;
};

// [n, length, hidden]; TextEncoder::encode.
using TextStateEncoder = std::function<torch::Tensor(const std::vector<std::string> &prompts)>;

// Rows in the order of first appearance. A damaged cache file is encoded anew. Errors: Io, OutOfMemory, Cancelled.
Result<TextStates> encode_texts(const std::vector<std::string> &prompts, const TextStateEncoder &encode, const TextOptions &options,
                                const CacheHooks &hooks = {});

} // namespace quell
