// Files that are either there whole or not at all.
#pragma once

#include "core/result.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

namespace quell {

namespace fs = std::filesystem;

// The whole file as text. Errors: NotFound, Io; files above `limit` bytes are Malformed.
Result<std::string> read_text(const fs::path &path, std::size_t limit = 64u << 20);

// Writes under a temporary name in the same folder, syncs, renames over `path`. On any error nothing is left behind and
// an older file at `path` is untouched. A full disk is told by name.
Status write_atomically(const fs::path &path, std::string_view text);
// The same for a writer that streams: `write` gets a descriptor open for writing.
Status write_atomically(const fs::path &path, const std::function<Status(int descriptor)> &write);

// write(2) until all bytes are out. `place` names the file in the error.
Status write_all(int descriptor, std::span<const std::byte> bytes, const fs::path &place);

// fsync of a folder, so that a rename in it survives a power cut.
Status sync_folder(const fs::path &folder);

// Creates the folder and its parents; an existing one is fine. Io error if it cannot be written.
Status make_writable_folder(const fs::path &folder);

} // namespace quell
