// What must hold for any input: a fuzzer's finding if not.
#pragma once

#include <cstdlib>

inline void require(bool holds)
{
    if (!holds)
        std::abort();
}
