#include "architecture/component.h"

namespace quell {
namespace {

Result<Component> in_single_file(const fs::path &file, const std::string &name)
{
    QUELL_ASSIGN(auto single, open_single_file(file));
    const auto part = single.parts.find(name);
    if (part == single.parts.end())
        return fail(ErrorCode::NotFound, "this file has no \"" + name + "\"; give a whole model", file.string());
    return Component{std::move(part->second.config), file.string() + " (" + name + ")", file.string(), {part->second.weights}};
}

Result<fs::path> folder_of(const fs::path &model, const std::string &name)
{
    std::error_code ignored;
    if (name == "unet")
        return unet_folder(model);
    return fs::exists(model / "config.json", ignored) ? model : component_folder(model, name);
}

} // namespace

Result<Component> describe_component(const fs::path &model, const std::string &name)
{
    if (is_file(model))
        return in_single_file(model, name);
    QUELL_ASSIGN(const auto folder, folder_of(model, name));
    Component component{{}, (folder / "config.json").string(), folder.string(), {}};
    QUELL_ASSIGN(component.config, read_json(folder / "config.json"));
    QUELL_ASSIGN(const auto files, weight_files(folder));
    for (const auto &file : files) {
        QUELL_ASSIGN(auto weights, open_tensor_file(file));
        component.weights.push_back(std::move(weights));
    }
    return component;
}

Result<SchedulerConfig> describe_scheduler(const fs::path &model, std::optional<Prediction> prediction)
{
    Json json;
    std::string place = model.string();
    if (is_file(model)) {
        QUELL_ASSIGN(const auto single, open_single_file(model, prediction));
        json = single.scheduler;
    } else {
        QUELL_ASSIGN(const auto folder, component_folder(model, "scheduler"));
        place = (folder / "scheduler_config.json").string();
        QUELL_ASSIGN(json, read_json(place));
    }
    QUELL_ASSIGN(auto config, parse_scheduler_config(json, place));
    config.prediction = prediction.value_or(config.prediction);
    return config;
}

} // namespace quell
