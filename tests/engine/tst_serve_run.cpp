// A real run over the protocol: paused, sampled, stopped, resumed, left and found again.
#include "engine_peer.h"
#include "run/checkpoint.h"
#include "run/run_folder.h"
#include "small_run.h"

#include <csignal>

using namespace quell;
using namespace quell::test;

class ServeRunTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY(make_pictures(at("pictures"))); }

    void a_spec_that_is_wrong_is_refused_and_names_the_key()
    {
        AttachedPeer peer(engine("refused"));
        auto spec = small_spec(at("pictures"));
        spec["lower"]["batch"] = -3;
        const auto answer = peer.request("start", {{"spec", spec}, {"base", "/"}});
        QVERIFY(answer["ok"] == false);
        QVERIFY2(answer.dump().find("batch") != std::string::npos, answer.dump().c_str());
        QVERIFY(peer.request("pause")["code"] == "usage");
        QVERIFY(peer.request("evaluate")["ok"] == false);
        peer.engine.closeWriteChannel();
        QVERIFY(peer.until_bye());
        QVERIFY(peer.ended());
        QVERIFY(!fs::exists(at("refused"))); // nothing is left of an engine that never had a run
    }

    void a_run_that_cannot_start_says_why_and_ends()
    {
        AttachedPeer peer(engine("hopeless"));
        auto spec = small_spec(at("pictures"));
        spec["teacher"] = at("nowhere").string();
        peer.request("subscribe");
        QVERIFY(peer.request("start", {{"spec", spec}, {"base", "/"}})["ok"] == true);
        QVERIFY(peer.until_bye());
        const auto failed = peer.events("failed");
        QCOMPARE(failed.size(), std::size_t{1});
        QVERIFY(failed[0]["code"] == "not-found");
        QVERIFY(failed[0]["message"].get<std::string>().find("nowhere") != std::string::npos);
        QCOMPARE(peer.bye_code(), exit_status(ErrorCode::NotFound));
        QVERIFY(peer.ended());
        QCOMPARE(peer.engine.exitCode(), exit_status(ErrorCode::NotFound));
    }

    void a_run_is_paused_sampled_and_stopped()
    {
        AttachedPeer peer(engine("run"));
        peer.request("subscribe");
        QVERIFY(peer.request("start", {{"spec", endless()}, {"base", "/"}})["ok"] == true);
        QVERIFY(peer.request("start", {{"spec", endless()}, {"base", "/"}})["ok"] == false);
        QVERIFY(peer.until([&] { return peer.rows().size() >= 3; }));
        QCOMPARE(peer.events("started")[0]["steps"].get<int>(), endless()["steps"].get<int>());

        QVERIFY(peer.request("pause")["ok"] == true);
        QVERIFY(peer.until_event("paused"));
        QVERIFY(peer.until_state("paused"));
        QVERIFY(peer.heartbeat["steps"] == endless()["steps"]);
        const auto step = peer.events("paused")[0]["step"].get<std::int64_t>();
        const auto drawn = peer.events("samples").size();
        QVERIFY(peer.request("sample", {{"prompts", {"a cat", "a neon cat"}}})["ok"] == true);
        QVERIFY(peer.until_event("samples", drawn + 1)); // while paused
        const auto samples = peer.events("samples").back();
        QVERIFY(samples["asked"] == true);
        QCOMPARE(samples["step"].get<std::int64_t>(), step);
        QCOMPARE(samples["prompts"].size(), std::size_t{2});
        for (const auto &[name, prompt] : samples["prompts"].items())
            QVERIFY(fs::exists(at("run") / samples["folder"].get<std::string>() / (name + ".png")));
        QVERIFY(peer.request("checkpoint")["ok"] == true);
        QVERIFY(peer.until([&] { return !peer.events("checkpoint").empty() && peer.events("checkpoint").back()["step"] == step; }));
        QCOMPARE(static_cast<std::int64_t>(peer.rows().size()), step);

        QVERIFY(peer.request("resume")["ok"] == true);
        QVERIFY(peer.until([&] { return static_cast<std::int64_t>(peer.rows().size()) >= step + 3; }));
        QVERIFY(peer.request("resume")["code"] == "usage");
        QVERIFY(peer.request("stop", {{"mode", "after-step"}})["ok"] == true);
        QVERIFY(peer.until_bye());
        QCOMPARE(peer.bye_code(), 0);
        const auto stopped = peer.events("stopped").at(0)["step"].get<std::int64_t>();
        QCOMPARE(static_cast<std::int64_t>(peer.rows().size()), stopped);
        QCOMPARE(newest_checkpoint(at("run") / "checkpoints")->step, stopped);
        compare_with_the_file(peer, at("run"));
    }

    // The same folder in a new engine, which is left alone and found again.
    void it_is_resumed_and_detached()
    {
        const auto lines = read_lines(at("run") / "events.ndjson");
        QVERIFY(lines && !lines->empty());
        const auto before = lines->back();
        auto peer = std::make_unique<AttachedPeer>(engine("run"));
        peer->request("subscribe", {{"seq", before["seq"].get<std::int64_t>() + 1}, {"step", before["step"].get<std::int64_t>() + 1}});
        QVERIFY(peer->request("resume")["ok"] == true);
        QVERIFY(peer->until([&] { return peer->rows().size() >= 2; }));
        QCOMPARE(peer->rows()[0]["step"].get<std::int64_t>(), before["step"].get<std::int64_t>() + 1);
        QCOMPARE(peer->events("started")[0]["attempt"].get<int>(), 2);
        const auto answer = peer->request("detach");
        QVERIFY(answer["ok"] == true);
        peer->engine.closeWriteChannel();

        const auto seen = peer->events().back()["seq"].get<std::int64_t>(), step = peer->rows().back()["step"].get<std::int64_t>();
        SocketPeer one(answer["socket"].get<std::string>());
        SocketPeer two(answer["socket"].get<std::string>());
        one.request("subscribe", {{"seq", seen + 1}, {"step", step + 1}});
        two.request("subscribe");
        QVERIFY(one.until([&] { return one.rows().size() >= 3; }));
        QCOMPARE(one.rows()[0]["step"].get<std::int64_t>(), step + 1);
        QVERIFY(two.request("stop", {{"mode", "now"}})["ok"] == true);
        QVERIFY(one.until_bye() && two.until_bye());
        compare_with_the_file(two, at("run"));
        QVERIFY(peer->ended());
        QVERIFY(!fs::exists(at("run") / socket_name));
    }

    void closed_input_leaves_a_checkpoint()
    {
        AttachedPeer peer(engine("closed"));
        peer.request("subscribe");
        QVERIFY(peer.request("start", {{"spec", endless()}, {"base", "/"}})["ok"] == true);
        QVERIFY(peer.until([&] { return peer.rows().size() >= 2; }));
        peer.engine.closeWriteChannel();
        QVERIFY(peer.until_bye());
        QCOMPARE(peer.bye_code(), exit_status(ErrorCode::Cancelled));
        const auto rows = read_lines(at("closed") / "metrics.ndjson");
        QCOMPARE(newest_checkpoint(at("closed") / "checkpoints")->step, static_cast<std::int64_t>(rows->size()));
    }

    void a_complete_run_leaves_an_idle_engine()
    {
        AttachedPeer peer(engine("complete"));
        auto spec = small_spec(at("pictures"));
        spec["steps"] = 4;
        spec["name"] = "four steps";
        spec["reference"] = spec["student"]; // any model serves
        spec["filtered"] = spec["student"];
        peer.request("subscribe");
        QVERIFY(peer.request("start", {{"spec", spec}, {"base", "/"}})["ok"] == true);
        QVERIFY(peer.until_event("complete"));
        QVERIFY(peer.until_state("idle"));
        QVERIFY(peer.events("started")[0]["name"] == "four steps");
        std::vector<std::string> models;
        for (const auto &event : peer.events("samples")) {
            if (event["step"] == 0)
                models.push_back(event["model"]);
        }
        QCOMPARE(models, (std::vector<std::string>{"teacher", "pruned", "student", "reference", "filtered"}));
        // They are the pruned model here: the same picture from the same latents, but for the rounding of frozen weights.
        const auto samples = at("complete") / "samples/step-000000";
        const auto pruned = read_image(samples / "pruned/target-0.png")->to(torch::kFloat32);
        for (const char *model : {"reference", "filtered"})
            QVERIFY((pruned - *read_image(samples / model / "target-0.png")).abs().mean().item<double>() < 1);
        const auto refused = peer.request("evaluate");
        QVERIFY(refused["code"] == "not-found");
        QVERIFY(refused["place"] == "evaluation.evaluator");
        QVERIFY(peer.request("shutdown")["ok"] == true);
        QVERIFY(peer.until_bye());
        QCOMPARE(peer.bye_code(), 0);
    }

    void a_terminal_cannot_get_between()
    {
        AttachedPeer peer(engine("closed"));
        QVERIFY(peer.until([&] { return !peer.messages.empty(); }));
        QProcess second;
        second.start(QUELL_BINARY_DIR "/bin/quell-engine", {"resume", text("closed"), "--cache", text("cache")});
        QVERIFY(second.waitForFinished(60000));
        QCOMPARE(second.exitCode(), exit_status(ErrorCode::Usage));
    }

