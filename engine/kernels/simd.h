// Small pieces that the compiler turns into vector code: bf16 in and out, exp and erf without calls. Included by kernels alone.
#pragma once

#include <cstdint>
#include <cstring>

// Compiled twice, for AVX2 and for AVX-512; the loader picks.
#define QUELL_MULTIVERSION __attribute__((target_clones("arch=x86-64-v4", "default")))

namespace quell::kernels::simd {

using Bf16 = std::uint16_t; // its bits

// Kernels compute on rows of floats; rows of bf16 are widened into a buffer before and narrowed after (rounding to nearest even): a
// loop that does both and the arithmetic in one vectorises badly. Rows of floats are used where they lie.
void widen(const Bf16 *x, float *y, std::int64_t n);
void narrow(const float *x, Bf16 *y, std::int64_t n);

// Rounds up or down at random, with the probabilities that keep the mean. The random bits are a hash of key + index; x[0] has index `at`.
void narrow_stochastically(const float *x, Bf16 *y, std::int64_t n, std::uint32_t key, std::int64_t at);

inline const float *read_row(const float *x, float *, std::int64_t) { return x; }
inline const float *read_row(const Bf16 *x, float *buffer, std::int64_t n)
{
    widen(x, buffer, n);
    return buffer;
}
inline float *row_to_write(float *y, float *) { return y; }
inline float *row_to_write(Bf16 *, float *buffer) { return buffer; }
inline void write_row(const float *, float *, std::int64_t) {}
inline void write_row(const float *row, Bf16 *y, std::int64_t n) { narrow(row, y, n); }

// exp with a relative error of about 2e-7, for |x| below 87 (clamped).
inline float exp(float x)
{
    x = x < -87.f ? -87.f : x > 87.f ? 87.f : x;
    const float scaled = x * 1.44269504088896341f;
    const float whole = __builtin_floorf(scaled + .5f);
    const float f = (x - whole * .693359375f) + whole * 2.12194440e-4f; // ln 2 in two parts
    float p = 1.9875691500e-4f;
    p = p * f + 1.3981999507e-3f;
    p = p * f + 8.3334519073e-3f;
    p = p * f + 4.1665795894e-2f;
    p = p * f + 1.6666665459e-1f;
    p = p * f + 5.0000001201e-1f;
    p = p * f * f + f + 1.f;
    const std::int32_t bits = (static_cast<std::int32_t>(whole) + 127) << 23;
    float power;
    std::memcpy(&power, &bits, sizeof power);
    return p * power;
}

inline float sigmoid(float x) { return 1.f / (1.f + exp(-x)); }

// Abramowitz and Stegun 7.1.26: absolute error below 1.5e-7. `gauss` is exp(−x²), which callers need too.
inline float erf(float x, float gauss)
{
    const float a = __builtin_fabsf(x), t = 1.f / (1.f + .3275911f * a);
    const float p = ((((1.061405429f * t - 1.453152027f) * t + 1.421413741f) * t - .284496736f) * t + .254829592f) * t;
    return __builtin_copysignf(1.f - p * gauss, x);
}

} // namespace quell::kernels::simd
