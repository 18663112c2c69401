#include "cli/command.h"
#include "cli/model_output.h"
#include "models/unet.h"
#include "pruning/dense.h"
#include "architecture/macs.h"

#include <fmt/format.h>

namespace quell::cli {
namespace {

struct Arguments {
    std::string model;
    bool dense = false;
    OutputArguments output;
};

Outcome export_model(const Arguments &arguments)
{
    const fs::path base = arguments.model, target = arguments.output.folder;
    QUELL_TRY(check_target(target, base, arguments.output.options()));
    QUELL_TRY(UNet::open(base, {})); // refuses what could not be opened again
    QUELL_ASSIGN(UNetParts unet, read_unet(base));
    if (arguments.dense) {
        QUELL_ASSIGN(unet, dense_padded(unet));
    }
    QUELL_TRY(write_model(target, base, unet, arguments.output.options()));
    std::int64_t parameters = 0;
    for (const auto &entry : unet.tensors)
        parameters += entry.second.numel();
    print_data(arguments.output.json, {{"model", target.string()}, {"dense", arguments.dense}, {"parameters", parameters}},
               fmt::format("{}: {:.2f} M parameters\n", target.string(), parameters / 1e6));
    return {};
}

} // namespace

void add_export(CLI::App &app, Outcome &outcome)
{
    auto arguments = std::make_shared<Arguments>();
    auto *command = app.add_subcommand("export", "Writes a model folder for other programs.");
    command->add_option("model", arguments->model, "Pipeline or UNet folder")->required();
    arguments->output.add_to(*command);
    command->add_flag("--dense", arguments->dense, "Pad a width-pruned UNet with zeros to its dense shapes: the same function, opened by every "
                                                   "Stable Diffusion program");
    command->callback([arguments, &outcome] { outcome = export_model(*arguments); });
}

} // namespace quell::cli
