// Pictures of two colours, so that what the view draws is known pixel by pixel; every key and mouse action by synthetic events.
#include "widgets/compare_view.h"
#include "widgets/look.h"

#include <QAccessible>
#include <QApplication>
#include <QMimeData>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

using quell::CompareView;
using Mode = CompareView::Mode;

namespace {

const QColor red(200, 40, 40), blue(30, 60, 210);

bool close(QRgb a, QRgb b, int tolerance = 2)
{
    return std::abs(qRed(a) - qRed(b)) <= tolerance && std::abs(qGreen(a) - qGreen(b)) <= tolerance && std::abs(qBlue(a) - qBlue(b)) <= tolerance;
}

// The share of a rectangle's pixels that have the colour.
double share(const QImage &image, const QRect &rect, QRgb color)
{
    int hits = 0;
    for (int y = rect.top(); y <= rect.bottom(); ++y)
        for (int x = rect.left(); x <= rect.right(); ++x)
            hits += close(image.pixel(x, y), color);
    return hits / double(rect.width() * rect.height());
}

} // namespace

class TestCompareView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void sliderShowsBothSides_data();
    void sliderShowsBothSides();
    void labelsAreNeverOnThePicture();
    void sideBySide();
    void fourPanes();
    void blinking();
    void difference();
    void differenceOfOtherSizes();
    void hundredPercentIsPixelForPixel();
    void pixelsAreSquaresBeyondTwoHundredPercent();
    void linkedPanesShowTheSamePart();
    void modeKeys();
    void aloneKeys();
    void swapKey();
    void zoomKeys();
    void sliderKeys();
    void panKeys();
    void wheelZoomsAtThePointer();
    void dragMovesTheSplitOrThePicture();
    void doubleClick();
    void hiddenUntilAsked();
    void dropping();
    void exifOrientation();
    void labelChangesWithThePicture();
    void unreadableFile();
    void accessibleSlider();
    void twoDevicePixels();
    void twoDevicePixelsInside();

private:
    QString file(const QString &name) const { return m_folder.filePath(name); }
    void save(const QString &name, const QImage &image) const { QVERIFY(image.save(file(name))); }
    static QImage filled(QSize size, QColor color);
    void show(const QStringList &names);
    QImage shot() const { return m_view->grab().toImage(); }
    QRect device(const QRect &rect) const; // of the widget, in the shot
    QRect picture(int pane = 0) const { return device(m_view->pictureArea(pane)); }

    QTemporaryDir m_folder;
    std::unique_ptr<CompareView> m_view;
};

QImage TestCompareView::filled(QSize size, QColor color)
{
    QImage image(size, QImage::Format_RGB32);
    image.fill(color);
    return image;
}

void TestCompareView::initTestCase()
{
    save(QStringLiteral("red.png"), filled({64, 64}, red));
    save(QStringLiteral("blue.png"), filled({64, 64}, blue));
    save(QStringLiteral("large blue.png"), filled({256, 256}, blue));
    QImage halves = filled({100, 100}, red); // the right half blue
    for (int y = 0; y < 100; ++y)
        for (int x = 50; x < 100; ++x)
            halves.setPixel(x, y, blue.rgb());
    save(QStringLiteral("halves.png"), halves);
    save(QStringLiteral("large halves.png"), halves.scaled(300, 300));
    QImage stripes(600, 500, QImage::Format_RGB32);
    for (int y = 0; y < stripes.height(); ++y)
        for (int x = 0; x < stripes.width(); ++x)
            stripes.setPixel(x, y, (x + y) % 2 ? red.rgb() : blue.rgb());
    save(QStringLiteral("stripes.png"), stripes);
    QFile broken(file(QStringLiteral("broken.png")));
    QVERIFY(broken.open(QIODevice::WriteOnly) && broken.write("not a picture") > 0);
}

void TestCompareView::init()
{
    m_view = std::make_unique<CompareView>();
    m_view->resize(500, 400);
    m_view->show();
    m_view->activateWindow();
    m_view->setFocus();
    QVERIFY(QTest::qWaitForWindowActive(m_view.get()));
}

void TestCompareView::cleanup() { m_view.reset(); }

