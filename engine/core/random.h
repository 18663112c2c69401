// Seeds derived from (run seed, purpose, step), so that sampling, probes and resuming never perturb training.
#pragma once

#include <cstdint>
#include <string_view>

namespace quell {

// Splitmix64 over seed, a hash of the purpose ("noise", "order", …) and the step: independent streams for different triples.
std::uint64_t derive_seed(std::uint64_t seed, std::string_view purpose, std::uint64_t step = 0);

} // namespace quell
