#include "formats/safetensors.h"
#include "listing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    check_listing(quell::read_safetensors({reinterpret_cast<const std::byte *>(data), size}, "file"), size);
    return 0;
}