void TestCompareView::show(const QStringList &names)
{
    QVector<CompareView::Pane> panes;
    for (const auto &name : names)
        panes << CompareView::Pane{name, QStringLiteral("seed 7"), file(name), {}};
    m_view->setPanes(panes);
    QTRY_VERIFY(!m_view->isLoading());
}

QRect TestCompareView::device(const QRect &rect) const
{
    const double ratio = m_view->devicePixelRatioF();
    return QRectF(rect.x() * ratio, rect.y() * ratio, rect.width() * ratio, rect.height() * ratio).toRect();
}

void TestCompareView::sliderShowsBothSides_data()
{
    QTest::addColumn<double>("split");
    for (const double split : {0.0, 0.25, 0.5, 0.9, 1.0})
        QTest::addRow("%g", split) << split;
}

void TestCompareView::sliderShowsBothSides()
{
    QFETCH(const double, split);
    show({QStringLiteral("red.png"), QStringLiteral("blue.png")});
    m_view->setMode(Mode::SideBySide);
    m_view->setMode(Mode::Slider);
    m_view->setSplit(split);
    const auto image = shot();
    const auto area = picture();
    const QRect square(area.center().x() - area.height() / 2, area.y(), area.height(), area.height()); // fitted
    const double x = area.x() + split * area.width(), handle = 40 * m_view->devicePixelRatioF();
    const auto left = square.intersected(QRect(QPoint(0, 0), QPoint(int(x - handle), 10000))).adjusted(2, 2, -2, -2);
    const auto right = square.intersected(QRect(QPoint(int(x + handle), 0), QPoint(10000, 10000))).adjusted(2, 2, -2, -2);
    if (left.isValid())
        QCOMPARE(share(image, left, red.rgb()), 1.0);
    if (right.isValid())
        QCOMPARE(share(image, right, blue.rgb()), 1.0);
    QVERIFY(left.isValid() || right.isValid());
    // Grey beside the square, the same in both themes.
    const QRect beside(area.x() + 4, area.y() + 4, square.x() - area.x() - 8, 20);
    if (split > 0.3)
        QCOMPARE(share(image, beside, quell::look::behindPictures().rgb()), 1.0);
}

void TestCompareView::labelsAreNeverOnThePicture()
{
    show({QStringLiteral("red.png"), QStringLiteral("red.png")});
    for (const auto mode : {Mode::SideBySide, Mode::Blink}) {
        m_view->setMode(mode);
        const auto image = shot();
        for (const int pane : {0, 1}) {
            const auto area = picture(pane);
            const int side = std::min(area.width(), area.height());
            const QRect square(area.center().x() - side / 2, area.center().y() - side / 2, side, side);
            QCOMPARE(share(image, square.adjusted(2, 2, -2, -2), red.rgb()), 1.0);
        }
    }
}

void TestCompareView::sideBySide()
{
    show({QStringLiteral("red.png"), QStringLiteral("blue.png")});
    m_view->setMode(Mode::SideBySide);
    const auto image = shot();
    QVERIFY(m_view->pictureArea(0).right() < m_view->pictureArea(1).left());
    QCOMPARE(m_view->pictureArea(0).size(), m_view->pictureArea(1).size());
    QCOMPARE(image.pixelColor(picture(0).center()), red);
    QCOMPARE(image.pixelColor(picture(1).center()), blue);
    QCOMPARE(m_view->paneAt(m_view->pictureArea(1).center()), 1);
}

void TestCompareView::fourPanes()
{
    show({QStringLiteral("red.png"), QStringLiteral("blue.png"), QStringLiteral("halves.png"), QStringLiteral("red.png"), QStringLiteral("blue.png")});
    QCOMPARE(m_view->panes().size(), 4);
    m_view->setMode(Mode::SideBySide);
    for (int i = 0; i < 4; ++i)
        for (int j = 0; j < i; ++j)
            QVERIFY(!m_view->pictureArea(i).intersects(m_view->pictureArea(j)));
    QCOMPARE(shot().pixelColor(picture(3).center()), red);
    m_view->resize(1200, 300);
    QCOMPARE(m_view->pictureArea(0).y(), m_view->pictureArea(3).y()); // a row where that is larger
    m_view->resize(500, 500);
    QVERIFY(m_view->pictureArea(0).y() < m_view->pictureArea(3).y());
}

