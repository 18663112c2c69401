#include "architecture/unet_description.h"

namespace quell {

Shapes UNetDescription::shapes() const
{
    Shapes shapes;
    for (const auto &file : weights) {
        for (const auto &tensor : file->tensors())
            shapes.emplace(tensor.name, tensor.shape);
    }
    return shapes;
}

namespace {

Result<UNetDescription> describe_files(const fs::path &folder)
{
    UNetDescription description;
    description.folder = folder;
    QUELL_ASSIGN(const Json json, read_json(folder / "config.json"));
    QUELL_ASSIGN(description.config, parse_unet_config(json, (folder / "config.json").string()));
    QUELL_ASSIGN(const auto files, weight_files(folder));
    for (const auto &file : files) {
        QUELL_ASSIGN(auto weights, open_tensor_file(file));
        description.weights.push_back(std::move(weights));
    }
    return description;
}

Status read_shapes(UNetDescription &description, const CutReadings &readings)
{
    QUELL_ASSIGN(auto reading, read_unet_shapes(description.config, description.shapes(), readings, description.folder.string()));
    description.config = std::move(reading.config);
    description.structure = std::move(reading.structure);
    description.differences = std::move(reading.differences);
    return {};
}

} // namespace

Result<UNetDescription> describe_unet(const fs::path &folder)
{
    QUELL_ASSIGN(auto description, describe_files(folder));
    QUELL_ASSIGN(auto record, read_structure_record(folder));
    if (record)
        description.structure = std::move(*record);
    else
        QUELL_TRY(read_shapes(description, {}));
    return description;
}

Result<UNetDescription> describe_shapes(const fs::path &folder, const CutReadings &readings)
{
    QUELL_ASSIGN(auto description, describe_files(folder));
    QUELL_TRY(read_shapes(description, readings));
    return description;
}

} // namespace quell
