// SHA-256 (FIPS 180-4), for manifests and cache keys: OpenSSL's, which uses the processor's own instructions.
#pragma once

#include "core/files.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace quell {

class Sha256 {
public:
    Sha256();
    void update(std::span<const std::byte> bytes);
    void update(std::string_view text);
    // 64 lower-case hexadecimal digits. The object is spent afterwards.
    std::string finish();

private:
    std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st *)> context_;
};

std::string sha256_of(std::string_view text);
// Reads the file in pieces. Errors: NotFound, Io.
Result<std::string> sha256_of_file(const fs::path &path);

} // namespace quell