void TestCompareView::blinking()
{
    show({QStringLiteral("red.png"), QStringLiteral("blue.png")});
    m_view->setMode(Mode::Blink);
    QCOMPARE(shot().pixelColor(picture().center()), red);
    QTest::keyPress(m_view.get(), Qt::Key_Space);
    QCOMPARE(shot().pixelColor(picture().center()), blue);
    QTest::keyRelease(m_view.get(), Qt::Key_Space);
    QCOMPARE(shot().pixelColor(picture().center()), red);
    QTest::keyClick(m_view.get(), Qt::Key_B);
    QVERIFY(m_view->isBlinking());
    QTRY_COMPARE(shot().pixelColor(picture().center()), blue);
    QTRY_COMPARE(shot().pixelColor(picture().center()), red);
    m_view->setMode(Mode::Slider);
    QVERIFY(!m_view->isBlinking());
    // Held in any mode; letting go of the focus lets go of the key.
    m_view->setMode(Mode::SideBySide);
    QTest::keyPress(m_view.get(), Qt::Key_Space);
    QCOMPARE(shot().pixelColor(picture().center()), blue);
    m_view->clearFocus();
    QCOMPARE(shot().pixelColor(picture(0).center()), red);
}

void TestCompareView::difference()
{
    show({QStringLiteral("halves.png"), QStringLiteral("red.png")});
    QSignalSpy known(m_view.get(), &CompareView::differenceKnown);
    QTest::keyClick(m_view.get(), Qt::Key_D);
    QCOMPARE(m_view->mode(), Mode::Difference);
    QTRY_COMPARE(known.count(), 1);
    // Half of the pixels differ by (170, 20, 170): 120 on average.
    QCOMPARE(m_view->meanDifference(), 60.0);
    for (const int gain : {1, 4, 16}) {
        if (gain > 1) {
            known.clear();
            m_view->setGain(gain);
            QTRY_COMPARE(known.count(), 1);
        }
        QCOMPARE(m_view->meanDifference(), 60.0); // of the true differences
        const auto image = shot();
        const auto centre = picture().center();
        QVERIFY(close(image.pixel(centre - QPoint(40, 0)), qRgb(0, 0, 0)));
        QCOMPARE(QColor(image.pixel(centre + QPoint(40, 0))), QColor(quell::differenceColor(std::min(255, 120 * gain))));
    }
    QTest::keyClick(m_view.get(), Qt::Key_D);
    QCOMPARE(m_view->mode(), Mode::Slider);
    // Lightness rises with the difference.
    for (int i = 1; i < 256; ++i)
        QVERIFY(qGray(quell::differenceColor(i)) >= qGray(quell::differenceColor(i - 1)));
}

void TestCompareView::differenceOfOtherSizes()
{
    show({QStringLiteral("blue.png"), QStringLiteral("large blue.png")});
    QSignalSpy known(m_view.get(), &CompareView::differenceKnown);
    m_view->setMode(Mode::Difference);
    QTRY_VERIFY(!known.isEmpty());
    QCOMPARE(m_view->meanDifference(), 0.0);
}

void TestCompareView::hundredPercentIsPixelForPixel()
{
    show({QStringLiteral("stripes.png"), QStringLiteral("stripes.png")});
    m_view->setMode(Mode::Blink);
    QTest::keyClick(m_view.get(), Qt::Key_0);
    QCOMPARE(m_view->zoom(), 1.0);
    const auto image = shot();
    const QRect area(picture().center() - QPoint(150, 150), QSize(300, 300));
    const auto first = image.pixel(area.topLeft());
    for (int y = area.top(); y <= area.bottom(); ++y)
        for (int x = area.left(); x <= area.right(); ++x) {
            const bool even = (x - area.left() + y - area.top()) % 2 == 0;
            QVERIFY(close(image.pixel(x, y), even ? first : first == red.rgb() ? blue.rgb() : red.rgb(), 0));
        }
}

