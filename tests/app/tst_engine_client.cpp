#include "app/engine/engine_client.h"
#include "app/engine/engine_tool.h"
#include "app/project/json_text.h"
#include "raw_peer.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <csignal>
#include <fcntl.h>
#include <unistd.h>

using namespace quell;
using namespace Qt::StringLiterals;
using State = EngineClient::State;
using Kind = EngineExit::Kind;

namespace {

// A client and all that it told.
struct Listener {
    explicit Listener(const EngineClient::Timeouts &timeouts = {})
    {
        client->setTimeouts(timeouts);
        QObject::connect(client.get(), &EngineClient::stateChanged, &context, [this](State state) { states.push_back(state); });
        QObject::connect(client.get(), &EngineClient::stopStageChanged, &context, [this](EngineClient::StopStage stage) { stages.push_back(stage); });
        QObject::connect(client.get(), &EngineClient::ended, &context, [this](const EngineExit &end) { exit = end; });
        QObject::connect(client.get(), &EngineClient::unresponsive, &context, [this](bool yes) { silences.push_back(yes); });
        QObject::connect(client.get(), &EngineClient::heartbeat, &context, [this] { ++heartbeats; });
        QObject::connect(client.get(), &EngineClient::events, &context, [this](const std::vector<Json> &events) {
            ++batches;
            for (const auto &event : events)
                seqs.push_back(integerOf(event, "seq"));
        });
        QObject::connect(client.get(), &EngineClient::metrics, &context, [this](const std::vector<Json> &rows) {
            for (const auto &row : rows)
                steps.push_back(integerOf(row, "step"));
        });
    }
    // Connected to the peer, and greeted by it.
    void meet(RawPeer &peer)
    {
        client->attach(peer.path());
        QTRY_VERIFY(peer.socket());
        peer.send(RawPeer::hello());
        QTRY_COMPARE(client->state(), State::Ready);
    }

    std::unique_ptr<EngineClient> client = std::make_unique<EngineClient>();
    QObject context;
    std::vector<State> states;
    std::vector<EngineClient::StopStage> stages;
    std::vector<bool> silences;
    std::vector<qint64> seqs, steps;
    int batches = 0, heartbeats = 0;
    std::optional<EngineExit> exit;
};

// An engine that plays `lines`.
class Scripted {
public:
    explicit Scripted(const QByteArray &lines)
    {
        QFile file(script());
        if (!file.open(QIODevice::WriteOnly) || file.write(lines) != lines.size())
            qFatal("no script");
    }
    QString script() const { return m_folder.filePath(u"script"_s); }
    QString run() const { return m_folder.filePath(u"run"_s); }
    void launch(EngineClient &client) const { client.launch(engineProgram(), {u"serve"_s, run(), u"--script"_s, script()}); }
    void start(Listener &listener) const
    {
        launch(*listener.client);
        QTRY_COMPARE_WITH_TIMEOUT(listener.client->state(), State::Ready, 30000);
        listener.client->subscribe(1, 0);
        listener.client->request(u"checkpoint"_s, Json::object(), nullptr, {}); // what a script that must not begin before awaits
    }

private:
    QTemporaryDir m_folder;
};

bool runs(qint64 pid)
{
    return ::kill(static_cast<pid_t>(pid), 0) == 0;
}

qint64 residentBytes()
{
    QFile file(u"/proc/self/statm"_s);
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').value(1).toLongLong() * ::sysconf(_SC_PAGESIZE) : 0;
}

} // namespace

class TestEngineClient : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // With a peer of raw frames
    void greetsAndIsReady();
    void readsByteByByte();
    void answersReachTheirRequest();
    void refusalsKeepCodeAndPlace();
    void answersTimeOut();
    void answersOfTheDeadAreDropped();
    void endSettlesAllRequests();
    void ordersEvents();
    void asksForMissingEvents();
    void dropsMetricsThatCameBefore();
    void forgetsRowsOfASupersededAttempt();
    void refusesOtherVersions_data();
    void refusesOtherVersions();
    void refusesGarbage_data();
    void refusesGarbage();
    void ignoresUnknownMessages();
    void tellsHowAConnectionEnded_data();
    void tellsHowAConnectionEnded();
    void tellsWhenNobodyListens();
    void attachesBehindLongPaths();
    void noticesSilence();
    void waitsForTheGreetingOnlySoLong();
    void handsOnInBatches();
    void detaching();

    // With a scripted engine
    void missingProgram();
    void endsOfAProcess_data();
    void endsOfAProcess();
    void strayPrints();
    void processWithoutGreeting();
    void laddersUpAHangingEngine();
    void stopsAnEngine();
    void survivesAFlood();
    void letsGoWithoutBlocking();
    void detachedEngineGoesOn();
};

