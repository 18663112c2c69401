// What torch.save writes, read as data (formats/pickle.h): no LibTorch, no Python, nothing is ever run.
//
// Names: a dict of tensors gives its keys; nested dicts and lists are joined by ".", list items named by index; if the top level has a dict "state_dict" (Lightning,
// the original Stable Diffusion), only what lies in it is taken, without that prefix. A bare tensor is named "tensor". Texts and whole numbers at the top level
// become metadata. Keys that are neither texts nor numbers, and values that hold no tensors, are left out.
//
// Parameters are their tensors; views stay views (TensorInfo::strides), and tensors may share bytes, but all together may not be more than four times the
// file (Malformed). Unsupported: big-endian files, TorchScript, complex or quantized tensors, and all that read_pickle refuses.
#pragma once

#include "formats/tensor_file.h"

namespace quell {

// A zip archive with data.pkl, byteorder and one stored entry per storage.
Result<TensorListing> read_torch_zip(std::span<const std::byte> file, const std::string &place);
// Before PyTorch 1.6: five pickles (magic number, protocol, machine, object, storage keys), then each storage as its length and bytes.
Result<TensorListing> read_torch_legacy(std::span<const std::byte> file, const std::string &place);

} // namespace quell
