#include "architecture/unet_description.h"

namespace quell {

Result<UNetDescription> describe_unet(const fs::path &folder)
{
    UNetDescription description;
    description.folder = folder;
    QUELL_ASSIGN(const Json config, read_json(folder / "config.json"));
    QUELL_ASSIGN(description.config, parse_unet_config(config, (folder / "config.json").string()));
    QUELL_ASSIGN(description.structure, read_structure_record(folder));
    QUELL_ASSIGN(const auto files, weight_files(folder));
    for (const auto &file : files) {
        QUELL_ASSIGN(auto weights, SafetensorsFile::open(file));
        description.weights.push_back(std::move(weights));
    }
    return description;
}

} // namespace quell
