#include "formats/safetensors.h"

#include "formats/json.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <limits>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace quell {
namespace {

constexpr std::uint64_t header_limit = 100u << 20;
constexpr const char *metadata_key = "__metadata__";

struct DtypeFacts {
    const char *name;
    std::size_t size;
    int rank; // the reference writer puts tensors of higher rank first
};

// In the order of Dtype.
constexpr std::array<DtypeFacts, 15> dtype_facts = {{
    {"BOOL", 1, 0},
    {"U8", 1, 1},
    {"I8", 1, 2},
    {"F8_E4M3", 1, 4},
    {"F8_E5M2", 1, 3},
    {"I16", 2, 5},
    {"U16", 2, 6},
    {"F16", 2, 7},
    {"BF16", 2, 8},
    {"I32", 4, 9},
    {"U32", 4, 10},
    {"F32", 4, 11},
    {"I64", 8, 13},
    {"U64", 8, 14},
    {"F64", 8, 12},
}};

const DtypeFacts &facts(Dtype dtype)
{
    return dtype_facts[static_cast<std::size_t>(dtype)];
}

// Bytes of a tensor, or nothing if they do not fit 64 bits.
std::optional<std::uint64_t> byte_count(Dtype dtype, const std::vector<std::int64_t> &shape)
{
    std::uint64_t count = size_of(dtype);
    for (auto size : shape) {
        if (size < 0 || __builtin_mul_overflow(count, std::uint64_t(size), &count) || count > std::uint64_t(INT64_MAX))
            return {};
    }
    return count;
}

// What one entry of the header says, checked as far as it can be on its own.
Result<TensorInfo> parse_tensor(const std::string &name, const SortedJson &entry, const std::string &place)
{
    const auto where = place + ": tensor \"" + name + "\"";
    const auto is_unsigned = [](const SortedJson &value) {
        return value.is_number_unsigned() && value.get<std::uint64_t>() <= std::uint64_t(INT64_MAX);
    };
    const auto unsigned_list = [&](const char *key) {
        return entry.contains(key) && entry[key].is_array() && std::all_of(entry[key].begin(), entry[key].end(), is_unsigned);
    };
    if (!entry.is_object() || !entry.contains("dtype") || !entry["dtype"].is_string())
        return fail(ErrorCode::Malformed, "its entry in the header names no dtype", where);
    if (!unsigned_list("shape"))
        return fail(ErrorCode::Malformed, "its shape is not a list of sizes from 0 up", where);
    if (!unsigned_list("data_offsets") || entry["data_offsets"].size() != 2)
        return fail(ErrorCode::Malformed, "its data_offsets are not two byte positions", where);

    TensorInfo tensor;
    tensor.name = name;
    auto dtype = dtype_named(entry["dtype"].get_ref<const std::string &>());
    if (!dtype)
        return fail(ErrorCode::Unsupported, dtype.error().message, where);
    tensor.dtype = *dtype;
    tensor.shape = entry["shape"].get<std::vector<std::int64_t>>();
    tensor.begin = entry["data_offsets"][0].get<std::uint64_t>();
    tensor.end = entry["data_offsets"][1].get<std::uint64_t>();
    const auto bytes = byte_count(tensor.dtype, tensor.shape);
    if (!bytes)
        return fail(ErrorCode::Malformed, "its shape is too large for any file", where);
    if (tensor.end < tensor.begin || tensor.end - tensor.begin != *bytes)
        return fail(ErrorCode::Malformed, "its byte range does not match its shape and dtype, which take " + std::to_string(*bytes) + " bytes", where);
    return tensor;
}

Result<std::map<std::string, std::string>> parse_metadata(const SortedJson &entry, const std::string &place)
{
    std::map<std::string, std::string> metadata;
    if (!entry.is_object())
        return fail(ErrorCode::Malformed, "the header's __metadata__ is not an object", place);
    for (const auto &[key, value] : entry.items()) {
        if (!value.is_string())
            return fail(ErrorCode::Malformed, "the header's __metadata__ \"" + key + "\" is not a text", place);
        metadata[key] = value.get<std::string>();
    }
    return metadata;
}

// The ranges must follow each other from 0 to the end of the file.
Status check_ranges(const std::vector<TensorInfo> &tensors, std::uint64_t data_size, const std::string &place)
{
    std::vector<const TensorInfo *> in_order;
    for (const auto &tensor : tensors)
        in_order.push_back(&tensor);
    std::sort(in_order.begin(), in_order.end(), [](auto *a, auto *b) { return std::pair(a->begin, a->end) < std::pair(b->begin, b->end); });
    std::uint64_t end = 0;
    for (const auto *tensor : in_order) {
        if (tensor->begin != end) {
            const auto problem = tensor->begin < end ? "its bytes overlap those of another tensor" : "there are unused bytes before it";
            return fail(ErrorCode::Malformed, problem, place + ": tensor \"" + tensor->name + "\"");
        }
        if (tensor->end > data_size)
            return fail(ErrorCode::Malformed, "the file is cut short: this tensor ends past its end; fetch the file again",
                        place + ": tensor \"" + tensor->name + "\"");
        end = tensor->end;
    }
    if (end != data_size)
        return fail(ErrorCode::Malformed, std::to_string(data_size - end) + " bytes follow the last tensor", place);
    return {};
}

Result<std::uint64_t> header_length(int descriptor, std::uint64_t file_size, const std::string &place)
{
    std::array<std::uint8_t, 8> raw;
    if (file_size < raw.size() || ::pread(descriptor, raw.data(), raw.size(), 0) != std::ssize(raw))
        return fail(ErrorCode::Malformed, "not a safetensors file: shorter than the 8 bytes of its header length", place);
    std::uint64_t length = 0;
    for (int i = 7; i >= 0; --i)
        length = length << 8 | raw[i];
    if (length > header_limit)
        return fail(ErrorCode::Malformed, "not a safetensors file: it claims a header of " + std::to_string(length) + " bytes", place);
    if (length > file_size - raw.size())
        return fail(ErrorCode::Malformed, "the file is cut short within its header; fetch it again", place);
    return length;
}

std::string header_text(const std::vector<TensorBytes> &tensors, const std::map<std::string, std::string> &metadata)
{
    std::string text = "{";
    const auto add = [&](const std::string &key, const Json &value) {
        if (text.size() > 1)
            text += ",";
        text += Json(key).dump() + ":" + value.dump();
    };
    if (!metadata.empty())
        add(metadata_key, metadata);
    std::uint64_t offset = 0;
    for (const auto &tensor : tensors) {
        const auto end = offset + tensor.bytes.size();
        add(tensor.name, {{"dtype", name_of(tensor.dtype)}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}});
        offset = end;
    }
    text += "}";
    text.resize((text.size() + 7) / 8 * 8, ' ');
    return text;
}

