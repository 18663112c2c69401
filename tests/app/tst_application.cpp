// The application ends on SIGTERM even where a window would rather ask, and measures its events where it is told to.
#include "app/window/application.h"

#include <QCloseEvent>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <nlohmann/json.hpp>

#include <csignal>

using quell::Application;

namespace {

class StubbornWindow : public QWidget {
public:
    bool asked = false;

protected:
    void closeEvent(QCloseEvent *event) override
    {
        asked = true;
        event->ignore();
    }
};

} // namespace

class ApplicationTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aSignalEndsItAtOnce()
    {
        StubbornWindow window;
        window.show();
        QTimer::singleShot(0, this, [] { ::raise(SIGTERM); });
        QTimer::singleShot(10000, qApp, [] { QCoreApplication::exit(1); });
        QCOMPARE(QCoreApplication::exec(), 0);
        QVERIFY(!window.asked);
    }

    void whatShowsNoWindowNeedsNoDisplay()
    {
        QProcess studio;
        auto environment = QProcessEnvironment::systemEnvironment();
        for (const char *name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
            environment.remove(QString::fromLatin1(name));
        studio.setProcessEnvironment(environment);
        const auto run = [&](const QStringList &arguments) {
            studio.start(QStringLiteral(QUELL_BINARY_DIR "/bin/quell"), arguments);
            return studio.waitForFinished() && studio.exitStatus() == QProcess::NormalExit ? studio.exitCode() : -1;
        };
        QCOMPARE(run({QStringLiteral("--version")}), 0);
        QVERIFY(studio.readAllStandardOutput().startsWith("quell "));
        QCOMPARE(run({QStringLiteral("--help")}), 0);
        QVERIFY(studio.readAllStandardOutput().contains("--rebuild-index"));
        QVERIFY(run({QStringLiteral("--rebuild-index=/nowhere")}) > 0);
        QVERIFY(studio.readAllStandardError().contains("/nowhere is not a project"));
    }
};

int main(int argc, char **argv)
{
    QTemporaryDir folder;
    const auto times = folder.filePath(QStringLiteral("times.json"));
    qputenv("QUELL_EVENT_TIMES", times.toLocal8Bit());
    int result = 0;
    {
        Application application(argc, argv);
        ApplicationTest test;
        result = QTest::qExec(&test, argc, argv);
    }
    QFile file(times);
    if (!file.open(QIODevice::ReadOnly))
        return 1;
    const auto json = nlohmann::json::parse(file.readAll().toStdString(), nullptr, false);
    const bool sorted = json.is_object() && json["events"] > 0 && json["p50"] <= json["p99"] && json["p99"] <= json["p999"] && json["p999"] <= json["longest"];
    return sorted ? result : 1;
}

#include "tst_application.moc"
