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

// The attention of an autoencoder that diffusers wrote before 0.15, as in the first files of Stable Diffusion, under the names of today.
std::shared_ptr<TensorFile> with_new_names(const TensorFile &file)
{
    constexpr std::pair<std::string_view, std::string_view> renamed[] = {{".query.", ".to_q."}, {".key.", ".to_k."}, {".value.", ".to_v."}, {".proj_attn.", ".to_out.0."}};
    auto tensors = file.tensors();
    for (auto &tensor : tensors) {
        for (const auto &[before, now] : renamed) {
            if (const auto at = tensor.name.find(before); at != std::string::npos)
                tensor.name.replace(at, before.size(), now);
        }
    }
    return file.view(std::move(tensors));
}

Result<fs::path> folder_of(const fs::path &model, const std::string &name)
{
    std::error_code ignored;
    if (name == "unet")
        return unet_folder(model);
    if (fs::exists(model / "config.json", ignored))
        return model;
    if (fs::is_directory(model / name, ignored))
        return model / name;
    return fail(ErrorCode::NotFound, "is not there, and neither is a folder \"" + name + "\"", (model / "config.json").string());
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
        component.weights.push_back(name == "vae" ? with_new_names(*weights) : std::move(weights));
    }
    return component;
}

Result<Json> read_scheduler(const fs::path &model, std::optional<Prediction> prediction)
{
    if (is_file(model)) {
        QUELL_ASSIGN(auto single, open_single_file(model, prediction));
        return std::move(single.scheduler);
    }
    QUELL_ASSIGN(const auto folder, component_folder(model, "scheduler"));
    return read_json(folder / "scheduler_config.json");
}

Result<SchedulerConfig> describe_scheduler(const fs::path &model, std::optional<Prediction> prediction)
{
    QUELL_ASSIGN(const auto json, read_scheduler(model, prediction));
    QUELL_ASSIGN(auto config, parse_scheduler_config(json, (is_file(model) ? model : model / "scheduler/scheduler_config.json").string()));
    config.prediction = prediction.value_or(config.prediction);
    return config;
}

} // namespace quell
