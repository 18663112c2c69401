// Concepts run after run: a later run keeps the earlier concepts, the ledger reads the runs, and one can be taken back.
#include "export/model_writer.h"
#include "models/state_dict.h"
#include "run/ledger.h"
#include "run/suppressed.h"
#include "small_run.h"

#include <QtTest>

using namespace quell;
using torch::Tensor;

class TestLedger : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Three short runs, each on the one before: fine-tuning alone, "neon", "ink".
    void initTestCase()
    {
        QVERIFY(dir.isValid());
        QVERIFY(test::make_pictures(at("pictures")));
        run("first", starter / "pruned", {}, {});
        run("second", at("first") / "student", "neon", {"ink", "watercolor"});
        run("third", at("second") / "student", "ink", {"neon", "watercolor"});
    }

    void laterRunsKeepEarlierConcepts()
    {
        const auto spec = read_run_spec(at("third") / "run.json", presets_folder());
        QVERIFY(spec);
        QCOMPARE(spec->concepts.size(), std::size_t{2});
        QCOMPARE(spec->concepts[0].name, std::string("ink"));
        QCOMPARE(spec->concepts[1].name, std::string("neon"));
        auto json = to_json(*spec);
        json["concepts"].erase(1);
        json["upper"]["keep_earlier"] = false;
        std::ofstream(at("alone.json")) << json;
        QCOMPARE(read_run_spec(at("alone.json"), presets_folder())->concepts.size(), std::size_t{1});
        json["upper"]["keep_earlier"] = true;
        std::ofstream(at("alone.json")) << json;
        QCOMPARE(read_run_spec(at("alone.json"), presets_folder())->concepts.size(), std::size_t{2});
    }

    void readsTheRuns()
    {
        const auto ledger = read_ledger(at("third"));
        QVERIFY2(ledger, ledger ? "" : to_string(ledger.error()).c_str());
        QCOMPARE(ledger->size(), std::size_t{3});
        QVERIFY((*ledger)[0].concepts.empty() && (*ledger)[0].run == at("first"));
        QCOMPARE((*ledger)[1].concepts.front().name, std::string("neon"));
        QCOMPARE((*ledger)[2].concepts.size(), std::size_t{1}); // neon joined and did not come with it
        QCOMPARE((*ledger)[2].concepts.front().name, std::string("ink"));
        QVERIFY(!read_ledger(at("nowhere")));
    }

    // An export lies elsewhere, without the run.
    void aCopyOfTheModelKnowsThem()
    {
        fs::copy(at("third") / "student", at("copy"), fs::copy_options::recursive);
        const auto known = suppressed_concepts(at("copy"));
        QVERIFY2(known, known ? "" : to_string(known.error()).c_str());
        QCOMPARE(known->size(), std::size_t{2});
        QVERIFY(to_json((*known)[1]) == to_json((*suppressed_concepts(at("third") / "student"))[1]));
        QCOMPARE((*known)[1].neighbours.size(), std::size_t{2});
        QVERIFY(suppressed_concepts(at("first") / "student")->empty()); // fine-tuning alone
        QVERIFY(suppressed_concepts(starter / "filtered")->empty());    // a record of names
        QVERIFY(suppressed_concepts(at("nowhere"))->empty());
        // What is not as Quell writes it is left alone, or told by its place.
        auto record = *read_json(at("copy") / "structure.json");
        for (const Json &odd : {Json::array({1}), Json("neon"), Json::object()}) {
            record["details"] = odd;
            QVERIFY(write_atomically(at("copy") / "structure.json", record.dump()));
            const auto none = suppressed_concepts(at("copy"));
            QVERIFY(none && none->empty());
        }
        record["details"] = {{"concepts", {{{"phrase", ""}}}}};
        QVERIFY(write_atomically(at("copy") / "structure.json", record.dump()));
        const auto broken = suppressed_concepts(at("copy"));
        QVERIFY(!broken && broken.error().place.find("concepts[0]") != std::string::npos);
    }

    void takesOneBack()
    {
        const auto ledger = *read_ledger(at("third"));
        const auto result = without_concept(ledger, "neon");
        QVERIFY2(result, result ? "" : to_string(result.error()).c_str());
        const auto first = weights("first"), second = weights("second"), third = weights("third");
        double moved = 0;
        for (const auto &[key, tensor] : result->tensors) {
            const Tensor expected = third.at(key).to(torch::kFloat64) - second.at(key).to(torch::kFloat64) + first.at(key).to(torch::kFloat64);
            QVERIFY2((tensor.to(torch::kFloat64) - expected).abs().max().item<double>() < 1e-6, key.c_str());
            moved += (tensor - third.at(key).to(torch::kFloat32)).square().sum().item<double>();
        }
        QVERIFY(moved > 0);
        // The newest taken back is the run before it.
        const auto newest = without_concept(ledger, "ink");
        QVERIFY(newest);
        for (const auto &[key, tensor] : newest->tensors)
            QVERIFY((tensor - second.at(key).to(torch::kFloat32)).abs().max().item<double>() < 1e-6);
        QCOMPARE(newest->structure.details["concepts"].size(), std::size_t{1});
        QVERIFY(newest->structure.details["concepts"][0]["name"] == "neon");
        QVERIFY(without_concept(ledger, "glass").error().code == ErrorCode::NotFound);
    }

    // An edit stands between two runs, tells of itself, and can be taken back as a run can.
    void editsAreEntries()
    {
        auto parts = *read_unet(at("second") / "student");
        const std::string key = "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight";
        const Tensor change = .01 * torch::randn(parts.tensors.at(key).sizes());
        parts.tensors.at(key) = parts.tensors.at(key).to(torch::kFloat32) + change;
        auto known = *suppressed_concepts(at("second") / "student");
        Concept ink;
        ink.name = ink.phrase = "ink", ink.kind = ConceptKind::Style, ink.neighbours = {"watercolor"};
        parts.structure.details["concepts"] = concepts_json(joined({ink}, known));
        parts.structure.details["edited"] = {{"from", (at("second") / "student").string()}, {"method", "uce"}};
        QVERIFY(write_model(at("edited"), {}, parts, {torch::kFloat, true}));
        run("fourth", at("edited"), {}, {});

        const auto ledger = read_ledger(at("fourth"));
        QVERIFY2(ledger, ledger ? "" : to_string(ledger.error()).c_str());
        QCOMPARE(ledger->size(), std::size_t{4});
        QVERIFY((*ledger)[2].run == at("edited") && (*ledger)[2].before == at("second") / "student");
        QCOMPARE((*ledger)[2].concepts.size(), std::size_t{1}); // neon came before
        QCOMPARE((*ledger)[2].concepts.front().name, std::string("ink"));
        QVERIFY((*ledger)[3].concepts.empty());
        const auto result = without_concept(*ledger, "ink");
        QVERIFY2(result, result ? "" : to_string(result.error()).c_str());
        QVERIFY((result->tensors.at(key) - (weights("fourth").at(key).to(torch::kFloat32) - change)).abs().max().item<double>() < 2e-3); // students are fp16

        const auto alone = read_ledger(at("edited"));
        QVERIFY(alone && alone->size() == 3);
        QVERIFY(!read_unet(at("fourth") / "student")->structure.details.contains("edited")); // a run's own
    }

