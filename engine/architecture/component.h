// The parts of a model, in whatever layout it comes: a diffusers pipeline, a folder that is one component, or a single file.
#pragma once

#include "architecture/single_file.h"
#include "formats/model_folder.h"

namespace quell {

struct Component {
    Json config;
    std::string config_place; // names the config in errors
    std::string place;        // names the component in errors
    std::vector<std::shared_ptr<TensorFile>> weights;
};

// `name`: "unet", "vae", "text_encoder". `model`: a pipeline folder, a folder with the component's own config.json, or a single file. Errors: NotFound
// if the model lacks it; those of reading.
Result<Component> describe_component(const fs::path &model, const std::string &name);

// scheduler_config.json as it is, or what open_single_file says.
Result<Json> read_scheduler(const fs::path &model, std::optional<Prediction> prediction = {});
// The same, parsed: that a pipeline folder or a single file. `prediction` overrules either.
Result<SchedulerConfig> describe_scheduler(const fs::path &model, std::optional<Prediction> prediction = {});

} // namespace quell
