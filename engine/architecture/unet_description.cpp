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

// Beside the weights, else in the metadata of a single file.
Result<std::optional<StructureRecord>> structure_of(const fs::path &place)
{
    std::error_code ignored;
    if (const auto file = structure_file(place); fs::exists(file, ignored)) {
        QUELL_ASSIGN(const Json json, read_json(file));
        QUELL_ASSIGN(auto record, parse_structure_record(json, file.string()));
        return std::optional(std::move(record));
    }
    if (!is_file(place))
        return std::optional<StructureRecord>();
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

// A record says what was cut, not that config.json is right. What fits neither way is told, by its key, when the model is opened.
void correct_config(UNetDescription &description)
{
    constexpr CutReadings any{CutReading::Narrower, CutReading::Narrower}; // every width fits it; the record has its own
    auto reading = read_unet_shapes(description.config, description.shapes(), any, description.folder.string());
    if (!reading)
        return;
    description.config = std::move(reading->config);
    description.differences = std::move(reading->differences);
}

} // namespace

fs::path structure_file(const fs::path &place)
{
    return is_file(place) ? fs::path(place.string() + ".structure.json") : place / "structure.json";
}

Result<UNetDescription> describe_unet(const fs::path &model)
{
    QUELL_ASSIGN(auto description, describe_files(model));
    QUELL_ASSIGN(auto record, structure_of(description.folder));
    if (!record) {
        QUELL_TRY(read_shapes(description, {}));
        return description;
    }
    description.structure = std::move(*record);
    correct_config(description);
    return description;
}

Result<UNetDescription> describe_shapes(const fs::path &model, const CutReadings &readings)
{
    QUELL_ASSIGN(auto description, describe_files(model));
    QUELL_TRY(read_shapes(description, readings));
    return description;
}

} // namespace quell
