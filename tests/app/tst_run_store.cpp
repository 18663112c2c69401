#undef QT_NO_CAST_FROM_ASCII // texts of a test are plain literals
#undef QT_NO_CAST_TO_ASCII
#include "app/store/run_index.h"
#include "app/run/run_reader.h"
#include "run_folders.h"

#include <QSignalSpy>
#include <QSqlError>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QtTest>

using namespace quell;
using run_folders::Engine;
using run_folders::Folder;
using Opening = RunStore::Opening;

namespace {

// Runs statements on a file, beside the store; the first column of the last one's first row.
QVariant sql(const QString &file, const QStringList &statements)
{
    QVariant value;
    {
        auto database = QSqlDatabase::addDatabase("QSQLITE", "beside");
        database.setDatabaseName(file);
        if (!database.open())
            qFatal("%s", qPrintable(database.lastError().text()));
        for (const auto &statement : statements) {
            QSqlQuery query(database);
            if (!query.exec(statement))
                qFatal("%s: %s", qPrintable(statement), qPrintable(query.lastError().text()));
            value = query.next() ? query.value(0) : QVariant();
        }
    }
    QSqlDatabase::removeDatabase("beside");
    return value;
}

QStringList statementsOf(const QString &schema)
{
    QFile file(":/store/schema/" + schema);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no %s", qPrintable(schema));
    return QString::fromUtf8(file.readAll()).trimmed().split(";\n", Qt::SkipEmptyParts);
}

QByteArray bytesOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

const QString oldRow = "INSERT INTO run VALUES (7, 'a', 'old', '', '', 0, 'complete', 1, 2, -1, 3, 1, 4.0, 5, '', '', '', 'kept')";

} // namespace

class tst_run_store : public QObject {
    Q_OBJECT
private:
    QTemporaryDir m_place;
    int m_count = 0;
    QString m_file, m_runs;

