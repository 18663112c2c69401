// Lets processes end that nobody waits for any more, without blocking: a QProcess's own destructor kills and waits.
#pragma once

#include <QProcess>

#include <memory>

namespace quell {

// Takes the process over: SIGTERM after `terminate` milliseconds, SIGKILL `kill` later; negative: never. What still runs when the program
// ends is left alone, so a process that should end by then must do so when its input closes.
void reap(std::unique_ptr<QProcess> process, int terminate, int kill);

} // namespace quell
