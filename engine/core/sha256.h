// SHA-256 (FIPS 180-4), for manifests and cache keys.
#pragma once

#include "core/files.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace quell {

class Sha256 {
public:
    Sha256();
    void update(std::span<const std::byte> bytes);
    void update(std::string_view text);
    // 64 lower-case hexadecimal digits. The object is spent afterwards.
    std::string finish();

private:
    void compress(const std::uint8_t *block);
    std::array<std::uint32_t, 8> state_;
    std::array<std::uint8_t, 64> buffer_;
    std::uint64_t length_ = 0;
};

std::string sha256_of(std::string_view text);
// Reads the file in pieces. Errors: NotFound, Io.
Result<std::string> sha256_of_file(const fs::path &path);

} // namespace quell
