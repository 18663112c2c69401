#include "widgets/plot.h"

#include <QAccessible>
#include <QMenu>
#include <QSignalSpy>
#include <QtTest>

#include <cmath>

using namespace quell;
using namespace Qt::StringLiterals;

class PlotTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dense = PlotSeries();
        m_sparse = PlotSeries();
        for (int step = 1; step <= 100; ++step)
            m_dense.append(step, 1.0 / step);
        for (int step = 10; step <= 100; step += 10)
            m_sparse.append(step, step * 0.01);
        m_plot = std::make_unique<Plot>();
        m_plot->setAccessibleName(u"Lower level"_s);
        m_plot->setXName(u"step"_s);
        m_plot->resize(600, 300);
        m_plot->setCurves({{u"loss"_s, u"loss"_s, look::Meaning::Lower, Plot::Style::Line, Plot::Axis::Left, [this] { return &m_dense; }, true},
                           {u"gap"_s, u"gap"_s, look::Meaning::Reference, Plot::Style::Joined, Plot::Axis::Right, [this] { return &m_sparse; }, true},
                           {u"angle"_s, u"angle"_s, look::Meaning::Teacher, Plot::Style::Points, Plot::Axis::Right, [this] { return &m_sparse; }, false}});
        m_plot->setExtent(0, 200);
        m_plot->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_plot.get()));
        m_plot->grab();
    }
    void cleanup() { m_plot.reset(); }

    void showsEverythingAtFirst()
    {
        QCOMPARE(m_plot->xRange(), std::pair(0.0, 200.0));
        m_dense.append(250, 1);
        m_plot->refresh();
        m_plot->grab();
        QCOMPARE(m_plot->xRange(), std::pair(0.0, 250.0)); // follows
    }

    void wheelZoomsAroundThePointer()
    {
        QSignalSpy spy(m_plot.get(), &Plot::xRangeChanged);
        wheel(300, 120);
        const auto [from, to] = m_plot->xRange();
        QVERIFY(from > 0 && to < 200 && to - from < 200);
        QCOMPARE(spy.size(), 1);
        wheel(300, -1200);
        QCOMPARE(m_plot->xRange(), std::pair(0.0, 200.0)); // never beyond everything
    }

    void draggingPansAndFitReturns()
    {
        m_plot->setXRange(50, 100);
        m_plot->grab();
        QSignalSpy cursor(m_plot.get(), &Plot::cursorMoved);
        QTest::mousePress(m_plot.get(), Qt::LeftButton, {}, {300, 100});
        move({400, 100});
        QTest::mouseRelease(m_plot.get(), Qt::LeftButton, {}, {400, 100});
        QVERIFY(m_plot->xRange().first < 50);
        QVERIFY(std::abs(m_plot->xRange().second - m_plot->xRange().first - 50) < 1e-9);
        QCOMPARE(cursor.size(), 0);
        QTest::keyClick(m_plot.get(), Qt::Key_F);
        QCOMPARE(m_plot->xRange(), std::pair(0.0, 200.0));
        m_plot->setXRange(50, 100);
        QTest::mouseDClick(m_plot.get(), Qt::LeftButton, {}, {300, 100});
        QCOMPARE(m_plot->xRange(), std::pair(0.0, 200.0));
    }

    void aClickTakesTheNearestStep()
    {
        QSignalSpy spy(m_plot.get(), &Plot::cursorMoved);
        QTest::mouseClick(m_plot.get(), Qt::LeftButton, {}, {200, 100});
        QCOMPARE(spy.size(), 1);
        const double step = spy[0][0].toDouble();
        QCOMPARE(step, std::round(step));
        QCOMPARE(m_plot->cursor(), step);
    }

    void arrowsStepFromPointToPoint()
    {
        m_plot->setCursor(20);
        QSignalSpy spy(m_plot.get(), &Plot::cursorMoved);
        QTest::keyClick(m_plot.get(), Qt::Key_Right);
        QCOMPARE(m_plot->cursor(), 21.0);
        QTest::keyClick(m_plot.get(), Qt::Key_Left);
        QTest::keyClick(m_plot.get(), Qt::Key_Left);
        QCOMPARE(m_plot->cursor(), 19.0);
        QTest::keyClick(m_plot.get(), Qt::Key_End);
        QCOMPARE(m_plot->cursor(), 100.0);
        QTest::keyClick(m_plot.get(), Qt::Key_Right);
        QCOMPARE(m_plot->cursor(), 100.0);
        QTest::keyClick(m_plot.get(), Qt::Key_Home);
        QCOMPARE(m_plot->cursor(), 1.0);
        QTest::keyClick(m_plot.get(), Qt::Key_Left);
        QCOMPARE(m_plot->cursor(), 1.0);
        QCOMPARE(spy.size(), 5);
    }

    void linkedPlotsShareRangeAndCursor()
    {
        Plot other;
        other.setExtent(0, 200);
        Plot::link(m_plot.get(), &other);
        m_plot->setXRange(10, 60);
        QCOMPARE(other.xRange(), std::pair(10.0, 60.0));
        other.setXRange(20, 30);
        QCOMPARE(m_plot->xRange(), std::pair(20.0, 30.0));
        QTest::keyClick(m_plot.get(), Qt::Key_End);
        QCOMPARE(other.cursor(), m_plot->cursor());
    }

    void missingIsMissingInTheTable()
    {
        const auto table = m_plot->table();
        QCOMPARE(table.names, QStringList({u"loss"_s, u"gap"_s}));
        QCOMPARE(table.x.size(), std::size_t(100));
        QCOMPARE(table.columns[1][9], 0.1);
        QVERIFY(std::isnan(table.columns[1][10]));
        const auto lines = m_plot->toCsv().split(u"\r\n"_s);
        QCOMPARE(lines[0], u"\"step\",\"loss\",\"gap\""_s);
        QCOMPARE(lines[1], u"1,1,"_s);
        QCOMPARE(lines[10], u"10,0.1,0.1"_s);
        QCOMPARE(lines.size(), 102); // the last line is empty
    }

    void oneCurveAtATimeOnTheRight()
    {
        m_plot->setShown(u"angle"_s, true);
        QVERIFY(!m_plot->curves()[1].shown && m_plot->curves()[2].shown && m_plot->curves()[0].shown);
        QMenu menu;
        m_plot->addActionsTo(&menu);
        menu.actions()[1]->trigger();
        QVERIFY(m_plot->curves()[1].shown && !m_plot->curves()[2].shown);
    }

    void isToldInWords()
    {
        auto *interface = QAccessible::queryAccessibleInterface(m_plot.get());
        QCOMPARE(interface->role(), QAccessible::Chart);
        QCOMPARE(interface->text(QAccessible::Name), u"Lower level"_s);
        const auto text = interface->text(QAccessible::Description);
        QVERIFY2(text.contains(u"loss: 0.01 at step 100, between 0.01 and 1"_s), qPrintable(text));
        m_plot->setCurves({});
        m_plot->setPlaceholder(u"Nothing yet"_s);
        QCOMPARE(m_plot->summary(), u"Nothing yet"_s);
    }

    void savesPictures()
    {
        QVERIFY(m_plot->picture(u"svg"_s).contains("<svg"));
        QVERIFY(m_plot->picture(u"pdf"_s).startsWith("%PDF"));
        QImage image;
        QVERIFY(image.loadFromData(m_plot->picture(u"png"_s)));
        QCOMPARE(image.size(), m_plot->size() * 2);
    }

    void followsThePalette()
    {
        const auto before = m_plot->grab().toImage();
        auto palette = m_plot->palette();
        palette.setColor(QPalette::Window, Qt::black);
        palette.setColor(QPalette::WindowText, Qt::white);
        m_plot->setPalette(palette);
        QVERIFY(m_plot->grab().toImage() != before);
    }

    void logarithmicTakesValuesThatAreNotPositive()
    {
        m_dense.append(101, -1);
        m_dense.append(102, std::nan(""));
        QTest::keyClick(m_plot.get(), Qt::Key_L);
        QVERIFY(m_plot->isLogarithmic());
        QVERIFY(!m_plot->grab().isNull());
    }

private:
    void wheel(int x, int turn)
    {
        QWheelEvent event(QPointF(x, 100), m_plot->mapToGlobal(QPointF(x, 100)), {}, {0, turn}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(m_plot.get(), &event);
    }
    void move(QPoint to)
    {
        QMouseEvent event(QEvent::MouseMove, to, m_plot->mapToGlobal(to), Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_plot.get(), &event);
    }

    PlotSeries m_dense, m_sparse;
    std::unique_ptr<Plot> m_plot;
};

QTEST_MAIN(PlotTest)
#include "tst_plot.moc"
