#include "cli/command.h"

#include <cstdio>
#include <cstdlib>
#include <iostream>

namespace quell::cli {

void print_data(bool as_json, const Json &json, const std::string &text)
{
    std::cout << (as_json ? json.dump(2) + "\n" : text) << std::flush;
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

int run(int argc, char **argv)
{
    CLI::App app{"Fine-tunes pruned text-to-image diffusion models and suppresses concepts in them, in one bilevel run.", "quell-engine"};
    app.set_version_flag("--version", QUELL_VERSION);
    app.footer(exit_codes);
    app.require_subcommand(1);
    Outcome outcome;
    add_probe(app, outcome);
    add_prune(app, outcome);
    add_sample(app, outcome);
    add_train(app, outcome);
    add_evaluate(app, outcome);
    add_check(app, outcome);
    add_export(app, outcome);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        return app.exit(error) == 0 ? 0 : exit_status(ErrorCode::Usage);
    }
    if (outcome)
        return 0;
    std::fprintf(stderr, "quell-engine: %s\n", to_string(outcome.error()).c_str());
    return exit_status(outcome.error().code);
}

} // namespace
} // namespace quell::cli

int main(int argc, char **argv)
{
    return quell::cli::run(argc, argv);
}