void TestEngineClient::greetsAndIsReady()
{
    RawPeer peer;
    Listener listener;
    QCOMPARE(listener.client->state(), State::Idle);
    listener.meet(peer);
    QTRY_VERIFY(peer.requests().isEmpty() && peer.greeted());
    QCOMPARE(listener.states, (std::vector{State::Connecting, State::Greeting, State::Ready}));
    QCOMPARE(integerOf(listener.client->hello(), "pid"), 1);
    QCOMPARE(listener.client->processId(), qint64(::getpid())); // who listens, whatever it says
    QVERIFY(listener.client->detached());
}

void TestEngineClient::readsByteByByte()
{
    RawPeer peer;
    Listener listener;
    listener.client->attach(peer.path());
    QTRY_VERIFY(peer.socket());
    for (const char byte : RawPeer::hello()) {
        peer.send(QByteArray(1, byte));
        peer.socket()->flush();
        QCoreApplication::processEvents();
    }
    QTRY_COMPARE(listener.client->state(), State::Ready);
}

void TestEngineClient::answersReachTheirRequest()
{
    RawPeer peer;
    Listener listener;
    listener.meet(peer);
    std::vector<int> answers(2, -1);
    for (int i = 0; i < 2; ++i) {
        listener.client->request(u"sample"_s, {{"prompts", {i == 0 ? "a" : "b"}}}, this, [&answers, i](const Result<Json> &answer) {
            answers[static_cast<std::size_t>(i)] = answer ? static_cast<int>(integerOf(*answer, "given")) : -2;
        });
    }
    QList<QJsonObject> requests;
    QTRY_COMPARE((requests += peer.requests()).size(), 2);
    QCOMPARE(requests[0].value(u"type"_s).toString(), u"sample"_s);
    QCOMPARE(requests[1].value(u"prompts"_s).toArray().at(0).toString(), u"b"_s);
    peer.answer(requests[1], {{u"given"_s, 1}}); // in any order
    peer.answer(requests[0], {{u"given"_s, 0}});
    QTRY_COMPARE(answers, (std::vector{0, 1}));
}

void TestEngineClient::refusalsKeepCodeAndPlace()
{
    RawPeer peer;
    Listener listener;
    listener.meet(peer);
    std::optional<Error> error;
    listener.client->request(u"start"_s, {{"spec", Json::object()}, {"base", "/"}}, this, [&](const Result<Json> &answer) { error = answer.error(); });
    QList<QJsonObject> requests;
    QTRY_COMPARE((requests += peer.requests()).size(), 1);
    peer.answer(requests[0], {{u"ok"_s, false}, {u"code"_s, u"not-found"_s}, {u"message"_s, u"is not there"_s}, {u"place"_s, u"teacher"_s}});
    QTRY_VERIFY(error.has_value());
    QCOMPARE(error->code, ErrorCode::NotFound);
    QCOMPARE(error->message, std::string("is not there"));
    QCOMPARE(error->place, std::string("teacher"));
}

void TestEngineClient::answersTimeOut()
{
    RawPeer peer;
    Listener listener;
    listener.meet(peer);
    int calls = 0;
    std::optional<Error> error;
    listener.client->request(u"ping"_s, Json::object(), this, [&](const Result<Json> &answer) {
        ++calls;
        error = answer.error();
    }, 50);
    QList<QJsonObject> requests;
    QTRY_COMPARE((requests += peer.requests()).size(), 1);
    QTRY_COMPARE(calls, 1);
    QCOMPARE(error->code, ErrorCode::Io);
    peer.answer(requests[0]); // too late, and not for anybody else
    peer.sendHeartbeat();
    QTRY_COMPARE(listener.heartbeats, 1);
    QCOMPARE(calls, 1);
}

