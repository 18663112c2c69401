// What a model's weights are, for keys of what was made with them.
#pragma once

#include "core/files.h"

#include <string>

namespace quell {

// The SHA-256 of each weight file of a model's folder, one after the other. Reads them whole. Errors: those of weight_files; Io.
Result<std::string> weight_digests(const fs::path &folder);

} // namespace quell
