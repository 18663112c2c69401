// A UNet as its files hold it: config, structure record and tensors, none of them in a module. What pruning and export pass around.
#pragma once

#include "architecture/unet_description.h"
#include "models/state_dict.h"

namespace quell {

struct UNetParts {
    UNetConfig config;
    StructureRecord structure;
    StateDict tensors;
    std::string place; // names the model in errors
};

// A pipeline folder, a UNet folder or a single file. Tensors view the mapped files.
Result<UNetParts> read_unet(const fs::path &model);

} // namespace quell