void TestEngineClient::answersOfTheDeadAreDropped()
{
    RawPeer peer;
    Listener listener;
    listener.meet(peer);
    bool called = false;
    auto context = std::make_unique<QObject>();
    listener.client->request(u"ping"_s, Json::object(), context.get(), [&](const Result<Json> &) { called = true; });
    QList<QJsonObject> requests;
    QTRY_COMPARE((requests += peer.requests()).size(), 1);
    context.reset();
    peer.answer(requests[0]);
    peer.sendHeartbeat();
    QTRY_COMPARE(listener.heartbeats, 1);
    QVERIFY(!called);
}

void TestEngineClient::endSettlesAllRequests()
{
    RawPeer peer;
    Listener listener;
    listener.meet(peer);
    std::vector<ErrorCode> codes;
    for (int i = 0; i < 3; ++i)
        listener.client->request(u"ping"_s, Json::object(), this, [&](const Result<Json> &answer) { codes.push_back(answer.error().code); });
    peer.socket()->abort();
    QTRY_COMPARE(codes, std::vector(3, ErrorCode::Io));
    listener.client->request(u"ping"_s, Json::object(), this, [&](const Result<Json> &answer) { codes.push_back(answer.error().code); });
    QCOMPARE(codes.size(), std::size_t(3)); // never from within request()
    QTRY_COMPARE(codes, std::vector(4, ErrorCode::Io));
}

void TestEngineClient::ordersEvents()
{
    RawPeer peer;
    Listener listener;
    listener.meet(peer);
    listener.client->subscribe(4, 0);
    for (const int seq : {3, 4, 6, 5, 5, 4, 9, 8, 7, 7, 10})
        peer.sendEvent(seq);
    QTRY_COMPARE(listener.seqs, (std::vector<qint64>{4, 5, 6, 7, 8, 9, 10}));
}

void TestEngineClient::asksForMissingEvents()
{
    RawPeer peer;
    Listener listener;
    listener.meet(peer);
    listener.client->subscribe(1, 0);
    peer.sendEvent(1);
    peer.sendMetrics({1, 2});
    peer.sendEvent(4);
    QList<QJsonObject> requests;
    QTRY_COMPARE_WITH_TIMEOUT((requests += peer.requests()).size(), 2, 10000); // its own, and the one for what is missing
    QCOMPARE(requests[1].value(u"type"_s).toString(), u"subscribe"_s);
    QCOMPARE(requests[1].value(u"seq"_s).toInt(), 2);
    QCOMPARE(requests[1].value(u"step"_s).toInt(), 3);
    QCOMPARE(listener.seqs, (std::vector<qint64>{1}));
    peer.sendEvent(2); // 3 was never written: it goes on without
    QTRY_COMPARE_WITH_TIMEOUT(listener.seqs, (std::vector<qint64>{1, 2, 4}), 15000);
}

void TestEngineClient::dropsMetricsThatCameBefore()
{
    RawPeer peer;
    Listener listener;
    listener.meet(peer);
    listener.client->subscribe(1, 3);
    peer.sendMetrics({2, 3, 4});
    peer.sendMetrics({3, 4, 5});
    QTRY_COMPARE(listener.steps, (std::vector<qint64>{3, 4, 5}));
    peer.sendEvent(1, u"started"_s, {{u"step"_s, 3}}); // a new attempt, from a checkpoint
    peer.sendMetrics({4, 5});
    QTRY_COMPARE(listener.steps, (std::vector<qint64>{3, 4, 5, 4, 5}));
}

void TestEngineClient::forgetsRowsOfASupersededAttempt()
{
    RawPeer peer;
    Listener listener;
    listener.meet(peer);
    listener.client->subscribe(1, 5);
    peer.sendMetrics({5, 6}); // in one batch with what follows, whose event is handed on before any rows
    peer.sendEvent(1, u"started"_s, {{u"step"_s, 2}});
    peer.sendMetrics({3, 4, 5});
    QTRY_COMPARE(listener.steps, (std::vector<qint64>{3, 4, 5}));
}

void TestEngineClient::refusesOtherVersions_data()
{
    QTest::addColumn<int>("major");
    QTest::addColumn<QString>("older");
    QTest::newRow("older engine") << 0 << u"the engine is older"_s;
    QTest::newRow("newer engine") << 2 << u"this program is older"_s;
}

