// Files that are the same, byte by byte (by SHA-256). Only files of equal size are read.
#pragma once

#include <QObject>
#include <QSet>
#include <QStringList>

#include <atomic>
#include <memory>

namespace quell {

class DuplicateSearch : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    ~DuplicateSearch() override { stop(); }
    // Searches beside the GUI thread; an earlier search is stopped and heard of no more.
    void start(const QString &folder, const QStringList &files);
    void stop();

Q_SIGNALS:
    void progress(int done, int total);
    void found(const QSet<QString> &files); // every file that another one equals

private:
    std::shared_ptr<std::atomic_bool> m_stopped;
};

} // namespace quell
