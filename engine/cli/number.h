// Checks of options that take a real number. Not CLI::Range: NaN lies in every range of its.
#pragma once

#include <CLI/CLI.hpp>

namespace quell::cli {

CLI::Validator above_zero();
CLI::Validator from_zero();
// Both ends included.
CLI::Validator between(double least, double most);

} // namespace quell::cli
