#include "cli/command.h"
#include "core/log.h"
#include "core/threads.h"
#include "kernels/device.h"

#include <c10/util/Exception.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <unistd.h>

namespace quell::cli {

void print_data(bool as_json, const Json &json, const std::string &text)
{
    std::cout << (as_json ? json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n" : text) << std::flush;
}

fs::path default_cache()
{
    const char *base = std::getenv("XDG_CACHE_HOME"), *home = std::getenv("HOME");
    return (base && *base ? fs::path(base) : fs::path(home ? home : ".") / ".cache") / "quell";
}

namespace {

constexpr const char *exit_codes = R"(Exit status:
  0 done             4 damaged file     8 out of memory
  1 defect of Quell  5 parts misfit     9 a loss is not finite
  2 wrong usage      6 unsupported     10 a check is outside its tolerance
  3 not found        7 read or write   11 stopped on request)";

// LibTorch's warnings are for developers: they go to the log, not to the terminal.
class WarningsToLog : public c10::WarningHandler {
    void process(const c10::Warning &warning) override { log_info(warning.msg()); }
};

// One line: the stack traces that LibTorch adds help nobody at a terminal.
int report(const Error &error)
{
    const auto text = to_string(error);
    std::fprintf(stderr, "quell-engine: %s\n", text.substr(0, text.find('\n')).c_str());
    return exit_status(error.code);
}

int refuse_usage(const CLI::App &app, const std::string &problem)
{
    const auto used = app.get_subcommands();
    const auto command = used.empty() ? app.get_name() : app.get_name() + ' ' + used.front()->get_name();
    const auto rest = app.remaining();
    const auto unknown = used.empty() && !rest.empty() ? "there is no command \"" + rest.front() + '"' : problem;
    std::fprintf(stderr, "%s: %s; see %s --help\n", command.c_str(), unknown.c_str(), command.c_str());
    return exit_status(ErrorCode::Usage);
}

int run(int argc, char **argv)
{
    WarningsToLog warnings;
    c10::WarningUtils::WarningHandlerGuard guard(&warnings);
    CLI::App app{"Fine-tunes pruned text-to-image diffusion models and suppresses concepts in them, in one bilevel run.", "quell-engine"};
    app.set_version_flag("--version", QUELL_VERSION);
    app.footer(exit_codes);
    app.require_subcommand(1);
    Outcome outcome;
    add_probe(app, outcome);
    add_prune(app, outcome);
    add_edit(app, outcome);
    add_sample(app, outcome);
    add_train(app, outcome);
    add_estimate(app, outcome);
    add_evaluate(app, outcome);
    add_compare(app, outcome);
    add_check(app, outcome);
    add_export(app, outcome);
    add_serve(app, outcome);
    add_data(app, outcome);
    add_match(app, outcome);
    add_ledger(app, outcome);
    add_structure(app, outcome);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        return error.get_exit_code() == 0 ? app.exit(error) : refuse_usage(app, error.what());
    } catch (const std::bad_alloc &) {
        return report({ErrorCode::OutOfMemory, "no memory left", {}});
    } catch (const std::exception &error) {
        return report({ErrorCode::Internal, error.what(), {}});
    }
    return outcome ? 0 : report(outcome.error());
}

} // namespace
} // namespace quell::cli

int main(int argc, char **argv)
{
    if (quell::share_cores())
        execv("/proc/self/exe", argv); // where that can't be had, as things are
    quell::kernels::keep_freed_memory();
    return quell::cli::run(argc, argv);
}
