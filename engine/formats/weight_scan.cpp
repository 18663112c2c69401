#include "formats/weight_scan.h"

#include "core/sha256.h"
#include "formats/model_folder.h"

#include <algorithm>
#include <cstring>
#include <fstream>

namespace quell {
namespace {

constexpr std::size_t piece_size = std::size_t{4} << 20;

// Values all of whose bits under `mask` are unset; an element may be unaligned.
template <class Bits> std::int64_t count_zeros(std::span<const std::byte> bytes, Bits mask)
{
    std::int64_t zeros = 0;
    for (std::size_t at = 0; at + sizeof(Bits) <= bytes.size(); at += sizeof(Bits)) {
        Bits value;
        std::memcpy(&value, bytes.data() + at, sizeof value);
        zeros += (value & mask) == 0;
    }
    return zeros;
}

std::int64_t count_zeros(std::span<const std::byte> bytes, Dtype dtype)
{
    switch (dtype) {
    case Dtype::F64: return count_zeros<std::uint64_t>(bytes, ~std::uint64_t{0} >> 1);
    case Dtype::F32: return count_zeros<std::uint32_t>(bytes, 0x7fffffff);
    case Dtype::F16:
    case Dtype::BF16: return count_zeros<std::uint16_t>(bytes, 0x7fff);
    case Dtype::F8E4M3:
    case Dtype::F8E5M2: return count_zeros<std::uint8_t>(bytes, 0x7f);
    default: break;
    }
    switch (size_of(dtype)) {
    case 8: return count_zeros<std::uint64_t>(bytes, ~std::uint64_t{0});
    case 4: return count_zeros<std::uint32_t>(bytes, ~std::uint32_t{0});
    case 2: return count_zeros<std::uint16_t>(bytes, 0xffff);
    default: return count_zeros<std::uint8_t>(bytes, 0xff);
    }
}

Result<std::vector<fs::path>> files_of(const fs::path &path)
{
    std::error_code error;
    if (!fs::is_directory(path, error))
        return std::vector{path};
    QUELL_ASSIGN(const auto folder, unet_folder(path));
    return weight_files(folder);
}

using Tell = std::function<void(std::uint64_t bytes)>;

Result<std::string> hash_of(const fs::path &path, const Tell &tell)
{
    std::ifstream file(path, std::ios::binary);
    Sha256 hash;
    std::string piece(piece_size, '\0');
    while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount() > 0) {
        hash.update(std::string_view(piece.data(), file.gcount()));
        tell(file.gcount());
    }
    if (!file.eof())
        return fail(ErrorCode::Io, "cannot be read", path.string());
    return hash.finish();
}

void count(const TensorFile &file, WeightScan &scan, const Tell &tell)
{
    for (const auto &tensor : file.tensors()) {
        const std::span<const std::byte> bytes = file.bytes(tensor);
        WeightScan::Layer layer{tensor.name, tensor.elements(), 0};
        for (std::size_t at = 0; at < bytes.size(); at += piece_size) { // a multiple of every element's size
            const auto piece = bytes.subspan(at, std::min(piece_size, bytes.size() - at));
            layer.zeros += count_zeros(piece, tensor.dtype);
            tell(piece.size());
        }
        scan.values += layer.values;
        scan.zeros += layer.zeros;
        scan.layers.push_back(std::move(layer));
    }
}

} // namespace

Result<WeightScan> scan_weights(const fs::path &path, const std::function<void(std::uint64_t, std::uint64_t)> &progress)
{
    QUELL_ASSIGN(const auto paths, files_of(path));
    std::vector<std::shared_ptr<TensorFile>> files;
    std::uint64_t done = 0, total = 0;
    for (const auto &one : paths) {
        QUELL_ASSIGN(auto file, open_tensor_file(one));
        files.push_back(std::move(file));
        std::error_code ignored;
        total += 2 * fs::file_size(one, ignored);
    }
    const Tell tell = [&](std::uint64_t bytes) {
        done += bytes;
        if (progress)
            progress(done, total);
    };
    WeightScan scan;
    for (const auto &file : files) {
        QUELL_ASSIGN(auto sha256, hash_of(file->path(), tell));
        scan.files.push_back({file->path(), std::move(sha256)});
        count(*file, scan, tell);
        QUELL_TRY(file->intact());
    }
    return scan;
}

} // namespace quell
