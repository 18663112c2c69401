#include "app/engine/process_reaper.h"

#include <QTimer>

namespace quell {

void reap(std::unique_ptr<QProcess> process, int terminate, int kill)
{
    if (!process || process->state() == QProcess::NotRunning)
        return;
    auto *left = process.release(); // freed when it has ended; not at exit, where its destructor would kill
    left->setParent(nullptr);
    left->disconnect();
    QObject::connect(left, &QProcess::finished, left, &QObject::deleteLater);
    QObject::connect(left, &QProcess::errorOccurred, left, [left](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            left->deleteLater();
    });
    QObject::connect(left, &QProcess::readyReadStandardError, left, [left] { left->readAllStandardError(); });
    QObject::connect(left, &QProcess::readyReadStandardOutput, left, [left] { left->readAllStandardOutput(); });
    if (terminate == 0) // also where no event loop runs any more
        left->terminate();
    else if (terminate > 0)
        QTimer::singleShot(terminate, left, &QProcess::terminate);
    if (kill >= 0)
        QTimer::singleShot(std::max(terminate, 0) + kill, left, &QProcess::kill);
}

} // namespace quell
