// PlotSeries against plain loops over the same points.
#include "widgets/plot_series.h"

#include <QtTest>

#include <cmath>
#include <random>

using namespace quell;

namespace {

constexpr double gap = std::numeric_limits<double>::quiet_NaN();

struct Plain { // the points as they were appended
    std::vector<double> x, y;
    PlotSeries series;

    void append(double at, double value)
    {
        x.push_back(at);
        y.push_back(value);
        series.append(at, value);
    }
    static Plain random(std::size_t count, unsigned seed, double gaps)
    {
        Plain plain;
        std::mt19937 engine(seed);
        std::normal_distribution<double> value;
        std::uniform_real_distribution<double> share;
        double at = 0;
        while (plain.x.size() < count) {
            at += share(engine) < 0.1 ? 0 : std::floor(share(engine) * 4); // several points may share an x
            const int run = share(engine) < gaps ? 1 + static_cast<int>(share(engine) * 60) : 1;
            for (int i = 0; i < run; ++i, at += i < run ? 1 : 0)
                plain.append(at, run > 1 ? gap : value(engine));
        }
        return plain;
    }
    std::pair<double, double> range(double from, double to) const // of the finite ys, [from, to]
    {
        double least = INFINITY, largest = -INFINITY;
        for (std::size_t i = 0; i < x.size(); ++i) {
            if (x[i] >= from && x[i] <= to && std::isfinite(y[i])) {
                least = std::min(least, y[i]);
                largest = std::max(largest, y[i]);
            }
        }
        return {least, largest};
    }
};

} // namespace

class PlotSeriesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingToDraw()
    {
        PlotSeries series;
        double least, largest;
        QCOMPARE(series.nearest(3), std::size_t(0));
        QVERIFY(series.decimated(0, 1, 100).isEmpty());
        QVERIFY(!series.range(0, 1, least, largest));
        series.append(1, gap);
        QVERIFY(!series.range(0, 2, least, largest));
        QVERIFY(series.smoothed(5).size() == 1);
        QVERIFY(series.decimated(2, 1, 100).isEmpty());
    }

    void rangesAgree_data()
    {
        QTest::addColumn<int>("count");
        QTest::addColumn<double>("gaps");
        for (const int count : {1, 15, 16, 17, 255, 256, 257, 4096, 5000})
            for (const double gaps : {0.0, 0.05, 1.0})
                QTest::addRow("%d points, gaps %.2f", count, gaps) << count << gaps;
    }
    void rangesAgree()
    {
        QFETCH(int, count);
        QFETCH(double, gaps);
        const auto plain = Plain::random(static_cast<std::size_t>(count), 7, gaps);
        std::mt19937 engine(1);
        std::uniform_real_distribution<double> place(-5, plain.x.back() + 5);
        for (int i = 0; i < 200; ++i) {
            const auto [from, to] = std::minmax({std::round(place(engine)), std::round(place(engine))});
            const auto [least, largest] = plain.range(from, to);
            double found_least = 0, found_largest = 0;
            QCOMPARE(plain.series.range(from, to, found_least, found_largest), least <= largest);
            if (least <= largest) {
                QCOMPARE(found_least, least);
                QCOMPARE(found_largest, largest);
            }
        }
    }

    // At any zoom: every drawn point is a point of the series, in order; a column shows its least and largest, first and last; few points.
    void decimationKeepsWhatIsSeen()
    {
        const auto plain = Plain::random(20000, 3, 0.01);
        std::mt19937 engine(2);
        std::uniform_real_distribution<double> place(-10, plain.x.back() + 10);
        for (int round = 0; round < 60; ++round) {
            const double width = plain.x.back() * std::pow(0.6, round % 20), from = place(engine), to = from + width + 1;
            const int columns = 1 + static_cast<int>(engine() % 300);
            const auto drawn = plain.series.decimated(from, to, columns);
            QVERIFY(drawn.size() <= 4 * columns + 2);
            checkPoints(plain, drawn);
            checkColumns(plain, drawn, from, to, columns);
            checkNeighbours(plain, drawn, from, to);
        }
    }

    void fewPointsAreAllDrawn()
    {
        const auto plain = Plain::random(60, 5, 0);
        QCOMPARE(plain.series.decimated(-1, plain.x.back() + 1, 10000).size(), 60);
    }

    void nearestAgrees()
    {
        const auto plain = Plain::random(3000, 11, 0.05);
        std::mt19937 engine(4);
        std::uniform_real_distribution<double> place(-10, plain.x.back() + 10);
        for (int i = 0; i < 500; ++i) {
            const double x = place(engine);
            double distance = INFINITY;
            for (const double at : plain.x)
                distance = std::min(distance, std::abs(at - x));
            QCOMPARE(std::abs(plain.series.x(plain.series.nearest(x)) - x), distance);
        }
    }

    void truncatedIsAsIfNeverThere()
    {
        auto plain = Plain::random(5000, 13, 0.02);
        const double cut = std::floor(plain.x.back() / 2);
        plain.series.smoothed(9);
        plain.series.truncate(cut);
        Plain shorter;
        for (std::size_t i = 0; i < plain.x.size() && plain.x[i] <= cut; ++i)
            shorter.append(plain.x[i], plain.y[i]);
        for (auto *series : {&plain.series, &shorter.series}) {
            for (int i = 1; i <= 700; ++i)
                series->append(cut + i, i % 7);
        }
        QCOMPARE(plain.series.size(), shorter.series.size());
        double a = 0, b = 0, c = 0, d = 0;
        QVERIFY(plain.series.range(0, cut + 350, a, b) && shorter.series.range(0, cut + 350, c, d));
        QCOMPARE(std::pair(a, b), std::pair(c, d));
        const auto &left = plain.series.smoothed(9), &right = shorter.series.smoothed(9);
        QCOMPARE(left.size(), right.size());
        QCOMPARE(left.y(left.size() - 1), right.y(right.size() - 1));
    }

    void smoothingIsTheWeightedMean()
    {
        const auto plain = Plain::random(300, 17, 0.02);
        const double keep = 1 - 2 / (12.0 + 1);
        const auto &smooth = plain.series.smoothed(12);
        for (std::size_t i = 0; i < plain.x.size(); ++i) {
            double sum = 0, weights = 0, weight = 1;
            for (std::size_t j = i + 1; j-- > 0;) {
                if (!std::isfinite(plain.y[j]))
                    continue;
                sum += weight * plain.y[j];
                weights += weight;
                weight *= keep;
            }
            QCOMPARE(std::isfinite(smooth.y(i)), std::isfinite(plain.y[i]));
            if (std::isfinite(plain.y[i]))
                QVERIFY(std::abs(smooth.y(i) - sum / weights) < 1e-9);
        }
    }

    void constantsStayConstantAndGrow()
    {
        PlotSeries series;
        for (int i = 0; i < 50; ++i) {
            series.append(i, 0.7);
            QCOMPARE(series.smoothed(20).size(), static_cast<std::size_t>(i + 1));
            QCOMPARE(series.smoothed(20).y(static_cast<std::size_t>(i)), 0.7);
        }
    }

