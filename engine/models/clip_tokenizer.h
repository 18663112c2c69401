#pragma once

#include "core/files.h"

namespace quell {

// CLIP's own tokenizer, which single files are used with: $QUELL_CLIP_TOKENIZER, or what comes with the installation, or what packaging/setup
// makes. NotFound, saying so, if there is none.
Result<fs::path> clip_tokenizer_folder();

} // namespace quell