void TestEngineClient::refusesOtherVersions()
{
    QFETCH(int, major);
    QFETCH(QString, older);
    RawPeer peer;
    Listener listener;
    listener.client->attach(peer.path());
    QTRY_VERIFY(peer.socket());
    peer.send(RawPeer::hello(major));
    QTRY_VERIFY(listener.exit.has_value());
    QCOMPARE(listener.exit->kind, Kind::WrongVersion);
    QVERIFY2(listener.exit->message().contains(older), qPrintable(listener.exit->message()));
    QCOMPARE(listener.client->state(), State::Ended);
}

void TestEngineClient::refusesGarbage_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("shown");
    QTest::newRow("another preamble") << QByteArray("Segmentation fault") << u"Segmentation"_s;
    QTest::newRow("a print after the greeting") << RawPeer::hello() + "Downloading model" << QString();
    QTest::newRow("unknown kind") << RawPeer::hello() + RawPeer::frame("{}", 7) << QString();
    QTest::newRow("not JSON") << RawPeer::hello() + RawPeer::frame("{\"type\":") << u"{\"type\":"_s;
    QTest::newRow("not UTF-8") << RawPeer::hello() + RawPeer::frame("{\"type\":\"\xff\xfe\"}") << QString();
    QTest::newRow("no object") << RawPeer::hello() + RawPeer::frame("[1,2]") << u"[1,2]"_s;
    QTest::newRow("no type") << RawPeer::hello() + RawPeer::frame("{\"id\":1}") << u"id"_s;
    QTest::newRow("an event without a number") << RawPeer::hello() + RawPeer::frame(R"({"type":"event","event":{"type":"x"}})") << QString();
    QTest::newRow("no greeting") << QByteArray("QUELL1\n") + RawPeer::frame(R"({"type":"heartbeat"})") << u"heartbeat"_s;
    QTest::newRow("greeting without a version") << QByteArray("QUELL1\n") + RawPeer::frame(R"({"type":"hello"})") << QString();
    QTest::newRow("deep nesting") << RawPeer::hello() + RawPeer::frame(QByteArray(500000, '[')) << u"[[["_s;
}

void TestEngineClient::refusesGarbage()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, shown);
    RawPeer peer;
    Listener listener;
    listener.client->attach(peer.path());
    QTRY_VERIFY(peer.socket());
    peer.send(bytes);
    QTRY_VERIFY(listener.exit.has_value());
    QCOMPARE(listener.exit->kind, Kind::ProtocolError);
    QVERIFY2(listener.exit->message().contains(shown), qPrintable(listener.exit->message()));
}

void TestEngineClient::ignoresUnknownMessages()
{
    RawPeer peer;
    Listener listener;
    listener.meet(peer);
    peer.send(QJsonObject{{u"type"_s, u"of a later minor version"_s}});
    peer.send(RawPeer::frame("\x01\x02\x03", 1));
    peer.sendHeartbeat();
    QTRY_COMPARE(listener.heartbeats, 1);
    QVERIFY(!listener.exit);
}

void TestEngineClient::tellsHowAConnectionEnded_data()
{
    QTest::addColumn<QByteArray>("last");
    QTest::addColumn<int>("kind");
    QTest::newRow("no word") << QByteArray() << int(Kind::Lost);
    QTest::newRow("bye") << RawPeer::frame(R"({"type":"bye","code":0})") << int(Kind::Done);
    QTest::newRow("stopped") << RawPeer::frame(R"({"type":"bye","code":11})") << int(Kind::Done);
    QTest::newRow("memory") << RawPeer::frame(R"({"type":"bye","code":8})") << int(Kind::OutOfMemory);
    QTest::newRow("a failed run") << RawPeer::frame(R"({"type":"event","event":{"seq":1,"type":"failed","code":"numerical","message":"the loss is not finite"}})") + RawPeer::frame(R"({"type":"bye","code":0})")
                                  << int(Kind::Diverged);
}

void TestEngineClient::tellsHowAConnectionEnded()
{
    QFETCH(QByteArray, last);
    QFETCH(int, kind);
    RawPeer peer;
    Listener listener;
    listener.meet(peer);
    peer.send(last);
    peer.socket()->disconnectFromServer();
    QTRY_VERIFY(listener.exit.has_value());
    QCOMPARE(int(listener.exit->kind), kind);
    if (listener.exit->kind == Kind::Diverged)
        QVERIFY(listener.exit->message().contains(u"the loss is not finite"_s));
}

