#include "widgets/thumbnail_grid.h"

#include "widgets/chips.h"

#include <QScrollBar>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTemporaryDir>
#include <QTest>

using namespace quell;

class ThumbnailGridTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    QStandardItemModel *wall(int count, QObject *parent)
    {
        auto *model = new QStandardItemModel(parent);
        for (int i = 0; i < count; ++i) {
            auto *item = new QStandardItem(u"picture %1"_qs.arg(i));
            item->setData(m_folder.filePath(u"%1.png"_qs.arg(i % 50)), ThumbnailGrid::PathRole);
            item->setData(QVariant::fromValue(QVector<Badge>{{Badge::Kind::Concept, u"neon"_qs}}), ThumbnailGrid::BadgesRole);
            model->appendRow(item);
        }
        return model;
    }

private Q_SLOTS:
    void initTestCase()
    {
        for (int i = 0; i < 50; ++i) {
            QImage image(64, 64, QImage::Format_RGB32);
            image.fill(QColor::fromHsv(i * 7, 255, 255));
            image.save(m_folder.filePath(u"%1.png"_qs.arg(i)));
        }
    }

    void picturesAppearWhenTheyAreRead()
    {
        ThumbnailGrid grid(64);
        grid.setModel(wall(3, &grid));
        grid.resize(400, 200);
        grid.show();
        QVERIFY(QTest::qWaitForWindowExposed(&grid));
        QTRY_VERIFY(!grid.loader()->get(m_folder.filePath(u"0.png"_qs)).isNull());
        const auto middle = [&] { return grid.viewport()->grab().toImage().pixel(grid.visualRect(grid.model()->index(0, 0)).center()); };
        QTRY_COMPARE(middle(), qRgb(255, 0, 0));
    }

    void onlyWhatIsSeenIsRead()
    {
        ThumbnailGrid grid(64);
        auto *model = wall(50, &grid);
        grid.setModel(model);
        grid.resize(3 * grid.gridSize().width(), 2 * grid.gridSize().height());
        QSignalSpy loaded(grid.loader(), &ThumbnailLoader::loaded);
        grid.show();
        QVERIFY(QTest::qWaitForWindowExposed(&grid));
        QTRY_VERIFY(loaded.size() >= 4);
        QTest::qWait(100);
        QVERIFY2(loaded.size() <= 12, qPrintable(QString::number(loaded.size())));
    }

    void tenThousandScroll()
    {
        ThumbnailGrid grid(96);
        grid.setModel(wall(10000, &grid));
        grid.resize(900, 600);
        grid.show();
        QVERIFY(QTest::qWaitForWindowExposed(&grid));
        QTRY_VERIFY(grid.verticalScrollBar()->maximum() > 100000);
        auto *bar = grid.verticalScrollBar();
        for (int step = 0; step <= 40; ++step) {
            bar->setValue(int(qint64(bar->maximum()) * step / 40));
            grid.viewport()->repaint();
        }
        const auto last = grid.model()->index(9999, 0);
        QVERIFY(grid.viewport()->rect().intersects(grid.visualRect(last)));
    }

    void keysSelectSeveralAndEnterActivates()
    {
        ThumbnailGrid grid(64);
        grid.setModel(wall(9, &grid));
        grid.resize(600, 400);
        grid.show();
        QVERIFY(QTest::qWaitForWindowActive(&grid));
        grid.setCurrentIndex(grid.model()->index(0, 0));
        QTest::keyClick(&grid, Qt::Key_Right);
        QCOMPARE(grid.currentIndex().row(), 1);
        QTest::keyClick(&grid, Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(grid.selectionModel()->selectedIndexes().size(), 2);
        QSignalSpy activated(&grid, &ThumbnailGrid::activatedFile);
        QTest::keyClick(&grid, Qt::Key_Return);
        QCOMPARE(activated.size(), 1);
        QCOMPARE(activated[0][0].toString(), m_folder.filePath(u"2.png"_qs));
    }

    void chipsKeepTheChosenOneOrFallBackToTheFirst()
    {
        FilterChips chips;
        QSignalSpy chosen(&chips, &FilterChips::chosen);
        chips.setChips({{0, u"All"_qs, 5, {}}, {3, u"Excluded"_qs, 2, {}}});
        QCOMPARE(chips.current(), 0);
        chips.choose(3);
        chips.setChips({{0, u"All"_qs, 6, {}}, {3, u"Excluded"_qs, 1, {}}, {4, u"Small"_qs, 1, {}}});
        QCOMPARE(chips.current(), 3);
        chips.setChips({{0, u"All"_qs, 6, {}}});
        QCOMPARE(chips.current(), 0);
        QCOMPARE(chosen.last().first().toInt(), 0);
    }
};

QTEST_MAIN(ThumbnailGridTest)
#include "tst_thumbnail_grid.moc"
