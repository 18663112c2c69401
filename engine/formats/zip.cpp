#include "formats/zip.h"

#include <algorithm>
#include <string>

namespace quell {
namespace {

constexpr std::uint64_t entry_limit = 65536;
constexpr std::size_t end_size = 22, end64_size = 56, locator_size = 20, central_size = 46, local_size = 30;

// The bytes of the archive; at() may be asked anywhere and is 0 beyond the end, has() tells.
class Bytes {
public:
    explicit Bytes(std::span<const std::byte> bytes) : bytes_(bytes) {}

    std::uint64_t size() const { return bytes_.size(); }
    bool has(std::uint64_t at, std::uint64_t count) const { return at <= size() && count <= size() - at; }
    std::uint64_t number(std::uint64_t at, unsigned width) const
    {
        std::uint64_t value = 0;
        for (unsigned i = width; has(at, width) && i-- > 0;)
            value = value << 8 | std::to_integer<std::uint64_t>(bytes_[at + i]);
        return value;
    }
    bool is(std::uint64_t at, std::uint32_t signature) const { return has(at, 4) && number(at, 4) == signature; }
    std::string_view text(std::uint64_t at, std::uint64_t count) const
    {
        return has(at, count) ? std::string_view(reinterpret_cast<const char *>(bytes_.data()) + at, count) : std::string_view();
    }

private:
    std::span<const std::byte> bytes_;
};

struct Directory {
    std::uint64_t entries = 0, size = 0, begin = 0;
};

struct Located {
    ZipEntry entry;
    std::uint64_t header = 0; // where its local header begins
};

Result<Directory> find_directory(const Bytes &bytes, const std::string &place)
{
    std::uint64_t end = bytes.size() < end_size ? 0 : bytes.size() - end_size;
    const auto lowest = end > 0xffff ? end - 0xffff : 0;
    const auto is_end = [&](std::uint64_t at) { return bytes.is(at, 0x06054b50) && at + end_size + bytes.number(at + 20, 2) == bytes.size(); };
    while (end > lowest && !is_end(end))
        --end;
    if (!is_end(end))
        return fail(ErrorCode::Malformed, "a zip archive without its directory: the file is cut short; fetch it again", place);
    Directory directory{bytes.number(end + 10, 2), bytes.number(end + 12, 4), bytes.number(end + 16, 4)};
    bool one_disk = bytes.number(end + 4, 2) == bytes.number(end + 6, 2) && bytes.number(end + 8, 2) == directory.entries;
    if (end >= locator_size && bytes.is(end - locator_size, 0x07064b50)) {
        const auto end64 = bytes.number(end - locator_size + 8, 8);
        if (!bytes.has(end64, end64_size) || !bytes.is(end64, 0x06064b50))
            return fail(ErrorCode::Malformed, "the zip64 directory of the archive is not where it says", place);
        directory = {bytes.number(end64 + 32, 8), bytes.number(end64 + 40, 8), bytes.number(end64 + 48, 8)};
        one_disk = bytes.number(end64 + 24, 8) == directory.entries;
    }
    if (!one_disk)
        return fail(ErrorCode::Unsupported, "a zip archive in several parts", place);
    if (directory.entries > entry_limit)
        return fail(ErrorCode::Unsupported, "a zip archive of " + std::to_string(directory.entries) + " entries", place);
    if (!bytes.has(directory.begin, directory.size))
        return fail(ErrorCode::Malformed, "the directory of the zip archive lies beyond its end; fetch the file again", place);
    return directory;
}

// Sizes and offset that do not fit 32 bits stand in the extra field 1, in this order, each only if its short form is all ones.
bool read_zip64(const Bytes &bytes, std::uint64_t extra, std::uint64_t end, std::uint64_t &size, std::uint64_t &packed, std::uint64_t &header)
{
    constexpr std::uint64_t elsewhere = 0xffffffff;
    if (size != elsewhere && packed != elsewhere && header != elsewhere)
        return true;
    while (extra + 4 <= end && bytes.number(extra, 2) != 1)
        extra += 4 + bytes.number(extra + 2, 2);
    if (extra + 4 > end)
        return false;
    end = std::min(end, extra + 4 + bytes.number(extra + 2, 2));
    extra += 4;
    for (auto *value : {&size, &packed, &header}) {
        if (*value != elsewhere)
            continue;
        if (extra + 8 > end)
            return false;
        *value = bytes.number(extra, 8);
        extra += 8;
    }
    return true;
}

// The entry whose line in the directory is at `at`, which moves on to the next.
Result<Located> read_entry(const Bytes &bytes, std::uint64_t &at, std::uint64_t end, const std::string &place)
{
    const auto name_size = bytes.number(at + 28, 2), extra_size = bytes.number(at + 30, 2);
    const auto next = at + central_size + name_size + extra_size + bytes.number(at + 32, 2);
    if (!bytes.is(at, 0x02014b50) || next > end)
        return fail(ErrorCode::Malformed, "the directory of the zip archive is damaged", place);
    Located located;
    located.entry.name = bytes.text(at + central_size, name_size);
    const auto extra = at + central_size + name_size;
    std::uint64_t size = bytes.number(at + 24, 4), packed = bytes.number(at + 20, 4);
    located.header = bytes.number(at + 42, 4);
    const bool whole = read_zip64(bytes, extra, extra + extra_size, size, packed, located.header);
    const auto flags = bytes.number(at + 8, 2), method = bytes.number(at + 10, 2);
    at = next;
    if (method != 0 || (whole && size != packed))
        return fail(ErrorCode::Unsupported, "an entry of the zip archive is compressed, which torch.save never does; it may be a zip bomb", place);
    if (flags & 1)
        return fail(ErrorCode::Unsupported, "an entry of the zip archive is encrypted", place);
    if (!whole || !bytes.has(located.header, local_size) || !bytes.is(located.header, 0x04034b50))
        return fail(ErrorCode::Malformed, "an entry of the zip archive is not where its directory says", place);
    located.entry.size = size;
    located.entry.begin = located.header + local_size + bytes.number(located.header + 26, 2) + bytes.number(located.header + 28, 2);
    if (!bytes.has(located.entry.begin, size))
        return fail(ErrorCode::Malformed, "an entry of the zip archive ends past its end; the file is cut short, fetch it again", place);
    return located;
}

Status check_ranges(std::vector<Located> &entries, std::uint64_t end, const std::string &place)
{
    std::sort(entries.begin(), entries.end(), [](const Located &a, const Located &b) { return a.header < b.header; });
    std::uint64_t free = 0;
    for (const auto &[entry, header] : entries) {
        if (header < free)
            return fail(ErrorCode::Malformed, "entries of the zip archive overlap", place);
        free = entry.begin + entry.size;
    }
    if (free > end)
        return fail(ErrorCode::Malformed, "entries of the zip archive overlap its directory", place);
    return {};
}

} // namespace

Result<std::vector<ZipEntry>> read_zip(std::span<const std::byte> archive, const std::string &place)
{
    const Bytes bytes(archive);
    QUELL_ASSIGN(const auto directory, find_directory(bytes, place));
    std::vector<Located> located;
    auto at = directory.begin;
    for (std::uint64_t i = 0; i < directory.entries; ++i) {
        QUELL_ASSIGN(const auto entry, read_entry(bytes, at, directory.begin + directory.size, place));
        located.push_back(entry);
    }
    QUELL_TRY(check_ranges(located, directory.begin, place));
    std::vector<ZipEntry> entries;
    for (const auto &[entry, header] : located)
        entries.push_back(entry);
    std::sort(entries.begin(), entries.end(), [](const ZipEntry &a, const ZipEntry &b) { return a.name < b.name; });
    if (std::adjacent_find(entries.begin(), entries.end(), [](auto &a, auto &b) { return a.name == b.name; }) != entries.end())
        return fail(ErrorCode::Malformed, "two entries of the zip archive have one name", place);
    return entries;
}

} // namespace quell
