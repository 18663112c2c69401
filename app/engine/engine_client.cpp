#include "app/engine/engine_client.h"

#include "app/engine/engine_process.h"
#include "app/engine/event_order.h"
#include "app/engine/process_reaper.h"
#include "app/project/json_text.h"
#include "protocol/messages.h"

#include <QDir>
#include <QElapsedTimer>
#include <QLocalSocket>
#include <QPointer>
#include <QThread>
#include <QTimer>

#include <csignal>
#include <deque>

namespace quell {
namespace {

constexpr int sliceMs = 4, batchMs = 33, gapMs = 2000, drainMs = 2000;
constexpr qint64 chunkBytes = 16 * 1024, bufferBytes = 256 * 1024;
constexpr std::size_t logLines = 300;
constexpr qsizetype shownBytes = 60;

Error ioError(const QString &message)
{
    return {ErrorCode::Io, message.toStdString(), {}};
}

// Bytes as people can read them: what does not print becomes a dot.
QString printable(QByteArray bytes)
{
    for (auto &byte : bytes) {
        if (byte < ' ' || byte > '~')
            byte = '.';
    }
    return QString::fromLatin1(bytes);
}

int exitStatusNamed(const QString &code)
{
    for (int status = 1; const auto error = errorOfExit(status); ++status) {
        if (code == QLatin1String(name_of(*error)))
            return status;
    }
    return exit_status(ErrorCode::Internal);
}

} // namespace

struct EngineClient::Private {
    struct Pending {
        QPointer<QObject> context;
        Answer answer;
    };
    struct Progress {
        QString what;
        qint64 done, total;
    };
    struct Failure { // of a "failed" event
        int status;
        QString message;
    };

    explicit Private(EngineClient *client) : q(client)
    {
        socket.setReadBufferSize(bufferBytes); // the engine waits when we are slower
        decodeTimer.setSingleShot(true);
        decodeTimer.setInterval(0);
        for (auto *timer : {&flushTimer, &gapTimer, &watchdog, &ladder, &helloTimer})
            timer->setSingleShot(true);
    }

    // Life
    void greet();
    void helloMissed();
    void setState(State next);
    void fail(EngineExit::Kind kind, const QString &detail);
    void onDisconnected();
    void onFinished(int code, QProcess::ExitStatus status);
    void onSocketError();
    void maybeEnd();
    void end();
    EngineExit exitOfProcess();
    EngineExit exitOfConnection() const;
    EngineExit noted(EngineExit exit) const;
    void letGo();

    // What arrives
    void onReadable();
    void decode();
    bool readMore();
    void take(const Frame &frame);
    void takeHello(Json message);
    void takeMessage(const QString &type, Json message);
    void takeEvent(Json event);
    void takeMetrics(Json rows);
    void takeAnswer(const Json &message);
    void takeHeartbeat(const Json &message);
    void flush();
    void askAgain();
    void watch();
    void readLog();
    void addLogLine();
    QString lastError() const;
    QString logTail() const;

    // What is sent
    void send(const QString &type, Json fields, QObject *context, Answer answer, int timeout);
    void tell(const QString &type, Json fields = Json::object()) { send(type, std::move(fields), nullptr, {}, timeouts.answer); }
    void settle(qint64 id, const Result<Json> &result);
    void settleAll(const Error &error);

    // The ladder
    void climb();
    void setStage(StopStage next, int timeout);
    void signal(int number);

    EngineClient *q;
    Timeouts timeouts;
    State state = State::Idle;
    StopStage stage = StopStage::None;
    bool overSocket = false, stoppingNow = false, silent = false;

    std::unique_ptr<QProcess> process; // none: over a socket
    QLocalSocket socket;
    Descriptor folder, peer;
    qint64 peerId = 0;
    bool processDone = false, streamDone = false;
    int exitCode = 0;
    QProcess::ExitStatus exitStatus = QProcess::NormalExit;
    std::optional<EngineExit> verdict; // a failure that we saw before the process ended
    std::optional<int> bye;
    std::optional<Failure> failure;
    qint64 memoryKills = -1;
    QByteArray logLine;
    std::deque<QString> log;
    QString engineError; // its last "quell-engine: …" line

