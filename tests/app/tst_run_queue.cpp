#include "app/run/run_queue.h"

#include <QAbstractItemModelTester>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace quell;
using namespace Qt::StringLiterals;

namespace {

Json spec(const char *name)
{
    return {{"name", name}, {"steps", 40}, {"concepts", {{{"name", "watercolor"}}, {{"name", "rose"}}}}};
}

QStringList names(const RunQueue &queue)
{
    QStringList names;
    for (int row = 0; row < queue.rowCount(); ++row)
        names << queue.data(queue.index(row), RunQueue::NameRole).toString();
    return names;
}

// The file, read by another JSON reader.
QJsonObject onDisk(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

QStringList namesOnDisk(const QString &path)
{
    QStringList names;
    for (const auto &run : onDisk(path).value(u"runs"_s).toArray())
        names << run.toObject().value(u"name"_s).toString();
    return names;
}

} // namespace

class TestRunQueue : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void beginsEmpty();
    void editsAreSaved();
    void tellsWhatARunIs();
    void comesBackAsItWas();
    void opensPausedAfterAnUncleanEnd();
    void givesNothingWhilePaused();
    void refusesDamage_data();
    void refusesDamage();
    void tellsWhatWasNotSaved();
};

void TestRunQueue::beginsEmpty()
{
    QTemporaryDir folder;
    RunQueue queue;
    QVERIFY(queue.open(folder.filePath(u"queue.json"_s), true));
    QCOMPARE(queue.rowCount(), 0);
    QVERIFY(!queue.paused());
    QVERIFY(!queue.takeNext());
    QVERIFY(!QFile::exists(folder.filePath(u"queue.json"_s))); // reading writes nothing
}

void TestRunQueue::editsAreSaved()
{
    QTemporaryDir folder;
    const auto file = folder.filePath(u"queue.json"_s);
    {
        RunQueue queue;
        QAbstractItemModelTester tester(&queue, QAbstractItemModelTester::FailureReportingMode::Fatal);
        QVERIFY(queue.open(file, true));
        for (const char *name : {"a", "b", "c", "d"})
            queue.add(spec(name));
        queue.move(0, 2);
        QCOMPARE(names(queue), (QStringList{u"b"_s, u"c"_s, u"a"_s, u"d"_s}));
        queue.move(3, 0);
        QCOMPARE(names(queue), (QStringList{u"d"_s, u"b"_s, u"c"_s, u"a"_s}));
        queue.move(1, 1);
        queue.move(0, 9);
        queue.remove(2);
        queue.remove(7);
        QCOMPARE(names(queue), (QStringList{u"d"_s, u"b"_s, u"a"_s}));
        QVERIFY(queue.takeNext() == spec("d"));
    } // what is still to be written is waited for
    QCOMPARE(namesOnDisk(file), (QStringList{u"b"_s, u"a"_s}));
    QCOMPARE(onDisk(file).value(u"version"_s).toInt(), 1);
}

void TestRunQueue::tellsWhatARunIs()
{
    RunQueue queue;
    queue.add(spec("water"));
    const auto index = queue.index(0);
    QCOMPARE(queue.data(index, Qt::DisplayRole).toString(), u"water"_s);
    QCOMPARE(queue.data(index, RunQueue::StepsRole).toInt(), 40);
    const auto concepts = queue.data(index, RunQueue::ConceptRole).toString();
    QVERIFY2(concepts.contains(u"watercolor"_s) && concepts.contains(u"rose"_s), qPrintable(concepts));
    queue.add(Json::object()); // a spec that lacks everything is shown all the same
    QCOMPARE(queue.data(queue.index(1), RunQueue::NameRole).toString(), QString());
}

void TestRunQueue::comesBackAsItWas()
{
    QTemporaryDir folder;
    const auto file = folder.filePath(u"queue.json"_s);
    {
        RunQueue queue;
        QVERIFY(queue.open(file, true));
        queue.add(spec("a"));
        queue.add(spec("b"));
        queue.setPaused(true);
    }
    RunQueue queue;
    QVERIFY(queue.open(file, true));
    QCOMPARE(names(queue), (QStringList{u"a"_s, u"b"_s}));
    QVERIFY(queue.paused());
    queue.setPaused(false);
    QVERIFY(queue.takeNext() == spec("a")); // the keys in their order too
}

void TestRunQueue::opensPausedAfterAnUncleanEnd()
{
    QTemporaryDir folder;
    const auto file = folder.filePath(u"queue.json"_s);
    {
        RunQueue queue;
        QVERIFY(queue.open(file, true));
        queue.add(spec("a"));
    }
    RunQueue queue;
    QVERIFY(queue.open(file, false));
    QVERIFY(queue.paused());
    QVERIFY(!queue.takeNext());
    QCOMPARE(queue.rowCount(), 1);
}

void TestRunQueue::givesNothingWhilePaused()
{
    RunQueue queue;
    queue.add(spec("a"));
    QSignalSpy told(&queue, &RunQueue::pausedChanged);
    queue.setPaused(true);
    queue.setPaused(true);
    QCOMPARE(told.size(), 1);
    QVERIFY(!queue.takeNext());
    queue.setPaused(false);
    QVERIFY(queue.takeNext());
    QCOMPARE(queue.rowCount(), 0);
}

void TestRunQueue::refusesDamage_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("cut off") << QByteArray("{\"version\": 1, \"runs\": [");
    QTest::newRow("another version") << QByteArray("{\"version\": 2, \"runs\": []}");
    QTest::newRow("no list") << QByteArray("{\"version\": 1, \"runs\": {}}");
    QTest::newRow("no runs in it") << QByteArray("{\"version\": 1, \"runs\": [1]}");
    QTest::newRow("no object") << QByteArray("[]");
}

void TestRunQueue::refusesDamage()
{
    QFETCH(QByteArray, content);
    QTemporaryDir folder;
    const auto path = folder.filePath(u"queue.json"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    file.close();
    {
        RunQueue queue;
        const auto opened = queue.open(path, true);
        QVERIFY(!opened);
        QVERIFY(QString::fromStdString(to_string(opened.error())).contains(u"queue.json"_s));
    }
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), content); // left as it is
}

void TestRunQueue::tellsWhatWasNotSaved()
{
    QTemporaryDir folder;
    RunQueue queue;
    QVERIFY(queue.open(folder.filePath(u"gone/queue.json"_s), true));
    QSignalSpy failed(&queue, &RunQueue::saveFailed);
    queue.add(spec("a"));
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(queue.rowCount(), 1);
}

QTEST_GUILESS_MAIN(TestRunQueue)
#include "tst_run_queue.moc"
