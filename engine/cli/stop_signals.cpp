#include "cli/stop_signals.h"

#include <csignal>

namespace quell::cli {
namespace {

RunControl *stopped = nullptr; // what the handler may reach

void on_stop_signal(int)
{
    if (stopped->stopping())
        stopped->stop_now();
    else
        stopped->stop_after_step();
}

} // namespace

void stop_on_signals(RunControl &control)
{
    stopped = &control;
    std::signal(SIGINT, on_stop_signal);
    std::signal(SIGTERM, on_stop_signal);
}

} // namespace quell::cli
