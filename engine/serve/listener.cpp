#include "serve/listener.h"

#include "protocol/messages.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

namespace quell {

Result<Listener> Listener::open(const fs::path &folder)
{
    const auto path = folder / socket_name;
    const auto refuse = [&] { return fail(ErrorCode::Io, std::string("cannot listen there: ") + std::strerror(errno), path.string()); };
    ::unlink(path.c_str());
    Descriptor directory(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!directory || !socket)
        return refuse();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto name = "/proc/self/fd/" + std::to_string(directory.get()) + '/' + std::string(socket_name);
    std::strncpy(address.sun_path, name.c_str(), sizeof address.sun_path - 1);
    // The mode is that of the socket before it has a name, so that there is no moment at which others may connect.
    if (::fchmod(socket.get(), 0600) != 0 || ::bind(socket.get(), reinterpret_cast<sockaddr *>(&address), sizeof address) != 0 || ::listen(socket.get(), 8) != 0)
        return refuse();
    return Listener(path, std::move(socket));
}

Listener::~Listener()
{
    if (socket_)
        ::unlink(path_.c_str());
}

Descriptor Listener::accept() const
{
    return Descriptor(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
}

} // namespace quell
