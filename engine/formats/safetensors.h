// The safetensors container: u64 header length, JSON header, packed tensors. Memory-mapped; knows nothing of LibTorch.
#pragma once

#include "core/files.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace quell {

enum class Dtype { Bool, U8, I8, F8E4M3, F8E5M2, I16, U16, F16, BF16, I32, U32, F32, I64, U64, F64 };

const char *name_of(Dtype dtype);      // as written in the header: "BF16"
std::size_t size_of(Dtype dtype);      // bytes of one element
Result<Dtype> dtype_named(std::string_view name);

struct TensorInfo {
    std::string name;
    Dtype dtype = Dtype::F32;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0, end = 0; // bytes, relative to the first byte after the header

    std::int64_t elements() const;
};

// An open file. Thread-safe for reading; the mapping lives as long as the object. Mapped private and writable, so that
// a tensor may be changed in memory without touching the file.
class SafetensorsFile {
public:
    // Validates the whole header before anything is used: its length (at most 100 MiB and the file's), JSON without duplicate keys,
    // dtypes, shapes against byte ranges, ranges that neither overlap nor leave holes nor pass the end of the file.
    static Result<std::shared_ptr<SafetensorsFile>> open(const fs::path &path);
    ~SafetensorsFile();
    SafetensorsFile(const SafetensorsFile &) = delete;
    SafetensorsFile &operator=(const SafetensorsFile &) = delete;

    const fs::path &path() const { return path_; }
    const std::vector<TensorInfo> &tensors() const { return tensors_; } // sorted by name
    const TensorInfo *find(std::string_view name) const;
    const std::map<std::string, std::string> &metadata() const { return metadata_; }
    std::span<std::byte> bytes(const TensorInfo &tensor) const;

private:
    SafetensorsFile() = default;
    Status read_header();
    fs::path path_;
    std::vector<TensorInfo> tensors_;
    std::map<std::string, std::string> metadata_;
    std::byte *mapping_ = nullptr;
    std::size_t mapped_size_ = 0;
    std::size_t data_begin_ = 0;
};

// A tensor to write: `bytes` must hold exactly elements × size_of(dtype) bytes, little-endian, row-major.
struct TensorBytes {
    std::string name;
    Dtype dtype;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
};

// Writes atomically; tensors ordered by dtype (wide ones first, so that all are aligned) then name and the header padded to 8 bytes, byte for
// byte as the reference writer does.
Status write_safetensors(const fs::path &path, std::vector<TensorBytes> tensors, const std::map<std::string, std::string> &metadata = {});

} // namespace quell
