#include "cli/command.h"
#include "cli/model_output.h"
#include "run/ledger.h"

namespace quell::cli {
namespace {

struct Arguments {
    std::string run, undo, out;
    bool overwrite = false, json = false;
};

Json to_json(const std::vector<LedgerEntry> &ledger)
{
    Json list = Json::array();
    for (const auto &entry : ledger) {
        Json concepts = Json::array();
        for (const auto &one : entry.concepts)
            concepts.push_back(one.name);
        list.push_back({{"run", entry.run.string()}, {"from", entry.before.string()}, {"concepts", concepts}});
    }
    return list;
}

std::string to_text(const std::vector<LedgerEntry> &ledger)
{
    std::string text;
    for (const auto &entry : ledger) {
        text += entry.run.string() + ": ";
        for (std::size_t i = 0; i < entry.concepts.size(); ++i)
            text += (i ? ", " : "") + entry.concepts[i].name;
        text += entry.concepts.empty() ? "fine-tuning alone\n" : "\n";
    }
    return text;
}

Outcome show_or_undo(const Arguments &arguments)
{
    QUELL_ASSIGN(const auto ledger, read_ledger(arguments.run));
    if (arguments.undo.empty()) {
        print_data(arguments.json, to_json(ledger), to_text(ledger));
        return {};
    }
    if (arguments.out.empty())
        return fail(ErrorCode::Usage, "say where the model without it goes: --out FOLDER", "--undo");
    QUELL_ASSIGN(const auto result, without_concept(ledger, arguments.undo));
    WriteOptions options{torch::kHalf, arguments.overwrite};
    options.made = {{"version", QUELL_VERSION}, {"run", ledger.back().run.filename().string()}, {"undone", arguments.undo}};
    options.expected = &result;
    QUELL_TRY(write_model(arguments.out, ledger.back().after, result, options));
    print_data(arguments.json, {{"model", arguments.out}, {"undone", arguments.undo}}, arguments.out + ": \"" + arguments.undo + "\" is taken back\n");
    return {};
}

} // namespace

void add_ledger(CLI::App &app, Outcome &outcome)
{
    auto arguments = std::make_shared<Arguments>();
    auto *command = app.add_subcommand("ledger", "What was suppressed in a model, run after run and edit after edit; takes one concept back.");
    command->add_option("run", arguments->run, "The newest run's folder, or a model that was edited")->required();
    command->add_option("--undo", arguments->undo, "A concept whose run or edit is taken back out of the model");
    command->add_option("--out", arguments->out, "With --undo: the UNet folder to write");
    command->add_flag("--overwrite", arguments->overwrite, "Replace a model folder that is there");
    command->add_flag("--json", arguments->json, "Print JSON");
    command->callback([arguments, &outcome] { outcome = show_or_undo(*arguments); });
}

} // namespace quell::cli
