#include "app/window/application.h"

#include <QFile>
#include <QSocketNotifier>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <unistd.h>

namespace quell {
namespace {

int wake[2] = {-1, -1}; // a signal handler may only write to a descriptor

void onSignal(int)
{
    const char byte = 1;
    [[maybe_unused]] const auto written = ::write(wake[1], &byte, 1);
}

double threadMilliseconds()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e3 * time.tv_sec + 1e-6 * time.tv_nsec;
}

} // namespace

Application::Application(int &argc, char **argv) : QApplication(argc, argv), m_timesFile(qgetenv("QUELL_EVENT_TIMES"))
{
    tellNames();
    setApplicationDisplayName(QStringLiteral("Quell"));
    setDesktopFileName(QStringLiteral("quell"));
    quitOnSignals();
}

void Application::tellNames()
{
    setOrganizationName(QStringLiteral("quell"));
    setApplicationName(QStringLiteral("quell"));
    setApplicationVersion(QStringLiteral(QUELL_VERSION));
}

Application::~Application()
{
    if (!m_timesFile.isEmpty())
        reportTimes();
}

bool Application::notify(QObject *receiver, QEvent *event)
{
    if (m_timesFile.isEmpty() || m_depth > 0)
        return QApplication::notify(receiver, event);
    ++m_depth;
    const double begin = threadMilliseconds();
    const bool done = QApplication::notify(receiver, event);
    m_times.push_back(float(threadMilliseconds() - begin));
    --m_depth;
    return done;
}

void Application::quitOnSignals()
{
    if (::pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    auto *notifier = new QSocketNotifier(wake[0], QSocketNotifier::Read, this);
    // exit, not quit: that would ask the windows, and one with a run at work asks the person.
    connect(notifier, &QSocketNotifier::activated, this, [] {
        char bytes[16];
        while (::read(wake[0], bytes, sizeof bytes) > 0) {
        }
        QCoreApplication::exit(0);
    });
    std::signal(SIGTERM, onSignal);
    std::signal(SIGINT, onSignal);
    std::signal(SIGHUP, onSignal);
}

void Application::reportTimes() const
{
    auto times = m_times;
    std::sort(times.begin(), times.end());
    const auto at = [&](double share) { return times.empty() ? 0.f : times[std::min(times.size() - 1, std::size_t(share * times.size()))]; };
    QFile file(QString::fromLocal8Bit(m_timesFile));
    if (file.open(QIODevice::WriteOnly))
        file.write(QStringLiteral("{\"events\": %1, \"p50\": %2, \"p99\": %3, \"p999\": %4, \"longest\": %5}\n").arg(times.size()).arg(at(.5)).arg(at(.99)).arg(at(.999)).arg(at(1)).toUtf8());
}

} // namespace quell
