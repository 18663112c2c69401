#include "evaluation/wilson.h"

#include <algorithm>
#include <cmath>

namespace quell {

namespace {
constexpr double z = 1.959963984540054; // the normal's 97.5 % quantile
}

Figure wilson(Proportion proportion)
{
    if (proportion.n == 0)
        return {0, 0, 1, 0};
    const double n = static_cast<double>(proportion.n), p = static_cast<double>(proportion.successes) / n;
    const double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
    const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    // At the ends the interval touches them; rounding must not leave 1e-17 beyond.
    const double low = proportion.successes == 0 ? 0 : centre - half;
    const double high = proportion.successes == proportion.n ? 1 : centre + half;
    return {p, low, high, proportion.n};
}

Figure ratio(Proportion above, Proportion below)
{
    const auto p = wilson(above), q = wilson(below);
    if (above.successes == 0)
        return {0, 0, p.high / q.value, above.n};
    const double value = p.value / q.value;
    const double deviation = std::sqrt((1 - p.value) / static_cast<double>(above.successes) + (1 - q.value) / static_cast<double>(below.successes));
    return {value, value * std::exp(-z * deviation), value * std::exp(z * deviation), above.n};
}

} // namespace quell
