// What the client needs of the operating system: a child whose stdin and stdout are one socket, a socket behind a long path, signals that
// cannot reach another process, the kernel's count of out-of-memory kills.
#pragma once

#include "core/result.h"

#include <QProcess>
#include <QString>

#include <memory>

namespace quell {

// A descriptor that closes itself.
class Descriptor {
public:
    explicit Descriptor(int number = -1) : m_number(number) {}
    Descriptor(Descriptor &&other) noexcept : m_number(std::exchange(other.m_number, -1)) {}
    Descriptor &operator=(Descriptor &&other) noexcept
    {
        std::swap(m_number, other.m_number);
        return *this;
    }
    ~Descriptor();
    int get() const { return m_number; }
    int release() { return std::exchange(m_number, -1); }
    bool valid() const { return m_number >= 0; }

private:
    int m_number;
};

// Starts `process` with its stdin and stdout connected to the socket returned. Unlike QProcess's own pipes, that one is read only as far as
// its reader likes, so that a fast child waits instead of filling the memory. Start it on the GUI thread.
Result<Descriptor> startOnSocket(QProcess &process, const QString &program, const QStringList &arguments);

// A name for a socket that fits into a socket address (108 bytes): the path itself, or one through `folder`, which is then opened and must
// stay so until the connection is made.
QString shortSocketName(const QString &path, Descriptor &folder);

// Who listens at the other end of a connected socket; invalid where the system does not tell. `pid` gets its number.
Descriptor peerProcess(int socket, qint64 &pid);
void sendSignal(const Descriptor &process, int signal);

// Out-of-memory kills in this program's control group since it was made; -1: the system does not tell.
qint64 outOfMemoryKills();

} // namespace quell
