#include "app/engine/engine_tool.h"
#include "app/project/json_text.h"
#include "app/run/run_controller.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace quell;
using namespace Qt::StringLiterals;
using Kind = EngineExit::Kind;

namespace {

constexpr int patience = 30000;

// A controller whose engines play scripts.
struct Desk {
    Desk()
    {
        QObject::connect(&controller, &RunController::refused, &controller, [this](const QString &message) { refusals << message; });
        QObject::connect(&controller, &RunController::ended, &controller, [this](const EngineExit &end) { exit = end; });
        QObject::connect(&controller, &RunController::runFolderChanged, &controller, [this](const QString &folder) { changed << folder; });
        QObject::connect(&controller, &RunController::pendingChanged, &controller, [this] { pending << controller.pendingText(); });
        qputenv("QUELL_ENGINE", write(u"engine"_s, "#!/bin/sh\nexec '" + QFile::encodeName(engine()) + "' \"$@\" --script '" + QFile::encodeName(folder.filePath(u"script"_s)) + "'\n").toLocal8Bit());
        QFile::setPermissions(folder.filePath(u"engine"_s), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
    static QString engine()
    {
        static const auto program = engineProgram(); // before it was ours
        return program;
    }
    QString write(const QString &name, const QByteArray &content)
    {
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write");
        return file.fileName();
    }
    void play(const QByteArray &lines) { write(u"script"_s, lines); }
    void start(const Json &spec) { controller.start(spec, folder.path(), runs()); }
    QString runs() const { return folder.filePath(u"runs"_s); }
    QString runFolder(const QString &name) const { return runs() + u'/' + name; }
    std::vector<int> steps() const
    {
        std::vector<int> steps;
        const auto &series = controller.run()->series(u"lower/loss"_s);
        for (std::size_t i = 0; i < series.size(); ++i)
            steps.push_back(int(series.x(i)));
        return steps;
    }

    QTemporaryDir folder;
    RunController controller;
    QStringList refusals, changed, pending;
    std::optional<EngineExit> exit;
};

Json spec()
{
    return {{"name", "No Watercolor!"}, {"steps", 6}, {"checkpoints", {{"every", 2}, {"keep", 2}}}};
}

QByteArray metrics(int from, int to)
{
    QByteArray lines;
    for (int step = from; step <= to; ++step)
        lines += "{\"metrics\":{\"step\":" + QByteArray::number(step) + ",\"seconds\":2.5,\"lower\":{\"loss\":0.5}}}\n";
    return lines;
}

const QByteArray begin = "{\"await\":\"start\"}\n{\"state\":\"running\",\"steps\":6}\n{\"event\":{\"type\":\"started\",\"step\":0}}\n";

} // namespace

class TestRunController : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Desk::engine(); }
    void runsToTheEnd();
    void scoresACompleteRun();
    void refusedStart();
    void onlyOneAtATime();
    void pausesAndGoesOn();
    void stops();
    void crashesAndResumes();
    void resumesFromAnOlderCheckpoint();
    void detachesAndFollowsAgain();
    void showsARunThatRests();
    void resumesNothing();
};

void TestRunController::runsToTheEnd()
{
    Desk desk;
    desk.play(begin + metrics(1, 3) + "{\"wait\":300}\n" + metrics(4, 6) + "{\"event\":{\"type\":\"complete\",\"step\":6}}\n");
    desk.start(spec());
    QCOMPARE(desk.controller.pendingText(), u"Starting the engine"_s); // told at once
    QTRY_VERIFY_WITH_TIMEOUT(desk.exit.has_value(), patience);
    QVERIFY2(desk.exit->clean(), qPrintable(desk.exit->message()));
    const auto folder = desk.runFolder(u"no-watercolor-1"_s);
    QCOMPARE(desk.controller.run()->folder(), folder);
    QVERIFY(QFile::exists(folder + u"/run.json"_s));
    QCOMPARE(desk.controller.run()->state(), RunState::Complete);
    QCOMPARE(desk.steps(), (std::vector{1, 2, 3, 4, 5, 6}));
    QVERIFY(!desk.controller.live());
    QVERIFY(desk.controller.pendingText().isEmpty());
    QVERIFY(desk.changed.contains(folder));
    QVERIFY(desk.refusals.isEmpty());
    desk.exit.reset();
    desk.start(spec()); // the next one gets a folder of its own
    QTRY_VERIFY_WITH_TIMEOUT(desk.exit.has_value(), patience);
    QCOMPARE(desk.controller.run()->folder(), desk.runFolder(u"no-watercolor-2"_s));
}

