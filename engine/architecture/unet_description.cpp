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

Result<UNetDescription> describe_files(const fs::path &model)
{
    QUELL_ASSIGN(auto component, describe_component(model, "unet"));
    UNetDescription description;
    description.folder = component.place;
    QUELL_ASSIGN(description.config, parse_unet_config(component.config, component.config_place));
    description.weights = std::move(component.weights);
    return description;
}

// Beside the weights of a folder, in the metadata of a single file.
Result<std::optional<StructureRecord>> structure_of(const fs::path &place)
{
    if (!is_file(place))
        return read_structure_record(place);
    QUELL_ASSIGN(auto single, open_single_file(place));
    return std::move(single.structure);
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

Result<UNetDescription> describe_unet(const fs::path &model)
{
    QUELL_ASSIGN(auto description, describe_files(model));
    QUELL_ASSIGN(auto record, structure_of(description.folder));
    if (record)
        description.structure = std::move(*record);
    else
        QUELL_TRY(read_shapes(description, {}));
    return description;
}

Result<UNetDescription> describe_shapes(const fs::path &model, const CutReadings &readings)
{
    QUELL_ASSIGN(auto description, describe_files(model));
    QUELL_TRY(read_shapes(description, readings));
    return description;
}

} // namespace quell
