#include "export/single_file_writer.h"

#include "architecture/compvis.h"
#include "export/same_output.h"

#include <algorithm>

namespace quell {
namespace {

using torch::Tensor;

// Adds a component's tensors under the file's names; the parts of a fused tensor are gathered first.
class Layout {
public:
    Status add(const StateDict &tensors, const CompvisNames &names, const std::string &place)
    {
        std::map<std::string, std::vector<Tensor>> fused;
        for (const auto &[key, tensor] : tensors) {
            const auto where = names.find(key);
            if (!where)
                return fail(ErrorCode::Unsupported, "the single-file layout has no place for this tensor; export a diffusers folder", place + ": " + key);
            if (where->parts > 1) {
                auto &parts = fused[where->name];
                parts.resize(where->parts);
                parts[where->part] = tensor;
            } else {
                tensors_[where->name] = where->convolution && tensor.dim() == 2 ? tensor.reshape({tensor.size(0), tensor.size(1), 1, 1}) : tensor;
            }
        }
        for (const auto &[name, parts] : fused) {
            if (!std::all_of(parts.begin(), parts.end(), [](const Tensor &part) { return part.defined(); }))
                return fail(ErrorCode::Mismatch, "its query, key and value are not all there", place + ": " + name);
            tensors_[name] = torch::cat(parts);
        }
        return {};
    }
    const StateDict &tensors() const { return tensors_; }

private:
    StateDict tensors_;
};

bool is_open_clip(const Json &config)
{
    return config.is_object() && config.value("hidden_act", Json()) == Json("gelu");
}

// transformers' names with their "text_model.", which files of newer versions lack; without the buffers of older ones.
StateDict with_prefix(const StateDict &tensors)
{
    StateDict named;
    for (const auto &[key, tensor] : tensors) {
        if (!key.ends_with(".position_ids"))
            named[key.starts_with("text_model.") ? key : "text_model." + key] = tensor;
    }
    return named;
}

Status add_autoencoder(Layout &layout, Json &configs, const fs::path &base)
{
    QUELL_ASSIGN(const auto component, describe_component(base, "vae"));
    QUELL_ASSIGN(const auto config, parse_autoencoder_config(component.config, component.config_place));
    QUELL_ASSIGN(const auto tensors, read_state_dict(component.weights));
    configs["vae"] = component.config;
    return layout.add(tensors, CompvisNames::autoencoder(config), component.place);
}

Status add_text_encoder(Layout &layout, Json &configs, const fs::path &base)
{
    QUELL_ASSIGN(const auto component, describe_component(base, "text_encoder"));
    QUELL_ASSIGN(const auto config, parse_clip_text_config(component.config, component.config_place));
    QUELL_ASSIGN(const auto tensors, read_state_dict(component.weights));
    configs["text_encoder"] = component.config;
    return layout.add(with_prefix(tensors), is_open_clip(component.config) ? CompvisNames::open_clip(config.layers) : CompvisNames::clip(), component.place);
}

Result<std::map<std::string, std::string>> metadata_of(const fs::path &base, const UNetParts &unet, Json configs, const WriteOptions &options)
{
    QUELL_ASSIGN(const auto scheduler, describe_scheduler(base));
    configs["unet"] = unet.config.source;
    QUELL_ASSIGN(configs["scheduler"], read_scheduler(base));
    Json quell = options.made;
    quell["configs"] = configs;
    if (!unet.structure.empty() || !unet.structure.details.empty()) // as write_model does
        quell["structure"] = to_json(unet.structure);
    const auto side = std::to_string(8 * unet.config.sample_size);
    std::map<std::string, std::string> metadata{{"format", "pt"},
                                                {"quell", quell.dump()},
                                                {"modelspec.sai_model_spec", "1.0.0"},
                                                {"modelspec.architecture", unet.config.use_linear_projection ? "stable-diffusion-v2" : "stable-diffusion-v1"},
                                                {"modelspec.resolution", side + "x" + side},
                                                {"modelspec.prediction_type", scheduler.prediction == Prediction::V ? "v" : name_of(scheduler.prediction)}};
    return metadata;
}

Status verify(const fs::path &written, const fs::path &base, const UNetParts &unet, const WriteOptions &options)
{
    QUELL_TRY(same_output(written, options.expected ? *options.expected : unet, output_tolerance(options.dtype)));
    QUELL_TRY(same_component(written, base, "vae"));
    return same_component(written, base, "text_encoder");
}

} // namespace

Status write_single_file(const fs::path &target, const fs::path &base, const UNetParts &unet, const WriteOptions &options)
{
    std::error_code ignored;
    if (fs::equivalent(target, base, ignored))
        return fail(ErrorCode::Usage, "it is the model that is read; choose another file", target.string());
    QUELL_TRY(check_file_target(target, options));
    if (!is_pipeline(base))
        return fail(ErrorCode::NotFound, "a UNet alone; a single file needs an autoencoder and a text encoder too: name the pipeline they come from with --base, or export a diffusers folder", base.string());
    Layout layout;
    Json configs = Json::object();
    QUELL_ASSIGN(const auto tensors, converted(unet, options.dtype));
    QUELL_TRY(layout.add(tensors, CompvisNames::unet(unet.config), unet.place));
    QUELL_TRY(add_autoencoder(layout, configs, base));
    QUELL_TRY(add_text_encoder(layout, configs, base));
    QUELL_ASSIGN(const auto metadata, metadata_of(base, unet, configs, options));
    return write_file(target, [&](const fs::path &fresh) -> Status {
        QUELL_TRY(write_state_dict(fresh, layout.tensors(), metadata));
        return verify(fresh, base, unet, options);
    });
}

} // namespace quell
