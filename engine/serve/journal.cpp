#include "serve/journal.h"

#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>

namespace quell {
namespace {

constexpr std::size_t line_limit = 64u << 20;

} // namespace

std::size_t JournalCursor::open()
{
    struct stat now{};
    if (::stat(path_.c_str(), &now) != 0)
        return 0;
    if (!file_ || now.st_ino != inode_ || now.st_size < offset_) {
        file_.reset(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
        offset_ = 0;
        if (!file_ || ::fstat(file_.get(), &now) != 0)
            return 0;
        inode_ = now.st_ino;
    }
    return static_cast<std::size_t>(now.st_size - offset_);
}

std::vector<Json> JournalCursor::read(std::size_t lines, std::size_t bytes)
{
    const auto left = open(), wanted = std::min(left, std::max(bytes, piece_));
    at_end_ = true;
    if (left == 0)
        return {};
    std::string text(wanted, '\0');
    text.resize(std::max<ssize_t>(::pread(file_.get(), text.data(), wanted, offset_), 0));
    const auto whole = text.rfind('\n') + 1;
    piece_ = whole == 0 && wanted < left && wanted < line_limit ? 2 * wanted : 0;
    const auto end = offset_ + static_cast<off_t>(whole);
    auto found = take_lines(std::string_view(text).substr(0, whole), lines);
    at_end_ = whole == 0 ? piece_ == 0 : wanted == left && offset_ == end;
    return found;
}

std::vector<Json> JournalCursor::take_lines(std::string_view text, std::size_t limit)
{
    std::vector<Json> found;
    while (!text.empty() && found.size() < limit) {
        const auto length = text.find('\n');
        auto line = parse_json(text.substr(0, length), path_.string());
        text.remove_prefix(length + 1);
        offset_ += static_cast<off_t>(length + 1);
        if (!line || !line->is_object())
            continue; // damaged: whoever reads the folder is told
        const auto key = line->find(key_);
        if (key == line->end() || !key->is_number_integer() || key->get<std::int64_t>() < next_)
            continue;
        next_ = key->get<std::int64_t>() + 1;
        found.push_back(std::move(*line));
    }
    return found;
}

void JournalCursor::back_to(std::int64_t next)
{
    if (next >= next_)
        return;
    next_ = next;
    offset_ = 0;
    at_end_ = false;
}

} // namespace quell
