#include "run/run_spec.h"

#include <QtTest>

using namespace quell;

namespace {

const fs::path source = QUELL_SOURCE_DIR;

Json smallest()
{
    return {{"teacher", "t"}, {"student", "s"}, {"lower", {{"data", "d"}}}, {"concepts", {{{"phrase", "neon"}, {"kind", "style"}}}}};
}

Result<RunSpec> parse(const Json &json)
{
    return parse_run_spec(json, "run.json", "/home/me", source / "resources/presets");
}

QString problem(const Json &json)
{
    const auto spec = parse(json);
    return spec ? QString() : QString::fromStdString(to_string(spec.error()));
}

} // namespace

class TestRunSpec : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pathsAreRelativeToTheFile()
    {
        const auto spec = parse(smallest());
        QVERIFY(spec);
        QCOMPARE(spec->teacher, fs::path("/home/me/t"));
        auto slash = smallest();
        slash["student"] = "s/";
        QCOMPARE(parse(slash)->student, fs::path("/home/me/s"));
        QCOMPARE(spec->lower.datasets.size(), std::size_t{1});
        QCOMPARE(spec->lower.datasets[0].data, fs::path("/home/me/d"));
        QVERIFY(spec->reference.empty());
    }

    void aFrozenSpecReadsTheSame()
    {
        for (const char *preset : {"starter", "released", "paper"}) {
            auto json = smallest();
            json["preset"] = preset;
            const auto spec = parse(json);
            QVERIFY2(spec, qPrintable(problem(json)));
            const auto frozen = to_json(*spec);
            // Complete: it needs no preset any more.
            const auto again = parse_run_spec(frozen, "run.json", "/elsewhere", "/no/presets/here");
            QVERIFY2(again, again ? "" : to_string(again.error()).c_str());
            QCOMPARE(to_json(*again).dump(), frozen.dump());
        }
    }

    void samplers()
    {
        auto json = smallest();
        QCOMPARE(parse(json)->evaluation.sampling.sampler, SamplerKind::Ddim);
        json["seed"] = 5;
        json["samples"] = {{"sampler", "euler-ancestral"}, {"steps", 7}};
        json["evaluation"] = {{"sampler", "dpm++2m-karras"}};
        const auto spec = parse(json);
        QVERIFY2(spec, qPrintable(problem(json)));
        QCOMPARE(to_text(spec->samples.sampling), std::string("Euler ancestral, 7 steps, guidance 4"));
        QCOMPARE(spec->samples.sampling.seed, std::uint64_t{5});
        QCOMPARE(spec->evaluation.sampling.sampler, SamplerKind::DpmSolverKarras);
        QCOMPARE(to_json(*spec)["evaluation"]["sampler"].get<std::string>(), std::string("dpm++2m-karras"));
        json["samples"]["sampler"] = "plms";
        QVERIFY2(problem(json).contains("\"euler-ancestral\""), qPrintable(problem(json)));
    }

    // Further datasets have lower's own terms where they say nothing, and a frozen file holds them all.
    void datasets()
    {
        auto json = smallest();
        json["lower"]["feature"] = .5;
        json["lower"]["weight"] = 3;
        json["lower"]["datasets"] = {{{"data", "artist"}, {"output", 0}, {"feature", 0}, {"exclude_concepts", false}}, {{"prompts", {"an owl", "a rose"}}, {"pictures", 7}, {"diffusion", 0}}};
        const auto spec = parse(json);
        QVERIFY2(spec, qPrintable(problem(json)));
        const auto &sets = spec->lower.datasets;
        QCOMPARE(sets.size(), std::size_t{3});
        QCOMPARE(sets[0].weight, 3.);
        QVERIFY(sets[1].data == "/home/me/artist" && sets[1].weights.diffusion == 1 && sets[1].weights.feature == 0 && !sets[1].exclude_concepts);
        QVERIFY(sets[2].data.empty() && sets[2].prompts.size() == 2 && sets[2].pictures == 7 && sets[2].weights.diffusion == 0 && sets[2].weights.feature == .5);
        const auto frozen = to_json(*spec);
        const auto again = parse_run_spec(frozen, "run.json", "/elsewhere", "/no/presets/here");
        QVERIFY2(again, again ? "" : to_string(again.error()).c_str());
        QCOMPARE(to_json(*again).dump(), frozen.dump());
        // Without a folder of its own, and what is wrong with one by its number.
        json["lower"].erase("data");
        QCOMPARE(parse(json)->lower.datasets.size(), std::size_t{2});
        json["lower"]["datasets"][1]["data"] = "both";
        QVERIFY2(problem(json).contains("datasets[1]"), qPrintable(problem(json)));
        json["lower"]["datasets"] = Json::array();
        QVERIFY2(problem(json).contains("lower: \"data\""), qPrintable(problem(json)));
        json = smallest();
        json["lower"]["batch"] = 2;
        json["lower"]["datasets"] = {{{"data", "artist"}, {"weight", .1}}};
        QVERIFY2(problem(json).contains("batch"), qPrintable(problem(json)));
    }

    // The numbers of the released code and the paper.
    void presets()
    {
        auto json = smallest();
        json["preset"] = "released";
        const auto released = *parse(json);
        QCOMPARE(released.lower.optimizer.lr, 1e-6);
        QCOMPARE(released.upper.optimizer.lr, 5e-6);
        QCOMPARE(released.solver.every, 10);
        QCOMPARE(released.lower.optimizer.warmup, 250);
        QCOMPARE(released.lower.datasets[0].weights.output, 2.0);
        QVERIFY(released.upper.objective.kind == UpperKind::Esd && released.upper.objective.source == UpperSource::Concept);
        json["preset"] = "paper";
        const auto paper = *parse(json);
        QVERIFY(paper.solver.kind == SolverKind::Penalty);
        QCOMPARE(paper.solver.lambda, 100.0);
        QCOMPARE(paper.solver.inner, 20);
        json["steps"] = 7; // the file's own keys win
        QCOMPARE(parse(json)->steps, 7);
    }

    // A solver's own settings where nothing is said, and both levels' optimizers.
    void solvers()
    {
        auto json = smallest();
        json["steps"] = 220;
        json["solver"] = {{"name", "bome"}, {"eta", .25}};
        json["upper"] = {{"optimizer", {{"lr", .5}}}};
        const auto bome = *parse(json);
        QVERIFY(bome.solver.kind == SolverKind::Bome);
        QCOMPARE(bome.solver.inner, 10);
        QCOMPARE(bome.solver.refresh, 1);
        QCOMPARE(bome.solver.eta, .25);
        QCOMPARE(bome.solver.upper_optimizer.lr, .5);
        QCOMPARE(bome.upper.optimizer.length, 20); // of 220 steps, ten of eleven are the copy's
        QVERIFY(has_copy(bome.solver) && weighs_both(bome.solver));
        json["solver"] = {{"name", "v_pbgd"}};
        QCOMPARE(parse(json)->solver.ramp, 110);
        json["solver"] = {{"name", "two_stage"}, {"lower_steps", 200}};
        const auto stages = *parse(json);
        QCOMPARE(stages.upper.optimizer.length, 20);
        QVERIFY(!has_copy(stages.solver) && !weighs_both(stages.solver));
        json["solver"] = {{"name", "bome"}, {"barrier", "gap"}, {"inner", 0}};
        QVERIFY(problem(json).contains("inner"));
        json["solver"] = {{"name", "weighted_sum"}, {"coupling", "restart"}};
        QVERIFY(problem(json).contains("coupling"));
    }

    // The presets' solver is alternating or the penalty; another has nothing of its numbers.
    void aSolverOfAnotherNameReplacesThePresets()
    {
        auto json = smallest();
        json["preset"] = "paper";
        QVERIFY(has_copy(parse(json)->solver));
        json["solver"] = {{"lambda", 3}};
        QVERIFY(has_copy(parse(json)->solver) && parse(json)->solver.lambda == 3);
        json["solver"] = {{"name", "weighted_sum"}};
        QVERIFY(!has_copy(parse(json)->solver));
        QCOMPARE(parse(json)->solver.lambda, default_solver(SolverKind::WeightedSum).lambda);
    }

    // Without the upper level every step is the lower's, whatever the solver, and its cosine ends with the run.
    void fineTuningsCosineIsAsLongAsTheRun()
    {
        for (const char *name : {"alternating", "two_stage", "weighted_sum", "penalty", "v_pbgd", "bome", "f2sa", "cosine"}) {
            auto json = smallest();
            json["steps"] = 60;
            json["solver"] = {{"name", name}};
            json["upper"] = {{"enabled", false}};
            json["lower"]["optimizer"] = {{"schedule", "cosine"}};
            QCOMPARE(parse(json)->solver.lower_optimizer.length, std::int64_t{60});
        }
    }

    void objectives()
    {
        auto json = smallest();
        json["upper"] = {{"objective", "erase_from"}, {"eta", 2}};
        QVERIFY(parse(json)->upper.objective.kind == UpperKind::EraseFrom && parse(json)->upper.objective.eta == 2);
        json["upper"] = {{"made", 4}};
        QVERIFY(problem(json).contains("made")); // for source "concept" alone
        json["upper"] = {{"objective", "sdd"}, {"divergence", "hellinger"}, {"divergence_scale", .5}, {"source", "noise"}, {"scope", "cross_attention_kv"}, {"saliency", .5}};
        const auto spec = parse(json);
        QVERIFY2(spec, qPrintable(problem(json)));
        const auto &objective = spec->upper.objective;
        QVERIFY(objective.kind == UpperKind::Sdd && objective.divergence == Divergence::Hellinger && objective.source == UpperSource::Noise && objective.scope == Scope::CrossAttentionKv);
        QCOMPARE(objective.scale, .5);
        QCOMPARE(objective.saliency, .5);
        json["upper"] = {{"neighbour", 1}};
        json["concepts"][0]["neighbours"] = Json::array();
        QVERIFY(problem(json).contains("neighbour"));
    }

    void training()
    {
        auto json = smallest();
        const auto plain = *parse(json);
        QVERIFY(plain.training.scope == Scope::Full && plain.training.optimizer_state == kernels::MomentFormat::Full && !plain.training.checkpointing);
        json["precision"] = "bf16";
        json["training"] = Json::parse(R"({"scope": "lora", "rank": 16, "weights": "stochastic_rounding", "optimizer_state": "8bit", "checkpointing": true, "accumulate": 4})");
        const auto spec = parse(json);
        QVERIFY2(spec, qPrintable(problem(json)));
        QVERIFY(spec->training.scope == Scope::Lora && spec->training.weights == WeightKeeping::StochasticRounding);
        QCOMPARE(spec->training.alpha, 16.0); // a scale of 1 unless told otherwise
        QVERIFY(spec->lower.optimizer.moments == kernels::MomentFormat::EightBit && spec->upper.optimizer.moments == kernels::MomentFormat::EightBit);
        QVERIFY(spec->lower.optimizer.rounding_seed != spec->upper.optimizer.rounding_seed);
        QCOMPARE(to_json(*parse_run_spec(to_json(*spec), "run.json", "/", "/none")).dump(), to_json(*spec).dump());

        const auto complaint = [&](const char *patch) {
            auto changed = json;
            changed.merge_patch(Json::parse(patch));
            return problem(changed);
        };
        QVERIFY(complaint(R"({"precision": "fp32"})").contains("weights"));
        QVERIFY(complaint(R"({"training": {"hold_zeros": true}})").contains("hold_zeros"));
        QVERIFY(complaint(R"({"training": {"scope": "attention"}})").contains("scope"));
        QVERIFY(complaint(R"({"training": {"rank": 0}})").contains("rank"));
        QVERIFY(complaint(R"({"training": {"bits": 8}})").contains("bits"));
    }

    void theStarterProjectIsValid()
    {
        const auto spec = read_run_spec(source / "resources/starter/starter.json", source / "resources/presets");
        QVERIFY2(spec, spec ? "" : to_string(spec.error()).c_str());
        QVERIFY(fs::exists(spec->teacher / "model_index.json"));
    }

    void errorsNameTheKey_data()
    {
        QTest::addColumn<QString>("patch");
        QTest::addColumn<QString>("key");
        QTest::newRow("unknown") << R"({"stepz": 3})" << "stepz";
        QTest::newRow("unknown below") << R"({"lower": {"optimizer": {"rate": 1}}})" << "rate";
        QTest::newRow("type") << R"({"steps": "many"})" << "steps";
        QTest::newRow("range") << R"({"lower": {"batch": 0}})" << "batch";
        QTest::newRow("near the word for the solver's own") << R"({"solver": {"name": "penalty", "lambda": -0.5}})" << "lambda";
        QTest::newRow("choice") << R"({"upper": {"objective": "magic"}})" << "objective";
        QTest::newRow("window") << R"({"upper": {"t_min": 500, "t_max": 500}})" << "t_min";
        QTest::newRow("preset") << R"({"preset": "fast"})" << "preset";
        QTest::newRow("nothing to train on") << R"({"lower": {"diffusion": 0, "output": 0, "feature": 0}})" << "diffusion";
        QTest::newRow("no concept") << R"({"concepts": []})" << "concepts";
        QTest::newRow("empty phrase") << R"({"concepts": [{"phrase": "", "kind": "style"}]})" << "phrase";
        QTest::newRow("version") << R"({"version": 2})" << "version";
    }
    void errorsNameTheKey()
    {
        QFETCH(QString, patch);
        QFETCH(QString, key);
        auto json = smallest();
        json.merge_patch(Json::parse(patch.toStdString()));
        const auto text = problem(json);
        QVERIFY2(text.contains(key), qPrintable("\"" + text + "\" should name " + key));
        QVERIFY(text.contains("run.json"));
    }
};

QTEST_APPLESS_MAIN(TestRunSpec)
#include "tst_run_spec.moc"
