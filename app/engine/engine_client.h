// The studio's end of the protocol (engine/protocol/messages.h): one engine process, over its stdin and stdout or its socket.
//
//   Idle ──launch/attach──► Connecting ──preamble──► Greeting ──hello──► Ready ──stop()──► Stopping ──► Ended
//                 └──────────────┴───────any failure────┴──────────────────┴──────────────────────────► Ended
// States only move to the right; a client serves one connection and is then thrown away. Everything happens on the GUI thread, in
// small pieces: what arrives is decoded in slices of at most 4 ms (the rest in the next pass of the event loop), and handed on in batches at most 30 times a second.
#pragma once

#include "app/engine/engine_exit.h"
#include "protocol/frame.h"

#include <QObject>
#include <QStringList>

#include <functional>
#include <memory>

namespace quell {

class EngineClient : public QObject {
    Q_OBJECT
public:
    enum class State { Idle, Connecting, Greeting, Ready, Stopping, Ended };
    Q_ENUM(State)
    enum class StopStage { None, Asked, Terminated, Killed }; // the rung of the stop ladder
    Q_ENUM(StopStage)
    using Answer = std::function<void(const Result<Json> &)>;

    struct Timeouts { // milliseconds
        int hello = 20000, answer = 15000, heartbeat = 10000, terminate = 60000, kill = 10000;
    };

    explicit EngineClient(QObject *parent = nullptr);
    ~EngineClient() override; // an attached engine sees its input close: it checkpoints and ends
    void setTimeouts(const Timeouts &timeouts);

    void launch(const QString &program, const QStringList &arguments); // a child, attached
    void attach(const QString &socket);                                // a detached engine; the path may be longer than a socket address

    State state() const;
    const Json &hello() const; // empty before Ready
    bool detached() const;     // over a socket
    qint64 processId() const;

    // Sends a request; `answer` comes once on the GUI thread, with the engine's error, or Io after the time-out or the end. `context`'s
    // destruction drops it.
    void request(const QString &type, Json fields, QObject *context, Answer answer, int timeout = -1);
    // From which seq and step to tell; a second call only for a new attempt.
    void subscribe(qint64 seq, qint64 step);

    // The stop ladder: ask (after-step or now), after Timeouts::terminate SIGTERM, after Timeouts::kill SIGKILL. Each rung shows as
    // stopStageChanged; escalate() climbs at once.
    void stop(bool now);
    void escalate();
    StopStage stopStage() const;
    QString waitingFor() const; // what the ladder waits for, as a sentence: "Finishing step 41, then a checkpoint; up to 60 s"
    // Lets go of the engine, which lives on; `done` gets its socket. The client is Ended then, without ended(): the engine is not.
    void detach(QObject *context, Answer done);

Q_SIGNALS:
    void stateChanged(quell::EngineClient::State state);
    void stopStageChanged(quell::EngineClient::StopStage stage);
    void events(const std::vector<quell::Json> &events);  // new ones in seq order: what came twice or out of order is sorted out first
    void metrics(const std::vector<quell::Json> &rows);
    void progress(const QString &what, qint64 done, qint64 total);
    void heartbeat(const quell::Json &heartbeat);
    void unresponsive(bool yes); // no heartbeat for Timeouts::heartbeat; false once one comes again
    void ended(const quell::EngineExit &exit);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace quell
