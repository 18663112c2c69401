// Small pictures of files, decoded beside the GUI thread. What is painted now comes first: the newest request is served next, and requests
// that many newer ones have overtaken (scrolled away) are dropped, to be made again when they are painted again.
#pragma once

#include <QCache>
#include <QHash>
#include <QImage>
#include <QObject>
#include <QPixmap>
#include <QSet>
#include <QSize>
#include <QStringList>
#include <QThreadPool>

namespace quell {

class ThumbnailLoader : public QObject {
    Q_OBJECT
public:
    // `size` in logical pixels: pictures are shrunk to fit into it, never enlarged.
    explicit ThumbnailLoader(QSize size, QObject *parent = nullptr);
    ~ThumbnailLoader() override;

    // From the cache; else null, and the file is being fetched (unless it failed before): loaded() follows.
    QPixmap get(const QString &path);
    // The file has changed or gone: the next get() reads it anew.
    void forget(const QString &path);
    bool hasFailed(const QString &path) const { return m_failed.contains(path); }
    // Of the screen that paints; a change empties the cache.
    void setDevicePixelRatio(qreal ratio);
    QSize size() const { return m_size; }

Q_SIGNALS:
    void loaded(const QString &path);
    void failed(const QString &path, const QString &why);

private:
    void startNext();
    void finish(const QString &path, qreal ratio, const QImage &image, const QString &why);
    void resizeCache();

    QSize m_size;
    qreal m_ratio = 1;
    QCache<QString, QPixmap> m_cache;
    QStringList m_waiting; // the newest last
    QSet<QString> m_running, m_outdated, m_failed;
    QThreadPool m_pool;
};

} // namespace quell
