// Devices and what pays on them.
#pragma once

#include "core/result.h"

#include <torch/torch.h>

#include <cstdint>
#include <string>
#include <vector>

namespace quell::kernels {

struct DeviceInfo {
    std::string name;        // "cpu", "cuda:0"
    std::string description; // model name
    std::int64_t memory = 0; // bytes in all
    std::string capability;  // "AVX512", "9.0"
};

std::vector<DeviceInfo> devices();
// Whether this build has CUDA, and why no such device can be used if it has but none is there.
std::string cuda_state();

// "auto" (the first CUDA device, else the CPU), "cpu", "cuda", "cuda:N". Errors: Usage, NotFound.
Result<torch::Device> pick_device(const std::string &name);

// How many times as fast a bf16 matrix product is as an fp32 one on the CPU, measured once (some milliseconds): far below 1 without
// native support, above 1 with it.
double bf16_speedup();
// "fp32", "bf16", or "auto": the faster. A bf16 that does not pay is obeyed with a warning in the log.
torch::ScalarType pick_dtype(const std::string &precision, torch::Device device);

// Tells the C allocator to keep what large tensors free for the next ones: given back to the system each time, the same pages would be
// cleared anew in every step (a sixth of a training step at SD's size). Call once, at the start of the process.
void keep_freed_memory();
// Takes that back: tensors of a megabyte and more are given back to the system at once, so that no holes stay between them. For runs that
// give time for memory.
void return_freed_memory();

} // namespace quell::kernels
