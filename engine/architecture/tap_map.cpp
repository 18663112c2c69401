#include "architecture/tap_map.h"

#include <algorithm>

namespace quell {
namespace {

struct Tap {
    std::size_t index;
    std::string name, kind;
    std::int64_t channels, halvings; // resolution: the latent's side divided by 2^halvings
};

std::vector<Tap> taps_of(const UNetConfig &config)
{
    const auto &channels = config.block_out_channels;
    const auto levels = static_cast<std::int64_t>(channels.size());
    std::vector<Tap> taps;
    for (const auto &name : tap_names(config)) {
        Tap tap{taps.size(), name, name.substr(0, name.find_first_of("0123456789")), 0, 0};
        const std::int64_t number = tap.kind == "mid" ? levels - 1 : std::stoll(name.substr(tap.kind.size()));
        const auto level = tap.kind == "up" ? levels - 1 - number : number;
        tap.channels = channels[level];
        tap.halvings = tap.kind == "up" ? std::max<std::int64_t>(level - 1, 0) : std::min(level + (tap.kind == "down"), levels - 1);
        taps.push_back(std::move(tap));
    }
    return taps;
}

std::string listed(const std::vector<Tap> &taps)
{
    std::string text;
    for (const auto &tap : taps)
        text += (text.empty() ? "" : ", ") + tap.name + ' ' + std::to_string(tap.channels) + "@1/" + std::to_string(std::int64_t{1} << tap.halvings);
    return text;
}

bool fits(const Tap &a, const Tap &b)
{
    return a.kind == b.kind && a.channels == b.channels && a.halvings == b.halvings;
}

} // namespace

std::vector<std::string> tap_names(const UNetConfig &config)
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < config.levels(); ++i)
        names.push_back("down" + std::to_string(i));
    if (!config.mid_block_type.empty())
        names.push_back("mid");
    for (std::size_t i = 0; i < config.levels(); ++i)
        names.push_back("up" + std::to_string(i));
    return names;
}

Result<std::vector<TapPair>> derive_tap_map(const UNetConfig &student, const UNetConfig &teacher)
{
    const auto ours = taps_of(student), theirs = taps_of(teacher);
    std::vector<TapPair> pairs;
    // From the back, so that a student with fewer stages pairs its last up blocks with the teacher's last.
    auto next = theirs.rbegin();
    for (auto tap = ours.rbegin(); tap != ours.rend(); ++tap) {
        const auto match = std::find_if(next, theirs.rend(), [&](const Tap &other) { return fits(*tap, other); });
        if (match == theirs.rend())
            continue;
        pairs.push_back({tap->index, match->index, tap->name == match->name ? tap->name : tap->name + "→" + match->name});
        next = match + 1;
    }
    if (pairs.empty())
        return fail(ErrorCode::Mismatch, "no block of the student fits one of the teacher; student: " + listed(ours) + "; teacher: " + listed(theirs));
    std::reverse(pairs.begin(), pairs.end());
    return pairs;
}

} // namespace quell
