// A file mapped into memory. Mapped private and writable: what is changed in memory does not reach the file.
#pragma once

#include "core/files.h"

#include <memory>

namespace quell {

// Reading a mapping whose file was cut short meanwhile (or whose disk fails) is SIGBUS by default. Here what is gone reads as zeros and the file
// counts as damaged from then on, so that a reader asks intact() when it has read, before it trusts anything. The handler of SIGBUS
// that does this is installed with the first mapping; faults elsewhere go to the handler that was there before.
class MappedFile {
public:
    // Errors: NotFound, Io; Malformed if it is no regular file.
    static Result<std::shared_ptr<MappedFile>> open(const fs::path &path);
    ~MappedFile();
    MappedFile(const MappedFile &) = delete;
    MappedFile &operator=(const MappedFile &) = delete;

    const fs::path &path() const { return path_; }
    std::span<std::byte> bytes() const { return {bytes_, size_}; }
    // Io error if bytes that were read were not there, or if the file is shorter now (what is missing of its last page reads as zeros without a fault).
    Status intact() const;

private:
    MappedFile() = default;
    struct Slot;
    friend struct MappedFiles;
    fs::path path_;
    int descriptor_ = -1;
    std::byte *bytes_ = nullptr;
    std::size_t size_ = 0;
    Slot *slot_ = nullptr;
};

// Lets go of the memory that holds this part of a mapped file; what is touched again is read from the file again. Nobody may have written to it. Bytes that
// are not of a mapping stay as they are.
void release_pages(std::span<const std::byte> bytes);

// The first error among the files that are mapped now: for those who no longer know which files their values came from.
Status mapped_files_intact();

} // namespace quell
