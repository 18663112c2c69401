#include "data/image.h"

#include "core/random.h"

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <cmath>
#include <optional>
#include <utility>

namespace quell {

namespace {

constexpr std::int64_t max_pixels = 200'000'000;
constexpr std::size_t max_file_bytes = std::size_t{512} << 20;

// Numbers in a buffer that may end anywhere: reading past the end gives nothing.
class Bytes {
public:
    Bytes(std::string_view bytes, bool big_endian) : bytes_(bytes), big_endian_(big_endian) {}

    std::optional<std::uint32_t> number(std::size_t offset, std::size_t size) const
    {
        if (offset > bytes_.size() || size > bytes_.size() - offset)
            return {};
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < size; ++i) {
            const auto byte = static_cast<std::uint8_t>(bytes_[offset + i]);
            value |= std::uint32_t{byte} << 8 * (big_endian_ ? size - 1 - i : i);
        }
        return value;
    }
    std::string_view text(std::size_t offset, std::size_t size) const
    {
        return offset > bytes_.size() ? std::string_view{} : bytes_.substr(offset, size);
    }

private:
    std::string_view bytes_;
    bool big_endian_;
};

std::string_view tail(std::string_view bytes, std::size_t offset)
{
    return bytes.substr(std::min(offset, bytes.size()));
}

// A SHORT or LONG of the first directory of a TIFF file, which is also what an Exif block is.
std::optional<std::uint32_t> tiff_value(std::string_view bytes, std::uint32_t tag)
{
    const Bytes data(bytes, bytes.starts_with("MM"));
    const auto directory = data.number(4, 4);
    const auto entries = directory ? data.number(*directory, 2) : std::nullopt;
    for (std::uint32_t i = 0; entries && i < *entries; ++i) {
        const std::size_t entry = std::size_t{*directory} + 2 + 12 * std::size_t{i};
        if (data.number(entry, 2) == tag)
            return data.number(entry + 8, data.number(entry + 2, 2) == 3u ? 2 : 4);
    }
    return {};
}

int exif_orientation(std::string_view exif)
{
    if (exif.starts_with(std::string_view("Exif\0\0", 6)))
        exif.remove_prefix(6);
    const auto value = tiff_value(exif, 0x0112).value_or(1);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
}

using Dimensions = std::optional<ImageHeader>; // nothing: the header is damaged

Dimensions png_header(std::string_view bytes)
{
    const Bytes data(bytes, true);
    const auto width = data.number(16, 4), height = data.number(20, 4);
    if (!width || !height || data.text(12, 4) != "IHDR")
        return {};
    ImageHeader header{ImageType::Png, *width, *height};
    std::size_t at = 8;
    while (const auto length = data.number(at, 4)) {
        if (data.text(at + 4, 4) == "eXIf")
            header.orientation = exif_orientation(data.text(at + 8, *length));
        at += std::size_t{12} + *length;
    }
    return header;
}

bool is_start_of_frame(std::uint32_t marker)
{
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

Dimensions jpeg_header(std::string_view bytes)
{
    const Bytes data(bytes, true);
    ImageHeader header{ImageType::Jpeg};
    std::size_t at = 2;
    while (data.number(at, 1) == 0xFFu) {
        const auto marker = data.number(at + 1, 1), length = data.number(at + 2, 2);
        if (marker == 0xFFu) { // padding
            ++at;
            continue;
        }
        if (!marker || !length)
            return {};
        if (*marker == 0xE1 && data.text(at + 4, 6) == std::string_view("Exif\0\0", 6))
            header.orientation = exif_orientation(data.text(at + 4, *length - 2));
        if (is_start_of_frame(*marker)) {
            header.height = data.number(at + 5, 2).value_or(0);
            header.width = data.number(at + 7, 2).value_or(0);
        }
        at += std::size_t{2} + *length;
        // libjpeg fills what a truncated file lacks with grey. In the scans the end marker cannot occur by chance.
        if (*marker == 0xDA)
            return tail(bytes, at).find("\xFF\xD9") != std::string_view::npos ? Dimensions(header) : std::nullopt;
    }
    return {};
}

Dimensions webp_header(std::string_view bytes, bool &animated)
{
    const Bytes data(bytes, false);
    const auto kind = data.text(12, 4);
    ImageHeader header{ImageType::WebP};
    if (kind == "VP8 ") {
        header.width = data.number(26, 2).value_or(0) & 0x3FFF;
        header.height = data.number(28, 2).value_or(0) & 0x3FFF;
    } else if (kind == "VP8L") {
        const auto sizes = data.number(21, 4).value_or(0);
        header.width = (sizes & 0x3FFF) + 1;
        header.height = (sizes >> 14 & 0x3FFF) + 1;
    } else if (kind == "VP8X") {
        animated = data.number(20, 1).value_or(0) & 0x02;
        header.width = std::int64_t{data.number(24, 3).value_or(0)} + 1;
        header.height = std::int64_t{data.number(27, 3).value_or(0)} + 1;
    }
    std::size_t at = 12;
    while (const auto length = data.number(at + 4, 4)) {
        if (data.text(at, 4) == "EXIF")
            header.orientation = exif_orientation(data.text(at + 8, *length));
        at += std::size_t{8} + *length + *length % 2;
    }
    return header;
}

Dimensions bmp_header(std::string_view bytes)
{
    const Bytes data(bytes, false);
    const bool core = data.number(14, 4) == 12u; // OS/2's header has 16-bit sizes
    const auto width = data.number(18, core ? 2 : 4), height = data.number(core ? 20 : 22, core ? 2 : 4);
    if (!width || !height)
        return {};
    return ImageHeader{ImageType::Bmp, *width, std::abs(std::int64_t{static_cast<std::int32_t>(*height)})};
}

Dimensions tiff_header(std::string_view bytes)
{
    return ImageHeader{ImageType::Tiff, tiff_value(bytes, 0x0100).value_or(0), tiff_value(bytes, 0x0101).value_or(0),
                       exif_orientation(bytes)};
}

std::string name_of_other_type(std::string_view bytes)
{
    if (bytes.starts_with("GIF8"))
        return "a GIF";
    if (bytes.starts_with("8BPS"))
        return "a Photoshop file";
    if (bytes.starts_with("%PDF"))
        return "a PDF";
    if (tail(bytes, 4).starts_with("ftypavif"))
        return "an AVIF";
    if (tail(bytes, 4).starts_with("ftyphei") || tail(bytes, 4).starts_with("ftypmif1"))
        return "a HEIF";
    if (bytes.starts_with("\xFF\x0A") || tail(bytes, 4).starts_with("JXL "))
        return "a JPEG XL";
    if (tail(bytes, 4).starts_with("jP  "))
        return "a JPEG 2000";
    if (bytes.starts_with("\x76\x2F\x31\x01"))
        return "an OpenEXR";
    return "not a picture of a known type";
}

Dimensions sniff(std::string_view bytes, bool &known, bool &animated)
{
    known = true;
    if (bytes.starts_with("\x89PNG\r\n\x1A\n"))
        return png_header(bytes);
    if (bytes.starts_with("\xFF\xD8\xFF"))
        return jpeg_header(bytes);
    if (bytes.starts_with("RIFF") && tail(bytes, 8).starts_with("WEBP"))
        return webp_header(bytes, animated);
    if (bytes.starts_with("BM"))
        return bmp_header(bytes);
    if (bytes.starts_with(std::string_view("II*\0", 4)) || bytes.starts_with(std::string_view("MM\0*", 4)))
        return tiff_header(bytes);
    known = false;
    return {};
}

// OpenCV's TIFF reader applies the orientation itself; its other readers do not when the picture is read unchanged.
cv::Mat oriented(cv::Mat image, const ImageHeader &header)
{
    if (header.type == ImageType::Tiff)
        return image;
    if (header.orientation >= 5)
        cv::transpose(image, image);
    // After the transposition: mirrored left to right, upside down, or both.
    switch (header.orientation) {
    case 2: case 6: cv::flip(image, image, 1); break;
    case 3: case 7: cv::flip(image, image, -1); break;
    case 4: case 8: cv::flip(image, image, 0); break;
    default: break;
    }
    return image;
}

cv::Mat on_white(const cv::Mat &bgra)
{
    cv::Mat rgb(bgra.size(), CV_8UC3);
    for (int y = 0; y < bgra.rows; ++y) {
        const auto *from = bgra.ptr<cv::Vec4b>(y);
        auto *to = rgb.ptr<cv::Vec3b>(y);
        for (int x = 0; x < bgra.cols; ++x) {
            const int alpha = from[x][3];
            for (int c = 0; c < 3; ++c)
                to[x][c] = static_cast<std::uint8_t>((from[x][2 - c] * alpha + 255 * (255 - alpha) + 127) / 255);
        }
    }
    return rgb;
}

cv::Mat as_rgb(cv::Mat image, ImageType type)
{
    if (image.depth() == CV_16U)
        image.convertTo(image, CV_8U, 1 / 257.0);
    cv::Mat rgb;
    switch (image.channels()) {
    case 1: cv::cvtColor(image, rgb, cv::COLOR_GRAY2RGB); return rgb;
    case 4:
        if (type != ImageType::Bmp)
            return on_white(image);
        cv::cvtColor(image, rgb, cv::COLOR_BGRA2RGB);
        return rgb;
    default: cv::cvtColor(image, rgb, cv::COLOR_BGR2RGB); return rgb;
    }
}

torch::Tensor as_tensor(const cv::Mat &rgb)
{
    return torch::from_blob(rgb.data, {rgb.rows, rgb.cols, 3}, torch::kUInt8).clone();
}

} // namespace

Result<ImageHeader> read_image_header(std::string_view bytes, const std::string &place)
{
    bool known = false, animated = false;
    const auto header = sniff(bytes, known, animated);
    if (!known)
        return fail(ErrorCode::Unsupported, name_of_other_type(bytes) + "; PNG, JPEG, WebP, BMP and TIFF are read", place);
    if (animated)
        return fail(ErrorCode::Unsupported, "an animation; save one frame of it as a picture", place);
    if (!header || header->width <= 0 || header->height <= 0)
        return fail(ErrorCode::Malformed, "the picture is damaged or cut short", place);
    if (header->width > max_pixels / header->height)
        return fail(ErrorCode::Unsupported,
                    "the picture has " + std::to_string(header->width) + " × " + std::to_string(header->height) +
                        " pixels; up to 200 million are read",
                    place);
    return *header;
}

Result<torch::Tensor> decode_image(std::string_view bytes, const std::string &place)
{
    QUELL_ASSIGN(const auto header, read_image_header(bytes, place));
    try {
        const cv::Mat buffer(1, static_cast<int>(bytes.size()), CV_8U, const_cast<char *>(bytes.data()));
        cv::Mat image = cv::imdecode(buffer, cv::IMREAD_UNCHANGED);
        if (image.empty())
            return fail(ErrorCode::Malformed, "the picture is damaged and cannot be decoded", place);
        if (image.depth() != CV_8U && image.depth() != CV_16U)
            return fail(ErrorCode::Unsupported, "samples that are not 8- or 16-bit integers; save it as 8-bit RGB", place);
        return as_tensor(oriented(as_rgb(std::move(image), header.type), header));
    } catch (const cv::Exception &error) {
        if (error.code == cv::Error::StsNoMem)
            return fail(ErrorCode::OutOfMemory, "not enough memory to decode the picture", place);
        return fail(ErrorCode::Malformed, "the picture cannot be decoded (" + error.err + ")", place);
    } catch (const std::bad_alloc &) {
        return fail(ErrorCode::OutOfMemory, "not enough memory to decode the picture", place);
    }
}

Result<std::string> read_image_bytes(const fs::path &path)
{
    return read_text(path, max_file_bytes);
}

Result<torch::Tensor> read_image(const fs::path &path)
{
    QUELL_ASSIGN(const auto bytes, read_image_bytes(path));
    return decode_image(bytes, path.string());
}

torch::Tensor resize_and_crop(const torch::Tensor &image, std::int64_t size, Crop crop, std::uint64_t seed)
{
    const auto height = image.size(0), width = image.size(1), shorter = std::min(height, width);
    const auto scaled = [&](std::int64_t side) { return side == shorter ? size : size * side / shorter; };
    auto pixels = image.permute({2, 0, 1}).unsqueeze(0);
    if (shorter != size)
        pixels = at::_upsample_bilinear2d_aa(pixels, {scaled(height), scaled(width)}, /*align_corners=*/false);
    const auto offset = [&](std::int64_t side, const char *purpose) -> std::int64_t {
        const auto spare = side - size;
        if (crop == Crop::Center)
            return std::lrint(spare / 2.0);
        return static_cast<std::int64_t>(derive_seed(seed, purpose) % static_cast<std::uint64_t>(spare + 1));
    };
    const auto top = offset(pixels.size(2), "crop top"), left = offset(pixels.size(3), "crop left");
    return pixels[0].narrow(1, top, size).narrow(2, left, size).permute({1, 2, 0}).contiguous();
}

torch::Tensor mirrored(const torch::Tensor &images)
{
    return images.flip({-2});
}

torch::Tensor to_pixels(const torch::Tensor &images)
{
    return images.permute({0, 3, 1, 2}).to(torch::kFloat32).div(127.5).sub(1).contiguous();
}

torch::Tensor to_images(const torch::Tensor &pixels)
{
    return pixels.detach().to(torch::kCPU, torch::kFloat32).add(1).mul(127.5).round().clamp(0, 255).to(torch::kUInt8).permute({0, 2, 3, 1}).contiguous();
}

Status write_png(const fs::path &path, const torch::Tensor &image)
{
    const auto rgb = image.contiguous();
    std::vector<std::uint8_t> png;
    try {
        const cv::Mat view(static_cast<int>(rgb.size(0)), static_cast<int>(rgb.size(1)), CV_8UC3, rgb.data_ptr());
        cv::Mat bgr;
        cv::cvtColor(view, bgr, cv::COLOR_RGB2BGR);
        cv::imencode(".png", bgr, png);
    } catch (const cv::Exception &error) {
        return fail(ErrorCode::Internal, "PNG encoding failed: " + error.err, path.string());
    }
    return write_atomically(path, std::string_view(reinterpret_cast<const char *>(png.data()), png.size()));
}

} // namespace quell
