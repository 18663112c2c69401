#include "cli/command.h"
#include "kernels/device.h"
#include "run/memory_estimate.h"

namespace quell::cli {
namespace {

Outcome estimate(const fs::path &file, bool as_json)
{
    QUELL_ASSIGN(const auto spec, read_run_spec(file, presets_folder()));
    QUELL_ASSIGN(const auto device, kernels::pick_device(spec.device));
    QUELL_ASSIGN(const auto memory, estimate_memory(spec, kernels::pick_dtype(spec.precision, device) != torch::kFloat32));
    print_data(as_json, to_json(memory), to_text(memory));
    return {};
}

} // namespace

void add_estimate(CLI::App &app, Outcome &outcome)
{
    struct Arguments {
        std::string spec;
        bool json = false;
    };
    auto arguments = std::make_shared<Arguments>();
    auto *command = app.add_subcommand("estimate", "Tells what memory a run will take, from its run.json and its models' headers.");
    command->add_option("spec", arguments->spec, "run.json")->required();
    command->add_flag("--json", arguments->json, "Print JSON");
    command->callback([arguments, &outcome] { outcome = estimate(arguments->spec, arguments->json); });
}

} // namespace quell::cli
