#include "formats/safetensors.h"

#include "core/mapped_file.h"
#include "formats/json.h"

#include <algorithm>
#include <array>

namespace quell {
namespace {

constexpr std::uint64_t header_limit = 4u << 20; // that of a whole pipeline takes less than one; JSON takes up to thirty times its text in memory
constexpr std::size_t length_size = 8;
constexpr const char *metadata_key = "__metadata__";

// In the order of Dtype: the reference writer puts tensors of higher rank first.
constexpr std::array<int, 15> ranks = {0, 1, 2, 4, 3, 5, 6, 7, 8, 9, 10, 11, 13, 14, 12};

int rank_of(Dtype dtype)
{
    return ranks[static_cast<std::size_t>(dtype)];
}

struct Entry {
    TensorInfo tensor;
    std::uint64_t begin = 0, end = 0; // bytes after the header
};

// What one entry of the header says, checked as far as it can be on its own.
Result<Entry> parse_tensor(const std::string &name, const SortedJson &entry, const std::string &place)
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

    Entry parsed;
    auto &tensor = parsed.tensor;
    tensor.name = name;
    auto dtype = dtype_named(entry["dtype"].get_ref<const std::string &>());
    if (!dtype)
        return fail(ErrorCode::Unsupported, dtype.error().message, where);
    tensor.dtype = *dtype;
    tensor.shape = entry["shape"].get<std::vector<std::int64_t>>();
    parsed.begin = entry["data_offsets"][0].get<std::uint64_t>();
    parsed.end = entry["data_offsets"][1].get<std::uint64_t>();
    const auto bytes = byte_count(tensor.dtype, tensor.shape);
    if (!bytes)
        return fail(ErrorCode::Malformed, "its shape is too large for any file", where);
    if (parsed.end < parsed.begin || parsed.end - parsed.begin != *bytes)
        return fail(ErrorCode::Malformed, "its byte range does not match its shape and dtype, which take " + std::to_string(*bytes) + " bytes", where);
    return parsed;
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
Status check_ranges(const std::vector<Entry> &entries, std::uint64_t data_size, const std::string &place)
{
    std::vector<const Entry *> in_order;
    for (const auto &entry : entries)
        in_order.push_back(&entry);
    std::sort(in_order.begin(), in_order.end(), [](auto *a, auto *b) { return std::pair(a->begin, a->end) < std::pair(b->begin, b->end); });
    std::uint64_t end = 0;
    for (const auto *entry : in_order) {
        const auto where = place + ": tensor \"" + entry->tensor.name + "\"";
        if (entry->begin != end)
            return fail(ErrorCode::Malformed, entry->begin < end ? "its bytes overlap those of another tensor" : "there are unused bytes before it", where);
        if (entry->end > data_size)
            return fail(ErrorCode::Malformed, "the file is cut short: this tensor ends past its end; fetch the file again", where);
        end = entry->end;
    }
    if (end != data_size)
        return fail(ErrorCode::Malformed, std::to_string(data_size - end) + " bytes follow the last tensor", place);
    return {};
}

// The JSON text between the length in front and the tensors' bytes.
Result<std::string_view> header_of(std::string_view file, const std::string &place)
{
    if (file.size() < length_size)
        return fail(ErrorCode::Malformed, "not a safetensors file: shorter than the 8 bytes of its header length", place);
    std::uint64_t length = 0;
    for (std::size_t i = length_size; i-- > 0;)
        length = length << 8 | static_cast<unsigned char>(file[i]);
    if (length > header_limit)
        return fail(ErrorCode::Malformed, "not a safetensors file: it claims a header of " + std::to_string(length) + " bytes", place);
    if (length > file.size() - length_size)
        return fail(ErrorCode::Malformed, "the file is cut short within its header; fetch it again", place);
    const auto text = file.substr(length_size, length);
    if (!text.starts_with('{'))
        return fail(ErrorCode::Malformed, "not a safetensors file: its header is not a JSON object", place);
    return text;
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
        const auto end = offset + byte_count(tensor.dtype, tensor.shape).value();
        add(tensor.name, {{"dtype", name_of(tensor.dtype)}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}});
        offset = end;
    }
    text += "}";
    text.resize((text.size() + 7) / 8 * 8, ' ');
    return text;
}

