// Scopes, adapters, accumulation and lean formats in whole (small) runs.
#include "run/checkpoint.h"
#include "run/run_folder.h"
#include "run/trainable.h"
#include "small_run.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace quell;

namespace {

const fs::path pruned = fs::path(QUELL_SOURCE_DIR) / "resources/starter/pruned";

StateDict weights_in(const fs::path &model)
{
    const auto folder = unet_folder(model);
    return *open_state_dict(*folder);
}

} // namespace

class TestTrainable : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(test::make_pictures(at("pictures"))); }

    // ESD's parameter sets by name (arXiv 2303.07345, its code).
    void scopes()
    {
        const std::string k = "mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight", out = "mid_block.attentions.0.transformer_blocks.0.attn2.to_out.0.bias",
                          self = "mid_block.attentions.0.transformer_blocks.0.attn1.to_k.weight", adapter = "mid_block.attentions.0.transformer_blocks.0.attn1.to_k.lora_A.weight";
        const std::vector<std::pair<Scope, std::array<bool, 4>>> expected{{Scope::Full, {true, true, true, true}}, {Scope::CrossAttention, {true, true, false, false}},
            {Scope::CrossAttentionKv, {true, false, false, false}}, {Scope::NotCrossAttention, {false, false, true, true}}, {Scope::Lora, {false, false, false, true}}};
        for (const auto &[scope, found] : expected)
            QCOMPARE((std::array{in_scope(scope, k), in_scope(scope, out), in_scope(scope, self), in_scope(scope, adapter)}), found);
    }

    // Each is trained, stopped and resumed; exactly what is in scope changed, and the student that is written is whole.
    void whatIsTrainedChanges_data()
    {
        QTest::addColumn<QString>("training");
        QTest::addColumn<QString>("precision");
        QTest::newRow("cross-attention") << R"({"scope": "cross_attention"})" << "fp32";
        QTest::newRow("k and v, checkpointed") << R"({"scope": "cross_attention_kv", "checkpointing": true})" << "fp32";
        QTest::newRow("not cross-attention") << R"({"scope": "not_cross_attention", "optimizer_state": "factored"})" << "fp32";
        QTest::newRow("adapters") << R"({"scope": "lora", "rank": 4, "alpha": 8})" << "fp32";
        QTest::newRow("leanest") << R"({"weights": "stochastic_rounding", "optimizer_state": "8bit", "checkpointing": true, "accumulate": 2, "hold_zeros": true})" << "bf16";
        QTest::newRow("masters") << R"({"scope": "cross_attention", "optimizer_state": "8bit"})" << "bf16";
        QTest::newRow("adapters in bf16") << R"({"scope": "lora"})" << "bf16";
    }
    void whatIsTrainedChanges()
    {
        QFETCH(QString, training);
        QFETCH(QString, precision);
        auto json = test::small_spec(at("pictures"));
        json["training"] = Json::parse(training.toStdString());
        json["precision"] = precision.toStdString();
        json["steps"] = 4;
        json["samples"] = Json::object();
        json["checkpoints"] = {{"every", 2}};
        json["lower"]["optimizer"] = {{"lr", 1e-3}};
        const auto spec = parse_run_spec(json, "test", "/", presets_folder());
        QVERIFY2(spec, spec ? "" : to_string(spec.error()).c_str());
        const auto name = std::string(QTest::currentDataTag());
        RunControl free, stopping, again;
        QVERIFY(train(*spec, at(name + " whole"), at("cache"), free, {}));
        RunObserver observer;
        observer.step = [&](std::int64_t step, const StepReport &, double) { if (step == 2) stopping.stop_after_step(); };
        QVERIFY(train(*spec, at(name + " halves"), at("cache"), stopping, observer));
        QVERIFY(resume(at(name + " halves"), at("cache"), again, {}));

        const auto a = newest_checkpoint(at(name + " whole") / "checkpoints"), b = newest_checkpoint(at(name + " halves") / "checkpoints");
        QVERIFY(a && b && a->step == 4 && b->step == 4);
        for (const auto &[key, tensor] : a->student)
            QVERIFY2(in_scope(spec->training.scope, key) && tensor.equal(b->student.at(key)), key.c_str());
        for (const auto &[key, tensor] : a->solver)
            QVERIFY2(tensor.equal(b->solver.at(key)), key.c_str());

        const auto before = weights_in(pruned), after = weights_in(at(name + " whole") / "student");
        QCOMPARE(after.size(), before.size());
        const bool lora = spec->training.scope == Scope::Lora;
        int changed = 0, trained = 0;
        for (const auto &[key, tensor] : before) {
            const bool adapted = lora && key.find(".attn") != std::string::npos && key.ends_with(".weight");
            const bool expected = lora ? adapted : in_scope(spec->training.scope, key);
            trained += expected;
            changed += !after.at(key).equal(tensor.to(torch::kHalf));
            if (!expected)
                QVERIFY2(after.at(key).equal(tensor.to(torch::kHalf)), key.c_str());
        }
        QVERIFY2(trained > 0 && changed > trained * 8 / 10, qPrintable(QString("%1 of %2").arg(changed).arg(trained)));
        QCOMPARE(fs::exists(at(name + " whole") / "lora.safetensors"), lora);
    }

    // The merged student is the pruned model and B·A of the adapters written beside it, which hold alpha/rank.
    void adaptersAreMerged()
    {
        const auto adapters = read_state_dict(at("adapters whole") / "lora.safetensors");
        QVERIFY(adapters);
        const auto before = weights_in(pruned), after = weights_in(at("adapters whole") / "student");
        int seen = 0;
        for (const auto &[key, a] : *adapters) {
            if (!key.ends_with(".lora_A.weight"))
                continue;
            const auto module = key.substr(0, key.size() - std::string(".lora_A.weight").size());
            QVERIFY(module.starts_with("unet."));
            QCOMPARE(a.size(0), 4);
            const auto weight = module.substr(5) + ".weight";
            const auto expected = before.at(weight).to(torch::kFloat32) + adapters->at(module + ".lora_B.weight").mm(a);
            QVERIFY2(after.at(weight).equal(expected.to(torch::kHalf)), weight.c_str());
            ++seen;
        }
        QCOMPARE(static_cast<std::size_t>(2 * seen), adapters->size());
    }

    // A batch in parts: the same loss and the same gradient, up to rounding.
    void partsOfABatchAddUp()
    {
        std::vector<Json> lines;
        for (const int parts : {1, 2, 3}) {
            auto json = test::small_spec(at("pictures"));
            json["lower"]["batch"] = json["upper"]["batch"] = 5;
            json["solver"]["every"] = 1;
            json["steps"] = 1;
            json["samples"] = Json::object();
            json["training"] = {{"accumulate", parts}};
            const auto spec = parse_run_spec(json, "test", "/", presets_folder());
            RunControl control;
            const auto folder = at("parts " + std::to_string(parts));
            QVERIFY(train(*spec, folder, at("cache"), control, {}));
            lines.push_back(read_lines(folder / "metrics.ndjson")->front());
        }
        for (const char *level : {"lower", "upper"}) {
            for (const auto &[key, value] : lines[0][level].items()) {
                for (const auto &other : {lines[1], lines[2]})
                    QVERIFY2(std::abs(other[level][key].get<double>() - value.get<double>()) <= 2e-5 * std::abs(value.get<double>()), (std::string(level) + ' ' + key).c_str());
            }
        }
    }

    // Of the upper level's scope only the salient share moves, and a resumed run has the same mask.
    void upperStepsAreLimited()
    {
        auto json = test::small_spec(at("pictures"));
        json["solver"] = {{"name", "two_stage"}, {"lower_steps", 0}};
        json["upper"]["scope"] = "cross_attention_kv";
        json["upper"]["saliency"] = .25;
        json["upper"]["neighbour"] = 1;
        json["upper"]["source"] = "noise";
        json["steps"] = 2;
        json["samples"] = Json::object();
        json["checkpoints"] = {{"every", 1}};
        const auto spec = parse_run_spec(json, "test", "/", presets_folder());
        QVERIFY2(spec, spec ? "" : to_string(spec.error()).c_str());
        RunControl whole, stopping, again;
        QVERIFY(train(*spec, at("limited"), at("cache"), whole, {}));
        RunObserver observer;
        observer.step = [&](std::int64_t, const StepReport &report, double) {
            QCOMPARE(report.upper->terms.size(), std::size_t{2});
            stopping.stop_after_step();
        };
        QVERIFY(train(*spec, at("limited halves"), at("cache"), stopping, observer));
        QVERIFY(resume(at("limited halves"), at("cache"), again, {}));
        const auto a = newest_checkpoint(at("limited") / "checkpoints"), b = newest_checkpoint(at("limited halves") / "checkpoints");
        const auto before = weights_in(pruned);
        std::int64_t moved = 0, all = 0;
        for (const auto &[key, tensor] : a->student) {
            QVERIFY2(tensor.equal(b->student.at(key)), key.c_str());
            const auto changed = (tensor != before.at(key).to(torch::kFloat32)).sum().item<std::int64_t>();
            if (in_scope(Scope::CrossAttentionKv, key))
                moved += changed, all += tensor.numel();
            else
                QVERIFY2(changed == 0, key.c_str());
        }
        const double share = double(moved) / double(all);
        QVERIFY2(share > .2 && share <= .251, qPrintable(QString::number(share)));
    }

    // The solvers with λ train a student, and say λ, the gap, both norms and their cosine.
    void solversTellWhatTheyDo_data()
    {
        QTest::addColumn<QString>("solver");
        QTest::addColumn<bool>("gap");
        QTest::newRow("weighted sum") << R"({"name": "weighted_sum"})" << false;
        QTest::newRow("bome") << R"({"name": "bome", "inner": 1, "barrier": "gap"})" << true;
        QTest::newRow("v_pbgd") << R"({"name": "v_pbgd"})" << true;
    }
    void solversTellWhatTheyDo()
    {
        QFETCH(QString, solver);
        QFETCH(bool, gap);
        auto json = test::small_spec(at("pictures"));
        json["solver"] = Json::parse(solver.toStdString());
        json["steps"] = gap ? 2 : 1;
        json["samples"] = Json::object();
        const auto spec = parse_run_spec(json, "test", "/", presets_folder());
        QVERIFY2(spec, spec ? "" : to_string(spec.error()).c_str());
        RunControl control;
        const auto folder = at(QTest::currentDataTag());
        QVERIFY(train(*spec, folder, at("cache"), control, {}));
        const auto line = read_lines(folder / "metrics.ndjson")->back();
        QCOMPARE(line.contains("value_gap"), gap);
        QVERIFY(line.contains("lambda") && line.contains("gradient_cosine") && line["lower"]["gradient_norm"].get<double>() > 0 && line["upper"]["gradient_norm"].get<double>() > 0);
    }

    void theRunSaysWhatMemoryItExpects()
    {
        const auto events = read_lines(at("adapters whole") / "events.ndjson");
        QVERIFY(events);
        const auto &memory = events->front()["memory"];
        QVERIFY(memory["bytes"].get<double>() > 100e6);
        QVERIFY(memory["phases"].size() >= 5);
    }

private:
    fs::path at(const std::string &name) const { return fs::path(dir.path().toStdString()) / name; }
    QTemporaryDir dir;
};

QTEST_APPLESS_MAIN(TestTrainable)
#include "tst_trainable.moc"
