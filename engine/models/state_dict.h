// Named tensors, the currency between files, pruning and models.
#pragma once

#include "architecture/outline.h"
#include "formats/tensor_file.h"

#include <torch/torch.h>

#include <map>
#include <string>

namespace quell {

// Keys are exactly those of the diffusers or transformers state dict.
using StateDict = std::map<std::string, torch::Tensor>;

torch::ScalarType scalar_type(Dtype dtype);
Result<Dtype> dtype_of(torch::ScalarType type);

Shapes shapes_of(const StateDict &tensors);

// Tensors that view the mapped files (which they keep alive); unaligned ones are copied. A key in two files is Malformed.
Result<StateDict> read_state_dict(const std::vector<std::shared_ptr<TensorFile>> &files);
Result<StateDict> read_state_dict(const fs::path &file);
// All weight files of a component's folder (weight_files).
Result<StateDict> open_state_dict(const fs::path &folder);

// Writes CPU or CUDA tensors of any layout, atomically.
Status write_state_dict(const fs::path &path, const StateDict &tensors, const std::map<std::string, std::string> &metadata = {});

} // namespace quell
