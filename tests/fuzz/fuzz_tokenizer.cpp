// A tokenizer.json, a zero byte, and a text to encode with it.
#include "models/tokenizer.h"
#include "require.h"

#include <fstream>

using namespace quell;

namespace {

// Of this process's own; goes with it.
struct Folder {
    Folder()
    {
        std::string name = (fs::temp_directory_path() / "fuzz_tokenizer-XXXXXX").string();
        require(::mkdtemp(name.data()));
        path = name;
    }
    ~Folder()
    {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
    fs::path path;
};

fs::path folder_with(std::string_view tokenizer)
{
    static const Folder folder;
    std::ofstream(folder.path / "tokenizer.json", std::ios::binary) << tokenizer;
    return folder.path;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char *>(data), size);
    const auto cut = std::min(bytes.find('\0'), bytes.size());
    const auto tokenizer = Tokenizer::open(folder_with(bytes.substr(0, cut)));
    if (tokenizer)
        require(std::int64_t(tokenizer->encode(bytes.substr(std::min(cut + 1, size))).size()) == tokenizer->length());
    return 0;
}
