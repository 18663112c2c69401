// The safetensors container: u64 header length, JSON header, packed tensors. Memory-mapped; knows nothing of LibTorch.
#pragma once

#include "formats/tensor_file.h"

#include <functional>

namespace quell {

// Validates the whole header before anything is used: its length (at most 8 MiB and the file's), JSON without duplicate keys,
// dtypes, shapes against byte ranges, ranges that neither overlap nor leave holes nor pass the end of the file.
Result<TensorListing> read_safetensors(std::span<const std::byte> file, const std::string &place);

// A tensor to write: `bytes` must hold exactly elements × size_of(dtype) bytes, little-endian, row-major.
struct TensorBytes {
    std::string name;
    Dtype dtype;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
    // Where set, asked for the bytes once it is their turn; they are good until the next tensor's are asked for.
    std::function<Result<std::span<const std::byte>>()> gather = {};
};

// Writes atomically; tensors ordered by dtype (wide ones first, so that all are aligned) then name and the header padded to 8 bytes, byte for
// byte as the reference writer does.
Status write_safetensors(const fs::path &path, std::vector<TensorBytes> tensors, const std::map<std::string, std::string> &metadata = {});

} // namespace quell
