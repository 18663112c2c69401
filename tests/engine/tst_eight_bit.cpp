// The dynamic map against its definition (arXiv 2110.02861, written down by hand) and the quantiser against a search through all codes.
#include "kernels/eight_bit.h"

#include <QtTest>

#include <cmath>
#include <random>

using namespace quell::kernels::eight_bit;

class TestEightBit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void numbersOfTheMap()
    {
        const auto &with = numbers(Map::Signed), &without = numbers(Map::Unsigned);
        QVERIFY(std::is_sorted(with.begin(), with.end()) && std::is_sorted(without.begin(), without.end()));
        // One number in the lowest decade, two in the next, …, 64 in the highest; 0 and 1.
        for (const auto &[index, value] : {std::pair{127, 0.0}, {128, 5.5e-7}, {129, 3.25e-6}, {130, 7.75e-6}, {126, -5.5e-7}, {254, .99296875}, {255, 1.0}, {0, -.99296875}})
            QVERIFY2(std::abs(with[index] - value) <= 1e-6 * std::abs(value), qPrintable(QString::number(index)));
        for (const auto &[index, value] : {std::pair{0, 0.0}, {1, 3.25e-7}, {2, 7.75e-7}, {3, 2.125e-6}, {254, .996484375}, {255, 1.0}})
            QVERIFY2(std::abs(without[index] - value) <= 1e-6 * value, qPrintable(QString::number(index)));
    }

    void theNearestNumberIsTaken_data()
    {
        QTest::addColumn<bool>("with_sign");
        QTest::newRow("signed") << true;
        QTest::newRow("unsigned") << false;
    }
    void theNearestNumberIsTaken()
    {
        QFETCH(bool, with_sign);
        const auto map = with_sign ? Map::Signed : Map::Unsigned;
        const auto &values = numbers(map);
        std::mt19937 random(1);
        std::uniform_real_distribution<float> exponent(-8, 0), side(-1, 1);
        for (int round = 0; round < 200; ++round) {
            std::vector<float> x(block, 0);
            for (auto &value : x)
                value = std::pow(10.f, exponent(random)) * 3 * (with_sign && side(random) < 0 ? -1 : 1);
            std::vector<std::uint8_t> codes(block);
            float scale = 0;
            quantise(map, x.data(), block, codes.data(), scale);
            QCOMPARE(scale, std::abs(*std::max_element(x.begin(), x.end(), [](float a, float b) { return std::abs(a) < std::abs(b); })));
            for (std::int64_t i = 0; i < block; ++i) {
                const auto distance = [&](float value) { return std::abs(value - x[i] / scale); };
                const auto first = values.begin() + (with_sign ? 0 : 1); // 0 is for 0 alone where there is no sign
                const float best = distance(*std::min_element(first, values.end(), [&](float a, float b) { return distance(a) < distance(b); }));
                QVERIFY2(distance(values[codes[i]]) <= best + 1e-7f * std::abs(x[i] / scale), qPrintable(QString("%1 of %2").arg(x[i]).arg(scale)));
            }
        }
    }

    void zerosStayZeros()
    {
        const float x[3] = {0, -2, 1e-30f};
        std::uint8_t codes[3];
        float scale = 7, back[3];
        quantise(Map::Signed, x, 3, codes, scale);
        dequantise(Map::Signed, codes, 3, scale, back);
        QCOMPARE(back[0], 0.f);
        QVERIFY(std::abs(back[1] + 2) < .02f); // there is no −1
        QCOMPARE(back[2], 0.f);
        const float none[2] = {0, 0};
        quantise(Map::Unsigned, none, 2, codes, scale);
        dequantise(Map::Unsigned, codes, 2, scale, back);
        QCOMPARE(back[0], 0.f);
        QCOMPARE(back[1], 0.f);
    }

    void aSmallSecondMomentDoesNotVanish()
    {
        const float x[2] = {1, 1e-12f};
        std::uint8_t codes[2];
        float scale = 0, back[2];
        quantise(Map::Unsigned, x, 2, codes, scale);
        dequantise(Map::Unsigned, codes, 2, scale, back);
        QVERIFY(back[1] > 0);
    }
};

QTEST_APPLESS_MAIN(TestEightBit)
#include "tst_eight_bit.moc"
