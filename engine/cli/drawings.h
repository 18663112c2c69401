// Pictures of prompts, as the commands that draw write them.
#pragma once

#include "formats/json.h"
#include "sampling/pipeline.h"

namespace quell::cli {

constexpr std::uint64_t default_seed = 43; // of pictures, where none is asked for

// One picture a prompt into `folder`: 0.png, 1.png, …, with progress on standard error. `size` in pixels a side; 0: the UNet's own. Returns [{"prompt", "file"}, …].
// Errors: Usage naming --size; Mismatch where the autoencoder is another model's; those of drawing; Io.
Result<Json> write_drawings(const Pipeline &pipeline, const UNet &unet, const std::vector<std::string> &prompts, const SamplingOptions &sampling, std::int64_t size, const fs::path &folder);
// The files, each with its prompt.
std::string to_text(const Json &drawings);

} // namespace quell::cli
