#include "cli/progress.h"

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace quell::cli {
namespace {

std::string clock_text(double seconds)
{
    const auto whole = static_cast<std::int64_t>(seconds + 0.5);
    char text[32];
    std::snprintf(text, sizeof text, "%lld:%02lld", static_cast<long long>(whole / 60), static_cast<long long>(whole % 60));
    return text;
}

std::string bar(double share)
{
    constexpr int width = 24;
    std::string text;
    for (int i = 0; i < width; ++i)
        text += i < share * width ? "█" : "░";
    return text;
}

} // namespace

void Progress::show(const std::string &label, std::int64_t done, std::int64_t total, const std::string &extra)
{
    static const bool terminal = isatty(STDERR_FILENO);
    const auto now = Clock::now();
    if (label != label_) {
        finish();
        label_ = label;
        start_ = now;
        first_ = done;
        shown_ = {};
    }
    const bool last = done >= total;
    if (!last && now - shown_ < (terminal ? std::chrono::milliseconds(100) : std::chrono::milliseconds(15000)))
        return;
    shown_ = now;
    const double passed = std::chrono::duration<double>(now - start_).count();
    const double left = done > first_ ? passed * (total - done) / (done - first_) : 0;
    const auto time = last ? clock_text(passed) : done > first_ ? clock_text(left) + " left" : std::string();
    std::fprintf(stderr, "%s%-18s %s %lld/%lld  %s%s%s%s", terminal ? "\r\033[K" : "", label.c_str(), bar(static_cast<double>(done) / std::max<std::int64_t>(total, 1)).c_str(),
                 static_cast<long long>(done), static_cast<long long>(total), extra.c_str(), extra.empty() ? "" : "  ", time.c_str(), terminal ? "" : "\n");
    std::fflush(stderr);
    open_ = terminal;
}

void Progress::finish()
{
    if (open_)
        std::fputc('\n', stderr);
    open_ = false;
    label_.clear();
}

} // namespace quell::cli
