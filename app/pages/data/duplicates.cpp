#include "app/pages/data/duplicates.h"

#include "widgets/in_background.h"

#include <QCryptographicHash>
#include <QFile>
#include <QFileInfo>
#include <QHash>

namespace quell {
namespace {

using Stopped = std::shared_ptr<std::atomic_bool>;

QByteArray hashOf(const QString &path)
{
    QFile file(path);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    return file.open(QIODevice::ReadOnly) && hash.addData(&file) ? hash.result() : QByteArray();
}

// Those that share their size with another one.
QStringList candidates(const QString &folder, const QStringList &files, const Stopped &stopped)
{
    QHash<qint64, QStringList> bySize;
    for (const auto &file : files) {
        if (*stopped)
            return {};
        bySize[QFileInfo(folder + QLatin1Char('/') + file).size()] << file;
    }
    QStringList result;
    for (const auto &group : bySize)
        if (group.size() > 1)
            result << group;
    return result;
}

template <class Tell> QSet<QString> duplicates(const QString &folder, const QStringList &files, const Stopped &stopped, Tell tell)
{
    QHash<QByteArray, QStringList> byHash;
    const auto list = candidates(folder, files, stopped);
    for (int i = 0; i < list.size() && !*stopped; ++i) {
        byHash[hashOf(folder + QLatin1Char('/') + list[i])] << list[i];
        if (i % 50 == 0 || i + 1 == list.size())
            tell(i + 1, int(list.size()));
    }
    byHash.remove({}); // what could not be read equals nothing
    QSet<QString> result;
    for (const auto &group : byHash)
        if (group.size() > 1)
            result.unite(QSet<QString>(group.begin(), group.end()));
    return result;
}

} // namespace

void DuplicateSearch::start(const QString &folder, const QStringList &files)
{
    stop();
    m_stopped = std::make_shared<std::atomic_bool>(false);
    const auto tell = [self = QPointer<DuplicateSearch>(this), stopped = m_stopped](int done, int total) {
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [=] {
                if (self && !*stopped)
                    Q_EMIT self->progress(done, total);
            },
            Qt::QueuedConnection);
    };
    inBackground(
        this, [folder, files, stopped = m_stopped, tell] { return duplicates(folder, files, stopped, tell); },
        [this, stopped = m_stopped](const QSet<QString> &files) {
            if (!*stopped)
                Q_EMIT found(files);
        });
}

void DuplicateSearch::stop()
{
    if (m_stopped)
        *m_stopped = true;
    m_stopped.reset();
}

} // namespace quell
