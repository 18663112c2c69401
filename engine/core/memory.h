// How much memory this process took.
#pragma once

#include <cstdint>

namespace quell {

// Most resident memory since the start or the last restart_peak_memory(), bytes; 0 where the system does not tell.
std::int64_t peak_memory();
// Gives freed memory back and counts the peak anew from here.
void restart_peak_memory();

} // namespace quell