private:
    static void checkPoints(const Plain &plain, const QVector<QPointF> &drawn)
    {
        std::size_t i = 0;
        for (const auto &point : drawn) {
            while (i < plain.x.size() && !(plain.x[i] == point.x() && (plain.y[i] == point.y() || (std::isnan(plain.y[i]) && std::isnan(point.y())))))
                ++i;
            QVERIFY2(i < plain.x.size(), "a drawn point is not one of the series, or out of order");
            ++i;
        }
    }

    static void checkColumns(const Plain &plain, const QVector<QPointF> &drawn, double from, double to, int columns)
    {
        const auto extremes = [&](auto x, auto y, std::size_t count) {
            std::vector<std::pair<double, double>> all(static_cast<std::size_t>(columns), {INFINITY, -INFINITY});
            for (std::size_t i = 0; i < count; ++i) {
                if (x(i) < from || x(i) > to || !std::isfinite(y(i)))
                    continue;
                int column = 0;
                while (column + 1 < columns && x(i) >= from + (to - from) * (column + 1) / columns)
                    ++column;
                auto &[least, largest] = all[static_cast<std::size_t>(column)];
                least = std::min(least, y(i));
                largest = std::max(largest, y(i));
            }
            return all;
        };
        const auto wanted = extremes([&](auto i) { return plain.x[i]; }, [&](auto i) { return plain.y[i]; }, plain.x.size());
        const auto shown = extremes([&](auto i) { return drawn[int(i)].x(); }, [&](auto i) { return drawn[int(i)].y(); }, std::size_t(drawn.size()));
        QVERIFY(wanted == shown);
    }

    static void checkNeighbours(const Plain &plain, const QVector<QPointF> &drawn, double from, double to)
    {
        if (plain.x.front() < from && plain.x.back() > to) {
            QVERIFY(drawn.size() >= 2);
            QVERIFY(drawn.front().x() < from);
            QVERIFY(drawn.back().x() > to);
        }
    }
};

QTEST_APPLESS_MAIN(PlotSeriesTest)
#include "tst_plot_series.moc"
