#undef QT_NO_CAST_FROM_ASCII // texts of a test are plain literals
#undef QT_NO_CAST_TO_ASCII
#include "app/run/run_reader.h"
#include "run_folders.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace quell;
using run_folders::Engine;
using run_folders::Folder;

class tst_run_reader : public QObject {
    Q_OBJECT
private:
    QTemporaryDir m_place;
    int m_count = 0;
    QString fresh() { return m_place.filePath(QString::number(++m_count)); }
    static RunRecord read(const QString &folder)
    {
        const auto record = readRunRecord(folder);
        if (!record)
            qFatal("%s", to_string(record.error()).c_str());
        return *record;
    }

private Q_SLOTS:
    void absent()
    {
        QCOMPARE(readRunRecord(m_place.filePath("none")).error().code, ErrorCode::NotFound);
        run_folders::write(m_place.filePath("bad/run.json"), "{\"name\": ");
        const auto damaged = readRunRecord(m_place.filePath("bad"));
        QCOMPARE(damaged.error().code, ErrorCode::Malformed);
        QVERIFY(damaged.error().place.find("run.json") != std::string::npos);
    }

    void waiting()
    {
        const auto record = read(Folder(fresh()).path());
        QCOMPARE(record.state, RunState::Waiting);
        QCOMPARE(record.step, 0);
        QCOMPARE(record.checkpointStep, -1);
    }

    void complete()
    {
        Folder folder(fresh());
        folder.complete().scores({{"target_style", 0.07}, {"target_object", 0.91}});
        const auto record = read(folder.path());
        QCOMPARE(record.folder, folder.path());
        QCOMPARE(record.id, QFileInfo(folder.path()).fileName());
        QCOMPARE(record.name, QString("suppress neon"));
        QCOMPARE(record.method, QString("alternating"));
        QCOMPARE(record.concepts, QStringList{"neon"});
        QCOMPARE(record.kind, QString("style"));
        QVERIFY(!record.unsafe);
        QCOMPARE(record.state, RunState::Complete);
        QCOMPARE(record.step, 40);
        QCOMPARE(record.steps, 40);
        QCOMPARE(record.checkpointStep, 40);
        QCOMPARE(record.lastSeq, 7);
        QCOMPARE(record.attempts, 1);
        QCOMPARE(record.seconds, 61.);
        QCOMPARE(record.started, QDateTime(QDate(2026, 3, 1), QTime(10, 0), Qt::UTC));
        QCOMPARE(record.ended, QDateTime(QDate(2026, 3, 1), QTime(10, 1, 1), Qt::UTC));
        QCOMPARE(record.scores.value("target_style"), (Score{0.07, 0.07 - 0.04, 0.07 + 0.04}));
        QCOMPARE(record.beforePicture, folder.path() + "/samples/step-000000/pruned/target-0.png");
        QCOMPARE(record.afterPicture, folder.path() + "/samples/step-000040/student/target-0.png");
        QVERIFY(record.error.isEmpty());
        qint64 bytes = 0;
        QDirIterator files(folder.path(), QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext())
            bytes += QFileInfo(files.next()).size();
        QCOMPARE(record.diskBytes, bytes);
    }

    void methods_and_unsafe()
    {
        QCOMPARE(read(Folder(fresh(), {{"solver", QJsonObject{{"name", "penalty"}}}}).path()).method, QString("penalty"));
        QCOMPARE(read(Folder(fresh(), {{"upper", QJsonObject{{"enabled", false}}}}).path()).method, QString("fine-tuning"));
        const auto record = read(Folder(fresh(), {{"concepts", QJsonArray{QJsonObject{{"phrase", "rose"}, {"kind", "object"}}, QJsonObject{{"phrase", "nudity"}, {"kind", "unsafe"}}}}}).path());
        QVERIFY(record.unsafe);
        QCOMPARE(record.kind, QString("object"));
        QCOMPARE(record.concepts, (QStringList{"rose", "nudity"}));
    }

    void reference_comes_before_pruned()
    {
        Folder folder(fresh());
        folder.complete().samples(70, 0, "reference");
        QVERIFY(read(folder.path()).beforePicture.contains("/reference/"));
    }

    void checkpoint_without_manifest_does_not_count()
    {
        Folder folder(fresh());
        folder.started(0).checkpoint(10, 10).checkpoint(20, 20, false);
        QCOMPARE(read(folder.path()).checkpointStep, 10);
    }

    void interrupted()
    {
        Folder folder(fresh());
        folder.interrupted();
        run_folders::write(folder.path() + "/engine.log", "2026-03-01 info first\n2026-03-01 info encoding 3 pictures\n2026-03-01 info to");
        const auto record = read(folder.path());
        QCOMPARE(record.state, RunState::Interrupted);
        QCOMPARE(record.step, 25); // of the metrics: no event tells
        QCOMPARE(record.checkpointStep, 20);
        QCOMPARE(record.error, QString("2026-03-01 info encoding 3 pictures"));
        QCOMPARE(record.seconds, 30 + 5 * 0.5); // to its last event, and the steps after it
        QCOMPARE(record.ended, record.started.addMSecs(32500));
    }

