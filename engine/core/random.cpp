#include "core/random.h"

namespace quell {
namespace {

std::uint64_t splitmix64(std::uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

} // namespace

std::uint64_t derive_seed(std::uint64_t seed, std::string_view purpose, std::uint64_t step)
{
    std::uint64_t hash = 0xcbf29ce484222325u; // FNV-1a
    for (unsigned char c : purpose)
        hash = (hash ^ c) * 0x100000001b3u;
    return splitmix64(splitmix64(splitmix64(seed) ^ hash) ^ step);
}

} // namespace quell
