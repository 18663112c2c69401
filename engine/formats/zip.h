// Zip archives whose entries are stored, not compressed: what torch.save writes. (APPNOTE.TXT 6.3: central directory, zip64.)
#pragma once

#include "core/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace quell {

struct ZipEntry {
    std::string_view name; // in the archive's bytes
    std::uint64_t begin = 0, size = 0; // of its contents: bytes of the archive
};

// Entries sorted by name. Malformed: cut short, entries that overlap, reach into the directory or share a name. Unsupported: compressed entries (an archive may
// unpack to more than any memory), encrypted ones, several disks, more than 65,536 entries. Checksums are not computed: that would read everything.
Result<std::vector<ZipEntry>> read_zip(std::span<const std::byte> archive, const std::string &place);

} // namespace quell
