// Where pictures lie, against the closed forms of scaling about a point.
#include "widgets/viewport.h"

#include <QtTest>

#include <cmath>

using quell::Viewport;

namespace {

// Where a share of the frame lies in the pane, from the rectangle that is drawn.
QPointF shown(const QRectF &rect, QPointF share) { return {rect.x() + share.x() * rect.width(), rect.y() + share.y() * rect.height()}; }

bool near(QPointF a, QPointF b, double tolerance) { return std::abs(a.x() - b.x()) <= tolerance && std::abs(a.y() - b.y()) <= tolerance; }

} // namespace

class TestViewport : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void fits_data();
    void fits();
    void zoomKeepsThePointUnderThePointer_data();
    void zoomKeepsThePointUnderThePointer();
    void hundredPercentIsWholePixels();
    void zoomOutReturnsToTheMiddle();
    void panMovesByPixelsAndStopsAtTheEdge();
    void smallerPictureCoversTheSameFrame();
    void otherProportionsAreLetterboxedOrCut();
    void unlinkedPanesMoveAlone();
    void unlinkingKeepsWhatIsSeen();
    void zoomPersistsToTheNextPair();
    void zoomHasLimits();
    void noPictureIsHarmless();
};

void TestViewport::fits_data()
{
    QTest::addColumn<QSize>("picture");
    QTest::addColumn<QRectF>("expected");
    QTest::newRow("square, enlarged") << QSize(128, 128) << QRectF(200, 0, 800, 800);
    QTest::newRow("wide, shrunk") << QSize(2400, 800) << QRectF(0, 200, 1200, 400);
    QTest::newRow("tall") << QSize(400, 1600) << QRectF(500, 0, 200, 800);
    QTest::newRow("exact") << QSize(1200, 800) << QRectF(0, 0, 1200, 800);
}

void TestViewport::fits()
{
    QFETCH(const QSize, picture);
    QFETCH(const QRectF, expected);
    Viewport viewport;
    viewport.setPaneSize({1200, 800});
    viewport.setPictures({picture});
    QCOMPARE(viewport.pictureRect(0), expected);
    QCOMPARE(viewport.zoom(0), expected.width() / picture.width());
}

void TestViewport::zoomKeepsThePointUnderThePointer_data()
{
    QTest::addColumn<double>("before");
    QTest::addColumn<double>("after");
    QTest::newRow("in") << 1.0 << 3.7;
    QTest::newRow("out") << 4.0 << 1.3;
    QTest::newRow("far in") << 0.9 << 40.0;
}

void TestViewport::zoomKeepsThePointUnderThePointer()
{
    QFETCH(const double, before);
    QFETCH(const double, after);
    Viewport viewport;
    viewport.setPaneSize({700, 500});
    viewport.setPictures({QSize(1000, 900), QSize(1000, 900)});
    viewport.setZoom(0, before, {350, 250});
    viewport.pan(0, {-31, 17});
    for (const QPointF pointer : {QPointF(350, 250), QPointF(420, 200), QPointF(301, 333)}) {
        const auto share = viewport.toFrame(0, pointer);
        const auto start = viewport;
        viewport.setZoom(0, after, pointer);
        QCOMPARE(viewport.zoom(0), after);
        QVERIFY(near(shown(viewport.pictureRect(0), share), pointer, 0.51)); // the rectangle begins at a whole pixel
        QVERIFY(near(viewport.toFrame(0, pointer), share, 1e-12));
        QCOMPARE(viewport.pictureRect(1), viewport.pictureRect(0));
        viewport = start;
    }
    // A hundred steps to and fro do not drift.
    const auto centre = viewport.centre(0);
    for (int i = 0; i < 100; ++i)
        viewport.setZoom(0, i % 2 ? before : before * 1.25, {333, 222});
    QVERIFY(near(viewport.centre(0), centre, 1e-9));
}

void TestViewport::hundredPercentIsWholePixels()
{
    Viewport viewport;
    viewport.setPaneSize({701, 499});
    viewport.setPictures({QSize(1001, 803)});
    viewport.setZoom(0, 1, {13.4, 77.7});
    viewport.pan(0, {0.3, -0.4});
    const auto rect = viewport.pictureRect(0);
    QCOMPARE(rect, QRectF(rect.toRect()));
    QCOMPARE(rect.size(), QSizeF(1001, 803));
}

void TestViewport::zoomOutReturnsToTheMiddle()
{
    Viewport viewport;
    viewport.setPaneSize({600, 600});
    viewport.setPictures({QSize(600, 600)});
    viewport.setZoom(0, 8, {10, 580});
    viewport.setZoom(0, 0.5, {10, 580});
    QCOMPARE(viewport.pictureRect(0), QRectF(150, 150, 300, 300));
}

void TestViewport::panMovesByPixelsAndStopsAtTheEdge()
{
    Viewport viewport;
    viewport.setPaneSize({400, 300});
    viewport.setPictures({QSize(1000, 1000)});
    viewport.pan(0, {50, 50}); // fitted: nothing to move
    QCOMPARE(viewport.pictureRect(0), QRectF(50, 0, 300, 300));
    viewport.setZoom(0, 2, {200, 150});
    const auto before = viewport.pictureRect(0);
    viewport.pan(0, {-30, 12});
    QCOMPARE(viewport.pictureRect(0), before.translated(-30, 12));
    viewport.pan(0, {1e6, 1e6});
    QCOMPARE(viewport.pictureRect(0).topLeft(), QPointF(200, 150)); // the corner in the middle of the pane
}

