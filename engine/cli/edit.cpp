#include "cli/command.h"
#include "cli/concepts_file.h"
#include "cli/model_output.h"
#include "editing/concept_states.h"

#include <fmt/format.h>

#include <chrono>

namespace quell::cli {
namespace {

struct Arguments {
    std::string model, base, concepts, method = "uce";
    std::vector<std::string> prompts, preserve;
    EditSpec spec;
    OutputArguments output;
};

Outcome edit(const Arguments &arguments)
{
    const fs::path model = arguments.model, target = arguments.output.folder, base = arguments.base.empty() ? model : fs::path(arguments.base);
    if (!is_pipeline(base))
        return fail(ErrorCode::Usage, "has no text encoder; name the pipeline it belongs to with --base", base.string());
    auto options = arguments.output.options();
    QUELL_TRY(check_target(target, model, options));
    QUELL_ASSIGN(const auto concepts, read_concepts(arguments.concepts));
    QUELL_ASSIGN(const auto text, TextEncoder::open(base, {}));
    QUELL_ASSIGN(const auto unet, read_unet(model));
    const auto start = std::chrono::steady_clock::now();
    QUELL_ASSIGN(const auto states, edit_states(text, concepts, arguments.prompts, arguments.preserve));
    QUELL_ASSIGN(const auto result, edited(unet, arguments.spec, states));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    options.made = {{"version", QUELL_VERSION}, {"base", fs::absolute(model).lexically_normal().filename().string()}, {"edit", arguments.method}};
    for (const auto &one : concepts)
        options.made["concepts"].push_back(one.name);
    options.expected = &result;
    QUELL_TRY(write_model(target, base, result, options));
    print_data(arguments.output.json, {{"model", target.string()}, {"method", arguments.method}, {"seconds", seconds}, {"erased", states.erase.size(0)}, {"preserved", states.preserve.size(0)}},
               fmt::format("{}: {} states erased, {} preserved, in {:.1f} s\n", target.string(), states.erase.size(0), states.preserve.size(0), seconds));
    return {};
}

} // namespace

void add_edit(CLI::App &app, Outcome &outcome)
{
    auto arguments = std::make_shared<Arguments>();
    auto *command = app.add_subcommand("edit", "Suppresses concepts in seconds by a closed-form edit of the cross-attention's keys and values.");
    command->add_option("model", arguments->model, "Pipeline or UNet folder, or single file")->required();
    arguments->output.add_to(*command);
    command->add_option("--concepts", arguments->concepts, "JSON array of concepts, or a run.json; their neighbours are preserved")->required();
    command->add_option("--base", arguments->base, "Pipeline whose text encoder a UNet alone was trained with; it becomes a whole pipeline");
    command->add_option("--method", arguments->method, "uce; rece: again for what brings the concept back; null-space: nothing is changed along what is preserved")
        ->check(CLI::IsMember({"uce", "rece", "null-space"}))->capture_default_str();
    command->add_option("-p,--prompt", arguments->prompts, "A prompt that names a concept, to be erased in it; may be given again");
    command->add_option("--preserve", arguments->preserve, "A prompt that must stay as it is; may be given again");
    command->add_option("--erase-weight", arguments->spec.erase, "Weight of what is erased")->check(CLI::PositiveNumber)->capture_default_str();
    command->add_option("--preserve-weight", arguments->spec.preserve, "Weight of what is preserved")->check(CLI::NonNegativeNumber)->capture_default_str();
    command->add_option("--damping", arguments->spec.damping, "Pull towards the old weights")->check(CLI::PositiveNumber)->capture_default_str();
    command->add_option("--rounds", arguments->spec.rounds, "Of rece, after the first edit")->check(CLI::Range(1, 20))->capture_default_str();
    command->callback([arguments, &outcome] {
        arguments->spec.method = arguments->method == "uce" ? EditMethod::Uce : arguments->method == "rece" ? EditMethod::Rece : EditMethod::NullSpace;
        outcome = edit(*arguments);
    });
}

} // namespace quell::cli
