// The index over run folders: SQLite by Qt Sql, one writer thread, WAL, foreign keys, numbered migrations with a backup first. Nothing is
// only in here: a missing or damaged file is rebuilt from the folders, a newer version's is left alone and another used beside it.
#pragma once

#include "app/run/run_record.h"
#include "core/result.h"

#include <QObject>
#include <QThread>
#include <QVector>

#include <memory>

namespace quell {

class RunStore : public QObject {
    Q_OBJECT
public:
    enum class Opening { Current, Created, Migrated, Rebuilt, NewerVersion, Failed };
    Q_ENUM(Opening)

    explicit RunStore(QObject *parent = nullptr);
    ~RunStore() override; // finishes what is under way

    // All at once return; results come as signals on the caller's thread.
    void open(const QString &file, const QString &runs); // runs: the project's folder of runs
    void refresh(const QString &runFolder);  // reads one run folder again (or forgets it where it is gone)
    void rebuild();                          // everything from the folders
    void setMeta(const QString &runFolder, const QStringList &tags, const QString &notes);
    void remove(const QString &runFolder);   // moves the folder to the trash

    QVector<RunRecord> runs() const { return m_runs; } // the newest snapshot, newest run first

    // Where a project's index lies: on this machine's own disk, since SQLite's WAL does not work on network drives, where projects may be.
    static QString indexFile(const QString &project);

Q_SIGNALS:
    void opened(quell::RunStore::Opening how, const QString &message); // message: for people, empty where all is well
    void runsChanged();
    void failed(const QString &message);

private:
    class Worker;
    Worker *m_worker;
    QThread m_thread;
    QVector<RunRecord> m_runs;
    int m_opening = 0; // what an earlier project's index still has to say is not heard
};

// `quell --rebuild-index PROJECT`: makes the index again from the run folders and prints what it did. Returns the exit status.
int rebuildIndex(const QString &project);

} // namespace quell
