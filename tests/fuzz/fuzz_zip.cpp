#include "formats/torch_file.h"
#include "formats/zip.h"
#include "listing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::span bytes(reinterpret_cast<const std::byte *>(data), size);
    if (const auto entries = quell::read_zip(bytes, "file")) {
        for (const auto &entry : *entries)
            require(entry.begin <= size && entry.size <= size - entry.begin);
    }
    check_listing(quell::read_torch_zip(bytes, "file"), size);
    return 0;
}
