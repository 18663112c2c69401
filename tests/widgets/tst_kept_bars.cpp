// Bars of what is kept: drawn where and as long as the shares say, and told to those who do not see them.
#include "widgets/kept_bars.h"
#include "widgets/meter.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QTest>
#include <QToolTip>

using namespace quell;

class KeptBarsTest : public QObject {
    Q_OBJECT

    static QVector<KeptBars::Column> columns()
    {
        return {{QStringLiteral("heads"), look::Meaning::Lower, QStringLiteral("no attention here")}, {QStringLiteral("layers"), look::Meaning::Layers, QString()}};
    }
    static QVector<KeptBars::Row> rows() { return {{QStringLiteral("down0"), {{3, 4}, {2, 2}}}, {QStringLiteral("down1"), {{0, 0}, {0, 2}}}}; }

    // Pixels of a colour in a line of the picture.
    static int count(const QImage &image, int y, const QColor &color)
    {
        int found = 0;
        for (int x = 0; x < image.width(); ++x)
            found += image.pixel(x, y) == color.rgb();
        return found;
    }

private Q_SLOTS:
    void barsAreAsLongAsTheShares()
    {
        KeptBars bars;
        bars.setColumns(columns());
        bars.setRows(rows());
        bars.resize(800, bars.sizeHint().height());
        const auto image = bars.grab().toImage().convertToFormat(QImage::Format_RGB32);
        const auto heads = look::color(look::Meaning::Lower, bars.palette()), layers = look::color(look::Meaning::Layers, bars.palette());
        const auto rest = look::border(bars.palette());
        const int first = bars.rowRect(0).center().y(), second = bars.rowRect(1).center().y();
        const int kept = count(image, first, heads), lost = count(image, first, rest);
        QVERIFY2(kept > 100, qPrintable(QString::number(kept)));
        QVERIFY2(qAbs(kept - 3 * lost) <= 3, qPrintable(QStringLiteral("%1 %2").arg(kept).arg(lost))); // a quarter is gone
        QVERIFY(qAbs(count(image, first, layers) - (kept + lost)) <= 2); // all layers, as wide as the other column
        QCOMPARE(count(image, second, heads), 0);
        QCOMPARE(count(image, second, layers), 0);
        QVERIFY(count(image, second, rest) > 100); // an empty bar where all layers are gone
    }

    void percentNeverLies()
    {
        QCOMPARE(KeptBars::percent({1, 1000}), 1);
        QCOMPARE(KeptBars::percent({999, 1000}), 99);
        QCOMPARE(KeptBars::percent({1000, 1000}), 100);
        QCOMPARE(KeptBars::percent({0, 1000}), 0);
        QCOMPARE(KeptBars::percent({0, 0}), 0);
        QCOMPARE(KeptBars::percent({2, 3}), 67);
    }

    void rowsAreTold()
    {
        KeptBars bars;
        bars.setColumns(columns());
        bars.setRows(rows());
        bars.setAccessibleName(QStringLiteral("kept"));
        auto *list = QAccessible::queryAccessibleInterface(&bars);
        QVERIFY(list);
        QCOMPARE(list->role(), QAccessible::List);
        QCOMPARE(list->text(QAccessible::Name), QStringLiteral("kept"));
        QCOMPARE(list->childCount(), 2);
        QCOMPARE(list->child(0)->text(QAccessible::Name), QStringLiteral("down0: heads 75 %, layers 100 %"));
        QCOMPARE(list->child(1)->text(QAccessible::Name), QStringLiteral("down1: heads: no attention here, layers 0 %"));
        QCOMPARE(list->indexOfChild(list->child(1)), 1);
        QCOMPARE(list->child(2), nullptr);
        bars.setRows({});
        QCOMPARE(list->childCount(), 0);
    }

    void keysMoveThroughRows()
    {
        KeptBars bars;
        bars.setColumns(columns());
        bars.setRows(rows());
        bars.show();
        QVERIFY(bars.focusPolicy() & Qt::TabFocus);
        bars.setFocus();
        QTest::keyClick(&bars, Qt::Key_Up);
        QCOMPARE(bars.currentRow(), 0);
        QTest::keyClick(&bars, Qt::Key_End);
        QCOMPARE(bars.currentRow(), 1);
        QTest::keyClick(&bars, Qt::Key_Down);
        QCOMPARE(bars.currentRow(), 1);
        QTest::keyClick(&bars, Qt::Key_Home);
        QCOMPARE(bars.currentRow(), 0);
        bars.setCurrentRow(1);
        bars.setRows({rows().first()});
        QCOMPARE(bars.currentRow(), 0);
    }

    void toolTipsTellNumbers()
    {
        KeptBars bars;
        bars.setColumns(columns());
        bars.setRows(rows());
        bars.resize(bars.sizeHint());
        bars.show();
        const auto place = QPoint(bars.width() / 3, bars.rowRect(0).center().y());
        QHelpEvent help(QEvent::ToolTip, place, bars.mapToGlobal(place));
        QCoreApplication::sendEvent(&bars, &help);
        QTRY_COMPARE(QToolTip::text(), QStringLiteral("down0, heads: 3 of 4 kept"));
    }

    void meterIsAProgressBarForListeners()
    {
        Meter meter;
        meter.resize(200, 20);
        meter.setShare(0.5);
        auto *value = QAccessible::queryAccessibleInterface(&meter)->valueInterface();
        QVERIFY(value);
        QCOMPARE(value->currentValue().toInt() * 2, value->maximumValue().toInt());
        const auto half = meter.grab().toImage().convertToFormat(QImage::Format_RGB32);
        QCOMPARE(count(half, 10, look::color(look::Meaning::Kept, meter.palette())), 100);
        meter.setShare(1.5);
        const auto over = meter.grab().toImage().convertToFormat(QImage::Format_RGB32);
        QCOMPARE(count(over, 10, look::color(look::Meaning::Warning, meter.palette())), 200);
    }
};

QTEST_MAIN(KeptBarsTest)
#include "tst_kept_bars.moc"