Status check_tensors(const std::vector<TensorBytes> &tensors, const fs::path &path)
{
    std::set<std::string_view> names = {metadata_key};
    for (const auto &tensor : tensors) {
        if (!names.insert(tensor.name).second)
            return fail(ErrorCode::Internal, "two tensors to write are named \"" + tensor.name + "\"", path.string());
        if (byte_count(tensor.dtype, tensor.shape) != tensor.bytes.size())
            return fail(ErrorCode::Internal, "the bytes to write of \"" + tensor.name + "\" do not match its shape", path.string());
    }
    return {};
}

} // namespace

const char *name_of(Dtype dtype)
{
    return facts(dtype).name;
}

std::size_t size_of(Dtype dtype)
{
    return facts(dtype).size;
}

Result<Dtype> dtype_named(std::string_view name)
{
    for (std::size_t i = 0; i < dtype_facts.size(); ++i) {
        if (name == dtype_facts[i].name)
            return static_cast<Dtype>(i);
    }
    return fail(ErrorCode::Unsupported, "the dtype \"" + std::string(name) + "\" is not one that Quell reads");
}

std::int64_t TensorInfo::elements() const
{
    return std::int64_t((end - begin) / size_of(dtype));
}

Result<std::shared_ptr<SafetensorsFile>> SafetensorsFile::open(const fs::path &path)
{
    const auto place = path.string();
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return fail(errno == ENOENT ? ErrorCode::NotFound : ErrorCode::Io, std::string("cannot be opened: ") + std::strerror(errno), place);
    const auto close = [](const int *number) { ::close(*number); };
    const std::unique_ptr<const int, decltype(close)> closer(&descriptor, close);
    struct stat facts;
    if (::fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode))
        return fail(ErrorCode::Malformed, "not a file", place);
    QUELL_ASSIGN(const auto length, header_length(descriptor, facts.st_size, place));

    std::shared_ptr<SafetensorsFile> file(new SafetensorsFile);
    file->path_ = path;
    file->mapped_size_ = facts.st_size;
    file->data_begin_ = sizeof(std::uint64_t) + length;
    // No swap is reserved for the copies that changed pages would need: a model is often larger than what is free.
    void *mapping = ::mmap(nullptr, file->mapped_size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, descriptor, 0);
    if (mapping == MAP_FAILED)
        return fail(ErrorCode::Io, std::string("cannot be mapped into memory: ") + std::strerror(errno), place);
    file->mapping_ = static_cast<std::byte *>(mapping);
    QUELL_TRY(file->read_header());
    return file;
}