void TestEngineClient::tellsWhenNobodyListens()
{
    QTemporaryDir folder;
    Listener listener;
    listener.client->attach(folder.filePath(u"engine.sock"_s));
    QVERIFY(!listener.exit); // never from within attach()
    QTRY_VERIFY(listener.exit.has_value());
    QCOMPARE(listener.exit->kind, Kind::Lost);
}

void TestEngineClient::attachesBehindLongPaths()
{
    QTemporaryDir folder;
    const auto deep = folder.filePath(QString(100, u'ä') + u'/' + QString(100, u'x'));
    QVERIFY(QDir().mkpath(deep));
    const int descriptor = ::open(QFile::encodeName(deep).constData(), O_PATH | O_DIRECTORY);
    QLocalServer server;
    QVERIFY(server.listen(u"/proc/self/fd/%1/engine.sock"_s.arg(descriptor)));
    QVERIFY(QFile::exists(deep + u"/engine.sock"_s));
    Listener listener;
    listener.client->attach(deep + u"/engine.sock"_s);
    QTRY_VERIFY(server.hasPendingConnections());
    server.nextPendingConnection()->write(RawPeer::hello());
    QTRY_COMPARE(listener.client->state(), State::Ready);
    server.close();
    ::close(descriptor);
}

void TestEngineClient::noticesSilence()
{
    RawPeer peer;
    Listener listener({.heartbeat = 150});
    listener.meet(peer);
    QTRY_COMPARE(listener.silences, (std::vector{true}));
    peer.sendHeartbeat();
    QTRY_COMPARE(listener.silences, (std::vector{true, false}));
    QTRY_COMPARE(listener.silences, (std::vector{true, false, true}));
    QVERIFY(!listener.exit); // it may only be slow
}

void TestEngineClient::waitsForTheGreetingOnlySoLong()
{
    RawPeer peer;
    Listener listener({.hello = 100});
    listener.client->attach(peer.path());
    QTRY_VERIFY(peer.socket());
    peer.send("QUELL");
    QTRY_VERIFY(listener.exit.has_value());
    QCOMPARE(listener.exit->kind, Kind::ProtocolError);
    QVERIFY(listener.exit->message().contains(u"QUELL"_s));
}

void TestEngineClient::handsOnInBatches()
{
    RawPeer peer;
    Listener listener;
    listener.meet(peer);
    listener.client->subscribe(1, 0);
    QElapsedTimer clock;
    clock.start();
    int seq = 0;
    while (clock.elapsed() < 600) {
        peer.sendEvent(++seq);
        peer.socket()->flush();
        QTest::qWait(1);
    }
    QTRY_COMPARE(listener.seqs.size(), std::size_t(seq));
    QVERIFY2(listener.batches <= clock.elapsed() / 33 + 1, qPrintable(QString::number(listener.batches)));
}

void TestEngineClient::detaching()
{
    RawPeer peer;
    Listener listener;
    listener.meet(peer);
    QString socket;
    listener.client->detach(this, [&](const Result<Json> &answer) { socket = answer ? textOf(*answer, "socket") : QString(); });
    QList<QJsonObject> requests;
    QTRY_COMPARE((requests += peer.requests()).size(), 1);
    QCOMPARE(requests[0].value(u"type"_s).toString(), u"detach"_s);
    peer.answer(requests[0], {{u"socket"_s, u"/there"_s}});
    QTRY_COMPARE(socket, u"/there"_s);
    QCOMPARE(listener.client->state(), State::Ended);
    QTRY_COMPARE(peer.socket()->state(), QLocalSocket::UnconnectedState);
    QVERIFY(!listener.exit); // the engine has not ended
}

void TestEngineClient::missingProgram()
{
    Listener listener;
    listener.client->launch(u"/nowhere/quell-engine"_s, {});
    QTRY_VERIFY(listener.exit.has_value());
    QCOMPARE(listener.exit->kind, Kind::NeverStarted);
    QVERIFY(listener.exit->message().contains(u"/nowhere/quell-engine"_s));
}

