#include "cli/command.h"
#include "cli/compute.h"
#include "cli/concepts_file.h"
#include "cli/drawings.h"
#include "cli/model_output.h"
#include "cli/number.h"
#include "data/concept_match.h"
#include "editing/concept_prune.h"
#include "editing/concept_states.h"
#include "run/suppressed.h"

#include <fmt/format.h>

#include <chrono>

namespace quell::cli {
namespace {

struct Arguments {
    std::string model, base, concepts, method = "uce";
    std::vector<std::string> prompts, preserve;
    EditSpec spec;
    ConceptPruneSpec prune;
    std::string preview;
    std::int64_t preview_steps = 6;
    OutputArguments output;
};

struct Edited {
    UNetParts unet;
    std::string what; // "12 states erased, 30 preserved"
};

Result<Edited> closed_form(const Arguments &arguments, const Pipeline &pipeline, const std::vector<Concept> &concepts, const UNetParts &unet)
{
    QUELL_ASSIGN(const auto states, edit_states(pipeline.text, concepts, arguments.prompts, arguments.preserve));
    QUELL_ASSIGN(auto result, edited(unet, arguments.spec, states));
    return Edited{std::move(result), fmt::format("{} states erased, {} preserved", states.erase.size(0), states.preserve.size(0))};
}

// By the prompts that name a concept, or its names alone, and the same without it.
Result<Edited> concept_prune(const Arguments &arguments, const Pipeline &pipeline, const std::vector<Concept> &concepts, const UNetParts &unet)
{
    std::vector<std::string> naming, without;
    for (const auto &target : concepts) {
        std::vector<std::string> prompts{target.phrase};
        prompts.insert(prompts.end(), target.synonyms.begin(), target.synonyms.end());
        prompts.insert(prompts.end(), arguments.prompts.begin(), arguments.prompts.end());
        for (const auto &prompt : prompts) {
            if (!mentions(prompt, target))
                continue;
            naming.push_back(prompt);
            without.push_back(anchor_prompt(prompt, target));
        }
    }
    QUELL_ASSIGN(const auto model, UNet::open(arguments.model, {}));
    model.freeze();
    QUELL_ASSIGN(auto result, concept_pruned(unet, model, pipeline, arguments.prune, naming, without, model.config().sample_size * pipeline.autoencoder.config().reduction()));
    return Edited{std::move(result), fmt::format("pruned by {} prompts", naming.size())};
}

// With the record of what was done.
Result<Edited> edited_model(const Arguments &arguments, const Pipeline &pipeline, const std::vector<Concept> &concepts)
{
    QUELL_ASSIGN(const auto from, unet_folder(arguments.model));
    QUELL_ASSIGN(const auto unet, read_unet(arguments.model));
    QUELL_ASSIGN(auto result, arguments.method == "concept-prune" ? concept_prune(arguments, pipeline, concepts, unet) : closed_form(arguments, pipeline, concepts, unet));
    QUELL_ASSIGN(auto earlier, suppressed_concepts(arguments.model));
    result.unet.structure.details["edited"] = {{"from", fs::absolute(from).lexically_normal().string()}, {"method", arguments.method}}; // see ledger.h
    result.unet.structure.details["concepts"] = concepts_json(joined(concepts, std::move(earlier)));
    return result;
}

// Every prompt that was given, drawn with the edited model. `pipeline` is on the CPU.
Result<Json> draw_preview(const Arguments &arguments, const fs::path &base, const Pipeline &pipeline, const UNetParts &parts)
{
    QUELL_ASSIGN(const auto compute, ComputeArguments().resolve("auto"));
    std::optional<Pipeline> elsewhere;
    if (!compute.device.is_cpu()) {
        QUELL_ASSIGN(elsewhere, Pipeline::open(base, {torch::kFloat32, compute.device}));
    }
    QUELL_ASSIGN(const auto unet, UNet::build(parts.config, parts.structure, parts.tensors, compute, parts.place));
    unet.freeze();
    auto prompts = arguments.prompts;
    prompts.insert(prompts.end(), arguments.preserve.begin(), arguments.preserve.end());
    SamplingOptions sampling;
    sampling.sampler = SamplerKind::DpmSolver;
    sampling.steps = arguments.preview_steps;
    sampling.seed = default_seed;
    return write_drawings(elsewhere ? *elsewhere : pipeline, unet, prompts, sampling, 0, arguments.preview);
}

Status write_edited(const Arguments &arguments, const fs::path &base, const std::vector<Concept> &concepts, const UNetParts &unet)
{
    auto options = arguments.output.options();
    options.made = {{"version", QUELL_VERSION}, {"base", fs::absolute(arguments.model).lexically_normal().filename().string()}, {"edit", arguments.method}};
    for (const auto &one : concepts)
        options.made["concepts"].push_back(one.name);
    options.expected = &unet;
    return write_model(arguments.output.folder, base, unet, options);
}

Outcome edit(const Arguments &arguments)
{
    const fs::path model = arguments.model, target = arguments.output.folder, base = arguments.base.empty() ? model : fs::path(arguments.base);
    if (!is_pipeline(base))
        return fail(ErrorCode::Usage, "has no text encoder; name the pipeline it belongs to with --base", base.string());
    if (!target.empty())
        QUELL_TRY(check_target(target, model, arguments.output.options()));
    QUELL_ASSIGN(const auto concepts, read_concepts(arguments.concepts));
    QUELL_ASSIGN(const auto pipeline, Pipeline::open(base, {}));
    const auto start = std::chrono::steady_clock::now();
    QUELL_ASSIGN(const auto result, edited_model(arguments, pipeline, concepts));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    Json told{{"method", arguments.method}, {"seconds", seconds}, {"done", result.what}};
    auto text = fmt::format("{}, in {:.1f} s\n", result.what, seconds);
    if (!target.empty()) {
        QUELL_TRY(write_edited(arguments, base, concepts, result.unet));
        told["model"] = target.string();
        text = target.string() + ": " + text;
    }
    if (!arguments.preview.empty()) {
        QUELL_ASSIGN(told["pictures"], draw_preview(arguments, base, pipeline, result.unet));
        text += to_text(told["pictures"]);
    }
    print_data(arguments.output.json, told, text);
    return {};
}

} // namespace

void add_edit(CLI::App &app, Outcome &outcome)
{
    auto arguments = std::make_shared<Arguments>();
    auto *command = app.add_subcommand("edit", "Suppresses concepts without training: a closed-form edit of the cross-attention's keys and values, or pruning of what answers to them.");
    command->add_option("model", arguments->model, "Pipeline or UNet folder, or single file")->required();
    arguments->output.add_to(*command);
    command->add_option("--concepts", arguments->concepts, "JSON array of concepts, or a run.json; their neighbours are preserved")->required();
    command->add_option("--base", arguments->base, "Pipeline whose text encoder a UNet alone was trained with; it becomes a whole pipeline");
    command->add_option("--method", arguments->method, "uce; rece: again for what brings the concept back; null-space: nothing is changed along what is preserved; concept-prune: zeroes weights of the feed-forwards")
        ->check(CLI::IsMember({"uce", "rece", "null-space", "concept-prune"}))->capture_default_str();
    command->add_option("-p,--prompt", arguments->prompts, "A prompt that names a concept, to be erased in it; may be given again");
    command->add_option("--preserve", arguments->preserve, "A prompt that must stay as it is; may be given again");
    command->add_option("--preview", arguments->preview, "Folder for pictures of all prompts given here, drawn with the edited model: 0.png, 1.png, …; OUT may then be left out");
    command->add_option("--preview-steps", arguments->preview_steps, "Sampling steps of those, by DPM-Solver++")->check(CLI::Range(1, 1000))->capture_default_str();
    command->add_option("--erase-weight", arguments->spec.erase, "Weight of what is erased")->check(above_zero())->capture_default_str();
    command->add_option("--preserve-weight", arguments->spec.preserve, "Weight of what is preserved")->check(from_zero())->capture_default_str();
    command->add_option("--damping", arguments->spec.damping, "Pull towards the old weights")->check(above_zero())->capture_default_str();
    command->add_option("--rounds", arguments->spec.rounds, "Of rece, after the first edit")->check(CLI::Range(1, 20))->capture_default_str();
    command->add_option("--ridge", arguments->spec.ridge, "Of rece's search for what brings the concept back, as a share of the layers' mean square gain")->check(above_zero())->capture_default_str();
    command->add_option("--rank", arguments->spec.rank, "Of null-space: directions of the preserved states weaker than this share of the strongest are free")->check(between(0, 1))->capture_default_str();
    command->add_option("--sparsity", arguments->prune.sparsity, "Of concept-prune: the share of a row's weights looked at")->check(between(1e-6, 0.999))->capture_default_str();
    command->add_option("--steps", arguments->prune.steps, "Of concept-prune: sampling steps")->check(CLI::Range(1, 1000))->capture_default_str();
    command->add_option("--first", arguments->prune.first, "Of concept-prune: how many of them are looked at")->check(CLI::Range(1, 1000))->capture_default_str();
    command->get_option("out")->required(false);
    command->callback([arguments, &outcome] {
        if (arguments->output.folder.empty() && arguments->preview.empty())
            throw CLI::RequiredError("out");
        if (!arguments->preview.empty() && arguments->prompts.empty() && arguments->preserve.empty())
            throw CLI::ValidationError("--preview draws prompts; give some with --prompt or --preserve");
        arguments->prune.first = std::min(arguments->prune.first, arguments->prune.steps);
        arguments->spec.method = arguments->method == "uce" ? EditMethod::Uce : arguments->method == "rece" ? EditMethod::Rece : EditMethod::NullSpace;
        outcome = edit(*arguments);
    });
}

} // namespace quell::cli
