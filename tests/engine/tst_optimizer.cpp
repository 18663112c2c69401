// Lean optimizers on a quadratic of a size at which their formats matter.
#include "solvers/optimizer.h"

#include <QtTest>

using namespace quell;
using kernels::MomentFormat;
using torch::Tensor;

namespace {

// ½‖D(θ − m)‖² over a matrix; curvatures differ a hundredfold.
struct Problem {
    Tensor target, curvature, theta;
    Parameters parameters;

    explicit Problem(torch::ScalarType dtype = torch::kFloat32, bool zeros = false)
        : target(seeded(1)), curvature(torch::logspace(-1, 1, 96).unsqueeze(1)), theta(start(zeros).to(dtype).requires_grad_()), parameters({{"theta", theta}}, {})
    {
    }
    static Tensor seeded(int seed)
    {
        torch::manual_seed(seed);
        return torch::randn({96, 128});
    }
    static Tensor start(bool zeros) { return zeros ? seeded(2) * (seeded(3) > 0) : torch::zeros({96, 128}); }
    double loss() const { return (curvature * (theta.detach().to(torch::kFloat32) - target)).square().mean().item<double>() / 2; }
    void step(Optimizer &optimizer)
    {
        const Tensor wide = theta.to(torch::kFloat32);
        ((curvature * (wide - target)).square().sum() / 2).backward();
        optimizer.step(parameters, parameters.take_gradients());
    }
};

OptimizerSpec spec_of(MomentFormat format, std::int64_t length = 0)
{
    OptimizerSpec spec;
    spec.lr = 2e-2;
    spec.moments = format;
    spec.schedule = length ? LrSchedule::Cosine : LrSchedule::Constant;
    spec.length = length;
    spec.rounding_seed = 11;
    return spec;
}

} // namespace

