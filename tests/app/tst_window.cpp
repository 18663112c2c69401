// The parts of the window that all pages share: the frame timer, the registry of actions, and the whole window on the starter.
#include "app/window/action_registry.h"
#include "app/window/command_palette.h"
#include "app/window/frame_timer.h"
#include "app/window/main_window.h"
#include "app/window/studio.h"
#include "app/window/theme.h"
#include "widgets/look.h"

#include <QAccessible>
#include <QLineEdit>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>

using namespace quell;

class WindowTest : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("quell-test"));
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.path());
        qputenv("QUELL_ENGINE", QUELL_BINARY_DIR "/bin/quell-engine");
        qputenv("QUELL_INSPECT", QUELL_BINARY_DIR "/bin/quell-inspect");
        look::apply(*qApp, look::Theme::Light);
    }

    void frameTimerCallsEachOnceInAFrame()
    {
        FrameTimer timer;
        QObject who, other;
        int painted = 0, others = 0;
        for (int i = 0; i < 1000; ++i)
            timer.request(&who, [&] { ++painted; });
        timer.request(&other, [&] { ++others; });
        QCOMPARE(painted, 0);
        QTRY_COMPARE(painted, 1);
        QCOMPARE(others, 1);
    }

    void frameTimerForgetsTheGone()
    {
        FrameTimer timer;
        auto who = std::make_unique<QObject>();
        QObject witness;
        bool painted = false, done = false;
        timer.request(who.get(), [&] { painted = true; });
        timer.request(&witness, [&] { done = true; });
        who.reset();
        QTRY_VERIFY(done);
        QVERIFY(!painted);
    }

    void paletteFindsAndRuns()
    {
        QWidget window;
        window.show();
        ActionRegistry actions;
        auto *pause = actions.add(QStringLiteral("run.pause"), QStringLiteral("Run"), QStringLiteral("&Pause"), QKeySequence(QStringLiteral("Ctrl+P")), &window);
        actions.add(QStringLiteral("run.stop"), QStringLiteral("Run"), QStringLiteral("Stop"), {}, &window);
        bool paused = false;
        connect(pause, &QAction::triggered, this, [&] { paused = true; });
        auto *palette = new CommandPalette(actions, QStringLiteral("Commands"), &window);
        palette->show();
        auto *list = palette->findChild<QTreeWidget *>();
        QCOMPARE(list->topLevelItemCount(), 2);
        auto *search = palette->findChild<QLineEdit *>();
        QTest::keyClicks(search, QStringLiteral("run paus"));
        QCOMPARE(list->topLevelItemCount(), 1);
        QTest::keyClick(search, Qt::Key_Return);
        QTRY_VERIFY(paused);
    }

    void aShortcutThatIsTakenIsToldOf()
    {
        QWidget window;
        ActionRegistry actions;
        actions.add(QStringLiteral("a"), QStringLiteral("A"), QStringLiteral("A"), QKeySequence(QStringLiteral("Ctrl+J")), &window);
        QTest::ignoreMessage(QtWarningMsg, "the shortcut of b is taken by a");
        actions.add(QStringLiteral("b"), QStringLiteral("B"), QStringLiteral("B"), QKeySequence(QStringLiteral("Ctrl+J")), &window);
    }

    // The whole window on the starter project: no clash of shortcuts (failOnWarning), each page reached by its key, each focusable control named.
    void everyControlHasAName()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral("shortcut of")));
        Studio studio;
        MainWindow window(studio);
        const auto opened = studio.openStarter(m_folder.filePath(QStringLiteral("Starter")));
        QVERIFY2(opened, opened ? "" : to_string(opened.error()).c_str());
        window.resize(1280, 800);
        window.show();
        QStringList nameless;
        for (const auto *page : {"model", "concepts", "data", "run", "compare", "history"}) {
            window.showPage(QString::fromLatin1(page));
            QTest::qWait(50);
            for (const auto *widget : window.findChildren<QWidget *>()) {
                if (!widget->isVisible() || !(widget->focusPolicy() & Qt::TabFocus) || widget->inherits("QScrollArea") || widget->objectName() == QLatin1String("qt_spinbox_lineedit")) // the spin box around it has the name
                    continue;
                auto *interface = QAccessible::queryAccessibleInterface(const_cast<QWidget *>(widget));
                if (interface && interface->text(QAccessible::Name).isEmpty())
                    nameless << QStringLiteral("%1: %2 %3").arg(QString::fromLatin1(page), QString::fromLatin1(widget->metaObject()->className()), widget->objectName());
            }
        }
        nameless.removeDuplicates();
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QLatin1Char('\n'))));
    }

    void aSecondWindowOnOneProjectIsRefused()
    {
        Studio first, second;
        const auto folder = m_folder.filePath(QStringLiteral("Twice"));
        QVERIFY(first.openStarter(folder));
        const auto opened = second.openProject(folder);
        QVERIFY(!opened);
        QVERIFY(to_string(opened.error()).find("another window") != std::string::npos);
    }

    void anUncleanEndPausesTheQueue()
    {
        const auto folder = m_folder.filePath(QStringLiteral("Unclean"));
        {
            Studio studio;
            QVERIFY(studio.openStarter(folder));
            QVERIFY(!studio.queue()->paused());
            studio.queue()->add(studio.project()->draft()); // an empty queue has nothing to pause
            QTRY_VERIFY(QFile::exists(folder + QStringLiteral("/queue.json")));
        }
        {
            Studio studio;
            QVERIFY(studio.openProject(folder));
            QVERIFY(!studio.queue()->paused());
        }
        QFile left(folder + QStringLiteral("/studio.lock")); // of a process that is gone
        QVERIFY(left.open(QIODevice::WriteOnly));
        left.write("999999999\nquell\n" + QSysInfo::machineHostName().toUtf8() + "\n");
        left.close();
        Studio studio;
        const auto opened = studio.openProject(folder);
        QVERIFY2(opened, opened ? "" : to_string(opened.error()).c_str());
        QVERIFY(studio.queue()->paused());
    }
};

QTEST_MAIN(WindowTest)
#include "tst_window.moc"
