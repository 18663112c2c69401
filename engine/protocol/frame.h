// The framing of the protocol between the studio and the engine, both ways: the preamble "QUELL1\n", then frames
//   u32le payload length | u8 kind | payload
// of kind 0 (JSON, at most 1 MiB) or 1 (binary for the message before it, at most 16 MiB).
#pragma once

#include "formats/json.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quell {

constexpr std::string_view preamble = "QUELL1\n";
constexpr std::size_t json_limit = 1u << 20, binary_limit = 16u << 20;

enum class FrameKind : std::uint8_t { Json = 0, Binary = 1 };

struct Frame {
    FrameKind kind = FrameKind::Json;
    std::string payload;
};

// The bytes of a frame. Too large a payload is an Internal error of the caller: Unsupported.
Result<std::string> encode(const Frame &frame);
// A JSON message as a frame; text that is not UTF-8 is replaced by U+FFFD.
Result<std::string> encode(const Json &message);

// Cuts a stream into frames however it arrives: byte by byte or many frames at once. After the first error it stays in it.
class FrameReader {
public:
    // Appends bytes and returns the frames that are whole now. Malformed: a wrong preamble, an unknown kind, a length above the
    // limit; the message tells which, and the first bytes that did not fit (a stray print shows itself so).
    Result<std::vector<Frame>> feed(std::string_view bytes);
    // Bytes that wait for the rest of their frame.
    std::size_t pending() const { return buffer_.size(); }

private:
    std::string buffer_;
    bool greeted_ = false;
    std::optional<Error> error_;
};

} // namespace quell
