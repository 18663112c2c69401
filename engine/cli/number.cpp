#include "cli/number.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <functional>

namespace quell::cli {
namespace {

CLI::Validator number(const std::string &which, const std::function<bool(double)> &fits)
{
    const auto refuse = [which, fits](std::string &text) {
        char *end = nullptr;
        const double value = std::strtod(text.c_str(), &end);
        return !*end && std::isfinite(value) && fits(value) ? std::string() : '"' + text + "\" is not a number " + which;
    };
    return {refuse, which};
}

} // namespace

CLI::Validator above_zero()
{
    return number("above 0", [](double value) { return value > 0; });
}

CLI::Validator from_zero()
{
    return number("from 0 on", [](double value) { return value >= 0; });
}

CLI::Validator between(double least, double most)
{
    return number(fmt::format("from {:g} to {:g}", least, most), [=](double value) { return value >= least && value <= most; });
}

} // namespace quell::cli
