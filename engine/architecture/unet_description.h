// A UNet's files before anything is loaded: config, structure and where the weights lie.
#pragma once

#include "formats/model_folder.h"

namespace quell {

struct UNetDescription {
    fs::path folder;
    UNetConfig config;
    StructureRecord structure; // empty if there is no structure.json
    std::vector<std::shared_ptr<SafetensorsFile>> weights;
};
// Reads config.json, structure.json and the headers of the weight files, nothing more.
Result<UNetDescription> describe_unet(const fs::path &folder);

} // namespace quell
