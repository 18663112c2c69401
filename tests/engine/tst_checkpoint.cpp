#include "run/checkpoint.h"
#include "run/run_folder.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>

using namespace quell;

namespace {

Checkpoint checkpoint_at(std::int64_t step)
{
    return {step, {{"conv.weight", torch::full({2, 3}, static_cast<double>(step), torch::kFloat32)}}, {{"steps", torch::tensor({step})}}};
}

} // namespace

class TestCheckpoint : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { dir = std::make_unique<QTemporaryDir>(); }

    void keepsTheNewest()
    {
        for (const std::int64_t step : {5, 10, 15, 20})
            QVERIFY(write_checkpoint(folder(), checkpoint_at(step), 2));
        QCOMPARE(checkpoint_steps(folder()), (std::vector<std::int64_t>{15, 20}));
        const auto newest = newest_checkpoint(folder());
        QVERIFY(newest);
        QCOMPARE(newest->step, 20);
        QVERIFY(newest->student.at("conv.weight").equal(checkpoint_at(20).student.at("conv.weight")));
        QCOMPARE(newest->solver.at("steps").item<std::int64_t>(), 20);
    }

    void passesOverDamage()
    {
        QVERIFY(write_checkpoint(folder(), checkpoint_at(5), 9));
        QVERIFY(write_checkpoint(folder(), checkpoint_at(10), 9));
        // One flipped byte in the newer one.
        std::fstream file(folder() / "step-000010/student.safetensors", std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(-1, std::ios::end);
        file.put('\x7f');
        file.close();
        const auto newest = newest_checkpoint(folder());
        QVERIFY(newest);
        QCOMPARE(newest->step, 5);
    }

    void passesOverWhatWasNeverFinished()
    {
        QVERIFY(write_checkpoint(folder(), checkpoint_at(5), 9));
        fs::create_directories(folder() / "writing");
        fs::create_directories(folder() / "step-000009"); // no manifest
        QCOMPARE(newest_checkpoint(folder())->step, 5);
        QVERIFY(write_checkpoint(folder(), checkpoint_at(12), 9)); // not disturbed by the rest of an earlier one
        QCOMPARE(newest_checkpoint(folder())->step, 12);
    }

    void noneIsNotFound()
    {
        const auto none = newest_checkpoint(folder());
        QVERIFY(!none);
        QCOMPARE(none.error().code, ErrorCode::NotFound);
    }

    void aTornLogGoesOn()
    {
        const auto path = folder() / "run";
        {
            auto run = RunFolder::create(path, Json{{"version", 1}});
            QVERIFY(run);
            QVERIFY(run->event("started"));
            for (int step = 1; step <= 4; ++step)
                QVERIFY(run->metrics({{"step", step}}));
            QVERIFY(run->event("checkpoint", {{"step", 2}}));
        }
        std::ofstream(path / "events.ndjson", std::ios::app) << "{\"seq\": 3, \"time\": ";
        std::ofstream(path / "metrics.ndjson", std::ios::app) << "{\"step\": 5";
        {
            auto run = RunFolder::reopen(path, 2);
            QVERIFY(run);
            QCOMPARE(run->attempt(), 2);
            QVERIFY(run->event("started", {{"step", 2}}));
        }
        const auto events = read_lines(path / "events.ndjson"), metrics = read_lines(path / "metrics.ndjson");
        QCOMPARE(events->size(), std::size_t{3});
        for (std::size_t i = 0; i < events->size(); ++i)
            QCOMPARE((*events)[i]["seq"].get<std::size_t>(), i + 1);
        QCOMPARE(metrics->size(), std::size_t{2}); // steps 3 and 4 will be run again
        QVERIFY(!RunFolder::create(path, Json::object())); // never over another run
    }

private:
    fs::path folder() const { return dir->path().toStdString(); }
    std::unique_ptr<QTemporaryDir> dir;
};

QTEST_APPLESS_MAIN(TestCheckpoint)
#include "tst_checkpoint.moc"
