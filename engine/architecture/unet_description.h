// A UNet's files before anything is loaded: config, structure and where the weights lie.
#pragma once

#include "architecture/component.h"
#include "architecture/unet_reading.h"

namespace quell {

struct UNetDescription {
    fs::path folder; // or the single file
    UNetConfig config;
    StructureRecord structure;            // of its structure file or metadata, or what the shapes tell
    std::vector<std::string> differences; // where config.json and the weights disagree; the weights decided
    std::vector<std::shared_ptr<TensorFile>> weights;

    Shapes shapes() const;
};
// Where the structure record of a UNet lies: structure.json in its folder, FILE.structure.json beside a single file, whose metadata it overrules.
fs::path structure_file(const fs::path &place);

// `model`: a pipeline folder, a UNet folder or a single file. Reads config.json, the structure record and the headers of the weight files, nothing more. A record is taken at its word; without one, the
// structure is read off the shapes (read_unet_shapes, its errors). With or without, the weights decide over config.json.
Result<UNetDescription> describe_unet(const fs::path &model);
// The same, by the shapes alone.
Result<UNetDescription> describe_shapes(const fs::path &model, const CutReadings &readings);

} // namespace quell
