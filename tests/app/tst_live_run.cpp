// LiveRun fed with lines as the engine writes them.
#include "app/run/live_run.h"

#include <QSignalSpy>
#include <QtTest>

#include <cmath>

using namespace quell;
using namespace Qt::StringLiterals;

namespace {

Json spec(int steps = 100, int every = 20)
{
    return {{"steps", steps}, {"checkpoints", {{"every", 10}, {"keep", 2}}},
            {"samples", {{"every", every}, {"target", {"a cat, neon style", "a dog, neon style"}}, {"unrelated", {"an owl"}}}}};
}

Json row(int step, double seconds = 1, bool upper = false)
{
    Json line{{"step", step}, {"seconds", seconds}, {"lower", {{"loss", 1.0 / step}, {"diffusion", 0.5}}}};
    if (upper) {
        line["upper"] = {{"loss", 0.1}};
        line["gradient_cosine"] = -0.5;
        line["lambda"] = 3;
    }
    return line;
}

// Events with a clock of their own: seconds since the run began.
class Story {
public:
    Json operator()(const std::string &type, double seconds, Json fields = Json::object())
    {
        const auto time = QDateTime::fromMSecsSinceEpoch(qint64(1.7e12 + seconds * 1000), Qt::UTC).toString(Qt::ISODateWithMs);
        Json event{{"seq", ++m_seq}, {"time", time.toStdString()}, {"attempt", m_attempt}, {"type", type}};
        event.update(fields);
        return event;
    }
    void nextAttempt() { ++m_attempt; }

private:
    int m_seq = 0, m_attempt = 1;
};

Json samples(int step, const std::string &model)
{
    return {{"step", step}, {"model", model}, {"folder", "samples/step-" + std::to_string(step) + "/" + model}};
}

} // namespace

class LiveRunTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void rowsBecomeSeries()
    {
        LiveRun run(u"/run"_s, spec());
        QSignalSpy spy(&run, &LiveRun::changed);
        run.addMetrics({row(1), row(2, 1, true), row(3)});
        QCOMPARE(spy.size(), 1);
        QCOMPARE(run.step(), 3);
        QCOMPARE(run.series(u"lower/loss"_s).size(), std::size_t(3));
        QCOMPARE(run.series(u"lower/loss"_s).y(1), 0.5);
        QCOMPARE(run.series(u"upper/loss"_s).size(), std::size_t(1)); // what is missing is missing
        QCOMPARE(run.series(u"upper/loss"_s).x(0), 2.0);
        QVERIFY(std::abs(run.series(u"gradient_angle"_s).y(0) - 120) < 1e-9);
        QCOMPARE(run.series(u"lambda"_s).y(0), 3);
        QVERIFY(run.series(u"gap"_s).empty());
        QCOMPARE(run.seriesNames(), QStringList({u"gradient_angle"_s, u"lambda"_s, u"lower/diffusion"_s, u"lower/loss"_s, u"seconds"_s, u"upper/loss"_s}));
    }

    void whatCameTwiceCountsOnce()
    {
        LiveRun run(u"/run"_s, spec());
        Story event;
        const auto started = event("started", 0, {{"step", 0}}), checkpoint = event("checkpoint", 5, {{"step", 2}});
        run.addEvents({started, checkpoint});
        run.addMetrics({row(1), row(2)});
        QSignalSpy spy(&run, &LiveRun::changed);
        run.addMetrics({row(1), row(2)});
        run.addEvents({checkpoint, started});
        QCOMPARE(spy.size(), 0);
        QCOMPARE(run.series(u"seconds"_s).size(), std::size_t(2));
        QCOMPARE(run.checkpoints(), QList<qint64>{2});
    }

    void aLossThatIsNotFiniteIsAGap()
    {
        LiveRun run(u"/run"_s, spec());
        auto broken = row(2);
        broken["lower"]["loss"] = nullptr;
        run.addMetrics({row(1), broken, row(3)});
        QCOMPARE(run.series(u"lower/loss"_s).size(), std::size_t(3));
        QVERIFY(std::isnan(run.series(u"lower/loss"_s).y(1)));
    }

    // Attempt 1 reached 30; attempt 2 starts from the checkpoint of step 20.
    void aLaterAttemptSupersedes()
    {
        LiveRun run(u"/run"_s, spec());
        Story event;
        std::vector<Json> first{event("started", 0, {{"step", 0}}), event("samples", 2, samples(0, "pruned"))};
        for (const int step : {10, 20, 30})
            first.push_back(event("checkpoint", step, {{"step", step}}));
        for (const int step : {20, 30})
            first.push_back(event("probe", step, {{"step", step}, {"probe", 0.3}, {"gap", 0.01 * step}}));
        first.push_back(event("samples", 30, samples(20, "student")));
        first.push_back(event("samples", 30, samples(30, "student")));
        run.addEvents(first);
        for (int step = 1; step <= 34; ++step)
            run.addMetrics({row(step)});
        QCOMPARE(run.checkpoints(), QList<qint64>({20, 30})); // two are kept
        event.nextAttempt();
        run.addEvents({event("started", 100, {{"step", 20}})});
        QCOMPARE(run.state(), RunState::Running);
        QCOMPARE(run.step(), 20);
        QCOMPARE(run.series(u"lower/loss"_s).size(), std::size_t(20));
        QCOMPARE(run.series(u"gap"_s).size(), std::size_t(1));
        QCOMPARE(run.checkpoints(), QList<qint64>{20});
        QCOMPARE(run.samples().size(), std::size_t(2));
        run.addMetrics({row(19), row(20), row(21)});
        QCOMPARE(run.series(u"lower/loss"_s).size(), std::size_t(21));
    }

    // The same, in one batch whose events are out of order, as a folder that was read.
    void anUnorderedBatchIsPutInOrder()
    {
        LiveRun run(u"/run"_s, spec());
        Story event;
        std::vector<Json> all{event("started", 0, {{"step", 0}}), event("checkpoint", 10, {{"step", 10}}), event("checkpoint", 20, {{"step", 20}}),
                              event("samples", 25, samples(25, "student"))};
        event.nextAttempt();
        all.push_back(event("started", 50, {{"step", 10}}));
        all.push_back(event("stopped", 60, {{"step", 12}}));
        std::reverse(all.begin(), all.end());
        run.addEvents(all);
        for (int step = 1; step <= 12; ++step)
            run.addMetrics({row(step)});
        QCOMPARE(run.state(), RunState::Stopped);
        QCOMPARE(run.checkpoints(), QList<qint64>{10});
        QVERIFY(run.samples().empty());
        QCOMPARE(run.step(), 12);
        QCOMPARE(run.lastSeq(), 6);
    }

    void samplesNameTheirPictures()
    {
        LiveRun run(u"/run"_s, spec());
        Story event;
        auto asked = samples(7, "student");
        asked["folder"] = "samples/step-000007/asked-0";
        asked["asked"] = true;
        asked["prompts"] = {{"asked-0", "a blue owl"}};
        run.addEvents({event("samples", 2, samples(0, "teacher")), event("samples", 9, asked)});
        QCOMPARE(run.samples()[0].pictures, QStringList({u"target-0.png"_s, u"target-1.png"_s, u"unrelated-0.png"_s}));
        QCOMPARE(run.samples()[0].prompts.last(), u"an owl"_s);
        QCOMPARE(run.samples()[0].folder, u"/run/samples/step-0/teacher"_s);
        QVERIFY(!run.samples()[0].asked && run.samples()[1].asked);
        QCOMPARE(run.samples()[1].prompts, QStringList{u"a blue owl"_s});
        QCOMPARE(run.samples()[1].pictures, QStringList{u"asked-0.png"_s});
    }

    // 100 steps, samples every 20 and at the end: after step 30, 40 60 80 and the last are due. A set took 8 s beside the steps.
    void timeLeftCountsStepsAndSamples()
    {
        LiveRun run(u"/run"_s, spec());
        Story event;
        run.addEvents({event("started", 0, {{"step", 0}}), event("model", 4), event("samples", 14, samples(0, "teacher")),
                       event("samples", 22, samples(0, "pruned")), event("samples", 22.1, samples(0, "student"))});
        for (int step = 1; step <= 4; ++step)
            run.addMetrics({row(step, 2)});
        QVERIFY(run.secondsLeft() < 0);
        for (int step = 5; step <= 30; ++step)
            run.addMetrics({row(step, step == 7 ? 500 : 2)}); // one step that stalled does not matter
        QCOMPARE(run.stepSeconds(), 2.0);
        QVERIFY(std::abs(run.secondsLeft() - (70 * 2 + 4 * 8)) < 1e-6);
    }

    void samplingTimeLeavesOutTheSteps()
    {
        LiveRun run(u"/run"_s, spec(100, 50));
        Story event;
        run.addEvents({event("started", 0, {{"step", 0}}), event("samples", 20, samples(0, "student"))});
        for (int step = 1; step <= 50; ++step)
            run.addMetrics({row(step, 1)});
        run.addEvents({event("samples", 20 + 50 + 6, samples(50, "student"))});
        QVERIFY(std::abs(run.secondsLeft() - (50 + 6)) < 1e-6); // one set is due, the last
    }

    void heartbeatAndProgress()
    {
        LiveRun run(u"/run"_s, spec());
        run.setHeartbeat({{"state", "preparing"}, {"memory", 100}, {"memory_peak", 300}});
        run.setHeartbeat({{"state", "preparing"}, {"memory", 200}, {"memory_peak", 250}});
        QCOMPARE(run.memory(), 200);
        QCOMPARE(run.memoryPeak(), 300);
        QCOMPARE(run.activity(), u"preparing"_s);
        QVERIFY(run.progressShare() < 0);
        run.setProgress(u"encoding"_s, 120, 480);
        QCOMPARE(run.progressShare(), 0.25);
        QVERIFY(run.progressText().contains(u"120"_s) && run.progressText().contains(u"480"_s));
        run.setProgress(u"encoding"_s, 480, 480);
        QVERIFY(run.progressText().isEmpty());
    }

    void notesAreSentences()
    {
        LiveRun run(u"/run"_s, spec());
        Story event;
        const Json file{{"file", "x.png"}, {"reason", "unreadable"}, {"detail", ""}};
        run.addEvents({event("data", 1, {{"warnings", {"No caption names neon."}}, {"excluded", {file, file}}})});
        QCOMPARE(run.notes().size(), 2);
        QVERIFY(run.notes()[1].contains(u"2"_s));
    }

    void failureSaysWhy()
    {
        LiveRun run(u"/run"_s, spec());
        Story event;
        run.addEvents({event("started", 0, {{"step", 0}}), event("failed", 1, {{"code", "mismatch"}, {"message", "sizes differ"}})});
        QCOMPARE(run.state(), RunState::Failed);
        QCOMPARE(run.error(), u"sizes differ"_s);
    }

    void twentyThousandStepsAreTakenFast()
    {
        LiveRun run(u"/run"_s, spec(20000, 1000));
        std::vector<Json> rows;
        for (int step = 1; step <= 20000; ++step)
            rows.push_back(row(step, 1, step % 10 == 0));
        run.addMetrics(rows);
        QCOMPARE(run.series(u"lower/loss"_s).size(), std::size_t(20000));
        QCOMPARE(run.series(u"upper/loss"_s).size(), std::size_t(2000));
    }
};

QTEST_GUILESS_MAIN(LiveRunTest)
#include "tst_live_run.moc"
