// Ctrl-C and SIGTERM as commands that run for long take them.
#pragma once

#include "run/run_control.h"

namespace quell::cli {

// The first signal stops `control` after the step, the second at once. `control` must live as long as the process.
void stop_on_signals(RunControl &control);

} // namespace quell::cli
