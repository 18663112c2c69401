#include "cli/command.h"
#include "cli/model_output.h"
#include "pruning/aptp.h"
#include "pruning/blocks.h"
#include "pruning/magnitude.h"

#include <fmt/format.h>

namespace quell::cli {
namespace {

struct Arguments {
    std::string model, gates, blocks, vector;
    std::optional<std::int64_t> expert;
    double macs = 0.55;
    bool plan = false;
    OutputArguments output;
};

// Tokens the model's text encoder gives, or Stable Diffusion's 77 for a lone UNet.
Result<std::int64_t> text_length_of(const fs::path &model)
{
    const fs::path config = model / "text_encoder" / "config.json";
    if (!fs::exists(config))
        return 77;
    QUELL_ASSIGN(const Json json, read_json(config));
    QUELL_ASSIGN(const ClipTextConfig text, parse_clip_text_config(json, config.string()));
    return text.max_positions;
}

Result<UNetParts> pruned(const UNetParts &dense, const Arguments &arguments, std::int64_t text_length)
{
    if (!arguments.vector.empty())
        return prune_to_expert(dense, arguments.vector, arguments.expert);
    if (arguments.blocks.empty())
        return prune_to_share(dense, arguments.macs, text_length);
    const std::map<std::string, BlockRemoval> removals = {
        {"base", BlockRemoval::Base}, {"small", BlockRemoval::Small}, {"tiny", BlockRemoval::Tiny}};
    return remove_blocks(dense, removals.at(arguments.blocks));
}

Json costs_json(const Cost &before, const Cost &after)
{
    return {{"macs_before", before.macs}, {"macs_after", after.macs}, {"parameters_before", before.parameters}, {"parameters_after", after.parameters}};
}

std::string cost_line(const std::string &name, const Cost &before, const Cost &after)
{
    return fmt::format("{:<16} {:>9.2f} -> {:>8.2f} M parameters   {:>9.2f} -> {:>8.2f} GMACs ({:.1f} %)\n", name, before.parameters / 1e6,
                       after.parameters / 1e6, before.macs / 1e9, after.macs / 1e9, before.macs ? 100. * after.macs / before.macs : 0.);
}

void report(const UNetParts &dense, const UNetParts &student, std::int64_t text_length, bool as_json)
{
    const CostModel before(dense.config, text_length), after(student.config, text_length);
    const Shapes dense_shapes = shapes_of(dense.tensors), student_shapes = shapes_of(student.tensors);
    const auto blocks_before = before.by_block(dense_shapes);
    auto blocks_after = after.by_block(student_shapes);
    Json json = costs_json(before.total(dense_shapes), after.total(student_shapes));
    json["text_length"] = text_length;
    std::string text;
    for (const auto &[block, cost] : blocks_before) {
        json["blocks"][block] = costs_json(cost, blocks_after[block]);
        text += cost_line(block, cost, blocks_after[block]);
    }
    print_data(as_json, json, text + cost_line("UNet", before.total(dense_shapes), after.total(student_shapes)));
}

Outcome prune(const Arguments &arguments)
{
    const fs::path base = arguments.model, target = arguments.output.folder;
    if (!arguments.plan)
        QUELL_TRY(check_target(target, base, arguments.output.options()));
    QUELL_ASSIGN(const UNetParts dense, read_unet(base));
    QUELL_ASSIGN(const std::int64_t text_length, text_length_of(base));
    QUELL_ASSIGN(const UNetParts student, pruned(dense, arguments, text_length));
    if (!arguments.plan)
        QUELL_TRY(write_model(target, base, student, arguments.output.options()));
    report(dense, student, text_length, arguments.output.json);
    return {};
}

} // namespace

void add_prune(CLI::App &app, Outcome &outcome)
{
    auto arguments = std::make_shared<Arguments>();
    auto *command = app.add_subcommand("prune", "Cuts a dense UNet: by gates (heads, feed-forward and resnet groups), chosen here or by APTP, or by whole blocks.");
    command->footer(macs_definition);
    command->add_option("model", arguments->model, "Pipeline or UNet folder")->required();
    arguments->output.add_to(*command);
    auto *gates = command->add_option("--gates", arguments->gates, "How gates are chosen: magnitude, by what the weights contribute")
                      ->check(CLI::IsMember({"magnitude"}));
    command->add_option("--macs", arguments->macs, "Share of the dense multiply-accumulates to keep, within 0.5 %")->capture_default_str()->needs(gates);
    command->add_option("--blocks", arguments->blocks, "Block removal as in BK-SDM")->check(CLI::IsMember({"base", "small", "tiny"}))->excludes(gates);
    auto *vector = command->add_option("--arch-vector", arguments->vector, "APTP's arch_vector.pt, or a quantizer's weights with --expert")->excludes(gates)->excludes("--blocks");
    command->add_option("--expert", arguments->expert, "Which of a quantizer's experts, from 0")->needs(vector);
    command->add_flag("--plan", arguments->plan, "Only tell what would be left; nothing is written and OUT may be left out");
    command->get_option("out")->required(false);
    command->callback([arguments, &outcome] {
        if (arguments->output.folder.empty() && !arguments->plan)
            throw CLI::RequiredError("out");
        if (arguments->gates.empty() && arguments->blocks.empty() && arguments->vector.empty())
            throw CLI::ValidationError("give --gates magnitude, --blocks base|small|tiny or --arch-vector FILE");
        outcome = prune(*arguments);
    });
}

} // namespace quell::cli
