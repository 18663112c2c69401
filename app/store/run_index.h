// The SQLite file behind RunStore. Lives in one thread: what opens it uses it and closes it. Folders are kept by their name, so that a project
// can be moved.
#pragma once

#include "app/store/run_store.h"

#include <QCoreApplication>
#include <QSqlDatabase>

#include <atomic>

namespace quell {

class RunIndex {
    Q_DECLARE_TR_FUNCTIONS(quell::RunIndex)
public:
    struct Opened {
        RunStore::Opening how;
        QString message; // for people; empty where all is well
    };

    RunIndex();
    ~RunIndex();
    RunIndex(const RunIndex &) = delete;
    RunIndex &operator=(const RunIndex &) = delete;

    // Always ends with an index that works, if need be one in memory, and agrees with the folders below `runs`.
    Opened open(const QString &file, const QString &runs);
    bool isOpen() const;
    void close();

    Status rebuild();                      // everything from the folders
    Status sync();                         // what the index does not know, or not as it is now
    Status refresh(const QString &folder); // one run; forgotten if it is gone; a folder elsewhere is passed over
    Result<QVector<RunRecord>> runs() const; // newest first

    QString file() const { return m_file; } // in use: the one asked for, or one beside it; ":memory:"
    void cancel() { m_cancelled = true; }   // from any thread: rebuild and sync end early, the rest is for the next opening

private:
    Result<RunStore::Opening> tryOpen(const QString &file);
    Status backUp(int version);
    Status migrate(int from);
    Status readAgain(const QStringList &folders);
    Status put(const RunRecord &record, const QString &stamp);
    Status forget(const QString &name);
    QSqlDatabase database() const;

    QString m_connection, m_file, m_runs;
    std::atomic<bool> m_cancelled = false;
};

} // namespace quell
