// Low-rank adapters (arXiv 2106.09685) as files: under peft's names, as diffusers reads them, or under those of kohya's scripts, as other programs do.
#pragma once

#include "export/model_writer.h"

namespace quell {

enum class AdapterNames {
    Peft,  // "unet.<module>.lora_A.weight", "….lora_B.weight"
    Kohya, // "lora_unet_<module with _ for .>.lora_down.weight", "….lora_up.weight", "….alpha" (the rank)
};

// "<module>.lora_A.weight" [rank, in] and "<module>.lora_B.weight" [out, rank], fp32, already scaled: a module's weight becomes W + B·A.
using Adapters = StateDict;

// `metadata` goes into the file. Atomic.
Status write_adapters(const fs::path &path, const Adapters &adapters, AdapterNames names, const std::map<std::string, std::string> &metadata);
// A file of either kind; `unet` tells the modules that kohya's names stand for. Errors: those of reading; Mismatch, naming a tensor that is no adapter of `unet`.
Result<Adapters> read_adapters(const fs::path &path, const UNetParts &unet);
// Merged, in fp32. Mismatch, naming it, if a module is missing or of another shape.
Result<UNetParts> merged(UNetParts unet, const Adapters &adapters);

// Written beside the target, read back, merged into `base` and compared with options.expected, then renamed. Errors: Usage if the target is there and
// `overwrite` is off; CheckFailed; Io.
Status export_adapters(const fs::path &target, const Adapters &adapters, AdapterNames names, const UNetParts &base, const WriteOptions &options);

} // namespace quell
