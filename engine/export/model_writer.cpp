#include "export/model_writer.h"

#include "export/same_output.h"
#include "models/clip_tokenizer.h"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <unistd.h>

namespace quell {

namespace {

// Absolute, links resolved, without a trailing slash; need not exist.
fs::path resolved(const fs::path &path)
{
    std::error_code error;
    fs::path whole = fs::weakly_canonical(fs::absolute(path, error), error);
    if (error)
        whole = path.lexically_normal();
    return whole.has_filename() ? whole : whole.parent_path();
}

// Where a target is written before it is whole.
fs::path beside(const fs::path &target)
{
    return target.parent_path() / ("." + target.filename().string() + ".part-" + std::to_string(::getpid()));
}

bool is_inside(const fs::path &path, const fs::path &folder)
{
    return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

bool is_model_folder(const fs::path &folder)
{
    std::error_code error;
    return fs::exists(folder / "model_index.json", error) || fs::exists(folder / "config.json", error);
}

Status write_unet(const fs::path &folder, const UNetParts &unet, const WriteOptions &options)
{
    QUELL_TRY(make_writable_folder(folder));
    QUELL_ASSIGN(const StateDict tensors, converted(unet, options.dtype));
    QUELL_TRY(write_state_dict(folder / "diffusion_pytorch_model.safetensors", tensors, {{"format", "pt"}, {"quell", options.made.dump()}}));
    if (!unet.structure.empty() || !unet.structure.details.empty()) // a record without parts may still say how cut widths are read
        QUELL_TRY(write_atomically(folder / "structure.json", to_json(unet.structure).dump(2) + "\n"));
    return write_atomically(folder / "config.json", unet.config.source.dump(2) + "\n");
}

// Copies model_index.json and the components it names, but for the UNet. Links are followed.
Status copy_components(const fs::path &base, const fs::path &target)
{
    QUELL_ASSIGN(const Json index, read_json(base / "model_index.json"));
    fs::copy_file(base / "model_index.json", target / "model_index.json");
    for (const auto &[name, value] : index.items()) {
        const bool named = value.is_array() && value.size() == 2 && value[0].is_string() && name.find('/') == std::string::npos && name != "..";
        if (named && name != "unet" && fs::is_directory(base / name))
            fs::copy(base / name, target / name, fs::copy_options::recursive);
    }
    return {};
}

Status write_json(const fs::path &path, const Json &json)
{
    return write_atomically(path, json.dump(2) + "\n");
}

Status write_tokenizer(const fs::path &folder, const std::string &padding)
{
    QUELL_ASSIGN(const auto clip, clip_tokenizer_folder());
    fs::copy(clip, folder, fs::copy_options::recursive);
    for (const char *file : {"tokenizer_config.json", "special_tokens_map.json"}) {
        if (!fs::exists(folder / file))
            continue;
        QUELL_ASSIGN(Json json, read_json(folder / file));
        json["pad_token"] = padding;
        QUELL_TRY(write_json(folder / file, json));
    }
    return {};
}

// What a single file holds beside the UNet, as the folders of a pipeline.
Status write_components(const SingleFile &single, const fs::path &target)
{
    Json index{{"_class_name", "StableDiffusionPipeline"}, {"feature_extractor", {nullptr, nullptr}}, {"safety_checker", {nullptr, nullptr}}, {"requires_safety_checker", false},
               {"unet", {"diffusers", "UNet2DConditionModel"}}, {"scheduler", {"diffusers", single.scheduler.at("_class_name")}}};
    const std::map<std::string, std::array<const char *, 3>> parts{{"vae", {"diffusers", "AutoencoderKL", "diffusion_pytorch_model.safetensors"}},
                                                                   {"text_encoder", {"transformers", "CLIPTextModel", "model.safetensors"}}};
    for (const auto &[name, kind] : parts) {
        const auto part = single.parts.find(name);
        if (part == single.parts.end())
            continue;
        index[name] = {kind[0], kind[1]};
        QUELL_TRY(make_writable_folder(target / name));
        QUELL_ASSIGN(const auto tensors, read_state_dict(std::vector{part->second.weights}));
        QUELL_TRY(write_state_dict(target / name / kind[2], tensors, {{"format", "pt"}}));
        QUELL_TRY(write_json(target / name / "config.json", part->second.config));
    }
    if (single.parts.contains("text_encoder")) {
        index["tokenizer"] = {"transformers", "CLIPTokenizer"};
        QUELL_TRY(write_tokenizer(target / "tokenizer", single.padding));
    }
    QUELL_TRY(make_writable_folder(target / "scheduler"));
    QUELL_TRY(write_json(target / "scheduler/scheduler_config.json", single.scheduler));
    return write_json(target / "model_index.json", index);
}

Status sync_file(const fs::path &path)
{
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = file >= 0 && ::fsync(file) == 0;
    if (file >= 0)
        ::close(file);
    return synced ? Status{} : fail(ErrorCode::Io, "cannot be written to the disk", path.string());
}

Status sync_tree(const fs::path &folder)
{
    for (const auto &entry : fs::recursive_directory_iterator(folder))
        QUELL_TRY(entry.is_directory() ? sync_folder(entry.path()) : sync_file(entry.path()));
    return sync_folder(folder);
}

// Puts `fresh` in the target's place; an older target is moved aside first and back if that fails.
Status put_in_place(const fs::path &fresh, const fs::path &target)
{
    const fs::path aside = fresh.string() + ".old";
    const bool replaces = fs::exists(target);
    if (replaces)
        fs::rename(target, aside);
    std::error_code error;
    fs::rename(fresh, target, error);
    if (error) {
        if (replaces)
            fs::rename(aside, target);
        return fail(ErrorCode::Io, "cannot be put in place: " + error.message(), target.string());
    }
    fs::remove_all(aside);
    return sync_folder(target.parent_path());
}

// Everything but the UNet. `base` is a pipeline or a single file.
Status write_others(const fs::path &fresh, const fs::path &base)
{
    if (!is_file(base))
        return copy_components(base, fresh);
    QUELL_ASSIGN(const auto single, open_single_file(base));
    return write_components(single, fresh);
}

Status write_fresh(const fs::path &fresh, const fs::path &base, const UNetParts &unet, const WriteOptions &options)
{
    const bool pipeline = is_pipeline(base);
    QUELL_TRY(make_writable_folder(fresh));
    QUELL_TRY(write_unet(pipeline ? fresh / "unet" : fresh, unet, options));
    if (pipeline)
        QUELL_TRY(write_others(fresh, base));
    if (options.expected)
        QUELL_TRY(same_output(fresh, *options.expected, output_tolerance(options.dtype)));
    return sync_tree(fresh);
}

} // namespace

Result<StateDict> converted(const UNetParts &unet, std::optional<torch::ScalarType> dtype)
{
    StateDict tensors;
    for (const auto &[key, tensor] : unet.tensors) {
        const bool convert = dtype && tensor.is_floating_point() && tensor.scalar_type() != *dtype;
        tensors[key] = convert ? tensor.to(*dtype) : tensor;
        if (convert && !torch::isfinite(tensors[key]).all().item<bool>())
            return fail(ErrorCode::Numerical, key + " has values that " + c10::toString(*dtype) + " cannot hold; choose another dtype", unet.place);
    }
    return tensors;
}

bool is_pipeline(const fs::path &model)
{
    std::error_code ignored;
    if (!is_file(model))
        return !model.empty() && fs::exists(model / "model_index.json", ignored);
    const auto single = open_single_file(model);
    return single && single->parts.contains("vae") && single->parts.contains("text_encoder");
}

Status check_target(const fs::path &target, const fs::path &base, const WriteOptions &options)
{
    std::error_code error;
    const fs::path to = resolved(target), from = resolved(base);
    if (!base.empty() && (is_inside(to, from) || is_inside(from, to)))
        return fail(ErrorCode::Usage, "it is, holds or lies in the model that is read; choose another folder", target.string());
    if (!fs::exists(to, error) || (fs::is_directory(to, error) && fs::is_empty(to, error)))
        return {};
    if (!options.overwrite)
        return fail(ErrorCode::Usage, "there is something already; choose another folder or replace it with --overwrite", target.string());
    if (!is_model_folder(to))
        return fail(ErrorCode::Usage, "it is not a model folder, so it is not replaced", target.string());
    return {};
}

Status write_model(const fs::path &target, const fs::path &base, const UNetParts &unet, const WriteOptions &options)
{
    QUELL_TRY(check_target(target, base, options));
    const fs::path to = resolved(target), fresh = beside(to);
    QUELL_TRY(make_writable_folder(to.parent_path()));
    Status status;
    try {
        status = write_fresh(fresh, base, unet, options);
        if (status)
            status = put_in_place(fresh, to);
    } catch (const fs::filesystem_error &error) {
        status = fail(ErrorCode::Io, error.code().message(), error.path1().string());
    } catch (const c10::OutOfMemoryError &) {
        status = fail(ErrorCode::OutOfMemory, "no memory left to convert the weights", unet.place);
    }
    std::error_code ignored;
    fs::remove_all(fresh, ignored);
    return status;
}

Status check_file_target(const fs::path &target, const WriteOptions &options)
{
    std::error_code ignored;
    if (!fs::exists(target, ignored))
        return {};
    if (!fs::is_regular_file(target, ignored))
        return fail(ErrorCode::Usage, "it is not a file, so it is not replaced", target.string());
    return options.overwrite ? Status{} : fail(ErrorCode::Usage, "there is something already; choose another file or replace it with --overwrite", target.string());
}

Status write_file(const fs::path &target, const std::function<Status(const fs::path &fresh)> &write)
{
    const fs::path to = resolved(target), fresh = beside(to);
    QUELL_TRY(make_writable_folder(to.parent_path()));
    auto status = write(fresh);
    std::error_code error;
    if (status)
        fs::rename(fresh, to, error);
    if (status && error)
        status = fail(ErrorCode::Io, "cannot be put in place: " + error.message(), target.string());
    fs::remove(fresh, error);
    return status ? sync_folder(to.parent_path()) : status;
}

} // namespace quell
