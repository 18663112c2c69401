// What takes reading every byte of a model's weights: their hashes and how many are exactly zero.
#pragma once

#include "formats/tensor_file.h"

#include <functional>

namespace quell {

struct WeightScan {
    struct File {
        fs::path path;
        std::string sha256;
    };
    struct Layer {
        std::string name; // of the tensor
        std::int64_t values = 0, zeros = 0;
    };
    std::vector<File> files;
    std::vector<Layer> layers;
    std::int64_t values = 0, zeros = 0; // -0 is a zero too
};

// A weight file, or a model folder whose UNet's (or own) weight files are taken. `progress` is told bytes now and then, of each file's size twice:
// once hashed, once counted. Errors: those of open_tensor_file and weight_files; Io.
Result<WeightScan> scan_weights(const fs::path &path, const std::function<void(std::uint64_t done, std::uint64_t total)> &progress = {});

} // namespace quell
