// A lone pickle, the same as the object of a legacy file whose other parts are whole, and a legacy file as it is.
#include "formats/pickle.h"
#include "formats/torch_file.h"
#include "listing.h"

namespace {

void read_legacy(std::string_view bytes)
{
    check_listing(quell::read_torch_legacy(std::as_bytes(std::span(bytes)), "file"), bytes.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    using namespace std::string_literals;
    const std::string bytes(reinterpret_cast<const char *>(data), size);
    if (const auto pickle = quell::read_pickle(bytes, "file"))
        require(pickle->root && pickle->size <= size);
    read_legacy(bytes);
    const auto front = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.\x80\x02}."s;
    const auto storages = "\x80\x02](X\x01\0\0\0"s + "0e.\x04\0\0\0\0\0\0\0"s + std::string(16, 'x');
    read_legacy(front + bytes + storages);
    return 0;
}
