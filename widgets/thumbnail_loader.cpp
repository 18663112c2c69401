#include "widgets/thumbnail_loader.h"

#include <QImageReader>
#include <QThread>

#include <algorithm>

namespace quell {
namespace {

constexpr qsizetype cacheBytes = 64 << 20;
constexpr qsizetype leastCached = 600; // a large screen full of pictures; fewer, and what is seen would push itself out
constexpr qsizetype mostWaiting = leastCached;

struct Decoded {
    QImage image;
    QString why; // it failed
};

Decoded decode(const QString &path, QSize box)
{
    QImageReader reader(path);
    reader.setDecideFormatFromContent(true); // a PNG named .jpg is a PNG
    reader.setAutoTransform(true);
    const bool turned = reader.transformation() & QImageIOHandler::TransformationRotate90;
    const QSize full = reader.size(), wanted = turned ? box.transposed() : box;
    // The decoder can shrink while it reads, which for JPEG is much cheaper than after.
    if (full.isValid() && (full.width() > wanted.width() || full.height() > wanted.height()))
        reader.setScaledSize(full.scaled(wanted, Qt::KeepAspectRatio).expandedTo({1, 1}));
    QImage image = reader.read();
    if (image.isNull())
        return {{}, reader.errorString()};
    if (image.width() > box.width() || image.height() > box.height())
        image = image.scaled(box, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    // What a pixmap holds, so that the GUI thread only copies.
    image.convertTo(image.hasAlphaChannel() ? QImage::Format_ARGB32_Premultiplied : QImage::Format_RGB32);
    return {image, {}};
}

} // namespace

ThumbnailLoader::ThumbnailLoader(QSize size, QObject *parent) : QObject(parent), m_size(size)
{
    m_pool.setMaxThreadCount(std::max(1, QThread::idealThreadCount() - 1));
    m_pool.setThreadPriority(QThread::LowPriority);
    resizeCache();
}

ThumbnailLoader::~ThumbnailLoader()
{
    m_pool.clear();
    m_pool.waitForDone();
}

QPixmap ThumbnailLoader::get(const QString &path)
{
    if (const QPixmap *cached = m_cache.object(path))
        return *cached;
    if (path.isEmpty() || m_failed.contains(path) || m_running.contains(path))
        return {};
    m_waiting.removeOne(path);
    m_waiting.append(path);
    if (m_waiting.size() > mostWaiting)
        m_waiting.removeFirst();
    startNext();
    return {};
}

void ThumbnailLoader::forget(const QString &path)
{
    m_cache.remove(path);
    m_failed.remove(path);
    if (m_running.contains(path))
        m_outdated.insert(path);
}

void ThumbnailLoader::setDevicePixelRatio(qreal ratio)
{
    if (qFuzzyCompare(ratio, m_ratio))
        return;
    m_ratio = ratio;
    m_cache.clear();
    resizeCache();
}

void ThumbnailLoader::resizeCache()
{
    const QSize pixels = m_size * m_ratio;
    m_cache.setMaxCost(std::max(cacheBytes, leastCached * pixels.width() * pixels.height() * 4));
}

void ThumbnailLoader::startNext()
{
    while (!m_waiting.isEmpty() && m_running.size() < m_pool.maxThreadCount()) {
        const QString path = m_waiting.takeLast();
        m_running.insert(path);
        m_pool.start([this, path, ratio = m_ratio, box = m_size * m_ratio] {
            const Decoded decoded = decode(path, box);
            // The destructor waits for this thread, so that `this` is alive.
            QMetaObject::invokeMethod(
                this, [=, this] { finish(path, ratio, decoded.image, decoded.why); }, Qt::QueuedConnection);
        });
    }
}

void ThumbnailLoader::finish(const QString &path, qreal ratio, const QImage &image, const QString &why)
{
    m_running.remove(path);
    if (m_outdated.remove(path) || !qFuzzyCompare(ratio, m_ratio)) {
        get(path);
        return;
    }
    if (image.isNull()) {
        m_failed.insert(path);
    } else {
        auto *pixmap = new QPixmap(QPixmap::fromImage(image));
        pixmap->setDevicePixelRatio(ratio);
        m_cache.insert(path, pixmap, qsizetype(image.sizeInBytes()));
    }
    startNext();
    if (image.isNull())
        Q_EMIT failed(path, why);
    else
        Q_EMIT loaded(path);
}

} // namespace quell
