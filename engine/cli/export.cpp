#include "cli/command.h"
#include "cli/model_output.h"
#include "export/adapters.h"
#include "export/dense_twin.h"
#include "export/single_file_writer.h"
#include "models/unet.h"
#include "run/run_folder.h"

#include <fmt/format.h>

namespace quell::cli {
namespace {

struct Arguments {
    std::string model, base, format = "diffusers";
    bool dense = false;
    OutputArguments output;
};

// What is exported: a model, or the result of a run with what its run.json tells of it.
struct Source {
    fs::path model; // its UNet
    fs::path base;  // what the other components are taken from; for a folder the model itself, so that a UNet alone stays one; of a run else its teacher
    std::optional<fs::path> run;
    Json made;
};

Result<fs::path> path_in(const Json &spec, const char *key, const fs::path &place)
{
    if (spec.is_object() && spec.contains(key) && spec[key].is_string())
        return fs::path(spec[key].get<std::string>());
    return fail(ErrorCode::Malformed, std::string("\"") + key + "\" is missing", place.string());
}

Result<Source> source_of_run(const fs::path &run)
{
    const auto spec_file = run / "run.json";
    QUELL_ASSIGN(const auto spec, read_json(spec_file));
    QUELL_ASSIGN(const auto teacher, path_in(spec, "teacher", spec_file));
    QUELL_TRY(path_in(spec, "student", spec_file));
    if (!fs::exists(run / "student"))
        return fail(ErrorCode::NotFound, "this run is not complete, so it has no student to export; resume it first", run.string());
    return Source{run / "student", teacher, run, made_by_run(spec, run)};
}

Result<Source> source_of(const Arguments &arguments)
{
    const fs::path model = arguments.model, base = arguments.base;
    if (!base.empty() && !is_pipeline(base))
        return fail(ErrorCode::Usage, "--base names no pipeline: a folder with model_index.json, or a single file with autoencoder and text encoder", base.string());
    if (!base.empty() && arguments.format.starts_with("lora"))
        return fail(ErrorCode::Usage, "--base belongs to whole models; adapters have no other parts", base.string());
    Source source{model, model, {}, {{"version", QUELL_VERSION}, {"base", fs::absolute(base.empty() ? model : base).lexically_normal().filename().string()}}};
    if (fs::exists(model / "run.json")) {
        QUELL_ASSIGN(source, source_of_run(model));
    }
    if (!base.empty())
        source.base = base;
    else if (arguments.format == "diffusers")
        source.base = source.model;
    return source;
}

Status export_lora(const Source &source, const fs::path &target, AdapterNames names, const UNetParts &unet, const WriteOptions &options)
{
    if (!source.run || !fs::exists(*source.run / "lora.safetensors"))
        return fail(ErrorCode::Usage, "adapters come from a run of the training scope \"lora\"; give its folder, or another --format", source.model.string());
    QUELL_ASSIGN(const auto spec, read_json(*source.run / "run.json"));
    QUELL_ASSIGN(const auto student, path_in(spec, "student", *source.run / "run.json"));
    QUELL_ASSIGN(const auto base, read_unet(student));
    QUELL_ASSIGN(const auto adapters, read_adapters(*source.run / "lora.safetensors", unet));
    return export_adapters(target, adapters, names, base, options);
}

Status write(const Arguments &arguments, const Source &source, const UNetParts &unet, const WriteOptions &options)
{
    const fs::path target = arguments.output.folder;
    if (arguments.format == "single-file")
        return write_single_file(target, source.base, unet, options);
    if (arguments.format == "diffusers")
        return write_model(target, source.base, unet, options);
    auto kept = options;
    kept.dtype = torch::kHalf; // that of the run's student, which the adapters are compared with
    return export_lora(source, target, arguments.format == "lora-peft" ? AdapterNames::Peft : AdapterNames::Kohya, unet, kept);
}

Outcome export_model(const Arguments &arguments)
{
    QUELL_ASSIGN(const auto source, source_of(arguments));
    auto options = arguments.output.options();
    if (arguments.format == "diffusers")
        QUELL_TRY(check_target(arguments.output.folder, source.model, options));
    else
        QUELL_TRY(check_file_target(arguments.output.folder, options));
    QUELL_ASSIGN(const UNetParts original, read_unet(source.model));
    QUELL_TRY(UNet::build(original.config, original.structure, original.tensors, {}, original.place)); // refuses what could not be opened again
    UNetParts unet = original;
    if (arguments.dense) {
        QUELL_ASSIGN(unet, dense_twin(original));
    }
    options.made = source.made;
    options.expected = &original;
    QUELL_TRY(write(arguments, source, unet, options));
    std::int64_t parameters = 0;
    for (const auto &entry : unet.tensors)
        parameters += entry.second.numel();
    print_data(arguments.output.json, {{"model", arguments.output.folder}, {"format", arguments.format}, {"dense", arguments.dense}, {"parameters", parameters}},
               fmt::format("{}: written from a UNet of {:.2f} M parameters, opened again and compared\n", arguments.output.folder, parameters / 1e6));
    return {};
}

} // namespace

void add_export(CLI::App &app, Outcome &outcome)
{
    auto arguments = std::make_shared<Arguments>();
    auto *command = app.add_subcommand("export", "Writes a model, or the result of a run, for other programs.");
    command->add_option("model", arguments->model, "Pipeline or UNet folder, single file, or run folder")->required();
    arguments->output.add_to(*command);
    command->add_option("--format", arguments->format, "diffusers: a folder; single-file: one .safetensors in the original layout; lora-peft, lora-kohya: the adapters of a run under "
                                                       "the names of diffusers or of other programs")
        ->check(CLI::IsMember({"diffusers", "single-file", "lora-peft", "lora-kohya"}))->capture_default_str();
    command->add_option("--base", arguments->base, "Pipeline folder or single file that a UNet alone takes its autoencoder and text encoder from; a run has its teacher");
    command->add_flag("--dense", arguments->dense, "Pad a width-pruned UNet with zeros to its dense shapes: the same function, opened by every "
                                                   "Stable Diffusion program");
    command->callback([arguments, &outcome] { outcome = export_model(*arguments); });
}

} // namespace quell::cli
