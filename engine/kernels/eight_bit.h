// 8-bit block-wise dynamic quantisation (arXiv 2110.02861): a block of values is scaled by its largest magnitude, and each is replaced by
// the index of the nearest of 256 numbers that are dense in every decade from 1e-7 to 1.
#pragma once

#include <array>
#include <cstdint>

namespace quell::kernels::eight_bit {

constexpr std::int64_t block = 256; // values that share a scale

enum class Map {
    Signed,   // −0.993 … 1
    Unsigned, // 0 … 1; only 0 itself becomes 0, so that a second moment never vanishes and leaves its step without a bound
};

// The 256 numbers, rising.
const std::array<float, 256> &numbers(Map map);

// One block of n ≤ 256 values.
void quantise(Map map, const float *x, std::int64_t n, std::uint8_t *codes, float &scale);
void dequantise(Map map, const std::uint8_t *codes, std::int64_t n, float scale, float *x);

} // namespace quell::kernels::eight_bit