void TestCompareView::pixelsAreSquaresBeyondTwoHundredPercent()
{
    show({QStringLiteral("halves.png"), QStringLiteral("halves.png")});
    m_view->setMode(Mode::Blink);
    const auto mixed = [&] { // pixels that are neither red nor blue
        const auto area = picture();
        const QRect middle(area.center() - QPoint(50, 50), QSize(100, 100));
        const auto image = shot();
        return 1 - share(image, middle, red.rgb()) - share(image, middle, blue.rgb());
    };
    m_view->setZoom(8);
    QCOMPARE(mixed(), 0.0);
    m_view->setSmooth(true);
    QVERIFY(mixed() > 0.02);
    m_view->setSmooth(false);
    m_view->setZoom(2);
    QVERIFY(mixed() > 0.005);
}

void TestCompareView::linkedPanesShowTheSamePart()
{
    show({QStringLiteral("halves.png"), QStringLiteral("large halves.png")});
    m_view->setMode(Mode::SideBySide);
    m_view->setZoom(2);
    m_view->pan({37 * m_view->devicePixelRatioF(), 0});
    const auto edge = [&](int pane) { // where red turns to blue
        const auto image = shot();
        const auto area = picture(pane);
        for (int x = area.left(); x < area.right(); ++x)
            if (qBlue(image.pixel(x, area.center().y())) > 120 && qRed(image.pixel(x, area.center().y())) < 115)
                return x - area.left();
        return -1;
    };
    QVERIFY(edge(0) > 0);
    QVERIFY(std::abs(edge(0) - edge(1)) <= 3);
    m_view->setLinked(false);
    QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, m_view->pictureArea(1).center());
    const int before = edge(0);
    m_view->setZoom(3);
    m_view->pan({-60, 0});
    QCOMPARE(edge(0), before);
    QVERIFY(std::abs(edge(1) - before) > 3);
}

void TestCompareView::modeKeys()
{
    show({QStringLiteral("red.png"), QStringLiteral("blue.png")});
    QSignalSpy changed(m_view.get(), &CompareView::modeChanged);
    QCOMPARE(m_view->mode(), Mode::Slider);
    for (const auto mode : {Mode::SideBySide, Mode::Blink, Mode::Difference, Mode::Slider}) {
        QTest::keyClick(m_view.get(), Qt::Key_M);
        QCOMPARE(m_view->mode(), mode);
    }
    QCOMPARE(changed.count(), 4);
    QTest::keyClick(m_view.get(), Qt::Key_M);
    QTest::keyClick(m_view.get(), Qt::Key_Escape);
    QCOMPARE(m_view->mode(), Mode::Slider);
}

void TestCompareView::aloneKeys()
{
    show({QStringLiteral("red.png"), QStringLiteral("blue.png")});
    QTest::keyClick(m_view.get(), Qt::Key_1);
    QCOMPARE(shot().pixelColor(picture().center()), red);
    QTest::keyClick(m_view.get(), Qt::Key_2);
    QCOMPARE(shot().pixelColor(picture().center()), blue);
    QTest::keyClick(m_view.get(), Qt::Key_2);
    QVERIFY(m_view->only() == CompareView::Only::Both);
    QTest::keyClick(m_view.get(), Qt::Key_1);
    QTest::keyClick(m_view.get(), Qt::Key_Escape);
    QVERIFY(m_view->only() == CompareView::Only::Both);
}

void TestCompareView::swapKey()
{
    show({QStringLiteral("red.png"), QStringLiteral("blue.png")});
    m_view->setMode(Mode::SideBySide);
    QSignalSpy swapped(m_view.get(), &CompareView::swapped);
    QTest::keyClick(m_view.get(), Qt::Key_C);
    QCOMPARE(swapped.count(), 1);
    QCOMPARE(m_view->panes()[0].label, QStringLiteral("blue.png"));
    QCOMPARE(shot().pixelColor(picture(0).center()), blue);
    QCOMPARE(shot().pixelColor(picture(1).center()), red);
}

