#include "formats/tensor_file.h"

#include "formats/safetensors.h"
#include "formats/torch_file.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace quell {
namespace {

struct DtypeFacts {
    const char *name;
    std::size_t size;
};

// In the order of Dtype.
constexpr std::array<DtypeFacts, 15> dtype_facts = {{
    {"BOOL", 1}, {"U8", 1}, {"I8", 1}, {"F8_E4M3", 1}, {"F8_E5M2", 1}, {"I16", 2}, {"U16", 2}, {"F16", 2},
    {"BF16", 2}, {"I32", 4}, {"U32", 4}, {"F32", 4}, {"I64", 8}, {"U64", 8}, {"F64", 8},
}};

std::string_view text_of(std::span<const std::byte> bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

// Files that are met under the names of weights.
const char *known_stranger(std::string_view text)
{
    const auto first = text.substr(0, text.find_first_not_of(" \t\r\n") == text.npos ? 0 : text.find_first_not_of(" \t\r\n"));
    const auto begin = text.substr(first.size());
    if (text.empty())
        return "the file is empty; fetch it again";
    if (begin.starts_with("version https://git-lfs"))
        return "a git-lfs pointer, not the weights themselves; fetch them with \"git lfs pull\"";
    if (begin.starts_with("<!DOCTYPE") || begin.starts_with("<!doctype") || begin.starts_with("<html"))
        return "a web page, not weights: the download went wrong; fetch the file again";
    if (begin.starts_with('{') || begin.starts_with('['))
        return "a JSON text, not weights";
    if (text.starts_with("GGUF"))
        return "a GGUF file; Quell reads safetensors and what torch.save writes";
    if (text.starts_with("\x89HDF"))
        return "an HDF5 file (Keras or TensorFlow); Quell reads safetensors and what torch.save writes";
    if (text.starts_with("\x1f\x8b"))
        return "a gzip archive; unpack it first";
    if (text.size() > 262 && text.substr(257, 5) == "ustar")
        return "a tar archive (PyTorch before 0.1.10 wrote such files); convert it to safetensors";
    return nullptr;
}

Container container_of(std::string_view text)
{
    const bool is_safetensors = text.size() > 8 && text[8] == '{' && text.substr(5, 3) == std::string_view("\0\0\0", 3);
    if (!is_safetensors && text.starts_with("PK"))
        return Container::TorchZip;
    if (!is_safetensors && text.size() >= 2 && text[0] == '\x80' && text[1] >= 2 && text[1] <= 5)
        return Container::TorchLegacy;
    return Container::Safetensors; // whose reader says what is wrong with anything else
}

Result<TensorListing> read_listing(Container container, std::span<const std::byte> file, const std::string &place)
{
    switch (container) {
    case Container::Safetensors: return read_safetensors(file, place);
    case Container::TorchZip: return read_torch_zip(file, place);
    case Container::TorchLegacy: return read_torch_legacy(file, place);
    }
    return fail(ErrorCode::Internal, "unknown container", place);
}

// Row-major bytes of a strided tensor whose first element is at `from`.
std::vector<std::byte> rearranged(const TensorInfo &tensor, const std::byte *from)
{
    std::vector<std::byte> bytes(tensor.bytes());
    const auto size = size_of(tensor.dtype);
    std::vector<std::int64_t> index(tensor.shape.size());
    std::int64_t offset = 0;
    for (std::size_t at = 0; at < bytes.size(); at += size) {
        std::memcpy(bytes.data() + at, from + offset * std::int64_t(size), size);
        for (auto d = index.size(); d-- > 0;) {
            offset += tensor.strides[d];
            if (++index[d] < tensor.shape[d])
                break;
            offset -= tensor.strides[d] * index[d];
            index[d] = 0;
        }
    }
    return bytes;
}

} // namespace

const char *name_of(Dtype dtype)
{
    return dtype_facts[static_cast<std::size_t>(dtype)].name;
}

std::size_t size_of(Dtype dtype)
{
    return dtype_facts[static_cast<std::size_t>(dtype)].size;
}

Result<Dtype> dtype_named(std::string_view name)
{
    for (std::size_t i = 0; i < dtype_facts.size(); ++i) {
        if (name == dtype_facts[i].name)
            return static_cast<Dtype>(i);
    }
    return fail(ErrorCode::Unsupported, "the dtype \"" + std::string(name) + "\" is not one that Quell reads");
}

std::optional<std::uint64_t> byte_count(Dtype dtype, const std::vector<std::int64_t> &shape)
{
    std::uint64_t count = size_of(dtype);
    for (auto size : shape) {
        if (size < 0 || __builtin_mul_overflow(count, std::uint64_t(size), &count) || count > std::uint64_t(INT64_MAX))
            return {};
    }
    return count;
}

std::int64_t TensorInfo::elements() const
{
    return std::int64_t(bytes() / size_of(dtype));
}

std::uint64_t TensorInfo::bytes() const
{
    return byte_count(dtype, shape).value_or(0);
}

const char *name_of(Container container)
{
    constexpr std::array names = {"safetensors", "torch zip", "legacy torch"};
    return names[static_cast<std::size_t>(container)];
}

TensorFile::TensorFile(std::shared_ptr<MappedFile> file, Container container, TensorListing listing)
    : file_(std::move(file)), container_(container), listing_(std::move(listing))
{
}

std::shared_ptr<TensorFile> TensorFile::view(std::vector<TensorInfo> tensors) const
{
    std::sort(tensors.begin(), tensors.end(), [](const TensorInfo &a, const TensorInfo &b) { return a.name < b.name; });
    return std::make_shared<TensorFile>(file_, container_, TensorListing{std::move(tensors), metadata()});
}

const TensorInfo *TensorFile::find(std::string_view name) const
{
    const auto &all = tensors();
    const auto found = std::lower_bound(all.begin(), all.end(), name, [](const TensorInfo &t, std::string_view n) { return t.name < n; });
    return found != all.end() && found->name == name ? &*found : nullptr;
}

std::span<std::byte> TensorFile::bytes(const TensorInfo &tensor) const
{
    const auto from = file_->bytes().subspan(tensor.begin);
    if (tensor.strides.empty())
        return from.first(tensor.bytes());
    const std::lock_guard lock(mutex_);
    const auto [entry, is_new] = rearranged_.try_emplace(tensor.name);
    if (is_new)
        entry->second = rearranged(tensor, from.data());
    return entry->second;
}

Result<std::shared_ptr<TensorFile>> open_tensor_file(const fs::path &path)
{
    QUELL_ASSIGN(auto file, MappedFile::open(path));
    const auto text = text_of(file->bytes());
    if (const char *stranger = known_stranger(text.substr(0, 1024)))
        return fail(ErrorCode::Malformed, stranger, path.string());
    const auto container = container_of(text);
    auto listing = read_listing(container, file->bytes(), path.string());
    QUELL_TRY(file->intact()); // tells more than what was made of the zeros
    if (!listing)
        return tl::unexpected<Error>(std::move(listing).error());
    return std::make_shared<TensorFile>(std::move(file), container, std::move(*listing));
}

} // namespace quell
