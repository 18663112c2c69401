#include "widgets/thumbnail_loader.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace quell;

class ThumbnailLoaderTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    QString picture(const QString &name, QSize size, QColor color = Qt::red)
    {
        QImage image(size, QImage::Format_RGB32);
        image.fill(color);
        const QString path = m_folder.filePath(name);
        image.save(path);
        return path;
    }

private Q_SLOTS:
    void shrinksIntoTheBoxAndNeverEnlarges()
    {
        ThumbnailLoader loader({100, 100});
        loader.setDevicePixelRatio(2);
        const QString wide = picture(u"wide.png"_qs, {800, 400}), small = picture(u"small.png"_qs, {30, 40});
        QSignalSpy loaded(&loader, &ThumbnailLoader::loaded);
        QVERIFY(loader.get(wide).isNull());
        QVERIFY(loader.get(small).isNull());
        QTRY_COMPARE(loaded.size(), 2);
        QCOMPARE(loader.get(wide).size(), QSize(200, 100));
        QCOMPARE(loader.get(wide).devicePixelRatio(), 2.0);
        QCOMPARE(loader.get(small).size(), QSize(30, 40));
    }

    void aChangedFileIsReadAnew()
    {
        ThumbnailLoader loader({16, 16});
        const QString path = picture(u"changing.png"_qs, {8, 8}, Qt::red);
        QSignalSpy loaded(&loader, &ThumbnailLoader::loaded);
        loader.get(path);
        QTRY_COMPARE(loaded.size(), 1);
        picture(u"changing.png"_qs, {8, 8}, Qt::blue);
        QCOMPARE(loader.get(path).toImage().pixelColor(4, 4), QColor(Qt::red));
        loader.forget(path);
        QVERIFY(loader.get(path).isNull());
        QTRY_COMPARE(loaded.size(), 2);
        QCOMPARE(loader.get(path).toImage().pixelColor(4, 4), QColor(Qt::blue));
    }

    void aDamagedFileFailsOnce()
    {
        QFile file(m_folder.filePath(u"damaged.png"_qs));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("no picture");
        file.close();
        ThumbnailLoader loader({16, 16});
        QSignalSpy failed(&loader, &ThumbnailLoader::failed);
        loader.get(file.fileName());
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(!failed[0][1].toString().isEmpty());
        QVERIFY(loader.hasFailed(file.fileName()));
        loader.get(file.fileName());
        QTest::qWait(20);
        QCOMPARE(failed.size(), 1);
    }

    void theNewestRequestComesFirst()
    {
        ThumbnailLoader loader({16, 16});
        QStringList paths, order;
        for (int i = 0; i < 40; ++i)
            paths << picture(QString::number(i) + QStringLiteral(".png"), {8, 8});
        connect(&loader, &ThumbnailLoader::loaded, this, [&](const QString &path) { order << path; });
        for (const auto &path : paths)
            loader.get(path);
        QTRY_COMPARE(order.size(), 40);
        // Those that threads took at once come first, then the others from the last to the first.
        const int threads = std::max(1, QThread::idealThreadCount() - 1);
        QVERIFY(order.indexOf(paths[39]) <= threads);
        QVERIFY(order.indexOf(paths[threads]) >= 39 - threads);
    }

    void requestsFarBehindAreDropped()
    {
        ThumbnailLoader loader({16, 16});
        const QString path = picture(u"one.png"_qs, {8, 8});
        QSignalSpy loaded(&loader, &ThumbnailLoader::loaded), failed(&loader, &ThumbnailLoader::failed);
        for (int i = 0; i < 5000; ++i)
            loader.get(m_folder.filePath(u"missing%1.png"_qs.arg(i)));
        loader.get(path);
        QTRY_COMPARE(loaded.size(), 1);
        QTRY_VERIFY_WITH_TIMEOUT(failed.size() >= 600, 30000);
        QTest::qWait(50);
        QVERIFY(failed.size() < 1000);
    }

    void destroyedWhileItReads()
    {
        for (int i = 0; i < 20; ++i) {
            ThumbnailLoader loader({64, 64});
            for (int k = 0; k < 10; ++k)
                loader.get(picture(u"large%1.png"_qs.arg(k), {500, 500}));
        }
    }
};

QTEST_MAIN(ThumbnailLoaderTest)
#include "tst_thumbnail_loader.moc"