void TestRunController::scoresACompleteRun()
{
    Desk desk;
    desk.play(begin + metrics(1, 6) + "{\"event\":{\"type\":\"complete\",\"step\":6}}\n{\"await\":\"evaluate\"}\n{\"state\":\"scoring\"}\n{\"wait\":500}\n{\"event\":{\"type\":\"scores\"}}\n");
    auto scored = spec();
    scored["evaluation"] = {{"evaluator", "/models/clip"}};
    desk.start(scored);
    QTRY_VERIFY_WITH_TIMEOUT(desk.controller.run() && desk.controller.run()->state() == RunState::Complete, patience);
    desk.write(u"runs/no-watercolor-1/scores.json"_s, "{\"concept\":\"watercolor\"}");
    QTRY_VERIFY_WITH_TIMEOUT(desk.exit.has_value(), patience);
    QVERIFY(desk.exit->clean());
    QVERIFY(desk.pending.contains(u"Scoring the run"_s));
    QTRY_COMPARE(textOf(desk.controller.run()->scores(), "concept"), u"watercolor"_s);
}

void TestRunController::refusedStart()
{
    Desk desk;
    desk.play("{\"refuse\":\"start\",\"code\":\"not-found\",\"message\":\"teacher is not there\"}\n");
    desk.start(spec());
    QTRY_VERIFY_WITH_TIMEOUT(desk.exit.has_value(), patience);
    QCOMPARE(desk.refusals.size(), 1);
    QVERIFY(desk.refusals[0].contains(u"teacher is not there"_s));
    QCOMPARE(desk.controller.run()->state(), RunState::Failed);
    QVERIFY(!desk.controller.live());
}

void TestRunController::onlyOneAtATime()
{
    Desk desk;
    desk.play(begin + metrics(1, 1));
    desk.start(spec());
    desk.start(spec()); // while the folder is looked for
    QCOMPARE(desk.refusals.size(), 1);
    QTRY_VERIFY_WITH_TIMEOUT(desk.controller.live() && desk.controller.run()->state() == RunState::Running, patience);
    desk.start(spec());
    desk.controller.resumeRun(desk.runFolder(u"no-watercolor-1"_s));
    QCOMPARE(desk.refusals.size(), 3);
    QVERIFY(desk.controller.live());
    desk.controller.stop(true);
    QTRY_VERIFY_WITH_TIMEOUT(desk.exit.has_value(), patience);
    QCOMPARE(QDir(desk.runs()).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size(), 1);
}

void TestRunController::pausesAndGoesOn()
{
    Desk desk;
    desk.play(begin + metrics(1, 2) + "{\"await\":\"pause\"}\n{\"wait\":200}\n{\"state\":\"paused\"}\n{\"event\":{\"type\":\"paused\",\"step\":2}}\n"
              "{\"await\":\"resume\"}\n{\"state\":\"running\"}\n{\"event\":{\"type\":\"continued\",\"step\":2}}\n" + metrics(3, 6) + "{\"event\":{\"type\":\"complete\",\"step\":6}}\n");
    desk.start(spec());
    QTRY_VERIFY_WITH_TIMEOUT(desk.controller.run() && desk.controller.run()->step() == 2, patience);
    QTRY_VERIFY(desk.controller.pendingText().isEmpty());
    desk.controller.pause();
    QVERIFY2(desk.controller.pendingText().startsWith(u"Pausing after this step"_s), qPrintable(desk.controller.pendingText()));
    QCOMPARE(desk.controller.run()->state(), RunState::Running); // what the engine reports, not what was clicked
    QTRY_COMPARE(desk.controller.run()->state(), RunState::Paused);
    QTRY_VERIFY(desk.controller.pendingText().isEmpty());
    desk.controller.unpause();
    QTRY_VERIFY_WITH_TIMEOUT(desk.exit.has_value(), patience);
    QCOMPARE(desk.steps(), (std::vector{1, 2, 3, 4, 5, 6}));
}

