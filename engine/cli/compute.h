// --device, --precision and --threads, as several commands take them.
#pragma once

#include "core/result.h"
#include "models/weights.h"

#include <CLI/CLI.hpp>

namespace quell::cli {

struct ComputeArguments {
    std::string device = "auto", precision;
    int threads = 0;

    void add_to(CLI::App &command);
    // Sets the thread count and picks device and dtype; `fallback` is the precision where none was asked for.
    Result<LoadOptions> resolve(const std::string &fallback) const;
};

} // namespace quell::cli