private:
    void run(const char *name, const fs::path &student, const std::string &phrase, const std::vector<std::string> &neighbours)
    {
        auto json = test::small_spec(at("pictures"));
        json["student"] = student.string();
        json["steps"] = 2;
        json["solver"] = {{"every", 1}, {"angle_every", 0}};
        json["samples"] = Json::object();
        json["concepts"] = Json::array();
        json["upper"]["enabled"] = !phrase.empty();
        if (!phrase.empty())
            json["concepts"].push_back({{"phrase", phrase}, {"kind", "style"}, {"neighbours", neighbours}});
        std::ofstream(at(std::string(name) + ".json")) << json;
        const auto spec = read_run_spec(at(std::string(name) + ".json"), presets_folder());
        QVERIFY2(spec, spec ? "" : to_string(spec.error()).c_str());
        RunControl control;
        const auto outcome = train(*spec, at(name), at("cache"), control, {});
        QVERIFY2(outcome, outcome ? "" : to_string(outcome.error()).c_str());
    }
    StateDict weights(const char *name) const { return read_unet(at(name) / "student")->tensors; }
    fs::path at(const std::string &name) const { return fs::path(dir.path().toStdString()) / name; }
    const fs::path starter = fs::path(QUELL_SOURCE_DIR) / "resources/starter";
    QTemporaryDir dir;
};

QTEST_APPLESS_MAIN(TestLedger)
#include "tst_ledger.moc"
