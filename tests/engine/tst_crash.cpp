// kill -9 at random moments: never more is lost than the steps since the last checkpoint, and the end is the same to the bit.
#include "run/checkpoint.h"
#include "run/run_folder.h"
#include "small_run.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>

using namespace quell;

class TestCrash : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fiftyKills()
    {
        constexpr int kills = 50, every = 5, steps = 4000;
        QVERIFY(test::make_pictures(at("pictures")));
        auto json = test::small_spec(at("pictures"));
        json["steps"] = steps;
        json["checkpoints"]["every"] = every;
        json["samples"]["every"] = 0;
        json["lower"]["batch"] = json["upper"]["batch"] = 1;
        QVERIFY(write_atomically(at("spec.json"), json.dump()));

        QRandomGenerator random(11);
        const auto folder = at("run") / "checkpoints";
        std::int64_t known = 0;
        int killed = 0, span = 0; // milliseconds
        for (; killed < kills; ++killed) {
            QProcess engine;
            start(engine, killed == 0 ? QStringList{"train", path("spec.json"), path("run")} : QStringList{"resume", path("run")});
            QVERIFY(engine.waitForStarted());
            if (killed == 0)
                span = 2 * milliseconds_to_first_checkpoint(folder); // kills fall before, in and after the writing of checkpoints
            else if (engine.waitForFinished(random.bounded(span)))
                break; // it came to its end
            const auto done = last_step();
            ::kill(static_cast<pid_t>(engine.processId()), SIGKILL);
            engine.waitForFinished();
            const auto newest = newest_checkpoint(folder);
            const std::int64_t step = newest ? newest->step : 0;
            QVERIFY2(newest || newest.error().code == ErrorCode::NotFound, newest ? "" : to_string(newest.error()).c_str());
            QVERIFY2(step >= known, "an older checkpoint was lost");
            QVERIFY2(done - step <= every, qPrintable(QString("at step %1, but the newest checkpoint is of step %2").arg(done).arg(step)));
            known = step;
        }
        QCOMPARE(killed, kills);
        QVERIFY2(known > 0 && known < steps, "the kills should fall into the middle of the run");

        // Shortened to a few more steps, the battered run and an undisturbed one must meet.
        const auto end = known + 2 * every;
        shorten(at("run") / "run.json", end);
        json["steps"] = end;
        json["lower"]["optimizer"]["length"] = steps; // the same learning rates
        json["upper"]["optimizer"]["length"] = steps / 3;
        QVERIFY(write_atomically(at("calm.json"), json.dump()));
        finish({"resume", path("run")});
        finish({"train", path("calm.json"), path("calm")});
        const auto battered = newest_checkpoint(folder), calm = newest_checkpoint(at("calm") / "checkpoints");
        QVERIFY(battered && calm);
        QCOMPARE(battered->step, end);
        for (const auto &[key, tensor] : calm->student)
            QVERIFY2(tensor.equal(battered->student.at(key)), key.c_str());
        const auto metrics = read_lines(at("run") / "metrics.ndjson");
        QCOMPARE(static_cast<std::int64_t>(metrics->size()), end); // each step once
    }

private:
    fs::path at(const std::string &name) const { return fs::path(dir.path().toStdString()) / name; }
    QString path(const std::string &name) const { return QString::fromStdString(at(name).string()); }

    void start(QProcess &engine, QStringList arguments) const
    {
        engine.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        engine.start(QUELL_BINARY_DIR "/bin/quell-engine", arguments << "--cache" << path("cache"));
    }

    void finish(const QStringList &arguments) const
    {
        QProcess engine;
        start(engine, arguments);
        QVERIFY(engine.waitForFinished(240000));
        QCOMPARE(engine.exitCode(), 0);
    }

    static int milliseconds_to_first_checkpoint(const fs::path &folder)
    {
        QElapsedTimer timer;
        timer.start();
        while (checkpoint_steps(folder).empty() && timer.elapsed() < 120000)
            QTest::qSleep(10);
        return static_cast<int>(timer.elapsed());
    }

    std::int64_t last_step() const
    {
        const auto metrics = read_lines(at("run") / "metrics.ndjson");
        return metrics && !metrics->empty() ? metrics->back()["step"].get<std::int64_t>() : 0;
    }

    static void shorten(const fs::path &file, std::int64_t steps)
    {
        auto json = *read_json(file);
        json["steps"] = steps;
        QVERIFY(write_atomically(file, json.dump()));
    }

    QTemporaryDir dir;
};

QTEST_GUILESS_MAIN(TestCrash)
#include "tst_crash.moc"
