#include "cli/command.h"
#include "cli/compute.h"
#include "cli/progress.h"
#include "cli/stop_signals.h"
#include "compare/bench.h"
#include "serve/engine_lock.h"

#include <fmt/format.h>

namespace quell::cli {
namespace {

RunControl control; // of the one comparison of this process

struct Arguments {
    std::string plan, folder, cache = default_cache().string();
    ComputeArguments compute;
    bool json = false;
};

Outcome compare_methods(const Arguments &arguments)
{
    QUELL_ASSIGN(const auto options, arguments.compute.resolve("auto"));
    QUELL_ASSIGN(const auto plan, compare::read_plan(arguments.plan, presets_folder()));
    QUELL_ASSIGN(const auto lock, EngineLock::take(arguments.folder));
    stop_on_signals(control);
    Progress progress;
    compare::BenchObserver observer;
    observer.began = [&](const std::string &what) { progress.finish(); std::fprintf(stderr, "%s\n", what.c_str()); };
    observer.progress = [&](const std::string &what, std::int64_t done, std::int64_t total) { progress.show(what, done, total); };
    QUELL_ASSIGN(const auto outcome, compare::carry_out(plan, arguments.folder, arguments.cache, options, control, observer));
    progress.finish();
    print_data(arguments.json, compare::to_json(outcome.tables, plan.against, outcome.protocol),
               compare::to_markdown(outcome.tables, plan.against, outcome.protocol) +
                   fmt::format("\ntables  {}, {}, {}\nsheet   {}\n", outcome.markdown.string(), outcome.csv.filename().string(), outcome.json.filename().string(), outcome.sheet.string()));
    return {};
}

} // namespace

void add_compare(CLI::App &app, Outcome &outcome)
{
    auto arguments = std::make_shared<Arguments>();
    auto *command = app.add_subcommand("compare", "Methods on concepts with several seeds at equal budgets: one table and one sheet. The same command goes on where it was stopped.");
    command->add_option("plan", arguments->plan, "PLAN.json: what is compared (resources/starter/comparison.json is one)")->required();
    command->add_option("folder", arguments->folder, "Where results are kept")->required();
    command->add_option("--cache", arguments->cache, "Where encoded pictures, captions and drawings are kept")->capture_default_str();
    arguments->compute.add_to(*command);
    command->add_flag("--json", arguments->json, "Print comparison.json");
    command->callback([arguments, &outcome] { outcome = compare_methods(*arguments); });
}

} // namespace quell::cli
