#include "app/engine/engine_exit.h"

#include <QSet>
#include <QTest>

#include <csignal>

using namespace quell;
using namespace Qt::StringLiterals;
using Kind = EngineExit::Kind;

class TestEngineExit : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void statuses_data();
    void statuses();
    void signalsAreTold_data();
    void signalsAreTold();
    void everyKindSaysWhatItMeans();
    void messagesNameTheReason();
    void statusesAreThoseOfTheEngine();
};

void TestEngineExit::statuses_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("action");
    const auto row = [](const char *name, int code, Kind kind, NextAction action) { QTest::newRow(name) << code << int(kind) << int(action); };
    row("done", 0, Kind::Done, NextAction::None); // the numbers of quell-engine --help
    row("defect", 1, Kind::Crashed, NextAction::ReportDefect);
    row("wrong usage", 2, Kind::UserFixable, NextAction::EditSettings);
    row("not found", 3, Kind::UserFixable, NextAction::CheckFiles);
    row("damaged file", 4, Kind::UserFixable, NextAction::CheckFiles);
    row("parts misfit", 5, Kind::UserFixable, NextAction::CheckFiles);
    row("unsupported", 6, Kind::UserFixable, NextAction::EditSettings);
    row("read or write", 7, Kind::Storage, NextAction::FreeDisk);
    row("memory", 8, Kind::OutOfMemory, NextAction::FreeMemory);
    row("not finite", 9, Kind::Diverged, NextAction::EditSettings);
    row("outside its tolerance", 10, Kind::UserFixable, NextAction::CheckFiles);
    row("stopped on request", 11, Kind::Done, NextAction::None);
    row("a number of somebody else", 127, Kind::Crashed, NextAction::ReportDefect);
}

void TestEngineExit::statuses()
{
    QFETCH(int, code);
    QFETCH(int, kind);
    QFETCH(int, action);
    for (const bool terminating : {false, true}) {
        const auto exit = classifyExit(code, QProcess::NormalExit, terminating, u"why"_s);
        QCOMPARE(int(exit.kind), kind);
        QCOMPARE(int(exit.action()), action);
        QCOMPARE(exit.code, code);
        QCOMPARE(exit.detail, u"why"_s);
        QCOMPARE(exit.clean(), code == 0 || code == 11);
    }
}

void TestEngineExit::signalsAreTold_data()
{
    QTest::addColumn<int>("signal");
    QTest::addColumn<bool>("ours");
    QTest::addColumn<int>("kind");
    QTest::newRow("segmentation fault") << SIGSEGV << false << int(Kind::Crashed);
    QTest::newRow("abort") << SIGABRT << false << int(Kind::Crashed);
    QTest::newRow("bus error") << SIGBUS << false << int(Kind::Crashed);
    QTest::newRow("illegal instruction") << SIGILL << false << int(Kind::Crashed);
    QTest::newRow("a crash while stopping") << SIGSEGV << true << int(Kind::Crashed);
    QTest::newRow("killed by the system") << SIGKILL << false << int(Kind::LikelyOutOfMemory);
    QTest::newRow("killed by the ladder") << SIGKILL << true << int(Kind::Killed);
    QTest::newRow("terminated by somebody") << SIGTERM << false << int(Kind::Killed);
    QTest::newRow("terminated by the ladder") << SIGTERM << true << int(Kind::Killed);
    QTest::newRow("interrupted") << SIGINT << false << int(Kind::Killed);
}

void TestEngineExit::signalsAreTold()
{
    QFETCH(int, signal);
    QFETCH(bool, ours);
    QFETCH(int, kind);
    const auto exit = classifyExit(signal, QProcess::CrashExit, ours, {});
    QCOMPARE(int(exit.kind), kind);
    QCOMPARE(exit.code, signal);
    QVERIFY(!exit.clean());
}

void TestEngineExit::everyKindSaysWhatItMeans()
{
    QSet<QString> messages;
    for (int kind = 0; kind <= int(Kind::Lost); ++kind) {
        const EngineExit exit{Kind(kind), 3, {}};
        const auto message = exit.message();
        QVERIFY2(message.size() > 20 && message.endsWith(u'.') && !message.contains(u'%') && !message.contains(u'!'), qPrintable(message));
        QCOMPARE(exit.actionText().isEmpty(), exit.action() == NextAction::None);
        messages.insert(message);
    }
    QCOMPARE(messages.size(), int(Kind::Lost) + 1);
    const EngineExit sure{Kind::LikelyOutOfMemory, SIGKILL, {}, true};
    QVERIFY(!messages.contains(sure.message()));
}

void TestEngineExit::messagesNameTheReason()
{
    const auto exit = classifyExit(3, QProcess::NormalExit, false, u"teacher: the folder /models/sd is not there.\nstack trace"_s);
    QVERIFY(exit.message().contains(u"teacher: the folder /models/sd is not there. "_s));
    QVERIFY(!exit.message().contains(u"stack trace"_s));
}

void TestEngineExit::statusesAreThoseOfTheEngine()
{
    QVERIFY(!errorOfExit(0));
    QVERIFY(!errorOfExit(12));
    QVERIFY(!errorOfExit(-1));
    for (int code = 1; code <= 11; ++code)
        QCOMPARE(exit_status(errorOfExit(code).value()), code);
}

QTEST_GUILESS_MAIN(TestEngineExit)
#include "tst_engine_exit.moc"
