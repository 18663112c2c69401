#include "kernels/simd.h"

namespace quell::kernels::simd {

QUELL_MULTIVERSION void widen(const Bf16 *x, float *y, std::int64_t n)
{
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) {
        const std::uint32_t wide = static_cast<std::uint32_t>(x[i]) << 16;
        std::memcpy(y + i, &wide, sizeof wide);
    }
}

QUELL_MULTIVERSION void narrow(const float *x, Bf16 *y, std::int64_t n)
{
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) {
        std::uint32_t wide;
        std::memcpy(&wide, x + i, sizeof wide);
        y[i] = static_cast<Bf16>((wide + 0x7fff + ((wide >> 16) & 1)) >> 16);
    }
}

QUELL_MULTIVERSION void narrow_stochastically(const float *x, Bf16 *y, std::int64_t n, std::uint32_t key, std::int64_t at)
{
    const std::uint32_t start = key + static_cast<std::uint32_t>(at);
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) {
        std::uint32_t hash = start + static_cast<std::uint32_t>(i), wide;
        hash = (hash ^ (hash >> 16)) * 0x7feb352dU;
        hash = (hash ^ (hash >> 15)) * 0x846ca68bU;
        std::memcpy(&wide, x + i, sizeof wide);
        y[i] = static_cast<Bf16>((wide + (hash >> 16)) >> 16);
    }
}

} // namespace quell::kernels::simd