void TestEngineClient::endsOfAProcess_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("code");
    QTest::newRow("done") << QByteArray(R"({"exit":0})") << int(Kind::Done) << 0;
    QTest::newRow("defect") << QByteArray(R"({"exit":1})") << int(Kind::Crashed) << 1;
    QTest::newRow("mismatch") << QByteArray(R"({"exit":5})") << int(Kind::UserFixable) << 5;
    QTest::newRow("disk") << QByteArray(R"({"exit":7})") << int(Kind::Storage) << 7;
    QTest::newRow("memory") << QByteArray(R"({"exit":8})") << int(Kind::OutOfMemory) << 8;
    QTest::newRow("SEGV") << QByteArray(R"({"signal":"SEGV"})") << int(Kind::Crashed) << SIGSEGV;
    QTest::newRow("ABRT") << QByteArray(R"({"signal":"ABRT"})") << int(Kind::Crashed) << SIGABRT;
    QTest::newRow("KILL") << QByteArray(R"({"signal":"KILL"})") << int(Kind::LikelyOutOfMemory) << SIGKILL;
}

void TestEngineClient::endsOfAProcess()
{
    QFETCH(QByteArray, line);
    QFETCH(int, kind);
    QFETCH(int, code);
    const Scripted engine("{\"await\":\"checkpoint\"}\n{\"event\":{\"type\":\"started\",\"step\":0}}\n{\"wait\":100}\n" + line + "\n");
    Listener listener;
    engine.start(listener);
    QTRY_VERIFY_WITH_TIMEOUT(listener.exit.has_value(), 20000);
    QCOMPARE(int(listener.exit->kind), kind);
    QCOMPARE(listener.exit->code, code);
    QCOMPARE(listener.seqs, (std::vector<qint64>{1})); // what it said before is not lost
    QCOMPARE(listener.client->state(), State::Ended);
}

void TestEngineClient::strayPrints()
{
    const Scripted engine("{\"wait\":50}\n{\"print\":\"Warning: something\"}\n");
    Listener listener({.kill = 500});
    engine.launch(*listener.client);
    QTRY_VERIFY_WITH_TIMEOUT(listener.exit.has_value(), 30000);
    QCOMPARE(listener.exit->kind, Kind::ProtocolError);
    QVERIFY2(listener.exit->message().contains(u"Warn"_s), qPrintable(listener.exit->message()));
    QVERIFY(listener.client->processId() == 0); // and it is gone
}

void TestEngineClient::processWithoutGreeting()
{
    Listener listener({.hello = 200, .kill = 500});
    listener.client->launch(u"/bin/sleep"_s, {u"60"_s});
    QTRY_VERIFY_WITH_TIMEOUT(listener.exit.has_value(), 10000);
    QCOMPARE(listener.exit->kind, Kind::NeverStarted);
    QCOMPARE(listener.client->processId(), 0);
}

void TestEngineClient::laddersUpAHangingEngine()
{
    const Scripted engine("{\"await\":\"checkpoint\"}\n{\"hang\":true}\n");
    Listener listener({.heartbeat = 1500, .terminate = 300, .kill = 300});
    engine.start(listener);
    QTRY_COMPARE_WITH_TIMEOUT(listener.silences, (std::vector{true}), 10000);
    listener.client->stop(false);
    QVERIFY(!listener.client->waitingFor().isEmpty());
    QTRY_VERIFY_WITH_TIMEOUT(listener.exit.has_value(), 10000);
    using Stage = EngineClient::StopStage;
    QCOMPARE(listener.stages, (std::vector{Stage::Asked, Stage::Terminated, Stage::Killed}));
    QCOMPARE(listener.exit->kind, Kind::Unresponsive);
    QCOMPARE(listener.exit->code, SIGKILL);
}

void TestEngineClient::stopsAnEngine()
{
    const Scripted engine("{\"state\":\"running\",\"steps\":10}\n{\"await\":\"stop\"}\n{\"event\":{\"type\":\"stopped\",\"step\":3}}\n{\"await\":\"shutdown\"}\n{\"exit\":0}\n");
    Listener listener;
    engine.start(listener);
    listener.client->stop(false);
    QCOMPARE(listener.client->stopStage(), EngineClient::StopStage::Asked);
    QTRY_VERIFY_WITH_TIMEOUT(listener.exit.has_value(), 10000);
    QVERIFY(listener.exit->clean());
    QCOMPARE(listener.seqs, (std::vector<qint64>{1}));
    QCOMPARE(listener.stages.size(), std::size_t(1));
}

