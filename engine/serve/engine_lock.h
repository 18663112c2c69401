// One engine a run folder: engine.lock is held with flock while its process lives, however it ends.
#pragma once

#include "core/files.h"
#include "serve/descriptor.h"

namespace quell {

class EngineLock {
public:
    // Makes the folder if it is not there. Usage, naming the other's pid, if an engine holds it.
    static Result<EngineLock> take(const fs::path &folder);
    EngineLock(EngineLock &&) = default;
    EngineLock &operator=(EngineLock &&) = delete;
    ~EngineLock(); // removes the lock file, and the folder if it was made for the lock alone

    const std::string &nonce() const { return nonce_; } // tells this engine from others that had its pid

private:
    EngineLock(fs::path folder, bool made, Descriptor file, std::string nonce)
        : folder_(std::move(folder)), made_(made), file_(std::move(file)), nonce_(std::move(nonce))
    {
    }
    fs::path folder_;
    bool made_ = false;
    Descriptor file_;
    std::string nonce_;
};

} // namespace quell