void TestRunController::stops()
{
    Desk desk;
    desk.play(begin + metrics(1, 2) + "{\"await\":\"stop\"}\n" + metrics(3, 3) + "{\"event\":{\"type\":\"checkpoint\",\"step\":3}}\n{\"event\":{\"type\":\"stopped\",\"step\":3}}\n{\"await\":\"shutdown\"}\n{\"exit\":0}\n");
    desk.start(spec());
    QTRY_VERIFY_WITH_TIMEOUT(desk.controller.run() && desk.controller.run()->step() == 2 && desk.controller.run()->stepSeconds() > 0, patience);
    desk.controller.stop(false);
    QCOMPARE(desk.controller.pendingText(), u"Stopping after this step; about 3 s"_s);
    QTRY_VERIFY_WITH_TIMEOUT(desk.exit.has_value(), patience);
    QVERIFY(desk.exit->clean());
    QCOMPARE(desk.controller.run()->state(), RunState::Stopped);
    QCOMPARE(desk.steps(), (std::vector{1, 2, 3}));
}

void TestRunController::crashesAndResumes()
{
    Desk desk;
    desk.play(begin + metrics(1, 3) + "{\"event\":{\"type\":\"checkpoint\",\"step\":3}}\n{\"wait\":300}\n{\"signal\":\"SEGV\"}\n");
    desk.start(spec());
    QTRY_VERIFY_WITH_TIMEOUT(desk.exit.has_value(), patience);
    QCOMPARE(desk.exit->kind, Kind::Crashed);
    QCOMPARE(desk.controller.run()->state(), RunState::Interrupted);
    QVERIFY(!desk.controller.run()->error().isEmpty());
    desk.exit.reset();
    desk.play("{\"await\":\"resume\"}\n{\"state\":\"running\",\"steps\":6}\n{\"event\":{\"type\":\"started\",\"step\":3}}\n" + metrics(4, 6) + "{\"event\":{\"type\":\"complete\",\"step\":6}}\n");
    desk.controller.resumeRun(desk.runFolder(u"no-watercolor-1"_s));
    QTRY_VERIFY_WITH_TIMEOUT(desk.exit.has_value(), patience);
    QVERIFY2(desk.exit->clean(), qPrintable(desk.exit->message()));
    QCOMPARE(desk.controller.run()->state(), RunState::Complete);
    QCOMPARE(desk.steps(), (std::vector{1, 2, 3, 4, 5, 6}));
}

void TestRunController::resumesFromAnOlderCheckpoint()
{
    Desk desk;
    desk.play(begin + metrics(1, 4) + "{\"event\":{\"type\":\"checkpoint\",\"step\":2}}\n{\"event\":{\"type\":\"checkpoint\",\"step\":4}}\n{\"wait\":300}\n{\"signal\":\"KILL\"}\n");
    desk.start(spec());
    QTRY_VERIFY_WITH_TIMEOUT(desk.exit.has_value(), patience);
    desk.exit.reset();
    QFile log(desk.runFolder(u"no-watercolor-1/metrics.ndjson"_s)); // as the engine cuts it off: the checkpoint of step 4 is damaged
    QVERIFY(log.open(QIODevice::ReadOnly));
    const auto lines = log.readAll().split('\n');
    log.close();
    desk.play("{\"await\":\"resume\"}\n{\"state\":\"running\",\"steps\":6}\n{\"event\":{\"type\":\"started\",\"step\":2}}\n" + metrics(3, 6) + "{\"event\":{\"type\":\"complete\",\"step\":6}}\n");
    QVERIFY(log.open(QIODevice::WriteOnly) && log.write(lines.mid(0, 2).join('\n') + '\n') > 0);
    log.close();
    desk.controller.resumeRun(desk.runFolder(u"no-watercolor-1"_s));
    QTRY_VERIFY_WITH_TIMEOUT(desk.exit.has_value(), patience);
    QCOMPARE(desk.controller.run()->state(), RunState::Complete);
    QCOMPARE(desk.steps(), (std::vector{1, 2, 3, 4, 5, 6}));
}

