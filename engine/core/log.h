// The log: warnings on standard error, and everything in a file once a run has a folder. Behind functions of our own, because LibTorch ships another
// version of the formatting library that spdlog needs, and the two must not meet in one file.
#pragma once

#include "core/files.h"

#include <string>

namespace quell {

void log_info(const std::string &message);
void log_warning(const std::string &message);
// From now on also into `path` (appended). Io error if it cannot be opened.
Status log_to_file(const fs::path &path);

} // namespace quell
