#include "cli/command.h"
#include "cli/compute.h"
#include "cli/progress.h"
#include "run/comparison.h"

#include <fmt/format.h>

namespace quell::cli {
namespace {

struct Arguments {
    std::string run, concept_name, cache;
    ComputeArguments compute;
    bool json = false;
};

Outcome evaluate(const Arguments &arguments)
{
    QUELL_ASSIGN(const auto options, arguments.compute.resolve("auto"));
    Progress progress;
    const auto tell = [&](const std::string &what, std::int64_t done, std::int64_t total) { progress.show(what, done, total); };
    QUELL_ASSIGN(const auto comparison, compare_models(arguments.run, arguments.concept_name, arguments.cache, options, tell));
    progress.finish();
    print_data(arguments.json, to_json(comparison.scores),
               to_table(comparison.scores) + fmt::format("\nsheet   {}\nscores  {}\n", comparison.sheet_file.string(), comparison.scores_file.string()));
    return {};
}

} // namespace

void add_evaluate(CLI::App &app, Outcome &outcome)
{
    auto arguments = std::make_shared<Arguments>();
    arguments->cache = default_cache().string();
    auto *command = app.add_subcommand("evaluate", "Figures and a before/after sheet of a complete run: teacher, pruned, reference, filtered and student.");
    command->add_option("run", arguments->run, "The run folder")->required();
    command->add_option("--concept", arguments->concept_name, "Which of the run's concepts (default: the first)");
    command->add_option("--cache", arguments->cache, "Where drawn pictures are kept")->capture_default_str();
    arguments->compute.add_to(*command);
    command->add_flag("--json", arguments->json, "Print scores.json");
    command->callback([arguments, &outcome] { outcome = evaluate(*arguments); });
}

} // namespace quell::cli
