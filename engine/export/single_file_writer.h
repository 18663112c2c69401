// Writing a pipeline as one file in the layout of the original Stable Diffusion code (architecture/compvis.h).
#pragma once

#include "export/model_writer.h"

namespace quell {

// The UNet with the base's autoencoder and text encoder. Metadata: what the file was made from (WriteOptions), configs and structure for Quell, prediction and
// resolution for other programs (modelspec). Written beside the target, opened again, compared, renamed. Errors: Usage if the target is there and
// `overwrite` is off; Unsupported, naming the tensor, if the layout has no place for it; NotFound if the base is not a whole model; Numerical; CheckFailed; Io.
Status write_single_file(const fs::path &target, const fs::path &base, const UNetParts &unet, const WriteOptions &options);

} // namespace quell
