#include "architecture/unet_description.h"
#include "cli/command.h"

namespace quell::cli {
namespace {

struct Arguments {
    std::string model, heads, groups;
    bool overwrite = false, json = false;
};

CutReading reading_of(const std::string &name)
{
    return name == "fewer" ? CutReading::Fewer : name == "narrower" ? CutReading::Narrower : CutReading::Infer;
}

std::string told(const UNetDescription &unet, const fs::path &record)
{
    std::string text = record.string() + '\n';
    for (const auto &[what, how] : unet.structure.details.items())
        text += "  " + what + ": " + (how.is_string() ? how.get<std::string>() : how.dump()) + '\n';
    for (const auto &module : unet.structure.dropped)
        text += "  dropped: " + module + '\n';
    for (const auto &difference : unet.differences)
        text += "  the weights decide: " + difference + '\n';
    return text;
}

Outcome write_structure(const Arguments &arguments)
{
    QUELL_ASSIGN(const auto place, unet_folder(arguments.model));
    const auto record = structure_file(place);
    if (fs::exists(record) && !arguments.overwrite)
        return fail(ErrorCode::Usage, "is there already; --overwrite replaces it", record.string());
    QUELL_ASSIGN(const auto unet, describe_shapes(place, {reading_of(arguments.heads), reading_of(arguments.groups)}));
    QUELL_TRY(write_atomically(record, to_json(unet.structure).dump(2) + "\n"));
    print_data(arguments.json, to_json(unet.structure), told(unet, record));
    return {};
}

} // namespace

void add_structure(CLI::App &app, Outcome &outcome)
{
    auto arguments = std::make_shared<Arguments>();
    auto *command = app.add_subcommand("structure", "Reads what pruning kept of a UNet off its weights' shapes and writes it beside them (structure.json; of a single file, FILE.structure.json).");
    command->add_option("model", arguments->model, "Pipeline or UNet folder, or single file")->required();
    const auto readings = CLI::IsMember({"fewer", "narrower"});
    command->add_option("--heads", arguments->heads, "Cut attentions have fewer heads of the dense width, or as many narrower ones")->check(readings);
    command->add_option("--groups", arguments->groups, "Cut resnets have fewer groups of the dense width, or as many narrower ones")->check(readings);
    command->add_flag("--overwrite", arguments->overwrite, "Replace a structure record that is there");
    command->add_flag("--json", arguments->json, "Print JSON");
    command->callback([arguments, &outcome] { outcome = write_structure(*arguments); });
}

} // namespace quell::cli
