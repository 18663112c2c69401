#include "serve/engine_lock.h"

#include "protocol/messages.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <random>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>

namespace quell {
namespace {

std::string make_nonce()
{
    std::random_device random;
    char text[17];
    std::snprintf(text, sizeof text, "%08x%08x", random(), random());
    return text;
}

// Whether the path still names the open file: the one before may have removed it between our open and our lock.
bool names(const fs::path &path, int descriptor)
{
    struct stat there{}, ours{};
    return ::stat(path.c_str(), &there) == 0 && ::fstat(descriptor, &ours) == 0 && there.st_ino == ours.st_ino && there.st_dev == ours.st_dev;
}

// 0, or errno. A little patience: who only asks whether an engine is at work holds the lock for a moment.
int lock_within(int descriptor, std::chrono::milliseconds patience)
{
    const auto until = std::chrono::steady_clock::now() + patience;
    while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK || std::chrono::steady_clock::now() > until)
            return errno;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return 0;
}

tl::unexpected<Error> refuse(const fs::path &folder, const fs::path &path)
{
    std::string pid = "unknown";
    if (const auto held = read_json(path); held && held->is_object())
        pid = std::to_string(held->value("pid", 0));
    return fail(ErrorCode::Usage, "another engine is at work on this run (process " + pid + "); stop it first, or choose another folder", folder.string());
}

} // namespace

Result<EngineLock> EngineLock::take(const fs::path &folder)
{
    std::error_code ignored;
    const bool made = !fs::exists(folder, ignored);
    QUELL_TRY(make_writable_folder(folder));
    const auto path = folder / lock_name;
    Descriptor file;
    do {
        file.reset(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
        if (!file)
            return fail(ErrorCode::Io, std::strerror(errno), path.string());
        if (const int error = lock_within(file.get(), std::chrono::milliseconds(200)); error != 0)
            return error == EWOULDBLOCK ? refuse(folder, path) : fail(ErrorCode::Io, std::strerror(error), path.string());
    } while (!names(path, file.get()));
    EngineLock lock(folder, made, std::move(file), make_nonce());
    const auto text = Json{{"pid", ::getpid()}, {"nonce", lock.nonce_}}.dump() + "\n";
    if (::ftruncate(lock.file_.get(), 0) != 0)
        return fail(ErrorCode::Io, std::strerror(errno), path.string());
    QUELL_TRY(write_all(lock.file_.get(), std::as_bytes(std::span(text)), path));
    return lock;
}

EngineLock::~EngineLock()
{
    if (!file_)
        return;
    ::unlink((folder_ / lock_name).c_str());
    if (made_)
        ::rmdir(folder_.c_str()); // fails, as it should, once there is a run in it
}

} // namespace quell
