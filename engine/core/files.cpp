#include "core/files.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace quell {
namespace {

tl::unexpected<Error> fail_errno(int number, const std::string &action, const fs::path &place)
{
    const auto code = number == ENOENT ? ErrorCode::NotFound : ErrorCode::Io;
    std::string reason = std::strerror(number);
    if (number == ENOSPC || number == EDQUOT)
        reason = "the disk is full; free some space and try again";
    else if (number == ENOENT)
        reason = "there is no such file or folder";
    else if (number == EACCES || number == EROFS)
        reason = "no permission";
    return fail(code, "cannot " + action + ": " + reason, place.string());
}

// Closes on every way out; -1 when nothing is open.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    operator int() const { return number_; }
    // 0, or -1 with errno: some file systems report a failed write only here.
    int close() { return number_ < 0 ? 0 : ::close(std::exchange(number_, -1)); }

private:
    int number_;
};

fs::path temporary_beside(const fs::path &path)
{
    static std::atomic<unsigned> count = 0;
    auto name = path.filename();
    name += ".part-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
    return path.parent_path() / name;
}

Status write_and_rename(const fs::path &part, const fs::path &path, const std::function<Status(int)> &write)
{
    Descriptor file(::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (file < 0)
        return fail_errno(errno, "write", path);
    QUELL_TRY(write(file));
    if (::fsync(file) != 0 || file.close() != 0)
        return fail_errno(errno, "write", path);
    if (::rename(part.c_str(), path.c_str()) != 0)
        return fail_errno(errno, "put in place", path);
    return {};
}

} // namespace

Result<std::string> read_text(const fs::path &path, std::size_t limit)
{
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file < 0)
        return fail_errno(errno, "read", path);
    std::string text;
    for (;;) {
        char piece[1 << 16];
        const auto count = ::read(file, piece, sizeof piece);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return fail_errno(errno, "read", path);
        if (count == 0)
            return text;
        if (text.size() + count > limit)
            return fail(ErrorCode::Malformed, "larger than the " + std::to_string(limit) + " bytes that such a file may have", path.string());
        text.append(piece, count);
    }
}

Status write_atomically(const fs::path &path, std::string_view text)
{
    return write_atomically(path, [&](int descriptor) { return write_all(descriptor, std::as_bytes(std::span(text)), path); });
}

Status write_atomically(const fs::path &path, const std::function<Status(int descriptor)> &write)
{
    const auto part = temporary_beside(path);
    if (auto status = write_and_rename(part, path, write); !status) {
        ::unlink(part.c_str());
        return status;
    }
    return sync_folder(path.parent_path());
}

Status write_all(int descriptor, std::span<const std::byte> bytes, const fs::path &place)
{
    while (!bytes.empty()) {
        const auto count = ::write(descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return fail_errno(errno, "write", place);
        bytes = bytes.subspan(count);
    }
    return {};
}

Status sync_folder(const fs::path &folder)
{
    const auto path = folder.empty() ? fs::path(".") : folder;
    Descriptor file(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    // EINVAL: a file system that has no fsync for folders.
    if (file < 0 || (::fsync(file) != 0 && errno != EINVAL))
        return fail_errno(errno, "sync the folder", path);
    return {};
}

Status make_writable_folder(const fs::path &folder)
{
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        return fail_errno(error.value(), "create the folder", folder);
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
        return fail_errno(errno, "write into the folder", folder);
    return {};
}

} // namespace quell