Status check_size(const TensorBytes &tensor, std::optional<std::uint64_t> bytes, const fs::path &path)
{
    if (!bytes || byte_count(tensor.dtype, tensor.shape) != bytes)
        return fail(ErrorCode::Internal, "the bytes to write of \"" + tensor.name + "\" do not match its shape", path.string());
    return {};
}

Status check_tensors(const std::vector<TensorBytes> &tensors, const fs::path &path)
{
    std::set<std::string_view> names = {metadata_key};
    for (const auto &tensor : tensors) {
        if (!names.insert(tensor.name).second)
            return fail(ErrorCode::Internal, "two tensors to write are named \"" + tensor.name + "\"", path.string());
        QUELL_TRY(check_size(tensor, tensor.gather ? byte_count(tensor.dtype, tensor.shape) : tensor.bytes.size(), path));
    }
    return {};
}

Status write_tensor(int descriptor, const TensorBytes &tensor, const fs::path &path)
{
    auto bytes = tensor.bytes;
    if (tensor.gather) {
        QUELL_ASSIGN(bytes, tensor.gather());
        QUELL_TRY(check_size(tensor, bytes.size(), path));
    }
    const auto written = write_all(descriptor, bytes, path);
    QUELL_TRY(mapped_files_intact()); // the bytes may lie in one that was cut short: zeros now, or a bad address
    return written;
}

} // namespace

Result<TensorListing> read_safetensors(std::span<const std::byte> file, const std::string &place)
{
    QUELL_ASSIGN(const auto text, header_of({reinterpret_cast<const char *>(file.data()), file.size()}, place));
    QUELL_ASSIGN(const SortedJson header, parse_sorted_json(text, place));
    TensorListing listing;
    std::vector<Entry> entries;
    for (const auto &[name, json] : header.items()) {
        if (name == metadata_key) {
            QUELL_ASSIGN(listing.metadata, parse_metadata(json, place));
        } else {
            QUELL_ASSIGN(Entry entry, parse_tensor(name, json, place));
            entries.push_back(std::move(entry)); // the header is sorted by name
        }
    }
    const auto data_begin = length_size + text.size();
    QUELL_TRY(check_ranges(entries, file.size() - data_begin, place));
    for (auto &entry : entries) {
        entry.tensor.begin = data_begin + entry.begin;
        listing.tensors.push_back(std::move(entry.tensor));
    }
    return listing;
}

Status write_safetensors(const fs::path &path, std::vector<TensorBytes> tensors, const std::map<std::string, std::string> &metadata)
{
    QUELL_TRY(check_tensors(tensors, path));
    std::sort(tensors.begin(), tensors.end(), [](const TensorBytes &a, const TensorBytes &b) {
        return std::pair(-rank_of(a.dtype), std::string_view(a.name)) < std::pair(-rank_of(b.dtype), std::string_view(b.name));
    });
    std::string header;
    try {
        header = header_text(tensors, metadata);
    } catch (const Json::exception &error) {
        return fail(ErrorCode::Malformed, std::string("a tensor's name or the metadata is not UTF-8: ") + error.what(), path.string());
    }
    return write_atomically(path, [&](int descriptor) -> Status {
        std::array<std::byte, length_size> length;
        for (int i = 0; i < 8; ++i)
            length[i] = std::byte(header.size() >> (8 * i));
        QUELL_TRY(write_all(descriptor, length, path));
        QUELL_TRY(write_all(descriptor, std::as_bytes(std::span(header)), path));
        for (const auto &tensor : tensors)
            QUELL_TRY(write_tensor(descriptor, tensor, path));
        return {};
    });
}

} // namespace quell