    void lock_tells_running_from_interrupted()
    {
        Folder folder(fresh());
        folder.interrupted();
        run_folders::write(folder.path() + "/engine.lock", "{}"); // a file alone is no engine
        QCOMPARE(read(folder.path()).state, RunState::Interrupted);
        Engine engine(folder.path());
        QTRY_VERIFY(engineAtWork(folder.path()));
        QCOMPARE(read(folder.path()).state, RunState::Running);
        QVERIFY(!read(folder.path()).ended.isValid());
        folder.event("paused", 40, {{"step", 25}});
        QCOMPARE(read(folder.path()).state, RunState::Paused);
        engine.kill();
        QVERIFY(!engineAtWork(folder.path()));
        QCOMPARE(read(folder.path()).state, RunState::Interrupted);
    }

    void ends()
    {
        Folder stopped(fresh());
        stopped.interrupted().event("stopped", 40, {{"step", 25}});
        QCOMPARE(read(stopped.path()).state, RunState::Stopped);
        Folder failed(fresh());
        failed.interrupted().event("failed", 40, {{"code", "io"}, {"message", "disk full\nmake room"}});
        QCOMPARE(read(failed.path()).state, RunState::Failed);
        QCOMPARE(read(failed.path()).error, QString("disk full make room"));
        Folder scored(fresh());
        scored.complete().event("failed", 90, {{"code", "not-found"}, {"message", "no evaluator"}});
        QCOMPARE(read(scored.path()).state, RunState::Complete);
    }

    void resumed_attempt_supersedes()
    {
        Folder folder(fresh());
        folder.interrupted().samples(35, 25, "student", Qt::yellow);                  // beyond the checkpoint: void
        folder.started(1000, 20).event("paused", 1010, {{"step", 22}}).event("continued", 1510, {{"step", 22}});
        auto record = read(folder.path());
        QVERIFY(record.afterPicture.contains("step-000000"));
        QCOMPARE(record.attempts, 2);
        folder.event("stopped", 1520, {{"step", 24}});
        record = read(folder.path());
        QCOMPARE(record.state, RunState::Stopped);
        QCOMPARE(record.seconds, 35. + 20.); // to the first attempt's last word; the pause is no work
        run_folders::write(folder.path() + "/metrics.ndjson", {});
        QCOMPARE(read(folder.path()).step, 24);
    }

    void torn_and_damaged_lines()
    {
        Folder folder(fresh());
        folder.complete();
        const auto whole = read(folder.path());
        run_folders::append(folder.path() + "/events.ndjson", "{\"seq\":8,\"type\":\"sta");
        auto torn = read(folder.path());
        torn.diskBytes = whole.diskBytes;
        QCOMPARE(torn, whole);
        QCOMPARE(readRunLog(folder.path())->events.size(), 7u);
        QCOMPARE(readRunLog(folder.path())->metrics.size(), 40u);

        Folder damaged(fresh());
        damaged.started(0).checkpoint(10, 10);
        run_folders::append(damaged.path() + "/events.ndjson", QByteArray(100, '\0') + "\n");
        damaged.event("complete", 20);
        const auto record = read(damaged.path());
        QCOMPARE(record.checkpointStep, 10);
        QVERIFY2(record.error.contains("events.ndjson line 3"), qPrintable(record.error));
        QVERIFY(!readRunLog(damaged.path()));
    }

    void hostile_values()
    {
        Folder folder(fresh());
        folder.started(0);
        run_folders::append(folder.path() + "/events.ndjson", "{\"type\":7,\"step\":\"x\",\"asked\":3,\"time\":[]}\n{\"type\":\"samples\",\"asked\":3}\n[]\n");
        run_folders::write(folder.path() + "/scores.json", "{\"models\":[]}");
        run_folders::write(folder.path() + "/meta.json", "{\"tags\":{\"a\":1},\"notes\":[]}");
        const auto record = read(folder.path());
        QVERIFY(!record.error.isEmpty());
        QVERIFY(record.tags.isEmpty());
        Folder odd(fresh(), {{"solver", 3}, {"upper", QJsonArray{1}}, {"concepts", QJsonObject{{"a", 1}}}, {"steps", "many"}});
        QCOMPARE(read(odd.path()).steps, 0);
    }

    void meta()
    {
        Folder folder(fresh());
        run_folders::write(folder.path() + "/meta.json", "{\"colour\": \"blue\", \"notes\": \"old\"}");
        QVERIFY(writeMeta(folder.path(), {"good", "for the paper"}, QString::fromUtf8("größer\n\"as quoted\"")));
        const auto record = read(folder.path());
        QCOMPARE(record.tags, (QStringList{"good", "for the paper"}));
        QCOMPARE(record.notes, QString::fromUtf8("größer\n\"as quoted\""));
        QFile file(folder.path() + "/meta.json");
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(QJsonDocument::fromJson(file.readAll())["colour"].toString(), QString("blue"));
        QVERIFY(!writeMeta(m_place.filePath("nowhere"), {}, {}));
    }

    void runs_are_found_oldest_first()
    {
        const auto runs = fresh();
        for (const auto *name : {"b", "a", "c"}) {
            Folder folder(runs + '/' + name);
            QFile file(folder.path() + "/run.json");
            QVERIFY(file.open(QIODevice::ReadWrite));
            QVERIFY(file.setFileTime(QDateTime::currentDateTime().addSecs(*name == 'b' ? -100 : *name == 'a' ? -50 : 0), QFileDevice::FileModificationTime));
        }
        QDir().mkpath(runs + "/no run");
        QCOMPARE(findRuns(runs), (QStringList{runs + "/b", runs + "/a", runs + "/c"}));
        QVERIFY(findRuns(fresh()).isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_run_reader)
#include "tst_run_reader.moc"