void TestCompareView::zoomKeys()
{
    show({QStringLiteral("stripes.png"), QStringLiteral("stripes.png")});
    QSignalSpy changed(m_view.get(), &CompareView::zoomChanged);
    QVERIFY(m_view->fits());
    QTest::keyClick(m_view.get(), Qt::Key_0);
    QCOMPARE(m_view->zoom(), 1.0);
    QVERIFY(!m_view->fits());
    QTest::keyClick(m_view.get(), Qt::Key_Plus);
    QCOMPARE(m_view->zoom(), 1.5);
    QTest::keyClick(m_view.get(), Qt::Key_Plus, Qt::ShiftModifier);
    QCOMPARE(m_view->zoom(), 2.0);
    QTest::keyClick(m_view.get(), Qt::Key_Minus);
    QTest::keyClick(m_view.get(), Qt::Key_Minus);
    QTest::keyClick(m_view.get(), Qt::Key_Minus);
    QCOMPARE(m_view->zoom(), 2.0 / 3);
    QTest::keyClick(m_view.get(), Qt::Key_F);
    QVERIFY(m_view->fits());
    const auto area = picture();
    QCOMPARE(m_view->zoom(), std::min(area.width() / 600.0, area.height() / 500.0));
    QVERIFY(changed.count() >= 7);
    for (int i = 0; i < 60; ++i)
        QTest::keyClick(m_view.get(), Qt::Key_Plus);
    QCOMPARE(m_view->zoom(), quell::Viewport::mostZoom);
}

