#include "formats/model_folder.h"

namespace quell {
namespace {

struct WeightNames {
    const char *diffusers, *transformers, *extension;
};
constexpr WeightNames weight_names[] = {
    {"diffusion_pytorch_model", "model", ".safetensors"},
    {"diffusion_pytorch_model", "pytorch_model", ".bin"},
};
constexpr const char *variants[] = {"", ".fp16", ".bf16"};

bool is_there(const fs::path &path)
{
    std::error_code ignored;
    return fs::exists(path, ignored);
}

Result<std::vector<fs::path>> shards_of(const fs::path &index)
{
    QUELL_ASSIGN(const Json json, read_json(index));
    if (!json.is_object() || !json.contains("weight_map") || !json["weight_map"].is_object())
        return fail(ErrorCode::Malformed, "has no \"weight_map\" of tensors to files", index);
    std::set<fs::path> shards;
    for (const auto &[tensor, file] : json["weight_map"].items()) {
        const fs::path name = file.is_string() ? file.get<std::string>() : "";
        if (name.empty() || name != name.filename() || name == "." || name == "..")
            return fail(ErrorCode::Malformed, "the file of \"" + tensor + "\" is not a plain name inside this folder", index);
        shards.insert(index.parent_path() / name);
    }
    for (const auto &shard : shards) {
        if (!is_there(shard))
            return fail(ErrorCode::NotFound, "this file is listed in " + index.filename().string() + " but is not there", shard);
    }
    return std::vector<fs::path>(shards.begin(), shards.end());
}

} // namespace

// The places where diffusers and transformers put the weights of a component, in order of preference.
Result<std::vector<fs::path>> weight_files(const fs::path &folder)
{
    if (is_file(folder))
        return std::vector{folder};
    std::string tried;
    for (const auto &[diffusers, transformers, extension] : weight_names) {
        for (const char *variant : variants) {
            for (const std::string stem : {diffusers, transformers}) {
                const auto name = stem + variant + extension;
                if (is_there(folder / name))
                    return std::vector{folder / name};
                tried += (tried.empty() ? "" : ", ") + name;
            }
        }
        for (const char *variant : variants) {
            for (const std::string stem : {diffusers, transformers}) {
                if (const auto index = folder / (stem + extension + ".index" + variant + ".json"); is_there(index))
                    return shards_of(index);
            }
        }
    }
    return fail(ErrorCode::NotFound, "no weights here; looked for " + tried + " and their sharded forms", folder);
}

bool is_file(const fs::path &model)
{
    std::error_code ignored;
    return fs::is_regular_file(model, ignored);
}

Result<fs::path> component_folder(const fs::path &pipeline, const std::string &component)
{
    if (is_file(pipeline))
        return pipeline;
    if (is_there(pipeline / component / "."))
        return pipeline / component;
    return fail(ErrorCode::NotFound, "this pipeline has no folder \"" + component + "\"", pipeline);
}

Result<fs::path> unet_folder(const fs::path &model)
{
    if (is_file(model))
        return model;
    if (is_there(model / "unet" / "config.json"))
        return model / "unet";
    if (is_there(model / "config.json"))
        return model;
    return fail(ErrorCode::NotFound, "neither a pipeline (unet/config.json) nor a UNet folder (config.json) nor a file", model);
}

Result<std::optional<StructureRecord>> read_structure_record(const fs::path &folder)
{
    const auto file = folder / "structure.json";
    if (!is_there(file))
        return std::optional<StructureRecord>();
    QUELL_ASSIGN(const Json json, read_json(file));
    return parse_structure_record(json, file.string());
}

} // namespace quell
