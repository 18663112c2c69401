#include "run/checkpoint.h"
#include "run/run_folder.h"
#include "sampling/pipeline.h"
#include "small_run.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace quell;

class TestRun : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(test::make_pictures(at("pictures"))); }

    // Twenty steps in one go, and ten, a stop, and ten more: the same bits. Both solvers.
    void resumingGivesTheSameBits_data()
    {
        QTest::addColumn<QString>("patch");
        QTest::newRow("alternating") << "{}";
        QTest::newRow("esd on pictures of the concept") << R"({"upper": {"objective": "esd", "source": "concept"}})";
        QTest::newRow("from partly denoised noise") << R"({"upper": {"source": "denoise"}})";
        QTest::newRow("penalty") << R"({"solver": {"name": "penalty", "inner": 3, "lambda": 10, "coupling": "restart"}})";
    }
    void resumingGivesTheSameBits()
    {
        QFETCH(QString, patch);
        auto json = test::small_spec(at("pictures"));
        json.merge_patch(Json::parse(patch.toStdString()));
        const auto spec = parse_run_spec(json, "test", "/", presets_folder());
        QVERIFY2(spec, spec ? "" : to_string(spec.error()).c_str());
        const auto name = std::string(QTest::currentDataTag());
        const auto whole = at(name + " whole"), halves = at(name + " halves");

        RunControl free;
        const auto first = train(*spec, whole, at("cache"), free, {});
        QVERIFY2(first, first ? "" : to_string(first.error()).c_str());
        QVERIFY(first->complete);

        RunControl stopping;
        RunObserver observer;
        observer.step = [&](std::int64_t step, const StepReport &, double) { if (step == 10) stopping.stop_after_step(); };
        const auto half = train(*spec, halves, at("cache"), stopping, observer);
        QVERIFY(half && !half->complete);
        QCOMPARE(half->step, 10);
        RunControl again;
        const auto rest = resume(halves, at("cache"), again, {});
        QVERIFY2(rest && rest->complete, rest ? "" : to_string(rest.error()).c_str());

        const auto a = newest_checkpoint(whole / "checkpoints"), b = newest_checkpoint(halves / "checkpoints");
        QVERIFY(a && b);
        QCOMPARE(a->step, 20);
        QCOMPARE(b->step, 20);
        QCOMPARE(a->student.size(), b->student.size());
        for (const auto &[key, tensor] : a->student)
            QVERIFY2(tensor.equal(b->student.at(key)), key.c_str());
        for (const auto &[key, tensor] : a->solver)
            QVERIFY2(tensor.equal(b->solver.at(key)), key.c_str());
    }

    void theRunFolderTellsWhatHappened()
    {
        const auto run = at("alternating whole");
        const auto events = read_lines(run / "events.ndjson"), metrics = read_lines(run / "metrics.ndjson");
        QVERIFY(events && metrics);
        QCOMPARE(metrics->size(), std::size_t{20});
        for (std::size_t i = 0; i < metrics->size(); ++i)
            QCOMPARE((*metrics)[i].contains("upper"), (i + 1) % 3 == 0);
        std::map<std::string, int> types;
        for (const auto &event : *events)
            ++types[event["type"]];
        QCOMPARE(types["complete"], 1);
        QCOMPARE(types["checkpoint"], 4);
        QCOMPARE(types["samples"], 5); // teacher, pruned and student at 0; student at 10 and 20
        // Four of twelve captions name the concept.
        const auto data = std::find_if(events->begin(), events->end(), [](const Json &event) { return event["type"] == "data"; });
        QCOMPARE((*data)["naming"]["neon"].get<int>(), 4);
        QCOMPARE((*data)["lower"].get<int>(), 8);
        for (const char *file : {"samples/step-000020/student/target-0.png", "student/diffusion_pytorch_model.safetensors", "run.json"})
            QVERIFY2(fs::exists(run / file), file);
        // The untouched student is the pruned model: the same picture from the same latents.
        QVERIFY(read_image(run / "samples/step-000000/pruned/target-0.png")->equal(*read_image(run / "samples/step-000000/student/target-0.png")));
    }

    void theStudentsFileTellsItsRun()
    {
        const auto file = open_tensor_file(at("alternating whole") / "student/diffusion_pytorch_model.safetensors");
        QVERIFY(file);
        const auto made = Json::parse((*file)->metadata().at("quell"));
        QCOMPARE(made.dump(), Json({{"version", QUELL_VERSION}, {"base", "model"}, {"student", "pruned"}, {"run", "alternating whole"}, {"concepts", {"neon"}}}).dump());
        QCOMPARE(made_by_run({{"concepts", {{{"name", 3}}, 4}}, {"upper", 5}, {"teacher", 6}}, "r")["concepts"].size(), std::size_t{0}); // a run.json of any making
        QCOMPARE(made_by_run({{"concepts", {{{"name", "neon"}}}}, {"upper", {{"enabled", false}}}}, "r")["concepts"].size(), std::size_t{0}); // fine-tuned only
    }

    // The teacher's first sample, drawn here once more; this sampler's noise comes from the run's seed.
    void samplesAreDrawnByTheSamplerAsked()
    {
        auto json = test::small_spec(at("pictures"));
        json.update({{"steps", 1}, {"samples", {{"sampler", "euler-ancestral"}, {"steps", 3}, {"guidance", 2}, {"target", {"a thing, neon style"}}}}});
        const auto spec = parse_run_spec(json, "test", "/", presets_folder());
        RunControl control;
        QVERIFY(spec && train(*spec, at("ancestral"), at("cache"), control, {}));
        const auto pipeline = Pipeline::open(spec->teacher, {});
        const auto teacher = UNet::open(spec->teacher, {});
        const auto drawn = [&](SamplerKind sampler) {
            SamplingOptions options{3, 2, sampler};
            options.seed = spec->seed;
            return (*draw(*pipeline, *teacher, {"a thing, neon style"}, starting_noise(*pipeline, 1, 64, spec->seed), options))[0];
        };
        const auto picture = read_image(at("ancestral") / "samples/step-000000/teacher/target-0.png");
        QVERIFY(picture && picture->equal(drawn(SamplerKind::EulerAncestral)));
        QVERIFY(!picture->equal(drawn(SamplerKind::Ddim)));
    }

    void trainingChangesTheStudent()
    {
        const auto run = at("alternating whole");
        const auto trained = UNet::open(run / "student", {}), untouched = UNet::open(fs::path(QUELL_SOURCE_DIR) / "resources/starter/pruned", {});
        QVERIFY(trained && untouched);
        int changed = 0;
        const auto before = untouched->parameters(), after = trained->parameters();
        for (std::size_t i = 0; i < before.size(); ++i)
            changed += !before[i].second.equal(after[i].second);
        QVERIFY(changed > static_cast<int>(before.size()) * 9 / 10);
    }

    void stoppingNowKeepsTheLastCheckpoint()
    {
        const auto spec = parse_run_spec(test::small_spec(at("pictures")), "test", "/", presets_folder());
        RunControl control;
        RunObserver observer;
        observer.step = [&](std::int64_t step, const StepReport &, double) { if (step == 7) control.stop_now(); };
        const auto outcome = train(*spec, at("stopped"), at("cache"), control, observer);
        QVERIFY(outcome && !outcome->complete);
        QCOMPARE(newest_checkpoint(at("stopped") / "checkpoints")->step, 5);
    }

    void aRunNeverOverwritesAnother()
    {
        const auto spec = parse_run_spec(test::small_spec(at("pictures")), "test", "/", presets_folder());
        RunControl control;
        const auto outcome = train(*spec, at("stopped"), at("cache"), control, {});
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code, ErrorCode::Usage);
    }

private:
    fs::path at(const std::string &name) const { return fs::path(dir.path().toStdString()) / name; }
    QTemporaryDir dir;
};

QTEST_APPLESS_MAIN(TestRun)
#include "tst_run.moc"
