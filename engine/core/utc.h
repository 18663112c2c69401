// The time as logs write it.
#pragma once

#include <string>

namespace quell {

std::string utc_now(); // "2026-01-31T12:00:00.000Z"

} // namespace quell
