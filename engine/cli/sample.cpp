#include "cli/command.h"
#include "cli/compute.h"
#include "cli/drawings.h"
#include "cli/number.h"
#include "cli/single_file.h"
#include "run/checkpoint.h"
#include "run/run_spec.h"
#include "sampling/pipeline.h"

namespace quell::cli {
namespace {

struct Arguments {
    std::string pipeline, unet, checkpoint, out, sampler, preview_vae;
    SingleFileArguments single;
    std::vector<std::string> prompts;
    SamplingOptions sampling;
    std::int64_t size = 0;
    ComputeArguments compute;
    bool json = false;
};

// The run's student as its newest checkpoint left it.
Result<UNet> student_of(const fs::path &run, const LoadOptions &options)
{
    QUELL_ASSIGN(const auto spec, read_run_spec(run / "run.json", presets_folder()));
    QUELL_ASSIGN(const auto description, describe_unet(spec.student));
    QUELL_ASSIGN(auto checkpoint, newest_checkpoint(run / "checkpoints"));
    return UNet::build(description.config, description.structure, std::move(checkpoint.student), options, run.string());
}

Result<UNet> open_unet(const Arguments &arguments, const LoadOptions &options)
{
    if (!arguments.checkpoint.empty())
        return student_of(arguments.checkpoint, options);
    return UNet::open(arguments.unet.empty() ? arguments.pipeline : arguments.unet, options);
}

Result<SamplingOptions> sampling_options(const Arguments &arguments, const Pipeline &pipeline)
{
    auto options = arguments.sampling;
    const auto sampler = arguments.sampler.empty() ? pipeline.schedule.config().sampler : sampler_named(arguments.sampler);
    if (!sampler)
        return fail(sampler.error().code, sampler.error().message, "--sampler");
    options.sampler = *sampler;
    return options;
}

Outcome sample(const Arguments &arguments)
{
    QUELL_ASSIGN(const auto options, arguments.compute.resolve("auto"));
    QUELL_ASSIGN(const auto pipeline, Pipeline::open(arguments.pipeline, {torch::kFloat32, options.device}, {arguments.preview_vae, arguments.single.tokenizer, arguments.single.prediction()}));
    QUELL_ASSIGN(const auto sampling, sampling_options(arguments, pipeline));
    QUELL_ASSIGN(const auto unet, open_unet(arguments, options));
    unet.freeze();
    QUELL_ASSIGN(const auto drawings, write_drawings(pipeline, unet, arguments.prompts, sampling, arguments.size, arguments.out));
    print_data(arguments.json, drawings, to_text(drawings));
    return {};
}

} // namespace

void add_sample(CLI::App &app, Outcome &outcome)
{
    auto arguments = std::make_shared<Arguments>();
    arguments->sampling.seed = default_seed;
    auto *command = app.add_subcommand("sample", "Draws one picture a prompt (with classifier-free guidance).");
    command->add_option("pipeline", arguments->pipeline, "Pipeline folder")->required();
    command->add_option("out", arguments->out, "Folder for the pictures: 0.png, 1.png, …")->required();
    command->add_option("-p,--prompt", arguments->prompts, "A prompt; may be given again")->required();
    auto *unet = command->add_option("--unet", arguments->unet, "Another UNet in the pipeline's place: a pruned or trained one");
    command->add_option("--checkpoint", arguments->checkpoint, "A run folder, whose student is drawn as its newest checkpoint left it")->excludes(unet);
    command->add_option("--sampler", arguments->sampler, "How to draw (default: as the pipeline's scheduler_config.json says)")
        ->check(CLI::IsMember(std::vector<std::string>(sampler_names.begin(), sampler_names.end())));
    command->add_option("--preview-vae", arguments->preview_vae, "Folder of another autoencoder for the pictures, say a tiny one (AutoencoderTiny)");
    command->add_option("--steps", arguments->sampling.steps, "Sampling steps")->check(CLI::Range(1, 1000))->capture_default_str();
    command->add_option("--guidance", arguments->sampling.guidance, "Guidance scale; 1: none")->check(between(0, 100))->capture_default_str();
    command->add_option("--size", arguments->size, "Side in pixels (default: the model's own)")->check(CLI::Range(1, 4096));
    command->add_option("--seed", arguments->sampling.seed, "Picture i depends on the seed and i alone")->capture_default_str();
    arguments->single.add_to(*command);
    arguments->compute.add_to(*command);
    command->add_flag("--json", arguments->json, "Print JSON");
    command->callback([arguments, &outcome] { outcome = sample(*arguments); });
}

} // namespace quell::cli
