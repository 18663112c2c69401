// OUT, --dtype, --overwrite and --json, as the commands that write a model take them.
#pragma once

#include "export/model_writer.h"

#include <CLI/CLI.hpp>

namespace quell::cli {

struct OutputArguments {
    std::string folder, dtype;
    bool overwrite = false, json = false;

    void add_to(CLI::App &command);
    WriteOptions options() const;
};

} // namespace quell::cli