void TestRunController::detachesAndFollowsAgain()
{
    Desk desk;
    desk.play(begin + metrics(1, 2) + "{\"await\":\"detach\"}\n{\"wait\":300}\n" + metrics(3, 4) + "{\"await\":\"sample\"}\n{\"event\":{\"type\":\"samples\",\"step\":4,\"model\":\"student\",\"folder\":\"x\"}}\n" + metrics(5, 6)
              + "{\"event\":{\"type\":\"complete\",\"step\":6}}\n{\"state\":\"idle\"}\n");
    desk.start(spec());
    QTRY_VERIFY_WITH_TIMEOUT(desk.controller.run() && desk.controller.run()->step() == 2, patience);
    bool gone = false;
    desk.controller.detach(this, [&](bool ok) { gone = ok; });
    QTRY_VERIFY(gone);
    QVERIFY(!desk.controller.live());
    QVERIFY(!desk.exit);

    RunController next; // of another window
    std::optional<EngineExit> exit;
    connect(&next, &RunController::ended, this, [&](const EngineExit &end) { exit = end; });
    next.reattach(desk.runFolder(u"no-watercolor-1"_s));
    QTRY_VERIFY_WITH_TIMEOUT(next.live() && next.run()->step() == 4, patience);
    next.sampleNow({u"a rose"_s});
    QTRY_VERIFY_WITH_TIMEOUT(exit.has_value(), patience);
    QVERIFY2(exit->clean(), qPrintable(exit->message()));
    QCOMPARE(next.run()->state(), RunState::Complete);
    QCOMPARE(next.run()->samples().size(), std::size_t(1));
    QCOMPARE(next.run()->step(), 6);
}

void TestRunController::showsARunThatRests()
{
    Desk desk;
    desk.play(begin + metrics(1, 6) + "{\"event\":{\"type\":\"complete\",\"step\":6}}\n");
    desk.start(spec());
    QTRY_VERIFY_WITH_TIMEOUT(desk.exit.has_value(), patience);
    RunController other;
    QSignalSpy changed(&other, &RunController::runChanged);
    other.show(desk.runFolder(u"no-watercolor-1"_s));
    QTRY_COMPARE(changed.size(), 1);
    QCOMPARE(other.run()->state(), RunState::Complete);
    QCOMPARE(other.run()->step(), 6);
    QVERIFY(!other.live());
    QSignalSpy refused(&other, &RunController::refused);
    other.show(desk.runFolder(u"not-there"_s));
    QTRY_COMPARE(refused.size(), 1);
    QVERIFY(other.run()); // what was shown stays
}

void TestRunController::resumesNothing()
{
    Desk desk;
    desk.play(begin + metrics(1, 6) + "{\"event\":{\"type\":\"complete\",\"step\":6}}\n");
    desk.start(spec());
    QTRY_VERIFY_WITH_TIMEOUT(desk.exit.has_value(), patience);
    desk.controller.resumeRun(desk.runFolder(u"no-watercolor-1"_s));
    QTRY_COMPARE(desk.refusals.size(), 1);
    QVERIFY2(desk.refusals[0].contains(u"6"_s), qPrintable(desk.refusals[0]));
    QVERIFY(!desk.controller.live());
}

QTEST_GUILESS_MAIN(TestRunController)
#include "tst_run_controller.moc"
