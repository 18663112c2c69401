// The socket of a detached engine, in its run folder and for its user alone.
#pragma once

#include "core/files.h"
#include "serve/descriptor.h"

namespace quell {

class Listener {
public:
    // A socket that an earlier engine left behind is replaced: hold the folder's lock. Works for paths longer than a socket address.
    static Result<Listener> open(const fs::path &folder);
    Listener(Listener &&) = default;
    Listener &operator=(Listener &&) = delete;
    ~Listener(); // removes the socket

    const fs::path &path() const { return path_; }
    int descriptor() const { return socket_.get(); }
    Descriptor accept() const; // none: nobody waits

private:
    Listener(fs::path path, Descriptor socket) : path_(std::move(path)), socket_(std::move(socket)) {}
    fs::path path_;
    Descriptor socket_;
};

} // namespace quell
