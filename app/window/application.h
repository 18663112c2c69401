// The application object: clean ends on SIGTERM and session end, and the time each event costs the GUI thread.
#pragma once

#include <QApplication>

#include <vector>

namespace quell {

class Application : public QApplication {
    Q_OBJECT
public:
    Application(int &argc, char **argv);
    ~Application() override;
    static void tellNames(); // to Qt, for settings and --version; also where there is no window
    // Measured around the outermost events only: an event that sends others counts once, with all of them.
    bool notify(QObject *receiver, QEvent *event) override;

private:
    void quitOnSignals();
    void reportTimes() const;

    QByteArray m_timesFile; // QUELL_EVENT_TIMES: where p50, p99, p99.9 and the longest events go at the end; empty: nothing is measured
    std::vector<float> m_times; // milliseconds of CPU time
    int m_depth = 0;
};

} // namespace quell
