// What a cached encoding depends on, as hashes: a cache that is asked by them can never be stale.
#pragma once

#include "models/weights.h"

namespace quell {

// SHA-256 over config.json, the weight files and the dtype they are run in; for the text encoder over the tokenizer's files too.
// Of a single file, over the component's own part. Reads all of them. Errors: NotFound, Io.
Result<std::string> autoencoder_key(const fs::path &vae_folder, const LoadOptions &options);
Result<std::string> text_encoder_key(const fs::path &pipeline, const LoadOptions &options);

} // namespace quell
