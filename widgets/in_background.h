// Work beside the GUI thread whose result comes back to it.
#pragma once

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>

#include <memory>
#include <utility>

namespace quell {

// Calls `work` in the thread pool and `done` with its result on the GUI thread, unless `context` is gone by then. Called on the GUI thread.
template <class Work, class Done> void inBackground(QObject *context, Work work, Done done)
{
    QThreadPool::globalInstance()->start([context = QPointer<QObject>(context), work = std::move(work), done = std::move(done)]() mutable {
        auto result = std::make_shared<decltype(work())>(work());
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [context = std::move(context), result, done = std::move(done)]() mutable {
                if (context)
                    done(std::move(*result));
            },
            Qt::QueuedConnection);
    });
}

} // namespace quell