void TestCompareView::sliderKeys()
{
    show({QStringLiteral("red.png"), QStringLiteral("blue.png")});
    QTest::keyClick(m_view.get(), Qt::Key_Left);
    QCOMPARE(m_view->split(), 0.49);
    QTest::keyClick(m_view.get(), Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(m_view->split(), 0.59);
    for (int i = 0; i < 9; ++i)
        QTest::keyClick(m_view.get(), Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(m_view->split(), 1.0);
    m_view->setMode(Mode::SideBySide);
    QTest::keyClick(m_view.get(), Qt::Key_Left);
    QCOMPARE(m_view->split(), 1.0);
}

void TestCompareView::panKeys()
{
    show({QStringLiteral("halves.png"), QStringLiteral("halves.png")});
    m_view->setMode(Mode::Blink);
    m_view->setZoom(10 * m_view->devicePixelRatioF());
    const auto centre = picture().center();
    QTest::keyClick(m_view.get(), Qt::Key_Right, Qt::ControlModifier);
    QCOMPARE(shot().pixelColor(centre), blue); // the view goes to the right
    QTest::keyClick(m_view.get(), Qt::Key_Left, Qt::ControlModifier);
    QTest::keyClick(m_view.get(), Qt::Key_Left, Qt::ControlModifier);
    QCOMPARE(shot().pixelColor(centre), red);
}

void TestCompareView::wheelZoomsAtThePointer()
{
    show({QStringLiteral("halves.png"), QStringLiteral("halves.png")});
    m_view->setMode(Mode::Blink);
    const auto area = m_view->pictureArea(0);
    const QPointF at(area.center().x() + 1, area.center().y() + 60); // on the edge of red and blue
    const double before = m_view->zoom();
    for (int i = 0; i < 8; ++i) {
        QWheelEvent wheel(at, m_view->mapToGlobal(at), {}, {0, 120}, Qt::NoButton, {}, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(m_view.get(), &wheel);
    }
    QCOMPARE(m_view->zoom() / before, 4.0);
    const auto image = shot();
    const auto point = device(QRect(at.toPoint(), QSize(1, 1))).topLeft();
    QCOMPARE(image.pixelColor(point - QPoint(8, 0)), red);
    QCOMPARE(image.pixelColor(point + QPoint(8, 0)), blue);
}

void TestCompareView::dragMovesTheSplitOrThePicture()
{
    show({QStringLiteral("halves.png"), QStringLiteral("halves.png")});
    const auto area = m_view->pictureArea(0);
    const QPoint handle = area.center();
    QTest::mousePress(m_view.get(), Qt::LeftButton, {}, handle);
    QTest::mouseMove(m_view.get(), {area.x() + area.width() / 4, handle.y()});
    QTest::mouseRelease(m_view.get(), Qt::LeftButton, {}, {area.x() + area.width() / 4, handle.y()});
    QVERIFY(std::abs(m_view->split() - 0.25) < 0.01);
    m_view->setZoom(10 * m_view->devicePixelRatioF());
    m_view->setSplit(0);
    QCOMPARE(shot().pixelColor(device(QRect(handle + QPoint(30, 40), QSize(1, 1))).topLeft()), blue);
    QTest::mousePress(m_view.get(), Qt::LeftButton, {}, handle);
    QTest::mouseMove(m_view.get(), handle + QPoint(60, 0));
    QTest::mouseRelease(m_view.get(), Qt::LeftButton, {}, handle + QPoint(60, 0));
    QCOMPARE(m_view->split(), 0.0);
    QCOMPARE(shot().pixelColor(device(QRect(handle + QPoint(30, 40), QSize(1, 1))).topLeft()), red);
}

void TestCompareView::doubleClick()
{
    show({QStringLiteral("stripes.png"), QStringLiteral("stripes.png")});
    const QPoint away = m_view->pictureArea(0).center() + QPoint(60, 20);
    QTest::mouseDClick(m_view.get(), Qt::LeftButton, {}, away);
    QCOMPARE(m_view->zoom(), 1.0);
    QTest::mouseDClick(m_view.get(), Qt::LeftButton, {}, away);
    QVERIFY(m_view->fits());
}

void TestCompareView::hiddenUntilAsked()
{
    show({QStringLiteral("halves.png"), QStringLiteral("halves.png")});
    QSignalSpy changed(m_view.get(), &CompareView::obscuredChanged);
    m_view->setMode(Mode::SideBySide);
    const auto edges = [&] { // steps from one pixel to the next along a line through the first pane
        const auto image = shot();
        const auto area = picture(0).intersected(QRect(picture(0).center() - QPoint(140, 140), QSize(280, 280))).adjusted(4, 4, -4, -4);
        int most = 0;
        for (int x = area.left(); x < area.right(); ++x)
            most = std::max(most, std::abs(qRed(image.pixel(x, area.center().y() + 130)) - qRed(image.pixel(x + 1, area.center().y() + 130))));
        return most;
    };
    m_view->setZoom(3);
    QVERIFY(edges() > 100);
    m_view->setObscured(true);
    QVERIFY(edges() < 40);
    QTest::keyClick(m_view.get(), Qt::Key_Return);
    QVERIFY(!m_view->isObscured());
    m_view->setObscured(true);
    QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, m_view->pictureArea(1).center());
    QVERIFY(!m_view->isObscured());
    QCOMPARE(changed.count(), 4);
}

void TestCompareView::dropping()
{
    show({QStringLiteral("red.png"), QStringLiteral("blue.png")});
    QSignalSpy dropped(m_view.get(), &CompareView::fileDropped);
    const auto drop = [&](const QString &path, QPoint at) {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path)});
        QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, {});
        enter.ignore();
        QCoreApplication::sendEvent(m_view.get(), &enter);
        QDropEvent event(at, Qt::CopyAction, &data, Qt::LeftButton, {});
        QCoreApplication::sendEvent(m_view.get(), &event);
        return enter.isAccepted();
    };
    const auto area = m_view->pictureArea(0);
    QVERIFY(drop(file(QStringLiteral("halves.png")), area.center() + QPoint(100, 0)));
    QVERIFY(drop(file(QStringLiteral("halves.png")), area.center() - QPoint(100, 0)));
    QVERIFY(!drop(file(QStringLiteral("notes.txt")), area.center()));
    QCOMPARE(dropped.count(), 2);
    QCOMPARE(dropped[0][0].toInt(), 1);
    QCOMPARE(dropped[0][1].toString(), file(QStringLiteral("halves.png")));
    QCOMPARE(dropped[1][0].toInt(), 0);
}

