// The engine's server, with a scripted engine behind it.
#include "engine_peer.h"
#include "serve/engine_lock.h"
#include "serve/journal.h"
#include "serve/scripted.h"

#include <QFile>
#include <QScopeGuard>

#include <array>
#include <csignal>
#include <fstream>
#include <set>

using namespace quell;
using namespace quell::test;

namespace {

std::vector<std::int64_t> seqs(const Peer &peer)
{
    std::vector<std::int64_t> found;
    for (const auto &event : peer.events())
        found.push_back(event["seq"]);
    return found;
}

std::vector<std::int64_t> range(std::int64_t from, std::int64_t to)
{
    std::vector<std::int64_t> numbers;
    for (; from <= to; ++from)
        numbers.push_back(from);
    return numbers;
}

std::int64_t resident(qint64 pid)
{
    std::int64_t size = 0, pages = 0;
    std::ifstream("/proc/" + std::to_string(pid) + "/statm") >> size >> pages;
    return pages * ::sysconf(_SC_PAGE_SIZE);
}

} // namespace

class ServeTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        dir = std::make_unique<QTemporaryDir>();
    }

    void says_hello_first()
    {
        AttachedPeer peer(scripted(""));
        QVERIFY2(peer.until([&] { return !peer.messages.empty(); }), peer.error().c_str());
        const auto &hello = peer.messages.front();
        QVERIFY(hello["type"] == "hello");
        QVERIFY(hello["protocol"] == Json({protocol_major, protocol_minor}));
        QCOMPARE(hello["pid"].get<qint64>(), peer.engine.processId());
        QVERIFY(hello["folder"] == folder().string());
        QVERIFY(hello["state"] == "idle");
        QVERIFY(hello["devices"][0]["name"] == "cpu");
        QVERIFY(hello["devices"][0]["memory"].get<std::int64_t>() > 0);
        QCOMPARE(hello["capabilities"].size(), request_names().size());
        QVERIFY(peer.until([&] { return peer.heartbeats >= 2; }, 10000));
        QVERIFY(peer.heartbeat["memory"].get<std::int64_t>() > 0);
        QVERIFY(peer.heartbeat["memory_peak"] >= peer.heartbeat["memory"]);
    }

    // What libgomp has read: /proc tells the environment that the process started with.
    void idle_threads_give_up_their_core()
    {
        const auto started_with = [&] {
            AttachedPeer peer(scripted(""));
            QFile file(QStringLiteral("/proc/%1/environ").arg(peer.engine.processId()));
            return peer.until([&] { return !peer.messages.empty(); }) && file.open(QIODevice::ReadOnly) ? file.readAll().split('\0') : QByteArrayList();
        };
        const std::array<const char *, 2> names{"GOMP_SPINCOUNT", "OMP_WAIT_POLICY"};
        const std::array kept{qgetenv(names[0]), qgetenv(names[1])};
        const auto restore = qScopeGuard([&] {
            for (std::size_t i = 0; i < names.size(); ++i)
                kept[i].isNull() ? qunsetenv(names[i]) : qputenv(names[i], kept[i]);
        });
        qunsetenv("GOMP_SPINCOUNT");
        qunsetenv("OMP_WAIT_POLICY");
        QVERIFY(started_with().contains("GOMP_SPINCOUNT=3000"));
        qputenv("OMP_WAIT_POLICY", "active");
        const auto asked = started_with();
        QVERIFY(asked.contains("OMP_WAIT_POLICY=active"));
        QVERIFY(!asked.contains("GOMP_SPINCOUNT=3000"));
    }

    void every_request_is_answered()
    {
        AttachedPeer peer(scripted(R"({"refuse": "pause", "code": "not-found", "message": "no run"})"));
        QVERIFY(peer.request("ping")["ok"] == true);
        QVERIFY(peer.request("start", {{"spec", {{"name", "x"}}}, {"base", "/"}})["ok"] == true);
        QVERIFY((*read_json(folder() / "run.json"))["name"] == "x");
        const auto refused = peer.request("pause");
        QVERIFY(refused["ok"] == false);
        QVERIFY(refused["code"] == "not-found");
        QVERIFY(refused["message"] == "no run");
        QVERIFY(peer.request("fly")["code"] == "unsupported");
        QVERIFY(peer.request("stop", {{"mode", "sometime"}})["ok"] == false);
        QVERIFY(peer.request("shutdown")["ok"] == true);
        QVERIFY(peer.until_bye());
        QCOMPARE(peer.bye_code(), 0);
        QVERIFY(peer.ended());
        QCOMPARE(peer.engine.exitCode(), 0);
        QVERIFY(!fs::exists(folder() / lock_name));
    }

    void nothing_is_told_without_subscribing()
    {
        AttachedPeer peer(scripted(R"({"repeat": 3, "lines": [{"event": {"type": "x"}}, {"metrics": {"step": "$i"}}]})"));
        QVERIFY(peer.until([&] { return peer.heartbeats >= 1; }));
        QVERIFY(peer.events().empty() && peer.rows().empty());
        peer.request("subscribe");
        QVERIFY(peer.until([&] { return peer.events().size() == 3 && peer.rows().size() == 3; }));
    }

    void replay_begins_where_it_is_asked_to()
    {
        AttachedPeer peer(scripted(R"({"repeat": 500, "lines": [{"event": {"type": "x", "text": "turn $i"}}, {"metrics": {"step": "$i"}}]})"));
        peer.request("subscribe", {{"seq", 101}, {"step", 301}});
        QVERIFY(peer.until([&] { return peer.events().size() == 400 && peer.rows().size() == 200; }));
        QCOMPARE(seqs(peer), range(101, 500));
        QVERIFY(peer.events().front()["text"] == "turn 101");
        QCOMPARE(peer.rows().front()["step"].get<int>(), 301);
        QCOMPARE(peer.rows().back()["step"].get<int>(), 500);
    }

    void what_was_told_is_in_the_file()
    {
        AttachedPeer peer(scripted(R"({"await": "checkpoint"}
{"repeat": 200, "lines": [{"event": {"type": "x"}}]})"));
        peer.request("subscribe");
        peer.request("checkpoint");
        for (std::size_t seen = 0; seen < 200;) {
            QVERIFY(peer.until([&] { return peer.event_count > seen; }));
            seen = peer.event_count;
            JournalCursor file(folder() / "events.ndjson", "seq", 0);
            std::size_t written = 0;
            do {
                written += file.read(1000, 1 << 20).size();
            } while (!file.at_end());
            QVERIFY(written >= seen);
        }
    }

    void a_reader_that_sleeps_costs_nothing()
    {
        AttachedPeer peer(scripted(R"({"await": "checkpoint"}
{"repeat": 100000, "lines": [{"event": {"type": "x", "text": "something of the length that events have, give or take: turn $i"}}]}
{"state": "paused"})"));
        peer.request("subscribe");
        const auto before = resident(peer.engine.processId());
        peer.send({{"type", "checkpoint"}, {"id", 900}});
        const auto journal = folder() / "events.ndjson";
        QTRY_VERIFY_WITH_TIMEOUT(lines_of(journal) >= 100000, 120000); // the script is not held up by a reader that takes nothing
        QVERIFY2(resident(peer.engine.processId()) - before < 16 << 20, std::to_string(resident(peer.engine.processId()) - before).c_str());
        QVERIFY(peer.until([&] { return peer.event_count == 100000; }));
        QCOMPARE(seqs(peer), range(1, 100000));
        QVERIFY(peer.until_state("paused"));
        QVERIFY(peer.heartbeats >= 1);
    }

    void a_journal_written_anew_is_followed()
    {
        const auto file = path("log");
        const auto line = [](int step, int turn) { return Json{{"step", step}, {"turn", turn}}.dump() + "\n"; };
        QVERIFY(write_atomically(file, line(1, 1) + line(2, 1) + line(3, 1) + "{\"step\": 4, \"tu"));
        JournalCursor cursor(file, "step", 2);
        QCOMPARE(steps(cursor.read(10, 1000)), (std::vector<int>{2, 3})); // not the torn line
        QVERIFY(cursor.at_end());
        QVERIFY(write_atomically(file, line(1, 1) + line(2, 1)));          // a new attempt, from step 2
        QVERIFY(cursor.read(10, 1000).empty());
        cursor.back_to(3);
        QVERIFY(write_atomically(file, line(1, 1) + line(2, 1) + line(3, 2) + line(4, 2)));
        const auto again = cursor.read(10, 1000);
        QCOMPARE(steps(again), (std::vector<int>{3, 4}));
        QCOMPARE(again.front()["turn"].get<int>(), 2);
    }

    void long_lines_and_small_pieces()
    {
        const auto file = path("log");
        std::string text;
        for (int i = 1; i <= 20; ++i)
            text += Json{{"seq", i}, {"text", std::string(static_cast<std::size_t>(i * 997), 'x')}}.dump() + "\n";
        text += "damaged\n" + Json{{"seq", 21}}.dump() + "\n";
        QVERIFY(write_atomically(file, text));
        JournalCursor cursor(file, "seq", 0);
        std::vector<int> found;
        for (int turn = 0; turn < 1000 && !cursor.at_end(); ++turn) {
            for (const auto &line : cursor.read(3, 100))
                found.push_back(line["seq"]);
        }
        QCOMPARE(found.size(), std::size_t{21});
        QCOMPARE(found.back(), 21);
    }

    void an_event_too_large_for_a_frame_is_shortened()
    {
        std::ofstream(path("events-large")) << Json{{"event", {{"type", "data"}, {"excluded", std::vector<std::string>(60000, "a file name of some length")}, {"pictures", 7}}}}.dump() << '\n';
        AttachedPeer peer({QString::fromStdString(folder().string()), "--script", QString::fromStdString(path("events-large").string())});
        peer.request("subscribe");
        QVERIFY(peer.until_event("data"));
        const auto event = peer.events("data").front();
        QCOMPARE(event["pictures"].get<int>(), 7);
        QVERIFY(event["shortened"] == Json::array({"excluded"}));
        QVERIFY(!event.contains("excluded"));
    }

    void two_clients_after_detaching()
    {
        auto peer = std::make_unique<AttachedPeer>(scripted(R"({"state": "running"}
{"repeat": 20, "lines": [{"event": {"type": "x"}}]}
{"await": "pause"}
{"event": {"type": "paused"}})"));
        const auto pid = static_cast<pid_t>(peer->engine.processId());
        const auto answer = peer->request("detach");
        QVERIFY(answer["ok"] == true);
        const fs::path socket = answer["socket"].get<std::string>();
        QVERIFY(socket == folder() / socket_name);
        QCOMPARE(fs::status(socket).permissions(), fs::perms::owner_read | fs::perms::owner_write);
        QVERIFY(peer->engine.state() == QProcess::Running);
        SocketPeer one(socket), two(socket);
        QVERIFY(!one.closed && !two.closed);
        one.request("subscribe");
        two.request("subscribe", {{"seq", 15}});
        QVERIFY(one.until([&] { return one.events().size() == 20; }));
        QVERIFY(two.until([&] { return two.events().size() == 6; }));
        one.request("pause");
        QVERIFY(one.until_event("paused") && two.until_event("paused"));
        QCOMPARE(seqs(two), range(15, 21));
        QVERIFY(two.until_state("running"));
        QVERIFY(::kill(pid, 0) == 0);
        QVERIFY(two.request("shutdown")["ok"] == true);
        QVERIFY(one.until_bye() && two.until_bye());
        QVERIFY(peer->ended());
        QVERIFY(!fs::exists(socket));
    }

    void a_detached_engine_ends_when_nobody_is_left_and_nothing_to_do()
    {
        AttachedPeer peer(scripted(R"({"state": "running"}
{"await": "checkpoint"}
{"state": "idle"})"));
        const fs::path socket = peer.request("detach")["socket"].get<std::string>();
        {
            SocketPeer first(socket);
            QVERIFY(first.request("ping")["ok"] == true);
        }
        auto second = std::make_unique<SocketPeer>(socket); // it lived on
        QVERIFY(second->request("checkpoint")["ok"] == true);
        QVERIFY(second->until_state("idle"));
        QVERIFY(peer.engine.state() == QProcess::Running); // somebody is there
        QVERIFY(!peer.ended(1500));
        second.reset();
        QVERIFY(peer.ended(10000));
        QCOMPARE(peer.engine.exitCode(), 0);
    }

    void long_paths_have_sockets_too()
    {
        const auto deep = path(std::string(100, 'a')) / std::string(100, 'b');
        fs::create_directories(deep);
        std::ofstream(path("script")) << R"({"event": {"type": "x"}})" << '\n';
        QProcess engine;
        engine.start(QUELL_BINARY_DIR "/bin/quell-engine", {"serve", QString::fromStdString(deep.string()), "--detached", "--script", QString::fromStdString(path("script").string())});
        QTRY_VERIFY_WITH_TIMEOUT(fs::exists(deep / socket_name), 30000);
        {
            SocketPeer peer(deep / socket_name);
            QVERIFY(!peer.closed);
            peer.request("subscribe");
            QVERIFY(peer.until_event("x"));
        }
        QVERIFY(engine.waitForFinished(10000)); // idle, and its only client left
    }

    void a_folder_has_one_engine()
    {
        AttachedPeer first(scripted(""));
        QVERIFY(first.until([&] { return !first.messages.empty(); }));
        AttachedPeer second(scripted(""));
        QVERIFY(second.ended(60000));
        QCOMPARE(second.engine.exitCode(), exit_status(ErrorCode::Usage));
        QVERIFY(second.error().find(std::to_string(first.engine.processId())) != std::string::npos);
        first.engine.kill(); // a lock file alone says nothing
        first.engine.waitForFinished();
        QVERIFY(fs::exists(folder() / lock_name));
        AttachedPeer third(scripted(""));
        QVERIFY(third.until([&] { return !third.messages.empty(); }));
        QCOMPARE((*read_json(folder() / lock_name))["pid"].get<qint64>(), third.engine.processId());
        QVERIFY((*read_json(folder() / lock_name))["nonce"] == third.messages.front()["nonce"]);
    }

    void closed_input_ends_an_attached_engine()
    {
        AttachedPeer peer(scripted(R"({"state": "running"}
{"event": {"type": "x"}})"));
        peer.request("subscribe");
        peer.engine.closeWriteChannel();
        QVERIFY(peer.until_bye());
        QCOMPARE(peer.events().size(), std::size_t{1});
        QVERIFY(peer.ended());
    }

    void a_signal_ends_it()
    {
        AttachedPeer peer(scripted(""));
        QVERIFY(peer.until([&] { return !peer.messages.empty(); }));
        peer.engine.terminate();
        QVERIFY(peer.until_bye());
        QVERIFY(peer.ended());
        QCOMPARE(peer.engine.exitStatus(), QProcess::NormalExit);
    }

    void nonsense_is_hung_up_on_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("no frame") << QByteArray("what is this?");
        QTest::newRow("a binary part") << QByteArray("\2\0\0\0\1xx", 7);
        QTest::newRow("no JSON") << QByteArray("\2\0\0\0\0{]", 7);
    }
    void nonsense_is_hung_up_on()
    {
        QFETCH(QByteArray, bytes);
        AttachedPeer peer(scripted(""));
        QVERIFY(peer.until([&] { return !peer.messages.empty(); }));
        peer.write(bytes.toStdString());
        QVERIFY(peer.until_bye()); // the same as a closed input
    }

    void scripted_ends_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<int>("status");
        QTest::addColumn<bool>("crash");
        QTest::newRow("exit") << R"({"exit": 8})" << 8 << false;
        QTest::newRow("SEGV") << R"({"signal": "SEGV"})" << SIGSEGV << true;
        QTest::newRow("KILL") << R"({"signal": "KILL"})" << SIGKILL << true;
        QTest::newRow("ABRT") << R"({"signal": "ABRT"})" << SIGABRT << true;
    }
    void scripted_ends()
    {
        QFETCH(QString, line);
        QFETCH(int, status);
        QFETCH(bool, crash);
        AttachedPeer peer(scripted(("{\"await\": \"checkpoint\"}\n" + line).toStdString()));
        peer.request("checkpoint");
        QVERIFY(peer.ended(60000));
        QCOMPARE(peer.engine.exitStatus(), crash ? QProcess::CrashExit : QProcess::NormalExit);
        QCOMPARE(peer.engine.exitCode(), status);
        (void)peer.until([&] { return peer.closed; }, 2000);
        QCOMPARE(peer.bye_code(), crash ? -1 : status);
    }

    void scripted_hanging()
    {
        AttachedPeer peer(scripted(R"({"await": "checkpoint"}
{"hang": true})"));
        peer.request("checkpoint");
        const auto answered = [&peer](int id) {
            peer.send({{"type", "ping"}, {"id", id}});
            return peer.until([&] { return peer.find([id](const Json &message) { return message["type"] == "answer" && message["id"] == id; }); }, 2500);
        };
        // The script hangs once its thread is scheduled; until then pings are answered, as many as there is time for.
        const QDeadlineTimer patience(30000);
        int id = 100;
        while (answered(id) && !patience.hasExpired())
            ++id;
        QVERIFY(!patience.hasExpired());
        const auto before = peer.heartbeats;
        peer.engine.terminate();
        QVERIFY(!peer.until([&] { return peer.heartbeats > before; }, 2500));
        QVERIFY(peer.engine.state() == QProcess::Running);
    }

    void scripted_silence()
    {
        AttachedPeer peer(scripted(R"({"mute": true}
{"ignore": "pause"})"));
        QVERIFY(peer.request("ping")["ok"] == true);
        peer.send({{"type", "pause"}, {"id", 77}});
        QVERIFY(!peer.until([&] { return peer.heartbeats > 1 || peer.find([](const Json &message) { return message.value("id", 0) == 77; }); }, 2500));
    }

    void scripted_garbage()
    {
        AttachedPeer peer(scripted(R"({"await": "checkpoint"}
{"print": "Traceback: no such luck"})"));
        peer.request("checkpoint");
        QVERIFY(!peer.until([] { return false; }, 5000));
        QVERIFY2(peer.problem.find("Traceback: no such luck") != std::string::npos, peer.problem.c_str());
    }

    void scripted_garbage_first()
    {
        AttachedPeer silent(scripted(R"({"no_hello": true}
{"bytes": "4e4f"})"));
        QVERIFY(!silent.until([] { return false; }, 5000));
        QVERIFY2(silent.problem.find("\"NO\"") != std::string::npos, silent.problem.c_str());
    }

    void scripted_hello_and_raw_messages()
    {
        AttachedPeer peer(scripted(R"({"hello": {"protocol": [9, 0]}}
{"await": "checkpoint"}
{"event": {"type": "x"}}
{"send": {"type": "event", "event": {"seq": 1, "type": "twice"}}}
{"progress": {"what": "drawing", "done": 2, "total": 9}})"));
        peer.request("subscribe");
        QVERIFY(peer.messages.front()["protocol"] == Json({9, 0}));
        peer.request("checkpoint");
        QVERIFY(peer.until_event("twice"));
        QCOMPARE(seqs(peer), (std::vector<std::int64_t>{1, 1}));
        QVERIFY(peer.until([&] { return peer.find([](const Json &message) { return message["type"] == "progress" && message["done"] == 2; }); }));
    }

    void a_bad_script_is_refused_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("problem");
        QTest::newRow("not JSON") << "{\"wait\": 1}\nnothing" << "line 2";
        QTest::newRow("no action") << "\n\n{\"fly\": 1}" << "line 3";
        QTest::newRow("a wrong type") << "{\"wait\": \"long\"}" << "\"wait\" must be";
        QTest::newRow("a wrong state") << "{\"state\": \"asleep\"}" << "\"state\"";
        QTest::newRow("a wrong signal") << "{\"signal\": \"HUP\"}" << "\"signal\"";
        QTest::newRow("inside a repeat") << "{\"repeat\": 2, \"lines\": [{\"bytes\": \"4\"}]}" << "\"bytes\"";
    }
    void a_bad_script_is_refused()
    {
        QFETCH(QString, text);
        QFETCH(QString, problem);
        std::ofstream(path("script")) << text.toStdString();
        const auto script = read_script(path("script"));
        QVERIFY(!script);
        QVERIFY2(to_string(script.error()).find(problem.toStdString()) != std::string::npos, to_string(script.error()).c_str());
    }

private:
    fs::path path(const std::string &name) const { return fs::path(dir->path().toStdString()) / name; }
    fs::path folder() const { return path("run"); }

    QStringList scripted(const std::string &text) const
    {
        std::ofstream(path("script")) << text << '\n';
        return {QString::fromStdString(folder().string()), "--script", QString::fromStdString(path("script").string())};
    }

    static std::vector<int> steps(const std::vector<Json> &lines)
    {
        std::vector<int> found;
        for (const auto &line : lines)
            found.push_back(line["step"]);
        return found;
    }

    static std::ptrdiff_t lines_of(const fs::path &file)
    {
        std::ifstream stream(file);
        return std::count(std::istreambuf_iterator<char>(stream), {}, '\n');
    }

    std::unique_ptr<QTemporaryDir> dir;
};

QTEST_GUILESS_MAIN(ServeTest)
#include "tst_serve.moc"
