#include "evaluation/wilson.h"

#include <QtTest>

using namespace quell;

class TestWilson : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // The first four: Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, method 3.
    // The others: roots of (p − k/n)² = z² p (1 − p) / n by the quadratic formula.
    void intervals_data()
    {
        QTest::addColumn<int>("successes");
        QTest::addColumn<int>("n");
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::addColumn<double>("tolerance");
        QTest::addRow("81/263") << 81 << 263 << 0.2553 << 0.3662 << 5e-5;
        QTest::addRow("15/148") << 15 << 148 << 0.0624 << 0.1605 << 5e-5;
        QTest::addRow("0/20") << 0 << 20 << 0.0 << 0.1611 << 5e-5;
        QTest::addRow("1/29") << 1 << 29 << 0.0061 << 0.1718 << 5e-5;
        QTest::addRow("10/10") << 10 << 10 << 0.7224672001 << 1.0 << 1e-10;
        QTest::addRow("1/10") << 1 << 10 << 0.0178762131 << 0.4041500268 << 1e-10;
        QTest::addRow("5/10") << 5 << 10 << 0.2365930905 << 0.7634069095 << 1e-10;
        QTest::addRow("150/164") << 150 << 164 << 0.8618190178 << 0.9484694590 << 1e-10;
        QTest::addRow("nothing") << 0 << 0 << 0.0 << 1.0 << 0.0;
    }
    void intervals()
    {
        QFETCH(int, successes);
        QFETCH(int, n);
        QFETCH(double, low);
        QFETCH(double, high);
        QFETCH(double, tolerance);
        const auto figure = wilson({successes, n});
        QVERIFY(std::abs(figure.low - low) <= tolerance);
        QVERIFY(std::abs(figure.high - high) <= tolerance);
        QVERIFY(figure.low >= 0 && figure.high <= 1);
        QCOMPARE(figure.n, n);
        QCOMPARE(figure.value, n ? double(successes) / n : 0.0);
    }

    // exp(ln r ± z sqrt(1/30 − 1/50 + 1/40 − 1/50))
    void ratios()
    {
        const auto figure = ratio({30, 50}, {40, 50});
        QVERIFY(std::abs(figure.value - 0.75) < 1e-12);
        QVERIFY(std::abs(figure.low - 0.5751856328846827) < 1e-12);
        QVERIFY(std::abs(figure.high - 0.9779451499491362) < 1e-12);
        const auto none = ratio({0, 164}, {120, 164});
        QCOMPARE(none.low, 0.0);
        QVERIFY(std::abs(none.high - 0.031279480996551035) < 1e-12);
        const auto all = ratio({50, 50}, {50, 50});
        QCOMPARE(all.low, 1.0);
        QCOMPARE(all.high, 1.0);
    }
};

QTEST_APPLESS_MAIN(TestWilson)
#include "tst_wilson.moc"
