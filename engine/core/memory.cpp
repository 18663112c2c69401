#include "core/memory.h"

#include <malloc.h>

#include <fstream>
#include <string>

namespace quell {

std::int64_t peak_memory()
{
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        std::int64_t kibibytes = 0;
        if (word == "VmHWM:" && status >> kibibytes)
            return kibibytes << 10;
    }
    return 0;
}

void restart_peak_memory()
{
    malloc_trim(0);
    std::ofstream("/proc/self/clear_refs") << 5; // proc(5): resets VmHWM to what is resident now
}

} // namespace quell
