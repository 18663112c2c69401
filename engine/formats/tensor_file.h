// Named tensors in a file, whatever its container. Memory-mapped; knows nothing of LibTorch, and runs nothing that a file says.
#pragma once

#include "core/mapped_file.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace quell {

enum class Dtype { Bool, U8, I8, F8E4M3, F8E5M2, I16, U16, F16, BF16, I32, U32, F32, I64, U64, F64 };

const char *name_of(Dtype dtype);      // as written in a safetensors header: "BF16"
std::size_t size_of(Dtype dtype);      // bytes of one element
Result<Dtype> dtype_named(std::string_view name);
// Bytes of a row-major tensor; nothing if a size is negative or they do not fit 63 bits.
std::optional<std::uint64_t> byte_count(Dtype dtype, const std::vector<std::int64_t> &shape);

struct TensorInfo {
    std::string name;
    Dtype dtype = Dtype::F32;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0;           // of its first element: bytes from the start of the file
    std::vector<std::int64_t> strides; // in elements; empty if it is row-major, as in every safetensors file

    std::int64_t elements() const;
    std::uint64_t bytes() const; // of its values, row-major
};

enum class Container { Safetensors, TorchZip, TorchLegacy };
const char *name_of(Container container); // "safetensors", "torch zip", "legacy torch"

// What a reader of one container finds: every byte range is checked to lie within the file.
struct TensorListing {
    std::vector<TensorInfo> tensors; // sorted by name, no name twice
    std::map<std::string, std::string> metadata;
};

// An open file. Thread-safe for reading; mapping and bytes live as long as the object. A tensor may be changed in memory without touching the file.
class TensorFile {
public:
    TensorFile(std::shared_ptr<MappedFile> file, Container container, TensorListing listing);

    const fs::path &path() const { return file_->path(); }
    Container container() const { return container_; }
    const std::vector<TensorInfo> &tensors() const { return listing_.tensors; } // sorted by name
    const TensorInfo *find(std::string_view name) const;
    const std::map<std::string, std::string> &metadata() const { return listing_.metadata; }
    // The values of one of its tensors, row-major, little-endian, maybe unaligned: the mapping itself, or (strides) a copy that is made once and kept.
    std::span<std::byte> bytes(const TensorInfo &tensor) const;
    // The same bytes under other names or in part. Each of `tensors` must lie within one of this file's.
    std::shared_ptr<TensorFile> view(std::vector<TensorInfo> tensors) const;
    // To be asked after bytes were read, before they are trusted: Io error if the file was cut short under the mapping.
    Status intact() const { return file_->intact(); }

private:
    std::shared_ptr<MappedFile> file_;
    Container container_;
    TensorListing listing_;
    mutable std::mutex mutex_;
    mutable std::map<std::string, std::vector<std::byte>> rearranged_;
};

// Opens a safetensors file or what torch.save wrote, told by content, not by name. Errors: NotFound, Io; Malformed with what it looks like instead
// (an empty file, a git-lfs pointer, a web page, …) or with what is wrong in it; Unsupported for contents that Quell does not read.
Result<std::shared_ptr<TensorFile>> open_tensor_file(const fs::path &path);

} // namespace quell