void TestCompareView::exifOrientation()
{
    // The same stored pixels, the second to be shown turned by a quarter clockwise.
    const QString images = QStringLiteral(QUELL_SOURCE_DIR) + QStringLiteral("/tests/engine/images/");
    m_view->setPanes({{QStringLiteral("a"), {}, images + QStringLiteral("quarters-1.jpg"), {}}, {QStringLiteral("b"), {}, images + QStringLiteral("quarters-6.jpg"), {}}});
    QTRY_VERIFY(!m_view->isLoading());
    QVERIFY2(m_view->error(0).isEmpty() && m_view->error(1).isEmpty(), qPrintable(m_view->error(0)));
    const auto a = m_view->picture(0).image().transformed(QTransform().rotate(90)), b = m_view->picture(1).image();
    QCOMPARE(a.size(), b.size());
    for (const auto &[x, y] : {std::pair(0.25, 0.25), {0.75, 0.25}, {0.25, 0.75}, {0.75, 0.75}})
        QVERIFY(close(a.pixel(int(x * a.width()), int(y * a.height())), b.pixel(int(x * b.width()), int(y * b.height())), 24));
}

void TestCompareView::labelChangesWithThePicture()
{
    show({QStringLiteral("red.png"), QStringLiteral("blue.png")});
    m_view->setMode(Mode::SideBySide);
    const auto before = shot();
    auto panes = m_view->panes();
    panes[0].label = QStringLiteral("something else");
    panes[0].path = file(QStringLiteral("halves.png"));
    m_view->setPanes(panes);
    QVERIFY(m_view->isLoading());
    QCOMPARE(shot(), before); // the old picture keeps its own label
    QTRY_VERIFY(!m_view->isLoading());
    QVERIFY(shot() != before);
    // A picture that is there already takes its new label at once.
    panes[0].label = QStringLiteral("and another");
    m_view->setPanes(panes);
    QVERIFY(!m_view->isLoading());
}

void TestCompareView::unreadableFile()
{
    show({QStringLiteral("broken.png"), QStringLiteral("no such file.png")});
    QVERIFY(!m_view->error(0).isEmpty());
    QVERIFY(!m_view->error(1).isEmpty());
    for (const auto mode : {Mode::SideBySide, Mode::Blink, Mode::Difference, Mode::Slider}) {
        m_view->setMode(mode);
        shot();
    }
    show({});
    shot();
    show({QStringLiteral("red.png")});
    for (const auto mode : {Mode::SideBySide, Mode::Blink, Mode::Difference, Mode::Slider}) {
        m_view->setMode(mode);
        QCOMPARE(shot().pixelColor(picture().center()), red);
    }
}

void TestCompareView::accessibleSlider()
{
    show({QStringLiteral("red.png"), QStringLiteral("blue.png")});
    auto *accessible = QAccessible::queryAccessibleInterface(m_view.get());
    QVERIFY(accessible);
    QCOMPARE(accessible->role(), QAccessible::Slider);
    QVERIFY(!accessible->text(QAccessible::Name).isEmpty());
    QVERIFY(accessible->text(QAccessible::Description).contains(QStringLiteral("red.png")));
    auto *value = accessible->valueInterface();
    QVERIFY(value);
    QCOMPARE(value->currentValue().toDouble(), 50.0);
    value->setCurrentValue(30);
    QCOMPARE(m_view->split(), 0.3);
    QCOMPARE(value->minimumValue().toDouble(), 0.0);
    QCOMPARE(value->maximumValue().toDouble(), 100.0);
}

// The tests of this file again, where a logical pixel is four of the screen's.
void TestCompareView::twoDevicePixels()
{
    if (m_view->devicePixelRatioF() != 1)
        QSKIP("this is that process");
    QProcess process;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("QT_SCALE_FACTOR"), QStringLiteral("2"));
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(QCoreApplication::applicationFilePath(), {});
    QVERIFY(process.waitForFinished(120000));
    QVERIFY2(process.exitCode() == 0, process.readAll().constData());
}

void TestCompareView::twoDevicePixelsInside()
{
    if (m_view->devicePixelRatioF() != 2)
        QSKIP("in the other process");
    show({QStringLiteral("stripes.png"), QStringLiteral("stripes.png")});
    QCOMPARE(shot().size(), m_view->size() * 2);
    m_view->setZoom(1);
    QVERIFY(picture().width() > 600); // a picture of 600 pixels leaves grey beside it
    const auto image = shot();
    QCOMPARE(image.pixelColor(picture().x() + 8, picture().center().y()), quell::look::behindPictures());
}

QTEST_MAIN(TestCompareView)
#include "tst_compare_view.moc"