    // What the folders say, newest first.
    QVector<RunRecord> truth() const
    {
        QVector<RunRecord> records;
        for (const auto &folder : findRuns(m_runs))
            records << *readRunRecord(folder);
        std::sort(records.begin(), records.end(), [](const RunRecord &a, const RunRecord &b) { return std::pair(b.started, b.id) < std::pair(a.started, a.id); });
        return records;
    }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_DATA_HOME", m_place.filePath("data").toUtf8()); // the trash is there
        QDir().mkpath(m_place.filePath("data"));
    }

    void init()
    {
        const auto project = m_place.filePath(QString::number(++m_count));
        m_file = project + "/index/index.db";
        m_runs = project + "/runs";
        QDir().mkpath(m_runs);
        QDir().mkpath(project + "/index");
    }

    void missing_is_made()
    {
        Folder(m_runs + "/a").complete().scores({{"target_style", 0.1}});
        Folder(m_runs + "/b").interrupted();
        RunIndex index;
        const auto opened = index.open(m_file, m_runs);
        QCOMPARE(opened.how, Opening::Created);
        QVERIFY(opened.message.isEmpty());
        QCOMPARE(*index.runs(), truth());
        QCOMPARE(index.runs()->size(), 2);
        index.close();
        QCOMPARE(index.open(m_file, m_runs).how, Opening::Current);
        QCOMPARE(*index.runs(), truth());
        QCOMPARE(sql(m_file, {"PRAGMA journal_mode"}).toString(), QString("wal"));
        QCOMPARE(sql(m_file, {"PRAGMA user_version"}).toInt(), 2);
    }

    void migration_keeps_rows()
    {
        RunIndex().open(m_file, m_runs); // compiles the schema in
        const auto old = m_runs + "/old.db";
        auto statements = statementsOf("001.sql") << oldRow << statementsOf("002.sql");
        QCOMPARE(sql(old, statements << "SELECT notes || kind || stamp FROM run WHERE id = 7").toString(), QString("kept"));
    }

    void migration_backs_up()
    {
        Folder(m_runs + "/a").complete();
        RunIndex().open(m_runs + "/any.db", m_runs);
        sql(m_file, statementsOf("001.sql") << oldRow << "PRAGMA user_version = 1");
        RunIndex index;
        QCOMPARE(index.open(m_file, m_runs).how, Opening::Migrated);
        QCOMPARE(*index.runs(), truth()); // with what the old row could not hold
        QCOMPARE(sql(m_file, {"PRAGMA user_version"}).toInt(), 2);
        const QString backup = m_file + ".before-002";
        QCOMPARE(sql(backup, {"PRAGMA user_version"}).toInt(), 1);
        QCOMPARE(sql(backup, {"SELECT notes FROM run"}).toString(), QString("kept"));
    }

    void newer_is_left_alone()
    {
        Folder(m_runs + "/a").complete();
        sql(m_file, {"CREATE TABLE future (x)", "PRAGMA user_version = 99"});
        const auto before = bytesOf(m_file);
        RunIndex index;
        const auto opened = index.open(m_file, m_runs);
        QCOMPARE(opened.how, Opening::NewerVersion);
        QVERIFY(opened.message.contains("index-v2.db"));
        QCOMPARE(*index.runs(), truth());
        index.close();
        QCOMPARE(bytesOf(m_file), before);
        QVERIFY(QFile::exists(QFileInfo(m_file).path() + "/index-v2.db"));
        QCOMPARE(index.open(m_file, m_runs).how, Opening::NewerVersion); // and again, now that the other is there
        QCOMPARE(*index.runs(), truth());
    }

    void damaged_is_moved_and_made_again_data()
    {
        QTest::addColumn<int>("damage");
        QTest::newRow("not a database") << 0;
        QTest::newRow("overwritten in the middle") << 1;
        QTest::newRow("cut short") << 2;
        QTest::newRow("tables missing") << 3;
        QTest::newRow("tables of somebody else") << 4;
    }
    void damaged_is_moved_and_made_again()
    {
        for (int i = 0; i < 30; ++i)
            Folder(m_runs + QStringLiteral("/run-%1").arg(i)).complete().scores({{"target_style", 0.1}, {"other_style", 0.9}});
        RunIndex().open(m_file, m_runs);
        auto bytes = bytesOf(m_file);
        QVERIFY(bytes.size() > 5 * 4096);
        QFETCH(int, damage);
        switch (damage) {
        case 0: run_folders::write(m_file, QByteArray(20000, 'q')); break;
        case 1: run_folders::write(m_file, bytes.replace(4096, 3 * 4096, QByteArray(3 * 4096, '\xFF'))); break;
        case 2: run_folders::write(m_file, bytes.left(bytes.size() / 2 - 100)); break;
        case 3: sql(m_file, {"DROP TABLE score"}); break;
        case 4: QFile::remove(m_file); sql(m_file, {"CREATE TABLE run (x)"}); break;
        }
        RunIndex index;
        const auto opened = index.open(m_file, m_runs);
        QCOMPARE(opened.how, Opening::Rebuilt);
        QVERIFY(opened.message.contains(".damaged-"));
        QCOMPARE(*index.runs(), truth());
        QCOMPARE(QFileInfo(m_file).dir().entryList({"index.db.damaged-*"}, QDir::Files).filter(QRegularExpression("\\d$")).size(), 1);
        index.close();
        QCOMPARE(index.open(m_file, m_runs).how, Opening::Current);
    }

    void unwritable_works_from_memory()
    {
        Folder(m_runs + "/a").complete();
        run_folders::write(m_runs + "/file", "x");
        RunIndex index;
        const auto opened = index.open(m_runs + "/file/index.db", m_runs);
        QCOMPARE(opened.how, Opening::Failed);
        QVERIFY(!opened.message.isEmpty());
        QCOMPARE(*index.runs(), truth());
    }

    void foreign_keys_are_on()
    {
        Folder(m_runs + "/a").complete().scores({{"target_style", 0.1}});
        QVERIFY(writeMeta(m_runs + "/a", {"tag"}, {}));
        RunIndex index;
        index.open(m_file, m_runs);
        const QString count = "SELECT (SELECT count(*) FROM score) + (SELECT count(*) FROM concept) + (SELECT count(*) FROM tag)";
        QCOMPARE(sql(m_file, {count}).toInt(), 3);
        QDir(m_runs + "/a").removeRecursively();
        QVERIFY(index.refresh(m_runs + "/a"));
        QVERIFY(index.runs()->isEmpty());
        QCOMPARE(sql(m_file, {count}).toInt(), 0);
    }

    void rebuild_equals_incremental()
    {
        RunIndex index;
        index.open(m_file, m_runs);
        for (int i = 0; i < 50; ++i) {
            Folder folder(m_runs + QStringLiteral("/run-%1").arg(i, 2, 10, QLatin1Char('0')), {{"name", QStringLiteral("run %1").arg(i)}});
            folder.started(100. * i);
            QVERIFY(index.refresh(folder.path()));
            folder.steps(1, i).checkpoint(100. * i + 20, i).samples(100. * i + 30, i, "student");
            QVERIFY(index.refresh(folder.path()));
            if (i % 3 == 0)
                folder.event("complete", 100. * i + 40, {{"step", i}}).scores({{"target_style", i / 50.}});
            if (i % 5 == 0)
                QVERIFY(writeMeta(folder.path(), {"five", QString::number(i)}, "note"));
            QVERIFY(index.refresh(folder.path()));
            QVERIFY(index.refresh(folder.path())); // twice is once
        }
        QDir(m_runs + "/run-07").removeRecursively();
        QVERIFY(index.refresh(m_runs + "/run-07"));
        const auto incremental = *index.runs();
        QCOMPARE(incremental.size(), 49);
        QCOMPARE(incremental, truth());
        QVERIFY(index.rebuild());
        QCOMPARE(*index.runs(), incremental);
        RunIndex other;
        other.open(m_runs + "/other.db", m_runs);
        QCOMPARE(*other.runs(), incremental);
    }

    void changes_while_closed_are_seen()
    {
        Folder a(m_runs + "/a"), b(m_runs + "/b"), c(m_runs + "/c");
        a.interrupted();
        b.complete();
        c.interrupted();
        {
            const Engine engine(c.path());
            QTRY_VERIFY(engineAtWork(c.path()));
            RunIndex index;
            index.open(m_file, m_runs);
            const auto runs = *index.runs();
            QVERIFY(std::any_of(runs.begin(), runs.end(), [](const RunRecord &run) { return run.id == "c" && run.state == RunState::Running; }));
        }
        a.started(100, 20).event("stopped", 110, {{"step", 30}});
        QDir(b.path()).removeRecursively();
        Folder(m_runs + "/d").complete();
        RunIndex index; // c's files are as they were, but its engine is gone
        index.open(m_file, m_runs);
        QCOMPARE(*index.runs(), truth());
    }

    void damaged_run_is_listed()
    {
        run_folders::write(m_runs + "/a/run.json", "{");
        RunIndex index;
        index.open(m_file, m_runs);
        QCOMPARE(index.runs()->size(), 1);
        QCOMPARE(index.runs()->first().state, RunState::Failed);
        QVERIFY(index.runs()->first().error.contains("run.json"));
    }

    void moved_project()
    {
        Folder(m_runs + "/a").complete();
        RunIndex().open(m_file, m_runs);
        QVERIFY(QDir().rename(m_runs, m_runs + "-moved"));
        m_runs += "-moved";
        RunIndex index;
        QCOMPARE(index.open(m_file, m_runs).how, Opening::Current);
        QCOMPARE(*index.runs(), truth());
        QVERIFY(index.runs()->first().afterPicture.startsWith(m_runs));
    }

    void store_tells()
    {
        Folder a(m_runs + "/a");
        a.interrupted();
        RunStore store;
        QSignalSpy opened(&store, &RunStore::opened), changed(&store, &RunStore::runsChanged), failed(&store, &RunStore::failed);
        store.open(m_file, m_runs);
        QTRY_COMPARE(opened.size(), 1);
        QCOMPARE(opened.first().first().value<Opening>(), Opening::Created);
        QCOMPARE(store.runs(), truth());
        QCOMPARE(changed.size(), 1);

        store.setMeta(a.path(), {"tag"}, "note");
        QTRY_COMPARE(store.runs().first().notes, QString("note"));
        QCOMPARE(readRunRecord(a.path())->tags, QStringList{"tag"});

        a.event("stopped", 40, {{"step", 25}});
        for (int i = 0; i < 1000; ++i)
            store.refresh(a.path());
        QTRY_COMPARE(store.runs().first().state, RunState::Stopped);
        QCOMPARE(changed.size(), 3);

        Folder(m_runs + "/b").complete();
        store.rebuild();
        QTRY_COMPARE(store.runs().size(), 2);
        QCOMPARE(store.runs(), truth());
        store.setMeta(m_runs + "/nowhere", {}, {});
        QTRY_COMPARE(failed.size(), 1);
    }

    void store_moves_to_the_trash()
    {
        Folder a(m_runs + "/a");
        a.complete();
        RunStore store;
        QSignalSpy failed(&store, &RunStore::failed);
        store.open(m_file, m_runs);
        QTRY_COMPARE(store.runs().size(), 1);
        {
            const Engine engine(a.path());
            QTRY_VERIFY(engineAtWork(a.path()));
            store.remove(a.path());
            QTRY_COMPARE(failed.size(), 1);
            QVERIFY(QFile::exists(a.path()));
        }
        store.remove(a.path());
        QTRY_VERIFY(store.runs().isEmpty());
        QVERIFY(!QFile::exists(a.path()));
        QVERIFY(QFile::exists(m_place.filePath("data/Trash/files/a/run.json")));
    }

    void store_changes_projects()
    {
        Folder(m_runs + "/a").complete();
        const auto firstFile = m_file, firstRuns = m_runs;
        init();
        RunStore store;
        QSignalSpy opened(&store, &RunStore::opened);
        store.open(firstFile, firstRuns);
        store.open(m_file, m_runs); // at once: the first project has nothing more to say
        QTRY_COMPARE(opened.size(), 1);
        QVERIFY(store.runs().isEmpty());
        store.open(firstFile, firstRuns);
        QTRY_COMPARE(store.runs().size(), 1);
        store.open(m_file, m_runs);
        QVERIFY(store.runs().isEmpty());
    }

    void store_finishes_what_is_under_way()
    {
        Folder a(m_runs + "/a");
        a.complete();
        {
            RunStore store;
            store.open(m_file, m_runs);
            store.setMeta(a.path(), {"last"}, {});
        }
        QCOMPARE(readRunRecord(a.path())->tags, QStringList{"last"});
    }

    void rebuild_by_command()
    {
        const auto project = QFileInfo(m_runs).path();
        QCOMPARE(rebuildIndex(project), exit_status(ErrorCode::NotFound));
        run_folders::write(project + "/project.json", "{}");
        Folder(m_runs + "/a").complete();
        QCOMPARE(rebuildIndex(project), 0);
        QCOMPARE(sql(RunStore::indexFile(project), {"SELECT folder FROM run"}).toString(), QString("a"));
    }
};

QTEST_GUILESS_MAIN(tst_run_store)
#include "tst_run_store.moc"