    FrameReader reader;
    std::deque<Frame> frames;
    QByteArray firstBytes;
    Json hello = Json::object(), lastHeartbeat = Json::object();
    EventOrder order;
    qint64 lastStep = 0, gapAsked = -1;
    std::vector<Json> readyEvents, readyRows;
    std::optional<Progress> progress;

    qint64 lastId = 0;
    std::map<qint64, Pending> pending;
    QTimer decodeTimer, flushTimer, gapTimer, watchdog, ladder, helloTimer;
};

// ---- Life

void EngineClient::Private::setState(State next)
{
    if (next <= state)
        return;
    state = next;
    Q_EMIT q->stateChanged(next);
}

void EngineClient::Private::greet()
{
    socket.write(preamble.data(), static_cast<qint64>(preamble.size()));
    helloTimer.start(timeouts.hello);
}

void EngineClient::Private::helloMissed()
{
    const auto seconds = QLocale().toString(timeouts.hello / 1000.0, 'g', 3);
    if (firstBytes.isEmpty())
        fail(EngineExit::Kind::NeverStarted, lastError().isEmpty() ? EngineClient::tr("it said nothing for %1 s").arg(seconds) : lastError());
    else
        fail(EngineExit::Kind::ProtocolError, EngineClient::tr("no greeting within %1 s, only \"%2\"").arg(seconds, printable(firstBytes)));
}

// From now on nothing of what it sends counts. A child is ended; a detached engine belongs to itself and is only let alone.
void EngineClient::Private::fail(EngineExit::Kind kind, const QString &detail)
{
    if (verdict || state == State::Ended)
        return;
    verdict = EngineExit{kind, 0, detail};
    QObject::disconnect(&socket, nullptr, q, nullptr);
    socket.abort();
    streamDone = true;
    frames.clear();
    for (auto *timer : {&helloTimer, &watchdog, &gapTimer, &decodeTimer})
        timer->stop();
    setState(State::Stopping);
    if (process && !processDone)
        climb();
    else
        QMetaObject::invokeMethod(q, [this] { end(); }, Qt::QueuedConnection);
}

void EngineClient::Private::onDisconnected()
{
    streamDone = true;
    if (process && !processDone && state != State::Stopping) { // it closed its output: let it end, but not take for ever
        setState(State::Stopping);
        setStage(StopStage::Asked, timeouts.terminate);
    }
    onReadable();
}

void EngineClient::Private::onFinished(int code, QProcess::ExitStatus status)
{
    processDone = true;
    exitCode = code;
    exitStatus = status;
    readLog();
    ladder.stop();
    QTimer::singleShot(drainMs, q, [this] { // where something it started holds the socket open
        streamDone = true;
        onReadable();
    });
    onReadable();
}

void EngineClient::Private::onSocketError()
{
    if (state == State::Connecting && overSocket)
        fail(EngineExit::Kind::Lost, socket.errorString());
}

void EngineClient::Private::maybeEnd()
{
    const bool drained = streamDone && frames.empty() && socket.bytesAvailable() == 0;
    if (drained && (!process || processDone))
        end();
}

void EngineClient::Private::end()
{
    if (state == State::Ended)
        return;
    for (auto *timer : {&flushTimer, &gapTimer, &watchdog, &ladder, &helloTimer, &decodeTimer})
        timer->stop();
    flush();
    const auto exit = verdict ? *verdict : process ? exitOfProcess() : exitOfConnection();
    setState(State::Ended);
    settleAll(ioError(EngineClient::tr("The engine has ended.")));
    Q_EMIT q->ended(exit);
}

EngineExit EngineClient::Private::exitOfProcess()
{
    const bool terminating = stage >= StopStage::Terminated;
    if (exitStatus == QProcess::NormalExit && exitCode == 0 && hello.empty() && stage == StopStage::None)
        return {EngineExit::Kind::NeverStarted, 0, lastError().isEmpty() ? EngineClient::tr("it ended before it said what it is") : lastError()};
    auto exit = noted(classifyExit(exitCode, exitStatus, terminating, lastError()));
    if (exit.kind == EngineExit::Kind::Killed && silent)
        exit.kind = EngineExit::Kind::Unresponsive;
    if (exit.kind == EngineExit::Kind::LikelyOutOfMemory)
        exit.memoryConfirmed = memoryKills >= 0 && outOfMemoryKills() > memoryKills;
    if (!exit.clean() && exit.detail.isEmpty())
        exit.detail = logTail();
    return exit;
}

EngineExit EngineClient::Private::exitOfConnection() const
{
    if (bye)
        return noted(classifyExit(*bye, QProcess::NormalExit, false, lastError()));
    if (stage == StopStage::Killed || (stage == StopStage::Terminated && silent))
        return {silent ? EngineExit::Kind::Unresponsive : EngineExit::Kind::Killed, stage == StopStage::Killed ? SIGKILL : SIGTERM, {}};
    return {EngineExit::Kind::Lost, 0, socket.errorString()};
}

// A run that failed counts, also where the process then ended as it was told to.
EngineExit EngineClient::Private::noted(EngineExit exit) const
{
    return exit.clean() && failure ? classifyExit(failure->status, QProcess::NormalExit, false, failure->message) : exit;
}

void EngineClient::Private::letGo()
{
    for (auto *timer : {&flushTimer, &gapTimer, &watchdog, &ladder, &helloTimer, &decodeTimer})
        timer->stop();
    QObject::disconnect(&socket, nullptr, q, nullptr);
    socket.flush();
    socket.abort();
}

// ---- What arrives

void EngineClient::Private::onReadable()
{
    if (verdict)
        maybeEnd();
    else if (!decodeTimer.isActive() && state != State::Ended)
        decode();
}

void EngineClient::Private::decode()
{
    QElapsedTimer clock;
    clock.start();
    while (!frames.empty() || readMore()) {
        while (!frames.empty()) {
            const auto frame = std::move(frames.front());
            frames.pop_front();
            take(frame);
            if (verdict || state == State::Ended)
                return;
            if (clock.hasExpired(sliceMs))
                return decodeTimer.start();
        }
    }
    if (!verdict)
        maybeEnd();
}

bool EngineClient::Private::readMore()
{
    const auto bytes = socket.isOpen() ? socket.read(chunkBytes) : QByteArray();
    if (bytes.isEmpty())
        return false;
    if (firstBytes.size() < shownBytes)
        firstBytes += bytes.left(shownBytes - firstBytes.size());
    auto read = reader.feed({bytes.constData(), static_cast<std::size_t>(bytes.size())});
    if (!read) {
        fail(EngineExit::Kind::ProtocolError, QString::fromStdString(read.error().message));
        return false;
    }
    if (firstBytes.size() >= static_cast<qsizetype>(preamble.size()))
        setState(State::Greeting);
    std::move(read->begin(), read->end(), std::back_inserter(frames));
    return true;
}

void EngineClient::Private::take(const Frame &frame)
{
    if (frame.kind == FrameKind::Binary)
        return;
    auto message = Json::parse(frame.payload, nullptr, false);
    const auto type = textOf(message, "type");
    if (type.isEmpty())
        return fail(EngineExit::Kind::ProtocolError, EngineClient::tr("a message without a type: \"%1\"").arg(printable(QByteArray(frame.payload.data(), std::min<qsizetype>(frame.payload.size(), shownBytes)))));
    if (hello.empty())
        return type == QLatin1String("hello") ? takeHello(std::move(message)) : fail(EngineExit::Kind::ProtocolError, EngineClient::tr("\"%1\" before its greeting").arg(type));
    takeMessage(type, std::move(message));
}

void EngineClient::Private::takeHello(Json message)
{
    const auto version = message.value("protocol", Json());
    if (!version.is_array() || version.size() != 2 || !version[0].is_number_integer() || !version[1].is_number_integer())
        return fail(EngineExit::Kind::ProtocolError, EngineClient::tr("a greeting without a protocol version"));
    const auto major = version[0].get<int>();
    if (major != protocol_major) {
        const auto text = major < protocol_major ? EngineClient::tr("the engine is older (protocol %1, here %2): install the engine that came with this program")
                                                 : EngineClient::tr("this program is older (protocol %2, the engine's %1): install the newer Quell");
        return fail(EngineExit::Kind::WrongVersion, text.arg(major).arg(protocol_major));
    }
    hello = std::move(message);
    helloTimer.stop();
    watchdog.start(timeouts.heartbeat);
    setState(State::Ready);
}

void EngineClient::Private::takeMessage(const QString &type, Json message)
{
    if (type == QLatin1String("event"))
        takeEvent(message.value("event", Json()));
    else if (type == QLatin1String("metrics"))
        takeMetrics(message.value("rows", Json()));
    else if (type == QLatin1String("progress"))
        progress = Progress{textOf(message, "what"), integerOf(message, "done"), integerOf(message, "total")};
    else if (type == QLatin1String("answer"))
        return takeAnswer(message);
    else if (type == QLatin1String("heartbeat"))
        return takeHeartbeat(message);
    else if (type == QLatin1String("bye"))
        bye = static_cast<int>(integerOf(message, "code"));
    if (!flushTimer.isActive() && (!readyEvents.empty() || !readyRows.empty() || progress))
        flushTimer.start(batchMs);
}

void EngineClient::Private::takeEvent(Json event)
{
    if (!event.is_object() || !event.contains("seq") || !event["seq"].is_number_integer())
        return fail(EngineExit::Kind::ProtocolError, EngineClient::tr("an event without a number"));
    const auto before = readyEvents.size();
    const auto seq = event["seq"].get<qint64>();
    order.add(seq, std::move(event), readyEvents);
    for (auto i = before; i < readyEvents.size(); ++i) {
        const auto &next = readyEvents[i];
        const auto type = textOf(next, "type");
        if (type == QLatin1String("started")) { // an attempt counts its steps from its checkpoint again
            lastStep = integerOf(next, "step");
            std::erase_if(readyRows, [this](const Json &row) { return integerOf(row, "step") > lastStep; }); // of the attempt before
            failure.reset();
        } else if (type == QLatin1String("failed")) {
            failure = Failure{exitStatusNamed(textOf(next, "code")), textOf(next, "message")};
        }
    }
    if (!order.hasGap())
        gapTimer.stop();
    else if (!gapTimer.isActive())
        gapTimer.start(gapMs);
}

void EngineClient::Private::takeMetrics(Json rows)
{
    if (!rows.is_array())
        return;
    for (auto &row : rows) {
        const auto step = integerOf(row, "step", -1);
        if (step <= lastStep)
            continue;
        lastStep = step;
        readyRows.push_back(std::move(row));
    }
}

void EngineClient::Private::takeAnswer(const Json &message)
{
    const auto status = status_of(message);
    flush(); // what came before the answer is known before it
    settle(integerOf(message, "id", -1), status ? Result<Json>(message) : tl::unexpected(status.error()));
}

void EngineClient::Private::takeHeartbeat(const Json &message)
{
    lastHeartbeat = message;
    if (state != State::Ended)
        watchdog.start(timeouts.heartbeat);
    if (std::exchange(silent, false))
        Q_EMIT q->unresponsive(false);
    Q_EMIT q->heartbeat(message);
}

void EngineClient::Private::flush()
{
    flushTimer.stop();
    if (!readyEvents.empty())
        Q_EMIT q->events(std::exchange(readyEvents, {}));
    if (!readyRows.empty())
        Q_EMIT q->metrics(std::exchange(readyRows, {}));
    if (const auto latest = std::exchange(progress, {}))
        Q_EMIT q->progress(latest->what, latest->done, latest->total);
}

// Events are missing: asks for them once, then goes on without them.
void EngineClient::Private::askAgain()
{
    if (gapAsked != order.next()) {
        gapAsked = order.next();
        tell(QStringLiteral("subscribe"), {{"seq", order.next()}, {"step", lastStep + 1}});
        gapTimer.start(gapMs);
        return;
    }
    order.skipGap(readyEvents);
    if (order.hasGap())
        gapTimer.start(gapMs);
    flush();
}

void EngineClient::Private::watch()
{
    if (!frames.empty() || socket.bytesAvailable() > 0) // we are the slow ones
        return watchdog.start(timeouts.heartbeat);
    if (!std::exchange(silent, true))
        Q_EMIT q->unresponsive(true);
}

void EngineClient::Private::readLog()
{
    for (const char byte : process->readAllStandardError()) {
        constexpr qsizetype longest = 4096;
        if (byte == '\n' || byte == '\r' || logLine.size() >= longest)
            addLogLine();
        if (byte != '\n' && byte != '\r')
            logLine.append(byte);
    }
    if (processDone)
        addLogLine();
}

void EngineClient::Private::addLogLine()
{
    const auto text = QString::fromUtf8(std::exchange(logLine, {})).trimmed();
    if (text.isEmpty())
        return;
    const auto prefix = QStringLiteral("quell-engine: ");
    if (text.startsWith(prefix))
        engineError = text.mid(prefix.size());
    log.push_back(text);
    if (log.size() > logLines)
        log.pop_front();
}

QString EngineClient::Private::lastError() const
{
    return failure ? failure->message : engineError;
}

QString EngineClient::Private::logTail() const
{
    return QStringList(log.begin(), log.end()).join(QLatin1Char('\n'));
}

// ---- What is sent

void EngineClient::Private::send(const QString &type, Json fields, QObject *context, Answer answer, int timeout)
{
    const auto id = ++lastId;
    if (answer)
        pending[id] = {context ? context : q, std::move(answer)};
    const auto settleLater = [this, id](Error error) {
        QMetaObject::invokeMethod(q, [this, id, error = std::move(error)] { settle(id, tl::unexpected(error)); }, Qt::QueuedConnection);
    };
    if (state != State::Ready && state != State::Stopping)
        return settleLater(ioError(EngineClient::tr("The engine is not connected.")));
    Json message{{"type", type.toStdString()}, {"id", id}};
    message.update(fields);
    const auto bytes = encode(message);
    if (!bytes)
        return settleLater(bytes.error());
    socket.write(bytes->data(), static_cast<qint64>(bytes->size()));
    if (pending.contains(id))
        QTimer::singleShot(timeout, q, [this, id] { settle(id, tl::unexpected(ioError(EngineClient::tr("The engine did not answer.")))); });
}

void EngineClient::Private::settle(qint64 id, const Result<Json> &result)
{
    const auto found = pending.find(id);
    if (found == pending.end())
        return;
    const auto request = std::move(found->second);
    pending.erase(found);
    if (request.context)
        request.answer(result);
}

void EngineClient::Private::settleAll(const Error &error)
{
    while (!pending.empty())
        settle(pending.begin()->first, tl::unexpected(error));
}

// ---- The ladder

void EngineClient::Private::climb()
{
    if (state == State::Ended || stage == StopStage::Killed)
        return;
    const bool hard = stage == StopStage::Terminated;
    signal(hard ? SIGKILL : SIGTERM);
    setStage(hard ? StopStage::Killed : StopStage::Terminated, timeouts.kill);
}

void EngineClient::Private::setStage(StopStage next, int timeout)
{
    if (next == StopStage::Killed)
        ladder.stop();
    else
        ladder.start(timeout);
    stage = next;
    Q_EMIT q->stopStageChanged(next);
}

void EngineClient::Private::signal(int number)
{
    if (!process)
        sendSignal(peer, number);
    else if (number == SIGKILL)
        process->kill();
    else
        process->terminate();
}

// ---- The client

EngineClient::EngineClient(QObject *parent) : QObject(parent), d(new Private(this))
{
    auto *p = d.get();
    connect(&p->socket, &QLocalSocket::readyRead, this, [p] { p->onReadable(); });
    connect(&p->socket, &QLocalSocket::disconnected, this, [p] { p->onDisconnected(); });
    connect(&p->socket, &QLocalSocket::errorOccurred, this, [p] { p->onSocketError(); });
    connect(&p->decodeTimer, &QTimer::timeout, this, [p] { p->decode(); });
    connect(&p->flushTimer, &QTimer::timeout, this, [p] { p->flush(); });
    connect(&p->gapTimer, &QTimer::timeout, this, [p] { p->askAgain(); });
    connect(&p->watchdog, &QTimer::timeout, this, [p] { p->watch(); });
    connect(&p->ladder, &QTimer::timeout, this, [p] { p->climb(); });
    connect(&p->helloTimer, &QTimer::timeout, this, [p] { p->helloMissed(); });
}

EngineClient::~EngineClient()
{
    d->letGo();
    reap(std::move(d->process), d->timeouts.terminate, d->timeouts.kill);
}

void EngineClient::setTimeouts(const Timeouts &timeouts)
{
    d->timeouts = timeouts;
}

void EngineClient::launch(const QString &program, const QStringList &arguments)
{
    Q_ASSERT(QThread::currentThread() == thread() && d->state == State::Idle);
    auto *p = d.get();
    p->process = std::make_unique<QProcess>();
    auto *process = p->process.get();
    connect(process, &QProcess::readyReadStandardError, this, [p] { p->readLog(); });
    connect(process, &QProcess::finished, this, [p](int code, QProcess::ExitStatus status) { p->onFinished(code, status); });
    connect(process, &QProcess::errorOccurred, this, [p](QProcess::ProcessError error) {
        if (error != QProcess::FailedToStart)
            return;
        p->processDone = true;
        p->fail(EngineExit::Kind::NeverStarted, tr("%1 could not be run (%2)").arg(p->process->program(), p->process->errorString()));
    });
    p->memoryKills = outOfMemoryKills();
    p->setState(State::Connecting);
    auto ours = startOnSocket(*process, program, arguments);
    if (!ours)
        return p->fail(EngineExit::Kind::NeverStarted, QString::fromStdString(ours.error().message));
    p->socket.setSocketDescriptor(ours->release());
    p->greet();
}

void EngineClient::attach(const QString &socket)
{
    Q_ASSERT(QThread::currentThread() == thread() && d->state == State::Idle);
    auto *p = d.get();
    p->overSocket = true;
    connect(&p->socket, &QLocalSocket::connected, this, [p] {
        p->folder = Descriptor();
        p->peer = peerProcess(static_cast<int>(p->socket.socketDescriptor()), p->peerId);
        p->greet();
    });
    p->setState(State::Connecting);
    p->socket.connectToServer(shortSocketName(QDir(socket).absolutePath(), p->folder));
}

EngineClient::State EngineClient::state() const
{
    return d->state;
}

const Json &EngineClient::hello() const
{
    return d->hello;
}

bool EngineClient::detached() const
{
    return d->overSocket;
}

qint64 EngineClient::processId() const
{
    return d->process ? d->process->processId() : d->peerId;
}

void EngineClient::request(const QString &type, Json fields, QObject *context, Answer answer, int timeout)
{
    d->send(type, std::move(fields), context, std::move(answer), timeout < 0 ? d->timeouts.answer : timeout);
}

void EngineClient::subscribe(qint64 seq, qint64 step)
{
    d->order.expect(seq);
    d->lastStep = step - 1;
    d->tell(QStringLiteral("subscribe"), {{"seq", seq}, {"step", step}});
}

void EngineClient::stop(bool now)
{
    if (d->state == State::Idle || d->state == State::Ended || (d->state == State::Stopping && (!now || d->stoppingNow)))
        return;
    const bool first = d->state != State::Stopping, greeted = !d->hello.empty();
    d->stoppingNow = now;
    if (!greeted) {
        d->helloTimer.stop();
        d->setState(State::Stopping);
        return d->climb();
    }
    d->tell(QStringLiteral("stop"), {{"mode", now ? "now" : "after-step"}});
    if (!first)
        return;
    d->tell(QStringLiteral("shutdown"));
    d->setStage(StopStage::Asked, d->timeouts.terminate);
    d->setState(State::Stopping);
}

void EngineClient::escalate()
{
    if (d->stage == StopStage::None)
        stop(true);
    else
        d->climb();
}

EngineClient::StopStage EngineClient::stopStage() const
{
    return d->stage;
}

QString EngineClient::waitingFor() const
{
    const auto seconds = QLocale().toString(std::max(0, d->ladder.remainingTime()) / 1000);
    const auto work = textOf(d->lastHeartbeat, "state");
    switch (d->stage) {
    case StopStage::None: return {};
    case StopStage::Asked:
        if (work == QLatin1String(name_of(EngineState::Idle)))
            return tr("Closing the engine");
        if (d->stoppingNow)
            return tr("Giving up the step at hand; up to %1 s").arg(seconds);
        return tr("Finishing step %1, then a checkpoint; up to %2 s").arg(QLocale().toString(integerOf(d->lastHeartbeat, "step") + 1), seconds);
    case StopStage::Terminated: return tr("The engine was told to end at once; up to %1 s").arg(seconds);
    case StopStage::Killed: return tr("The engine is being ended by force");
    }
    return {};
}

void EngineClient::detach(QObject *context, Answer done)
{
    request(QStringLiteral("detach"), Json::object(), context, [this, done = std::move(done)](const Result<Json> &answer) {
        if (answer) {
            d->letGo();
            reap(std::move(d->process), -1, -1);
            d->setState(State::Ended);
            d->settleAll(ioError(tr("The engine goes on without this window.")));
        }
        done(answer);
    });
}

} // namespace quell
