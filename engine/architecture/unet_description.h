// A UNet's files before anything is loaded: config, structure and where the weights lie.
#pragma once

#include "architecture/unet_reading.h"
#include "formats/model_folder.h"

namespace quell {

struct UNetDescription {
    fs::path folder;
    UNetConfig config;
    StructureRecord structure;            // of structure.json, or what the shapes tell
    std::vector<std::string> differences; // where config.json and the weights disagree; the weights decided
    std::vector<std::shared_ptr<TensorFile>> weights;

    Shapes shapes() const;
};
// Reads config.json, structure.json and the headers of the weight files, nothing more. A structure.json is taken at its word; without one, the
// structure is read off the shapes (read_unet_shapes, its errors).
Result<UNetDescription> describe_unet(const fs::path &folder);
// The same, by the shapes alone.
Result<UNetDescription> describe_shapes(const fs::path &folder, const CutReadings &readings);

} // namespace quell
