// Safetensors files of any size that take no room: a header, and zeros that are not on the disk.
#pragma once

#include "architecture/outline.h"

#include <fstream>
#include <numeric>

namespace quell::tests {

inline void write_sparse_weights(const fs::path &path, const Shapes &shapes)
{
    Json header = Json::object();
    std::uint64_t end = 0;
    for (const auto &[name, shape] : shapes) {
        const auto begin = end;
        end += 4 * std::accumulate(shape.begin(), shape.end(), std::uint64_t{1}, std::multiplies<>());
        header[name] = {{"dtype", "F32"}, {"shape", shape}, {"data_offsets", {begin, end}}};
    }
    auto text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    const std::uint64_t length = text.size();
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char *>(&length), sizeof length) << text;
    fs::resize_file(path, sizeof length + length + end);
}

} // namespace quell::tests