private:
    fs::path at(const std::string &name) const { return fs::path(dir.path().toStdString()) / name; }
    QString text(const std::string &name) const { return QString::fromStdString(at(name).string()); }
    QStringList engine(const std::string &name) const { return {text(name), "--cache", text("cache")}; }

    Json endless() const
    {
        auto spec = small_spec(at("pictures"));
        spec["steps"] = 100000;
        spec["samples"]["every"] = 0;
        spec["checkpoints"]["every"] = 100000;
        return spec;
    }

    // What a subscriber to everything was told is what the folder says.
    static void compare_with_the_file(const Peer &peer, const fs::path &run)
    {
        const auto events = read_lines(run / "events.ndjson"), rows = read_lines(run / "metrics.ndjson");
        QVERIFY(events && rows);
        QVERIFY(peer.events() == *events);
        const auto told = peer.rows();
        std::map<std::int64_t, Json> newest;
        for (const auto &row : told)
            newest[row["step"].get<std::int64_t>()] = row;
        QCOMPARE(newest.size(), rows->size());
        for (const auto &row : *rows)
            QVERIFY(newest[row["step"].get<std::int64_t>()] == row);
    }

    QTemporaryDir dir;
};

QTEST_GUILESS_MAIN(ServeRunTest)
#include "tst_serve_run.moc"