Status SafetensorsFile::read_header()
{
    const auto place = path_.string();
    const std::string_view text(reinterpret_cast<const char *>(mapping_ + sizeof(std::uint64_t)), data_begin_ - sizeof(std::uint64_t));
    if (!text.starts_with('{'))
        return fail(ErrorCode::Malformed, "not a safetensors file: its header is not a JSON object", place);
    QUELL_ASSIGN(const SortedJson header, parse_sorted_json(text, place));
    for (const auto &[name, entry] : header.items()) {
        if (name == metadata_key) {
            QUELL_ASSIGN(metadata_, parse_metadata(entry, place));
        } else {
            QUELL_ASSIGN(TensorInfo tensor, parse_tensor(name, entry, place));
            tensors_.push_back(std::move(tensor)); // the header is sorted by name
        }
    }
    return check_ranges(tensors_, mapped_size_ - data_begin_, place);
}

SafetensorsFile::~SafetensorsFile()
{
    if (mapping_)
        ::munmap(mapping_, mapped_size_);
}

const TensorInfo *SafetensorsFile::find(std::string_view name) const
{
    const auto found = std::lower_bound(tensors_.begin(), tensors_.end(), name, [](const TensorInfo &t, std::string_view n) { return t.name < n; });
    return found != tensors_.end() && found->name == name ? &*found : nullptr;
}

std::span<std::byte> SafetensorsFile::bytes(const TensorInfo &tensor) const
{
    return {mapping_ + data_begin_ + tensor.begin, tensor.end - tensor.begin};
}

Status write_safetensors(const fs::path &path, std::vector<TensorBytes> tensors, const std::map<std::string, std::string> &metadata)
{
    QUELL_TRY(check_tensors(tensors, path));
    std::sort(tensors.begin(), tensors.end(), [](const TensorBytes &a, const TensorBytes &b) {
        return std::pair(-facts(a.dtype).rank, std::string_view(a.name)) < std::pair(-facts(b.dtype).rank, std::string_view(b.name));
    });
    std::string header;
    try {
        header = header_text(tensors, metadata);
    } catch (const Json::exception &error) {
        return fail(ErrorCode::Malformed, std::string("a tensor's name or the metadata is not UTF-8: ") + error.what(), path.string());
    }
    return write_atomically(path, [&](int descriptor) -> Status {
        std::array<std::byte, 8> length;
        for (int i = 0; i < 8; ++i)
            length[i] = std::byte(header.size() >> (8 * i));
        QUELL_TRY(write_all(descriptor, length, path));
        QUELL_TRY(write_all(descriptor, std::as_bytes(std::span(header)), path));
        for (const auto &tensor : tensors)
            QUELL_TRY(write_all(descriptor, tensor.bytes, path));
        return {};
    });
}

} // namespace quell