void TestEngineClient::survivesAFlood()
{
    constexpr int count = 300000;
    const Scripted engine("{\"await\":\"checkpoint\"}\n{\"repeat\":" + QByteArray::number(count)
                          + ",\"lines\":[{\"send\":{\"type\":\"event\",\"event\":{\"seq\":\"$i\",\"type\":\"note\",\"attempt\":1,\"text\":\"what goes on in the engine\"}}}]}\n");
    Listener listener;
    engine.launch(*listener.client);
    QTRY_COMPARE_WITH_TIMEOUT(listener.client->state(), State::Ready, 30000);
    qint64 largest = 0;
    QElapsedTimer gap, all;
    QTimer pulse;
    QObject::connect(&pulse, &QTimer::timeout, &pulse, [&] { largest = std::max(largest, gap.restart()); });
    const auto before = residentBytes();
    gap.start();
    all.start();
    pulse.start(10);
    listener.client->subscribe(1, 0);
    listener.client->request(u"checkpoint"_s, Json::object(), nullptr, {});
    QTRY_COMPARE_WITH_TIMEOUT(listener.seqs.size(), std::size_t(count), 120000);
    pulse.stop();
    qInfo() << count << "events in" << all.elapsed() << "ms; largest gap of the GUI" << largest << "ms; memory +" << (residentBytes() - before) / 1048576 << "MiB";
    QVERIFY(std::is_sorted(listener.seqs.begin(), listener.seqs.end()));
    QVERIFY2(largest < 1000, qPrintable(QString::number(largest)));
}

void TestEngineClient::letsGoWithoutBlocking()
{
    const Scripted engine("{\"await\":\"checkpoint\"}\n{\"repeat\":1000000,\"lines\":[{\"send\":{\"type\":\"event\",\"event\":{\"seq\":\"$i\",\"type\":\"note\"}}}]}\n");
    Listener listener({.terminate = 2000, .kill = 2000});
    engine.start(listener);
    QTRY_VERIFY(listener.batches > 0);
    const auto pid = listener.client->processId();
    QElapsedTimer clock;
    clock.start();
    listener.client.reset();
    QVERIFY2(clock.elapsed() < 2000, qPrintable(QString::number(clock.elapsed())));
    QTRY_VERIFY_WITH_TIMEOUT(!runs(pid), 10000);
}

void TestEngineClient::detachedEngineGoesOn()
{
    const Scripted engine("{\"state\":\"running\",\"steps\":10}\n{\"event\":{\"type\":\"started\",\"step\":0}}\n{\"await\":\"detach\"}\n{\"wait\":200}\n"
                          "{\"event\":{\"type\":\"note\"}}\n{\"await\":\"stop\"}\n{\"event\":{\"type\":\"stopped\",\"step\":0}}\n{\"exit\":0}\n");
    QString socket;
    qint64 pid = 0;
    {
        Listener first;
        engine.start(first);
        pid = first.client->processId();
        QTRY_COMPARE(first.seqs, (std::vector<qint64>{1}));
        first.client->detach(this, [&](const Result<Json> &answer) { socket = answer ? textOf(*answer, "socket") : QString::fromStdString(answer.error().message); });
        QTRY_VERIFY(!socket.isEmpty());
        QVERIFY(!first.exit);
    }
    Listener second;
    second.client->attach(socket);
    QTRY_COMPARE(second.client->state(), State::Ready);
    QCOMPARE(second.client->processId(), pid);
    second.client->subscribe(2, 0);
    QTRY_COMPARE(second.seqs, (std::vector<qint64>{2}));
    QVERIFY(runs(pid));
    second.client->stop(false);
    QTRY_VERIFY_WITH_TIMEOUT(second.exit.has_value(), 10000);
    QVERIFY(second.exit->clean());
    QCOMPARE(second.seqs, (std::vector<qint64>{2, 3}));
    QTRY_VERIFY(!runs(pid));
}

QTEST_GUILESS_MAIN(TestEngineClient)
#include "tst_engine_client.moc"
