// The application ends on SIGTERM even where a window would rather ask, and measures its events where it is told to.
#include "app/window/application.h"

#include <QCloseEvent>
#include <QFile>
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