void TestViewport::smallerPictureCoversTheSameFrame()
{
    Viewport viewport;
    viewport.setPaneSize({500, 500});
    viewport.setPictures({QSize(512, 512), QSize(128, 128), QSize(2048, 2048)});
    QCOMPARE(viewport.frame(0), QSize(2048, 2048));
    for (const int pane : {0, 1, 2})
        QCOMPARE(viewport.pictureRect(pane), QRectF(0, 0, 500, 500));
    viewport.setZoom(0, 1.5, {100, 444});
    QCOMPARE(viewport.pictureRect(1), viewport.pictureRect(2));
    QCOMPARE(viewport.pictureRect(0).width(), 2048 * 1.5);
}

void TestViewport::otherProportionsAreLetterboxedOrCut()
{
    Viewport viewport;
    viewport.setPaneSize({800, 800});
    viewport.setPictures({QSize(800, 800), QSize(400, 200)});
    QCOMPARE(viewport.pictureRect(1), QRectF(0, 200, 800, 400));
    viewport.setFill(true);
    QCOMPARE(viewport.pictureRect(1), QRectF(-400, 0, 1600, 800));
    QCOMPARE(viewport.frameRect(1), QRectF(0, 0, 800, 800));
}

void TestViewport::unlinkedPanesMoveAlone()
{
    Viewport viewport;
    viewport.setPaneSize({300, 300});
    viewport.setPictures({QSize(600, 600), QSize(300, 300)});
    viewport.setLinked(false);
    viewport.setZoom(1, 5, {20, 30});
    QCOMPARE(viewport.zoom(1), 5.0);
    QCOMPARE(viewport.zoom(0), 0.5);
    QCOMPARE(viewport.pictureRect(0), QRectF(0, 0, 300, 300));
    QCOMPARE(viewport.frame(1), QSize(300, 300));
}

void TestViewport::unlinkingKeepsWhatIsSeen()
{
    Viewport viewport;
    viewport.setPaneSize({640, 480});
    viewport.setPictures({QSize(512, 512), QSize(300, 100), QSize(1024, 900)});
    viewport.setZoom(0, 3.3, {111, 222});
    viewport.pan(0, {-40, 25});
    QRectF before[3];
    for (const int pane : {0, 1, 2})
        before[pane] = viewport.pictureRect(pane);
    viewport.setLinked(false);
    for (const int pane : {0, 2}) {
        QVERIFY(near(viewport.pictureRect(pane).topLeft(), before[pane].topLeft(), 1.01));
        QVERIFY(near(viewport.pictureRect(pane).bottomRight(), before[pane].bottomRight(), 1.01));
    }
    viewport.setZoom(1, 7, {0, 0});
    viewport.setLinked(true);
    QVERIFY(near(viewport.pictureRect(0).topLeft(), before[0].topLeft(), 1.01));
    QVERIFY(near(viewport.pictureRect(2).topLeft(), before[2].topLeft(), 1.01));
}

void TestViewport::zoomPersistsToTheNextPair()
{
    Viewport viewport;
    viewport.setPaneSize({300, 300});
    viewport.setPictures({QSize(600, 600), QSize(600, 600)});
    viewport.setZoom(0, 4, {10, 10});
    const auto rect = viewport.pictureRect(0);
    viewport.setPictures({QSize(600, 600), QSize(600, 600)});
    QCOMPARE(viewport.pictureRect(0), rect);
    const auto centre = viewport.centre(0);
    viewport.setPictures({QSize(900, 900), QSize(900, 900)});
    QCOMPARE(viewport.centre(0), centre);
    QCOMPARE(viewport.zoom(0), 4.0);
}

void TestViewport::zoomHasLimits()
{
    Viewport viewport;
    viewport.setPaneSize({300, 300});
    viewport.setPictures({QSize(600, 600)});
    viewport.setZoom(0, 1e9, {150, 150});
    QCOMPARE(viewport.zoom(0), Viewport::mostZoom);
    viewport.setZoom(0, 0, {150, 150});
    QCOMPARE(viewport.zoom(0), Viewport::leastZoom);
}

void TestViewport::noPictureIsHarmless()
{
    Viewport viewport;
    viewport.setPaneSize({0, 0});
    viewport.setPictures({QSize(), QSize(10, 10)});
    viewport.setZoom(0, 2, {0, 0});
    viewport.pan(0, {5, 5});
    viewport.setLinked(false);
    viewport.setZoom(0, 2, {0, 0});
    QVERIFY(viewport.pictureRect(0).isNull());
    QVERIFY(std::isfinite(viewport.zoom(1)));
    viewport.setLinked(true);
    QVERIFY(std::isfinite(viewport.pictureRect(1).width()));
}

QTEST_MAIN(TestViewport)
#include "tst_viewport.moc"
