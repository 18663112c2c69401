// What torch.save writes, read as data: no LibTorch, no Python, nothing is ever run.
#pragma once

#include "formats/tensor_file.h"

namespace quell {

Result<TensorListing> read_torch_zip(std::span<const std::byte> file, const std::string &place);
Result<TensorListing> read_torch_legacy(std::span<const std::byte> file, const std::string &place);

} // namespace quell
