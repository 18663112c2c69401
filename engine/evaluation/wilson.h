// Shares and their uncertainty.
#pragma once

#include <cstdint>

namespace quell {

// A figure with its 95 % interval. `n` is the number of pictures behind it.
struct Figure {
    double value = 0, low = 0, high = 0;
    std::int64_t n = 0;
};

struct Proportion {
    std::int64_t successes = 0, n = 0;
};

// Wilson's score interval (1927), two-sided 95 %, without continuity correction. Without pictures: 0 in [0, 1].
Figure wilson(Proportion proportion);

// The ratio of two independent proportions, with Katz's log interval (delta method). With no success above, the upper end is Wilson's of
// the numerator over the denominator's value; the denominator must have a success. `n` is the numerator's.
Figure ratio(Proportion above, Proportion below);

} // namespace quell
