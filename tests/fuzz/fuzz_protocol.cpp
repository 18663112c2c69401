// Any bytes at all, as either side may get them: frames or an error, the same however they are cut.
#include "protocol/frame.h"
#include "protocol/messages.h"
#include "require.h"

using namespace quell;

namespace {

void read_message(const Frame &frame)
{
    const auto message = parse_json(frame.payload, "frame");
    if (!message)
        return;
    (void)check_request(*message);
    (void)status_of(*message);
    if (const auto bytes = encode(*message)) {
        const auto again = FrameReader().feed(std::string(preamble) + *bytes);
        require(again && again->size() == 1);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const std::string_view bytes(reinterpret_cast<const char *>(data) + 1, size - 1);
    const std::size_t piece = data[0] + 1; // the first byte says how the rest is cut
    FrameReader whole, cut;
    const auto frames = whole.feed(bytes);
    std::size_t count = 0;
    bool failed = false;
    for (std::size_t at = 0; at < bytes.size() && !failed; at += piece) {
        const auto some = cut.feed(bytes.substr(at, piece));
        failed = !some;
        count += some ? some->size() : 0;
    }
    require(failed == !frames);
    if (!frames)
        return 0;
    require(count == frames->size());
    for (const auto &frame : *frames)
        read_message(frame);
    return 0;
}
