// The other end of an engine, frame by frame and without the studio's client: over its standard streams or over its socket.
#pragma once

#include "protocol/frame.h"
#include "protocol/messages.h"

#include <QDeadlineTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <fcntl.h>
#include <functional>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace quell::test {

class Peer {
public:
    virtual ~Peer() = default;

    std::vector<Json> messages; // all that came, but for heartbeats
    std::size_t event_count = 0;
    int heartbeats = 0;
    Json heartbeat;             // the newest
    bool closed = false;        // the engine closed its end
    std::string problem;        // what was not the protocol

    void greet() { write(std::string(preamble)); }
    void send(const Json &message) { write(*encode(message)); }
    virtual void write(const std::string &bytes) = 0;

    // Takes what comes until `done`; false after `timeout` milliseconds, or if it cannot come any more.
    bool until(const std::function<bool()> &done, int timeout = 120000)
    {
        for (QDeadlineTimer left(timeout); !done();) {
            if (left.hasExpired() || closed || !problem.empty())
                return done();
            take(read(static_cast<int>(std::min<qint64>(200, left.remainingTime()))));
        }
        return true;
    }

    const Json *find(const std::function<bool(const Json &)> &matches) const
    {
        const auto found = std::find_if(messages.begin(), messages.end(), matches);
        return found == messages.end() ? nullptr : &*found;
    }

    Json request(const std::string &type, Json fields = Json::object())
    {
        const auto id = ++id_;
        fields["type"] = type;
        fields["id"] = id;
        send(fields);
        const auto is_answer = [id](const Json &message) { return message["type"] == "answer" && message["id"] == id; };
        return until([&] { return find(is_answer); }) ? *find(is_answer) : Json{{"ok", false}, {"message", "no answer; " + problem}};
    }

    std::vector<Json> events(const std::string &type = {}) const
    {
        std::vector<Json> found;
        for (const auto &message : messages) {
            if (message["type"] == "event" && (type.empty() || message["event"]["type"] == type))
                found.push_back(message["event"]);
        }
        return found;
    }

    std::vector<Json> rows() const
    {
        std::vector<Json> found;
        for (const auto &message : messages) {
            if (message["type"] == "metrics")
                found.insert(found.end(), message["rows"].begin(), message["rows"].end());
        }
        return found;
    }

    bool until_event(const std::string &type, std::size_t count = 1)
    {
        return until([&] { return events(type).size() >= count; });
    }
    bool until_state(const std::string &state)
    {
        return until([&] { return heartbeat.is_object() && heartbeat["state"] == state; });
    }
    bool until_bye()
    {
        return until([&] { return find([](const Json &message) { return message["type"] == "bye"; }); });
    }
    int bye_code() const { return messages.empty() || messages.back()["type"] != "bye" ? -1 : messages.back()["code"].get<int>(); }

protected:
    virtual std::string read(int timeout) = 0;

private:
    void take(const std::string &bytes)
    {
        const auto frames = reader_.feed(bytes);
        if (!frames) {
            problem = frames.error().message;
            return;
        }
        for (const auto &frame : *frames) {
            auto message = Json::parse(frame.payload);
            if (message["type"] == "heartbeat") {
                ++heartbeats;
                heartbeat = std::move(message);
            } else {
                event_count += message["type"] == "event";
                messages.push_back(std::move(message));
            }
        }
    }

    FrameReader reader_;
    int id_ = 0;
};

class AttachedPeer : public Peer {
public:
    QProcess engine;

    explicit AttachedPeer(const QStringList &arguments)
    {
        engine.start(QUELL_BINARY_DIR "/bin/quell-engine", QStringList{"serve"} + arguments);
        engine.waitForStarted();
        greet();
    }
    ~AttachedPeer() override
    {
        engine.kill();
        engine.waitForFinished();
    }
    void write(const std::string &bytes) override
    {
        engine.write(bytes.data(), static_cast<qint64>(bytes.size()));
        engine.waitForBytesWritten(5000);
    }
    bool ended(int timeout = 60000) { return engine.state() == QProcess::NotRunning || engine.waitForFinished(timeout); }
    std::string error() { return engine.readAllStandardError().toStdString(); }

protected:
    std::string read(int timeout) override
    {
        if (engine.bytesAvailable() == 0 && !engine.waitForReadyRead(timeout) && engine.state() == QProcess::NotRunning && engine.bytesAvailable() == 0)
            closed = true;
        return engine.readAllStandardOutput().toStdString();
    }
};

class SocketPeer : public Peer {
public:
    explicit SocketPeer(const fs::path &path)
    {
        // Through the folder: the path may be longer than a socket address.
        const int folder = ::open(path.parent_path().c_str(), O_PATH | O_CLOEXEC);
        socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", folder, path.filename().c_str());
        closed = ::connect(socket_, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0;
        ::close(folder);
        if (!closed)
            greet();
    }
    ~SocketPeer() override { ::close(socket_); }
    void write(const std::string &bytes) override { closed |= ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()); }

protected:
    std::string read(int timeout) override
    {
        pollfd polled{socket_, POLLIN, 0};
        std::string bytes(1 << 16, '\0');
        const auto count = ::poll(&polled, 1, timeout) > 0 ? ::read(socket_, bytes.data(), bytes.size()) : -1;
        closed |= count == 0;
        bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        return bytes;
    }

private:
    int socket_ = -1;
};

} // namespace quell::test