class TestOptimizer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void convergesLikeFp32_data()
    {
        QTest::addColumn<int>("format");
        QTest::addColumn<bool>("low");
        QTest::newRow("8-bit") << static_cast<int>(MomentFormat::EightBit) << false;
        QTest::newRow("factored") << static_cast<int>(MomentFormat::Factored) << false;
        QTest::newRow("fp32 state, bf16 weights") << static_cast<int>(MomentFormat::Full) << true;
        QTest::newRow("8-bit, bf16 weights") << static_cast<int>(MomentFormat::EightBit) << true;
    }
    void convergesLikeFp32()
    {
        QFETCH(int, format);
        QFETCH(bool, low);
        constexpr int steps = 800;
        Problem exact, lean(low ? torch::kBFloat16 : torch::kFloat32);
        Optimizer a(spec_of(MomentFormat::Full, steps)), b(spec_of(static_cast<MomentFormat>(format), steps));
        const double first = exact.loss();
        for (int i = 0; i < steps; ++i) {
            exact.step(a);
            lean.step(b);
            if (i == 99)
                QVERIFY2(std::abs(lean.loss() - exact.loss()) < .05 * first, qPrintable(QString("%1 %2").arg(lean.loss()).arg(exact.loss())));
        }
        QVERIFY2(exact.loss() < 1e-3 * first && lean.loss() < 1e-3 * first, qPrintable(QString("%1 %2 of %3").arg(lean.loss()).arg(exact.loss()).arg(first)));
    }

    // A step far below bf16's precision moves the mean; rounding to nearest would not move at all.
    void smallStepsAreNotLost()
    {
        Tensor weight = torch::ones({128, 128}, torch::kBFloat16).requires_grad_();
        Parameters parameters({{"weight", weight}}, {});
        OptimizerSpec spec = spec_of(MomentFormat::Full);
        spec.lr = 1e-5;
        Optimizer optimizer(spec);
        for (int i = 0; i < 100; ++i)
            optimizer.step(parameters, {torch::ones({128, 128}, torch::kBFloat16)});
        const double moved = 1 - weight.detach().to(torch::kFloat64).mean().item<double>();
        QVERIFY2(moved > .7e-3 && moved < 1.3e-3, qPrintable(QString::number(moved)));
    }

    void masksLetThroughWhatTheySay()
    {
        std::vector<std::pair<std::string, Tensor>> tensors;
        for (const char *name : {"cleared", "left", "masked"})
            tensors.emplace_back(name, torch::zeros({3}).requires_grad_());
        Parameters parameters(tensors, {});
        for (auto &[name, tensor] : tensors)
            tensor.mutable_grad() = torch::tensor({1.f, 2.f, 3.f});
        parameters.mask_gradients({Tensor(), torch::ones({}), torch::tensor({true, false, true})});
        const auto gradients = parameters.take_gradients();
        QVERIFY(!gradients[0].defined());
        QVERIFY(gradients[1].equal(torch::tensor({1.f, 2.f, 3.f})));
        QVERIFY(gradients[2].equal(torch::tensor({1.f, 0.f, 3.f})));
    }

    void aSavedStateContinuesToTheBit_data()
    {
        QTest::addColumn<int>("format");
        for (const auto &[name, format] : {std::pair{"fp32", MomentFormat::Full}, {"8-bit", MomentFormat::EightBit}, {"factored", MomentFormat::Factored}})
            QTest::newRow(name) << static_cast<int>(format);
    }
    void aSavedStateContinuesToTheBit()
    {
        QFETCH(int, format);
        const auto spec = spec_of(static_cast<MomentFormat>(format));
        Problem whole(torch::kBFloat16), first(torch::kBFloat16), second(torch::kBFloat16);
        Optimizer a(spec), b(spec), c(spec);
        for (int i = 0; i < 20; ++i)
            whole.step(a);
        for (int i = 0; i < 8; ++i)
            first.step(b);
        StateDict state;
        b.save(first.parameters, "x.", state);
        QVERIFY(second.parameters.load(first.parameters.to_state_dict()));
        QVERIFY(c.load(second.parameters, "x.", state));
        for (int i = 8; i < 20; ++i)
            second.step(c);
        QVERIFY(whole.theta.equal(second.theta));
    }

    void aStateOfAnotherFormatIsRefused()
    {
        Problem problem;
        Optimizer full(spec_of(MomentFormat::Full)), eight(spec_of(MomentFormat::EightBit));
        problem.step(full);
        StateDict state;
        full.save(problem.parameters, "x.", state);
        const auto loaded = eight.load(problem.parameters, "x.", state);
        QVERIFY(!loaded && loaded.error().code == ErrorCode::Mismatch);
    }

    // Fifty steps of AdamW with weight decay; every format, with and without a master.
    void heldZerosStayZero_data()
    {
        QTest::addColumn<int>("format");
        QTest::addColumn<bool>("low");
        for (const auto &[name, format] : {std::pair{"fp32", MomentFormat::Full}, {"8-bit", MomentFormat::EightBit}, {"factored", MomentFormat::Factored}}) {
            QTest::addRow("%s", name) << static_cast<int>(format) << false;
            QTest::addRow("%s bf16", name) << static_cast<int>(format) << true;
        }
    }
    void heldZerosStayZero()
    {
        QFETCH(int, format);
        QFETCH(bool, low);
        Problem problem(low ? torch::kBFloat16 : torch::kFloat32, true);
        const Tensor before = problem.theta.detach().clone(), zero = before == 0;
        QVERIFY(zero.sum().item<int>() > 1000);
        problem.parameters.hold_zeros();
        auto spec = spec_of(static_cast<MomentFormat>(format));
        spec.weight_decay = .01;
        Optimizer optimizer(spec);
        for (int i = 0; i < 50; ++i)
            problem.step(optimizer);
        const Tensor after = problem.theta.detach();
        QVERIFY((after.masked_select(zero) == 0).all().item<bool>());
        QVERIFY((after != before).masked_select(zero.logical_not()).to(torch::kFloat64).mean().item<double>() > .99);
    }

    void partsOfABatchAddUpInFp32()
    {
        Tensor low = torch::zeros({8}, torch::kBFloat16).requires_grad_();
        Parameters parameters({{"low", low}}, {});
        const double parts[] = {256, 1, 1, 1}; // bf16 holds no 257
        for (const double part : parts) {
            low.mutable_grad() = torch::full({8}, part, torch::kBFloat16);
            parameters.fold_gradients();
        }
        const auto gradients = parameters.take_gradients();
        QCOMPARE(gradients[0].scalar_type(), torch::kFloat32);
        QVERIFY((gradients[0] == 259).all().item<bool>());
        QVERIFY(!parameters.take_gradients()[0].defined());
    }
};

QTEST_APPLESS_MAIN(TestOptimizer)
#include "tst_optimizer.moc"
