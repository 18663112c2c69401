// What the commands of quell-engine share. Each command is a file of its own that adds itself to the app; its callback stores
// its outcome, which main turns into the exit status.
#pragma once

#include "core/files.h"
#include "formats/json.h"

#include <CLI/CLI.hpp>

namespace quell::cli {

using Outcome = Status; // what main reports

void add_check(CLI::App &app, Outcome &outcome);
void add_compare(CLI::App &app, Outcome &outcome);
void add_data(CLI::App &app, Outcome &outcome);
void add_edit(CLI::App &app, Outcome &outcome);
void add_estimate(CLI::App &app, Outcome &outcome);
void add_evaluate(CLI::App &app, Outcome &outcome);
void add_export(CLI::App &app, Outcome &outcome);
void add_ledger(CLI::App &app, Outcome &outcome);
void add_match(CLI::App &app, Outcome &outcome);
void add_probe(CLI::App &app, Outcome &outcome);
void add_prune(CLI::App &app, Outcome &outcome);
void add_sample(CLI::App &app, Outcome &outcome);
void add_serve(CLI::App &app, Outcome &outcome);
void add_structure(CLI::App &app, Outcome &outcome);
void add_train(CLI::App &app, Outcome &outcome); // train and resume

// Where encoded pictures, captions and drawings are kept unless told otherwise: $XDG_CACHE_HOME/quell.
fs::path default_cache();

// Data on standard output: the JSON if `as_json`, else the text.
void print_data(bool as_json, const Json &json, const std::string &text);

} // namespace quell::cli
