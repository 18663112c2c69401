#include "core/sha256.h"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <new>

namespace quell {
namespace {

// What can fail in these calls is memory.
template <class T> T need(T result)
{
    if (!result)
        throw std::bad_alloc();
    return result;
}

} // namespace

Sha256::Sha256() : context_(need(EVP_MD_CTX_new()), EVP_MD_CTX_free)
{
    need(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
}

void Sha256::update(std::span<const std::byte> bytes)
{
    need(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

void Sha256::update(std::string_view text)
{
    update(std::as_bytes(std::span(text)));
}

std::string Sha256::finish()
{
    std::array<unsigned char, 32> digest;
    need(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr));
    std::string digits;
    for (const auto byte : digest) {
        digits += "0123456789abcdef"[byte >> 4];
        digits += "0123456789abcdef"[byte & 15];
    }
    return digits;
}

std::string sha256_of(std::string_view text)
{
    Sha256 hash;
    hash.update(text);
    return hash.finish();
}

Result<std::string> sha256_of_file(const fs::path &path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return fail(fs::exists(path) ? ErrorCode::Io : ErrorCode::NotFound, "cannot be opened", path.string());
    Sha256 hash;
    std::string piece(1 << 20, '\0');
    while (file.read(piece.data(), piece.size()) || file.gcount() > 0)
        hash.update(std::string_view(piece.data(), file.gcount()));
    if (file.bad())
        return fail(ErrorCode::Io, "cannot be read", path.string());
    return hash.finish();
}

} // namespace quell
