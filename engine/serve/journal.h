// A place in a log that grows (events.ndjson, metrics.ndjson). What is told live and what is told again later is read through the same
// cursor, so that nothing has to be kept for a slow reader.
#pragma once

#include "formats/json.h"
#include "serve/descriptor.h"

#include <sys/types.h>

namespace quell {

class JournalCursor {
public:
    // Lines are counted by the whole number `key` in them, which rises from line to line.
    JournalCursor(fs::path path, std::string key, std::int64_t next) : path_(std::move(path)), key_(std::move(key)), next_(next) {}

    // The next whole lines, at most so many, from about `bytes` bytes of the file; a torn last line waits for its rest. A file that was
    // written anew (a new attempt does that) is read from its start, passing over what was told before. None: nothing is there, yet.
    std::vector<Json> read(std::size_t lines, std::size_t bytes);
    // Tells lines from `next` on again, if that is earlier than where it is.
    void back_to(std::int64_t next);
    bool at_end() const { return at_end_; } // the last read left no whole line behind

private:
    std::size_t open(); // bytes left to read; 0 if there is no file
    std::vector<Json> take_lines(std::string_view text, std::size_t limit);

    fs::path path_;
    std::string key_;
    std::int64_t next_;
    Descriptor file_;
    ino_t inode_ = 0;
    off_t offset_ = 0;
    std::size_t piece_ = 0; // more than asked for, when a line is longer
    bool at_end_ = false;
};

} // namespace quell
