#include "protocol/frame.h"

#include <algorithm>
#include <cctype>

namespace quell {
namespace {

constexpr std::size_t header_size = 5;

std::size_t limit_of(FrameKind kind)
{
    return kind == FrameKind::Json ? json_limit : binary_limit;
}

std::string hexadecimal(unsigned char byte)
{
    constexpr char digits[] = "0123456789abcdef";
    return {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
}

// The first bytes, as a person can read them.
std::string shown(std::string_view bytes)
{
    std::string text;
    for (const char c : bytes.substr(0, 40))
        text += std::isprint(static_cast<unsigned char>(c)) ? std::string(1, c) : hexadecimal(static_cast<unsigned char>(c));
    return '"' + text + (bytes.size() > 40 ? "…\"" : "\"");
}

std::size_t length_at(std::string_view bytes)
{
    std::size_t length = 0;
    for (int i = 3; i >= 0; --i)
        length = length << 8 | static_cast<unsigned char>(bytes[i]);
    return length;
}

// Empty: a header that may be.
std::string problem_of(std::string_view rest)
{
    const auto kind = static_cast<unsigned char>(rest[4]);
    if (kind > static_cast<unsigned char>(FrameKind::Binary))
        return "a frame of the unknown kind " + std::to_string(kind);
    if (const auto length = length_at(rest); length > limit_of(FrameKind{kind}))
        return "a frame of " + std::to_string(length) + " bytes, more than the " + std::to_string(limit_of(FrameKind{kind})) + " allowed";
    return {};
}

} // namespace

Result<std::string> encode(const Frame &frame)
{
    const auto length = frame.payload.size();
    if (length > limit_of(frame.kind))
        return fail(ErrorCode::Unsupported, "a message of " + std::to_string(length) + " bytes is larger than the protocol's " + std::to_string(limit_of(frame.kind)));
    std::string bytes;
    bytes.reserve(header_size + length);
    for (int i = 0; i < 4; ++i)
        bytes += static_cast<char>(length >> 8 * i & 255);
    bytes += static_cast<char>(frame.kind);
    return bytes += frame.payload;
}

Result<std::string> encode(const Json &message)
{
    return encode(Frame{FrameKind::Json, message.dump(-1, ' ', false, Json::error_handler_t::replace)});
}

Result<std::vector<Frame>> FrameReader::feed(std::string_view bytes)
{
    if (error_)
        return tl::unexpected(*error_);
    const auto refuse = [this](const std::string &what, std::string_view rest) {
        error_ = Error{ErrorCode::Malformed, "this is not Quell's protocol: " + what + ", beginning with " + shown(rest), {}};
        return tl::unexpected(*error_);
    };
    buffer_ += bytes;
    std::string_view rest = buffer_;
    if (!greeted_) {
        const auto known = std::min(rest.size(), preamble.size());
        if (rest.substr(0, known) != preamble.substr(0, known))
            return refuse("another preamble", rest);
        if (known < preamble.size())
            return std::vector<Frame>();
        greeted_ = true;
        rest.remove_prefix(preamble.size());
    }
    std::vector<Frame> frames;
    while (rest.size() >= header_size) {
        if (const auto problem = problem_of(rest); !problem.empty())
            return refuse(problem, rest);
        const auto length = length_at(rest);
        if (rest.size() - header_size < length)
            break;
        frames.push_back({FrameKind{static_cast<std::uint8_t>(rest[4])}, std::string(rest.substr(header_size, length))});
        rest.remove_prefix(header_size + length);
    }
    buffer_.erase(0, buffer_.size() - rest.size());
    return frames;
}

} // namespace quell
