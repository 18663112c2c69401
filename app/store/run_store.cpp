#include "app/store/run_store.h"

#include "app/run/run_reader.h"
#include "app/store/run_index.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QMutex>
#include <QSet>
#include <QStandardPaths>

#include <cstdio>

namespace quell {

using namespace Qt::StringLiterals;

// Lives in the store's thread; what it does is queued there, what it has to say is queued back.
class RunStore::Worker : public QObject {
public:
    explicit Worker(RunStore *store) : m_store(store) {}

    void queue(std::function<void()> work) { QMetaObject::invokeMethod(this, std::move(work), Qt::QueuedConnection); }

    // A run that is read often is read once for all that was asked meanwhile.
    void queueRefresh(const QString &folder)
    {
        const QMutexLocker lock(&m_mutex);
        if (m_waiting.contains(folder))
            return;
        m_waiting.insert(folder);
        queue([this, folder] {
            {
                const QMutexLocker inner(&m_mutex);
                m_waiting.remove(folder);
            }
            refresh(folder);
        });
    }

    void open(const QString &file, const QString &runs, int opening)
    {
        m_index.close();
        m_opening = opening;
        const auto opened = m_index.open(file, runs);
        publish();
        tell([opened](RunStore *store) { Q_EMIT store->opened(opened.how, opened.message); });
    }

    void rebuild() { finish(m_index.isOpen() ? m_index.rebuild() : Status()); }
    void refresh(const QString &folder) { finish(m_index.isOpen() ? m_index.refresh(folder) : Status()); }

    void setMeta(const QString &folder, const QStringList &tags, const QString &notes)
    {
        if (const auto written = writeMeta(folder, tags, notes); !written)
            report(RunStore::tr("Tags and notes were not saved: %1").arg(QString::fromStdString(to_string(written.error()))));
        refresh(folder);
    }

    void remove(const QString &folder)
    {
        QFile file(folder);
        if (engineAtWork(folder))
            report(RunStore::tr("An engine is at work on %1; nothing was deleted. Stop the run first.").arg(QDir::toNativeSeparators(folder)));
        else if (file.exists() && !file.moveToTrash())
            report(RunStore::tr("%1 could not be moved to the trash: %2. Nothing was deleted.").arg(QDir::toNativeSeparators(folder), file.errorString()));
        refresh(folder);
    }

    RunIndex m_index;

private:
    void finish(const Status &status)
    {
        if (!status)
            report(RunStore::tr("The index of runs could not be brought up to date: %1. It is made again at the next start.").arg(QString::fromStdString(status.error().message)));
        publish();
    }

    void publish()
    {
        const auto runs = m_index.isOpen() ? m_index.runs() : QVector<RunRecord>();
        if (!runs)
            return;
        tell([runs = *runs](RunStore *store) {
            if (store->m_runs == runs)
                return;
            store->m_runs = runs;
            Q_EMIT store->runsChanged();
        });
    }

    void report(const QString &message)
    {
        tell([message](RunStore *store) { Q_EMIT store->failed(message); });
    }

    void tell(std::function<void(RunStore *)> say)
    {
        QMetaObject::invokeMethod(m_store, [store = m_store, say = std::move(say), opening = m_opening] {
            if (opening == store->m_opening)
                say(store);
        }, Qt::QueuedConnection);
    }

    RunStore *m_store;
    QMutex m_mutex;
    QSet<QString> m_waiting;
    int m_opening = 0;
};

RunStore::RunStore(QObject *parent) : QObject(parent), m_worker(new Worker(this))
{
    m_thread.setObjectName(u"run store"_s);
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater); // in that thread, which closes the index there
    m_thread.start(QThread::LowPriority);
}

RunStore::~RunStore()
{
    m_worker->m_index.cancel();
    m_worker->queue([this] { m_thread.quit(); }); // behind all that is queued already
    m_thread.wait();
}

void RunStore::open(const QString &file, const QString &runs)
{
    const int opening = ++m_opening;
    m_worker->queue([=, worker = m_worker] { worker->open(file, runs, opening); });
    if (m_runs.isEmpty())
        return;
    m_runs.clear();
    Q_EMIT runsChanged();
}

void RunStore::refresh(const QString &runFolder)
{
    m_worker->queueRefresh(runFolder);
}

void RunStore::rebuild()
{
    m_worker->queue([worker = m_worker] { worker->rebuild(); });
}

void RunStore::setMeta(const QString &runFolder, const QStringList &tags, const QString &notes)
{
    m_worker->queue([=, worker = m_worker] { worker->setMeta(runFolder, tags, notes); });
}

void RunStore::remove(const QString &runFolder)
{
    m_worker->queue([=, worker = m_worker] { worker->remove(runFolder); });
}

QString RunStore::indexFile(const QString &project)
{
    const auto hash = QCryptographicHash::hash(project.toUtf8(), QCryptographicHash::Sha256).toHex().left(16);
    return QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation) + u"/index/"_s + QString::fromLatin1(hash) + u".db"_s;
}

int rebuildIndex(const QString &folder)
{
    const auto project = QDir(folder).absolutePath();
    const auto say = [](std::FILE *out, const QString &line) { std::fputs(qPrintable(line + u'\n'), out); };
    if (!QFile::exists(project + u"/project.json"_s)) {
        say(stderr, RunStore::tr("%1 is not a project: it has no project.json").arg(project));
        return exit_status(ErrorCode::NotFound);
    }
    RunIndex index;
    const auto opened = index.open(RunStore::indexFile(project), project + u"/runs"_s);
    if (!opened.message.isEmpty())
        say(stderr, opened.message);
    const auto rebuilt = index.rebuild();
    const auto records = index.runs();
    for (const auto &status : {rebuilt, records ? Status() : tl::unexpected(records.error())}) {
        if (!status) {
            say(stderr, QString::fromStdString(to_string(status.error())));
            return exit_status(status.error().code);
        }
    }
    say(stdout, RunStore::tr("%1: made again from %n run folder(s)", nullptr, static_cast<int>(records->size())).arg(index.file()));
    return opened.how == RunStore::Opening::Failed ? exit_status(ErrorCode::Io) : 0;
}

} // namespace quell
