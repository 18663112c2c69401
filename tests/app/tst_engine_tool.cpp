#include "app/engine/engine_tool.h"
#include "app/project/json_text.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace quell;
using namespace Qt::StringLiterals;

namespace {

// A command of /bin/sh, and what came of it.
struct Command {
    explicit Command(const QString &script, int timeout = 30000)
    {
        tool = EngineTool::run(u"/bin/sh"_s, {u"-c"_s, script}, &context, [this](const Result<Json> &answer) {
            ++calls;
            result = answer;
        }, timeout);
        QObject::connect(tool, &EngineTool::progress, &context, [this](const QString &line) { progress << line; });
    }
    ErrorCode code() const { return result && !*result ? result->error().code : ErrorCode::Cancelled; }
    QString message() const { return result && !*result ? QString::fromStdString(to_string(result->error())) : QString(); }

    QObject context;
    EngineTool *tool = nullptr;
    QStringList progress;
    std::optional<Result<Json>> result;
    int calls = 0;
};

} // namespace

class TestEngineTool : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void outputBecomesAValue();
    void largeOutputIsParsedBeside();
    void noOutputIsNull();
    void outputThatIsNoJson();
    void errorsComeFromStatusAndLastLine_data();
    void errorsComeFromStatusAndLastLine();
    void progressComesByLines();
    void crashesAndKills();
    void missingProgram();
    void endsInTime();
    void deletionKills();
    void contextDrops();
    void programs();
};

void TestEngineTool::outputBecomesAValue()
{
    Command command(u"echo '{\"a\": [1, 2]}'"_s);
    QCOMPARE(command.calls, 0); // later, never from within run()
    QTRY_COMPARE(command.calls, 1);
    QVERIFY(command.result->has_value());
    QCOMPARE((**command.result)["a"].size(), std::size_t(2));
}

void TestEngineTool::largeOutputIsParsedBeside()
{
    Command command(u"printf '['; i=0; while [ $i -lt 40000 ]; do printf '%d,' $i; i=$((i+1)); done; printf '40000]'"_s);
    QTRY_COMPARE_WITH_TIMEOUT(command.calls, 1, 30000);
    QVERIFY(command.result->has_value());
    QCOMPARE((**command.result).size(), std::size_t(40001));
}

void TestEngineTool::noOutputIsNull()
{
    Command command(u"true"_s);
    QTRY_COMPARE(command.calls, 1);
    QVERIFY(command.result->has_value() && (**command.result).is_null());
}

void TestEngineTool::outputThatIsNoJson()
{
    Command command(u"echo '{\"a\": 1, \"a\": 2}'"_s);
    QTRY_COMPARE(command.calls, 1);
    QCOMPARE(command.code(), ErrorCode::Malformed);
}

void TestEngineTool::errorsComeFromStatusAndLastLine_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("code");
    QTest::newRow("not found") << 3 << int(ErrorCode::NotFound);
    QTest::newRow("damaged") << 4 << int(ErrorCode::Malformed);
    QTest::newRow("misfit") << 5 << int(ErrorCode::Mismatch);
    QTest::newRow("read or write") << 7 << int(ErrorCode::Io);
    QTest::newRow("check") << 10 << int(ErrorCode::CheckFailed);
    QTest::newRow("unknown") << 77 << int(ErrorCode::Internal);
}

void TestEngineTool::errorsComeFromStatusAndLastLine()
{
    QFETCH(int, status);
    QFETCH(int, code);
    Command command(u"echo 'sh: first: not this' >&2; echo 'sh: /a/file: is cut off: 3 of 4 bytes' >&2; echo trailing >&2; exit %1"_s.arg(status));
    QTRY_COMPARE(command.calls, 1);
    QCOMPARE(int(command.code()), code);
    QCOMPARE(command.message(), u"/a/file: is cut off: 3 of 4 bytes"_s);
}

void TestEngineTool::progressComesByLines()
{
    Command command(u"printf '\\r\\033[Kscan 1/3\\r\\033[Kscan 2/3' >&2; sleep 0.2; printf '\\rscan 3/3\\n' >&2; echo '{}'"_s);
    QTRY_COMPARE(command.calls, 1);
    QCOMPARE(command.progress, (QStringList{u"scan 1/3"_s, u"scan 2/3"_s, u"scan 3/3"_s}));
}

void TestEngineTool::crashesAndKills()
{
    Command crash(u"kill -SEGV $$"_s), killed(u"kill -KILL $$"_s);
    QTRY_COMPARE(crash.calls + killed.calls, 2);
    QCOMPARE(crash.code(), ErrorCode::Internal);
    QCOMPARE(killed.code(), ErrorCode::OutOfMemory);
}

void TestEngineTool::missingProgram()
{
    QObject context;
    std::optional<Error> error;
    EngineTool::run(u"/nowhere/quell-inspect"_s, {}, &context, [&](const Result<Json> &answer) { error = answer.error(); });
    QVERIFY(!error);
    QTRY_VERIFY(error.has_value());
    QCOMPARE(error->code, ErrorCode::NotFound);
    QVERIFY(QString::fromStdString(error->message).contains(u"/nowhere/quell-inspect"_s));
}

void TestEngineTool::endsInTime()
{
    Command command(u"exec sleep 60"_s, 100);
    QTRY_COMPARE(command.calls, 1);
    QCOMPARE(command.code(), ErrorCode::Io);
}

void TestEngineTool::deletionKills()
{
    QTemporaryDir folder;
    const auto file = folder.filePath(u"pid"_s);
    Command command(u"echo $$ > '%1.part'; mv '%1.part' '%1'; exec sleep 60"_s.arg(file));
    QTRY_VERIFY(QFile::exists(file));
    QFile written(file);
    QVERIFY(written.open(QIODevice::ReadOnly));
    const auto pid = written.readAll().trimmed().toInt();
    QVERIFY(pid > 0 && ::kill(pid, 0) == 0);
    QElapsedTimer clock;
    clock.start();
    delete command.tool;
    QVERIFY2(clock.elapsed() < 2000, qPrintable(QString::number(clock.elapsed())));
    QTRY_VERIFY(::kill(pid, 0) != 0);
    QCOMPARE(command.calls, 0);
}

void TestEngineTool::contextDrops()
{
    auto context = std::make_unique<QObject>();
    bool called = false;
    EngineTool::run(u"/bin/sh"_s, {u"-c"_s, u"echo {}"_s}, context.get(), [&](const Result<Json> &) { called = true; });
    context.reset();
    Command after(u"sleep 0.3"_s);
    QTRY_COMPARE(after.calls, 1);
    QVERIFY(!called);
}

void TestEngineTool::programs()
{
    qputenv("QUELL_INSPECT", "/elsewhere/inspect");
    QCOMPARE(inspectProgram(), u"/elsewhere/inspect"_s);
    qunsetenv("QUELL_INSPECT");
    QCOMPARE(inspectProgram(), QString(QCoreApplication::applicationDirPath() + u"/quell-inspect"_s));
}

QTEST_GUILESS_MAIN(TestEngineTool)
#include "tst_engine_tool.moc"
