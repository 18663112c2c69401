// Pictures as tensors: decoding what people have on disk, resizing, and writing PNG. OpenCV stays behind this header.
// An image is uint8 [height, width, 3], RGB, contiguous, on the CPU.
#pragma once

#include "core/files.h"

#include <torch/torch.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace quell {

enum class ImageType { Png, Jpeg, WebP, Bmp, Tiff };

struct ImageHeader {
    ImageType type = ImageType::Png;
    std::int64_t width = 0, height = 0; // as stored, before orientation
    int orientation = 1;                // Exif's tag 0x0112: 1..8
};

// What the first bytes say, without decoding. Errors: Unsupported (another type, animation, more than 200 megapixels), Malformed
// (damaged header, a JPEG cut short). `place` names the file.
Result<ImageHeader> read_image_header(std::string_view bytes, const std::string &place);

// Decodes to RGB: Exif orientation applied, alpha composited on white (a BMP's is ignored: writers leave it undefined),
// 16-bit samples rounded to 8, grey repeated. Of a TIFF with several pages the first. Errors as above, OutOfMemory.
Result<torch::Tensor> decode_image(std::string_view bytes, const std::string &place);
Result<torch::Tensor> read_image(const fs::path &path);
// The file's bytes, up to 512 MiB.
Result<std::string> read_image_bytes(const fs::path &path);

enum class Crop { Center, Random };

// Scales the shorter side to `size` (bilinear, antialiased, as PIL and torchvision do) and crops the longer one: in the middle, or
// where `seed` says. Gives [size, size, 3].
torch::Tensor resize_and_crop(const torch::Tensor &image, std::int64_t size, Crop crop = Crop::Center, std::uint64_t seed = 0);
// Left and right exchanged; takes [..., height, width, 3].
torch::Tensor mirrored(const torch::Tensor &images);

// uint8 [n, height, width, 3] to a model's fp32 [n, 3, height, width] in -1..1, and back, rounded and clamped. Any device; back to the CPU.
torch::Tensor to_pixels(const torch::Tensor &images);
torch::Tensor to_images(const torch::Tensor &pixels);

// Writes atomically.
Status write_png(const fs::path &path, const torch::Tensor &image);

} // namespace quell
