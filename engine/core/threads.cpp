#include "core/threads.h"

#include <cstdlib>

namespace quell {

bool share_cores()
{
    if (std::getenv("OMP_WAIT_POLICY") || std::getenv("GOMP_SPINCOUNT"))
        return false;
    return setenv("GOMP_SPINCOUNT", "3000", 0) == 0;
}

} // namespace quell
