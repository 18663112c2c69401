#include "app/engine/engine_process.h"

#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace quell {

Descriptor::~Descriptor()
{
    if (m_number >= 0)
        ::close(m_number);
}

Result<Descriptor> startOnSocket(QProcess &process, const QString &program, const QStringList &arguments)
{
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(ErrorCode::Io, std::strerror(errno));
    Descriptor ours(ends[0]);
    const Descriptor theirs(ends[1]);
    process.setStandardInputFile(QProcess::nullDevice()); // QProcess makes no pipes of its own then
    process.setStandardOutputFile(QProcess::nullDevice());
    process.setChildProcessModifier([end = theirs.get()] {
        ::dup2(end, STDIN_FILENO);
        ::dup2(end, STDOUT_FILENO);
    });
    process.start(program, arguments);
    return ours;
}

QString shortSocketName(const QString &path, Descriptor &folder)
{
    constexpr qsizetype limit = 100;
    if (QFile::encodeName(path).size() <= limit)
        return path;
    const QFileInfo info(path);
    folder = Descriptor(::open(QFile::encodeName(info.path()).constData(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    return QStringLiteral("/proc/self/fd/%1/%2").arg(folder.get()).arg(info.fileName());
}

Descriptor peerProcess(int socket, qint64 &pid)
{
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.pid <= 0)
        return Descriptor();
    pid = peer.pid;
    return Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, peer.pid, 0)));
}

void sendSignal(const Descriptor &process, int signal)
{
    if (process.valid())
        ::syscall(SYS_pidfd_send_signal, process.get(), signal, nullptr, 0);
}

qint64 outOfMemoryKills()
{
    QFile membership(QStringLiteral("/proc/self/cgroup"));
    if (!membership.open(QIODevice::ReadOnly))
        return -1;
    QByteArray group;
    for (const auto &line : membership.readAll().split('\n')) {
        if (line.startsWith("0::"))
            group = line.mid(3);
    }
    QFile events(QStringLiteral("/sys/fs/cgroup") + QFile::decodeName(group) + QStringLiteral("/memory.events"));
    if (!events.open(QIODevice::ReadOnly))
        return -1;
    for (const auto &line : events.readAll().split('\n')) {
        if (line.startsWith("oom_kill "))
            return line.mid(9).toLongLong();
    }
    return -1;
}

} // namespace quell
