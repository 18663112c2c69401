// Every format of optimizer state, fused against plain, and stochastic rounding.
#include "kernels/optimizer_step.h"

#include <QtTest>

using namespace quell;
using kernels::MomentFormat;
using kernels::Moments;
using torch::Tensor;

namespace {

double relative(const Tensor &a, const Tensor &b)
{
    return ((a.to(torch::kFloat64) - b.to(torch::kFloat64)).norm() / b.to(torch::kFloat64).norm().clamp_min(1e-30)).item<double>();
}

Moments copy_of(const Moments &moments)
{
    Moments copy;
    for (const auto &[name, member] : kernels::moment_parts) {
        if ((moments.*member).defined())
            copy.*member = (moments.*member).clone();
    }
    return copy;
}

} // namespace

class TestOptimizerStep : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { torch::manual_seed(5); }

    void fusedAndPlainAgree_data()
    {
        QTest::addColumn<int>("format");
        QTest::addColumn<bool>("low");
        QTest::addColumn<bool>("convolution");
        for (const auto &[name, format] : {std::pair{"fp32", MomentFormat::Full}, {"8-bit", MomentFormat::EightBit}, {"factored", MomentFormat::Factored}}) {
            for (const bool low : {false, true}) {
                QTest::addRow("%s %s linear", name, low ? "bf16" : "fp32") << static_cast<int>(format) << low << false;
                QTest::addRow("%s %s convolution", name, low ? "bf16" : "fp32") << static_cast<int>(format) << low << true;
            }
        }
    }
    void fusedAndPlainAgree()
    {
        QFETCH(int, format);
        QFETCH(bool, low);
        QFETCH(bool, convolution);
        const auto dtype = low ? torch::kBFloat16 : torch::kFloat32;
        const Tensor start = convolution ? torch::randn({40, 13, 3, 3}).contiguous(torch::MemoryFormat::ChannelsLast).to(dtype) : torch::randn({67, 123}).to(dtype);
        Tensor fused = start.clone(), plain = start.clone();
        const auto make = [&] { return kernels::make_moments(start, static_cast<MomentFormat>(format)); };
        Moments a = make(), b = make();
        for (int i = 1; i <= 5; ++i) {
            const Tensor gradient = (torch::randn(start.sizes()) * torch::randn(start.sizes()).exp()).to(dtype);
            const kernels::AdamWStep step{1e-2, .9, .99, 1e-8, .1, i, .5, 77u + i};
            // From the same state: a rounding at a border would otherwise grow from step to step.
            a = copy_of(b);
            fused.copy_(plain);
            kernels::adamw_(fused, gradient, a, {}, step);
            kernels::plain::adamw_(plain, gradient, b, {}, step);
            QVERIFY2(relative(fused, plain) < (low ? 1e-4 : 1e-6), qPrintable(QString::number(relative(fused, plain))));
            for (const auto &[name, member] : kernels::moment_parts) {
                const Tensor &x = a.*member, &y = b.*member;
                QCOMPARE(x.defined(), y.defined());
                if (!x.defined())
                    continue;
                if (x.scalar_type() == torch::kUInt8)
                    QVERIFY2((x != y).sum().item<int>() < x.numel() / 500, name);
                else
                    QVERIFY2(relative(x, y) < 1e-5, name);
            }
        }
        QVERIFY(relative(fused, start) > 1e-3);
    }

    // Adafactor's estimate is exact where the squares are of rank one (arXiv 1804.04235): a step like AdamW's.
    void aFactoredMomentIsExactForRankOne()
    {
        const Tensor gradient = torch::outer(torch::rand({30}) + .1, torch::rand({50}) + .1);
        Tensor factored = torch::zeros({30, 50}), full = torch::zeros({30, 50});
        const Moments a = kernels::make_moments(factored, MomentFormat::Factored), b = kernels::make_moments(full, MomentFormat::Full);
        for (int i = 1; i <= 3; ++i) {
            kernels::adamw_(factored, gradient * i, a, {}, {1e-2, .9, .999, 1e-8, 0, i, 1});
            kernels::adamw_(full, gradient * i, b, {}, {1e-2, .9, .999, 1e-8, 0, i, 1});
        }
        QVERIFY(relative(factored, full) < 1e-5);
    }

    void formatsKeepWhatTheySay()
    {
        const auto bytes = [](const Moments &moments) {
            std::size_t sum = 0;
            for (const auto &[name, member] : kernels::moment_parts)
                sum += (moments.*member).defined() ? (moments.*member).nbytes() : 0;
            return sum;
        };
        const Tensor matrix = torch::zeros({128, 256}), vector = torch::zeros({100});
        QCOMPARE(bytes(kernels::make_moments(matrix, MomentFormat::Full)), std::size_t{128 * 256 * 8});
        QCOMPARE(bytes(kernels::make_moments(matrix, MomentFormat::EightBit)), std::size_t{128 * 256 * 2 + 2 * 128 * 4});
        QCOMPARE(bytes(kernels::make_moments(matrix, MomentFormat::Factored, false)), std::size_t{(128 + 256) * 4});
        for (const auto format : {MomentFormat::Full, MomentFormat::EightBit, MomentFormat::Factored})
            QCOMPARE(bytes(kernels::make_moments(vector, format)), std::size_t{800}); // small: kept whole
    }

    void withoutMomentumTheStepIsTheGradients()
    {
        Tensor weight = torch::zeros({64, 64});
        const Tensor gradient = torch::full({64, 64}, .5);
        kernels::adamw_(weight, gradient, kernels::make_moments(weight, MomentFormat::Factored, false), {}, {1e-2, 0, .999, 1e-8, 0, 1, 1});
        QVERIFY((weight + 1e-2).abs().max().item<double>() < 1e-7); // lr · g/√g²
    }

    void roundingKeepsTheMean()
    {
        const double value = 1 + 1.0 / 1024; // an eighth of the way from 1 to the next bf16 number
        Tensor rounded = torch::empty({1 << 18}, torch::kBFloat16);
        kernels::round_stochastically_(rounded, torch::full({1 << 18}, value), 123);
        const Tensor wide = rounded.to(torch::kFloat64);
        QVERIFY(((wide == 1) | (wide == 1 + 1.0 / 128)).all().item<bool>());
        const double up = (wide > 1).to(torch::kFloat64).mean().item<double>(), deviation = std::sqrt(.125 * .875 / (1 << 18));
        QVERIFY2(std::abs(up - .125) < 5 * deviation, qPrintable(QString::number(up)));
    }

    void roundingDependsOnItsKeyAlone()
    {
        const Tensor value = torch::randn({1000});
        const auto rounded = [&](std::uint32_t key) {
            Tensor x = torch::empty({1000}, torch::kBFloat16);
            kernels::round_stochastically_(x, value, key);
            return x;
        };
        QVERIFY(rounded(1).equal(rounded(1)));
        QVERIFY(!rounded(1).equal(rounded(2)));
        Tensor plain = torch::empty({1000}, torch::kBFloat16);
        kernels::plain::round_stochastically_(plain, value, 1);
        QVERIFY(plain.equal(rounded(1)));
        // What bf16 can hold is left alone.
        Tensor exact = value.to(torch::kBFloat16), again = torch::empty_like(exact);
        kernels::round_stochastically_(again, exact.to(torch::kFloat32), 9);
        QVERIFY(again.equal(exact));
    }
};

QTEST_APPLESS_MAIN(TestOptimizerStep)
#include "tst_optimizer_step.moc"
