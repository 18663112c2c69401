#include "kernels/eight_bit.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

namespace quell::kernels::eight_bit {
namespace {

// Upper halves of a float's bits from 2⁻²³ (below half the smallest number) to 1.
constexpr std::uint32_t first_key = 0x3400, last_key = 0x3f80;

std::uint32_t key_of(float x)
{
    std::uint32_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    return bits >> 16;
}

float value_of(std::uint32_t key)
{
    const std::uint32_t bits = key << 16;
    float x;
    std::memcpy(&x, &bits, sizeof x);
    return x;
}

// 0, then the middles of equal parts of every decade's [0.1, 1], twice as many parts a decade upwards, then 1.
std::vector<float> magnitudes(Map map)
{
    std::vector<float> values{0};
    for (int decade = 0; decade < 7; ++decade) {
        const int parts = (map == Map::Signed ? 1 : 2) << decade;
        for (int i = 0; i < parts; ++i)
            values.push_back(static_cast<float>((0.1 + 0.9 * (i + 0.5) / parts) * std::pow(10.0, decade - 6)));
    }
    values.push_back(1);
    return values;
}

// Finds the nearest magnitude: between two keys lies at most one midpoint.
class Table {
public:
    explicit Table(Map map) : zero_(map == Map::Signed ? 127 : 0), least_(map == Map::Unsigned)
    {
        const auto values = magnitudes(map);
        for (std::size_t i = 0; i + 1 < values.size(); ++i)
            midpoints_.push_back((values[i] + values[i + 1]) / 2);
        midpoints_.push_back(2);
        for (auto key = first_key; key <= last_key; ++key)
            starts_.push_back(static_cast<std::uint8_t>(std::upper_bound(midpoints_.begin(), midpoints_.end(), value_of(key)) - midpoints_.begin()));
        for (int j = 0; j < 256; ++j)
            numbers[j] = j < zero_ ? -values[zero_ - j] : values[j - zero_];
    }

    std::uint8_t nearest(float x) const
    {
        const float a = std::min(std::fabs(x), 1.f);
        const auto key = key_of(a);
        int j = key < first_key ? 0 : starts_[key - first_key];
        j += a > midpoints_[j];
        j = std::max(j, a > 0 ? least_ : 0);
        return static_cast<std::uint8_t>(x < 0 ? zero_ - std::min(j, zero_) : zero_ + j);
    }

    std::array<float, 256> numbers;

private:
    int zero_, least_; // the code of 0, and the least code of what is not 0
    std::vector<float> midpoints_;
    std::vector<std::uint8_t> starts_;
};

const Table &table(Map map)
{
    static const Table with_sign(Map::Signed), without_sign(Map::Unsigned);
    return map == Map::Signed ? with_sign : without_sign;
}

} // namespace

const std::array<float, 256> &numbers(Map map)
{
    return table(map).numbers;
}

void quantise(Map map, const float *x, std::int64_t n, std::uint8_t *codes, float &scale)
{
    scale = 0;
    for (std::int64_t i = 0; i < n; ++i)
        scale = std::max(scale, std::fabs(x[i]));
    const float inverse = scale > 0 ? 1 / scale : 0;
    const auto &numbers = table(map);
    for (std::int64_t i = 0; i < n; ++i)
        codes[i] = numbers.nearest(x[i] * inverse);
}

void dequantise(Map map, const std::uint8_t *codes, std::int64_t n, float scale, float *x)
{
    const auto &values = numbers(map);
    for (std::int64_t i = 0; i < n; ++i)
        x[i] = values[codes[i]] * scale;
}

} // namespace quell::kernels::eight_bit
