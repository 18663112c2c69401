#include "core/mapped_file.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace quell {

// What the signal handler may look at: numbers that are written without locks.
struct MappedFile::Slot {
    std::atomic<std::uintptr_t> begin = 0, end = 0;
    std::atomic<bool> damaged = false;
    const MappedFile *file = nullptr; // guarded by MappedFiles::mutex
};

struct MappedFiles {
    static inline std::array<MappedFile::Slot, 1024> slots;
    static inline std::mutex mutex;
    static inline struct sigaction previous;

    // Zeros in place of the rest of the mapping that `address` lies in.
    static bool replace_rest(std::uintptr_t address)
    {
        static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
        for (auto &slot : slots) {
            const auto begin = slot.begin.load(), end = slot.end.load();
            if (address < begin || address >= end)
                continue;
            slot.damaged = true;
            const auto from = address / page * page;
            return ::mmap(reinterpret_cast<void *>(from), end - from, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) != MAP_FAILED;
        }
        return false;
    }

    static void on_bus_error(int, siginfo_t *info, void *)
    {
        const int kept = errno;
        if (!replace_rest(reinterpret_cast<std::uintptr_t>(info->si_addr)))
            ::sigaction(SIGBUS, &previous, nullptr); // not ours: the access is made again and meets the old handler
        errno = kept;
    }

    static void install_handler()
    {
        static std::once_flag once;
        std::call_once(once, [] {
            struct sigaction action = {};
            action.sa_sigaction = on_bus_error;
            action.sa_flags = SA_SIGINFO | SA_ONSTACK;
            ::sigaction(SIGBUS, &action, &previous);
        });
    }

    static MappedFile::Slot *claim(const MappedFile *file)
    {
        install_handler();
        const std::lock_guard lock(mutex);
        for (auto &slot : slots) {
            if (slot.file)
                continue;
            slot.file = file;
            slot.damaged = false;
            slot.begin = reinterpret_cast<std::uintptr_t>(file->bytes_);
            slot.end = slot.begin + file->size_;
            return &slot;
        }
        return nullptr;
    }

    static bool holds(std::uintptr_t begin, std::uintptr_t end)
    {
        return std::any_of(slots.begin(), slots.end(), [&](const auto &slot) { return begin >= slot.begin.load() && end <= slot.end.load(); });
    }

    static void release(MappedFile::Slot &slot)
    {
        const std::lock_guard lock(mutex);
        slot.end = slot.begin = 0;
        slot.file = nullptr;
    }
};

Result<std::shared_ptr<MappedFile>> MappedFile::open(const fs::path &path)
{
    const auto place = path.string();
    std::shared_ptr<MappedFile> file(new MappedFile);
    file->path_ = path;
    file->descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file->descriptor_ < 0)
        return fail(errno == ENOENT ? ErrorCode::NotFound : ErrorCode::Io, std::string("cannot be opened: ") + std::strerror(errno), place);
    struct stat facts;
    if (::fstat(file->descriptor_, &facts) != 0 || !S_ISREG(facts.st_mode))
        return fail(ErrorCode::Malformed, "not a file", place);
    if (facts.st_size == 0)
        return file;
    // No swap is reserved for the copies that changed pages would need: a model is often larger than what is free.
    void *mapping = ::mmap(nullptr, facts.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, file->descriptor_, 0);
    if (mapping == MAP_FAILED)
        return fail(ErrorCode::Io, std::string("cannot be mapped into memory: ") + std::strerror(errno), place);
    file->bytes_ = static_cast<std::byte *>(mapping);
    file->size_ = facts.st_size;
    file->slot_ = MappedFiles::claim(file.get());
    if (!file->slot_)
        return fail(ErrorCode::Io, "cannot be mapped into memory: too many files are", place);
    return file;
}

MappedFile::~MappedFile()
{
    if (slot_)
        MappedFiles::release(*slot_);
    if (bytes_)
        ::munmap(bytes_, size_);
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

Status MappedFile::intact() const
{
    struct stat facts;
    if (slot_ && (slot_->damaged || ::fstat(descriptor_, &facts) != 0 || static_cast<std::size_t>(facts.st_size) < size_))
        return fail(ErrorCode::Io, "the file was cut short or its disk failed while it was being read; fetch it again", path_.string());
    return {};
}

void release_pages(std::span<const std::byte> bytes)
{
    static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto address = reinterpret_cast<std::uintptr_t>(bytes.data());
    // Whole pages alone: their neighbours may be in use.
    const auto begin = (address + page - 1) / page * page, end = (address + bytes.size()) / page * page;
    if (begin < end && MappedFiles::holds(begin, end))
        ::madvise(reinterpret_cast<void *>(begin), end - begin, MADV_DONTNEED);
}

Status mapped_files_intact()
{
    const std::lock_guard lock(MappedFiles::mutex);
    for (const auto &slot : MappedFiles::slots) {
        if (slot.file)
            QUELL_TRY(slot.file->intact());
    }
    return {};
}

} // namespace quell
