// The fused kernels against their plain LibTorch twins, forward and backward.
#include "kernels/attention.h"
#include "kernels/convolution.h"
#include "kernels/linear.h"
#include "kernels/norm.h"
#include "kernels/optimizer_step.h"

#include <QtTest>

using namespace quell;
using torch::Tensor;

namespace {

double relative(const Tensor &a, const Tensor &b)
{
    return ((a.to(torch::kFloat64) - b.to(torch::kFloat64)).norm() / b.to(torch::kFloat64).norm().clamp_min(1e-12)).item<double>();
}

// Runs f on fresh leaves and returns the output and all gradients for a fixed cotangent.
std::vector<Tensor> with_gradients(const std::function<Tensor(std::vector<Tensor> &)> &f, const std::vector<Tensor> &inputs)
{
    std::vector<Tensor> leaves;
    for (const auto &input : inputs)
        leaves.push_back(input.detach().clone().requires_grad_());
    const Tensor y = f(leaves);
    torch::manual_seed(7);
    y.backward(torch::randn(y.sizes()).to(y.scalar_type()));
    std::vector<Tensor> results{y.detach()};
    for (const auto &leaf : leaves)
        results.push_back(leaf.grad());
    return results;
}

void compare(const std::vector<Tensor> &ours, const std::vector<Tensor> &theirs, double tolerance)
{
    for (std::size_t i = 0; i < ours.size(); ++i) {
        QCOMPARE(ours[i].scalar_type(), theirs[i].scalar_type());
        const double error = relative(ours[i], theirs[i]);
        QVERIFY2(error < tolerance, qPrintable(QString("result %1 is off by %2").arg(i).arg(error)));
    }
}

} // namespace

class TestKernels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { torch::manual_seed(1); }

    void groupNorm_data()
    {
        QTest::addColumn<int>("channels");
        QTest::addColumn<int>("groups");
        QTest::addColumn<bool>("silu");
        QTest::addColumn<bool>("bf16");
        for (const bool silu : {false, true}) {
            for (const bool bf16 : {false, true}) {
                for (const auto &[channels, groups] : {std::pair{96, 32}, {30, 5}, {64, 64}, {7, 1}})
                    QTest::addRow("%d/%d%s%s", channels, groups, silu ? " silu" : "", bf16 ? " bf16" : "") << channels << groups << silu << bf16;
            }
        }
    }
    void groupNorm()
    {
        QFETCH(int, channels);
        QFETCH(int, groups);
        QFETCH(bool, silu);
        QFETCH(bool, bf16);
        const auto act = silu ? kernels::Act::Silu : kernels::Act::None;
        const auto x = (torch::randn({3, channels, 5, 7}) * 2 + 1).to(bf16 ? torch::kBFloat16 : torch::kFloat32).contiguous(torch::MemoryFormat::ChannelsLast);
        const std::vector<Tensor> inputs{x, torch::randn({channels}), torch::randn({channels})};
        const auto fused = with_gradients([&](auto &in) { return kernels::group_norm(in[0], groups, in[1], in[2], 1e-5, act); }, inputs);
        const auto plain = with_gradients([&](auto &in) { return kernels::plain::group_norm(in[0], groups, in[1], in[2], 1e-5, act); }, inputs);
        QVERIFY(fused[0].is_contiguous(torch::MemoryFormat::ChannelsLast));
        compare(fused, plain, bf16 ? 1e-2 : 2e-5);
    }

    void linear_data()
    {
        QTest::addColumn<Tensor>("x");
        QTest::addColumn<bool>("biased");
        QTest::newRow("narrow") << torch::randn({5, 40}) << true;
        QTest::newRow("rows") << torch::randn({5, 48}) << true;
        QTest::newRow("a sequence") << torch::randn({3, 7, 48}) << true;
        QTest::newRow("without a bias") << torch::randn({2, 7, 48}) << false;
        QTest::newRow("one row") << torch::randn({1, 48}) << true;
        QTest::newRow("a vector") << torch::randn({48}) << true;
        QTest::newRow("turned") << torch::randn({2, 48, 6}).transpose(1, 2) << true;
        QTest::newRow("a part of wider rows") << torch::randn({4, 50}).narrow(1, 1, 48) << true;
        QTest::newRow("no row") << torch::randn({0, 48}) << true;
        QTest::newRow("fp64") << torch::randn({5, 48}, torch::kFloat64) << true;
    }
    void linear()
    {
        QFETCH(Tensor, x);
        QFETCH(bool, biased);
        const auto options = x.options();
        const std::int64_t out = x.size(-1) == 48 ? 1 << 14 : 20; // only wide layers are ours
        std::vector<Tensor> inputs{x, torch::randn({out, x.size(-1)}, options)};
        if (biased)
            inputs.push_back(torch::randn({out}, options));
        const auto bias = [](const std::vector<Tensor> &in) { return in.size() > 2 ? in[2] : Tensor(); };
        const auto ours = with_gradients([&](auto &in) { return kernels::linear(in[0], in[1], bias(in)); }, inputs);
        const auto plain = with_gradients([&](auto &in) { return torch::linear(in[0], in[1], bias(in)); }, inputs);
        compare(ours, plain, 2e-6);
        const torch::NoGradGuard no_grad;
        QCOMPARE(kernels::linear(x, inputs[1], bias(inputs)).sizes(), plain[0].sizes());
        QVERIFY(relative(kernels::linear(x, inputs[1], bias(inputs)), plain[0]) < 2e-6);
    }

    // What nothing is learnt of has no gradient.
    void linearOfWhatIsTrained()
    {
        const auto x = torch::randn({5, 48}), bias = torch::randn({1 << 14});
        const auto weight = torch::randn({1 << 14, 48}).requires_grad_();
        QVERIFY(!kernels::linear(x, weight.detach(), bias).requires_grad());
        const auto y = kernels::linear(x, weight, bias);
        QVERIFY(QString::fromStdString(y.grad_fn()->name()).contains("LinearFunction"));
        y.sum().backward();
        QVERIFY(weight.grad().defined() && !x.grad().defined() && !bias.grad().defined());
        QVERIFY(relative(weight.grad(), x.sum(0).expand({1 << 14, 48})) < 2e-6);
    }

    void conv2d_data()
    {
        QTest::addColumn<int>("kernel");
        QTest::addColumn<int>("stride");
        QTest::addColumn<int>("padding");
        QTest::addColumn<int>("size");
        QTest::addColumn<int>("filters");
        for (const auto &[kernel, stride, padding, size] : {std::array{3, 1, 1, 7}, {3, 2, 1, 8}, {3, 2, 0, 9}, {3, 1, 1, 1}, {1, 1, 0, 6}, {1, 2, 0, 7}, {1, 1, 1, 4}, {5, 1, 2, 3}, {4, 4, 0, 12}})
            QTest::addRow("%d, stride %d, padding %d, %d px", kernel, stride, padding, size) << kernel << stride << padding << size << 10;
        QTest::newRow("gathered in two parts") << 3 << 1 << 1 << 128 << 10;
        QTest::newRow("many filters") << 3 << 2 << 1 << 9 << 700;
        QTest::newRow("many filters, gathered in two parts") << 3 << 1 << 1 << 128 << 700;
    }
    void conv2d()
    {
        QFETCH(int, kernel);
        QFETCH(int, stride);
        QFETCH(int, padding);
        QFETCH(int, size);
        QFETCH(int, filters);
        const auto last = torch::MemoryFormat::ChannelsLast;
        const auto x = torch::randn({2, 48, size, size + (size > 100 ? 0 : 2)}).contiguous(last), weight = torch::randn({filters, 48, kernel, kernel}).contiguous(last);
        const std::vector<Tensor> inputs{x, weight, torch::randn({filters})};
        const auto ours = with_gradients([&](auto &in) { return kernels::conv2d(in[0], in[1], in[2], stride, padding); }, inputs);
        const auto plain = with_gradients([&](auto &in) { return torch::conv2d(in[0], in[1], in[2], stride, padding); }, inputs);
        compare(ours, plain, 1e-5);
        QVERIFY(ours[2].is_contiguous(last)); // or it would be copied before it is used
    }

    // Our function is for trained weights alone; frozen ones go to LibTorch.
    void conv2dOfWhatIsTrained()
    {
        const auto last = torch::MemoryFormat::ChannelsLast;
        const auto x = torch::randn({2, 4, 5, 5}).contiguous(last), bias = torch::randn({3});
        auto weight = torch::randn({3, 4, 3, 3}).contiguous(last).requires_grad_();
        const auto y = kernels::conv2d(x, weight, bias, 1, 1);
        QVERIFY(QString::fromStdString(y.grad_fn()->name()).contains("Conv2dFunction"));
        y.sum().backward();
        QVERIFY(weight.grad().defined());
        QVERIFY(!kernels::conv2d(x, weight.detach(), bias, 1, 1).requires_grad());
        QCOMPARE(kernels::conv2d(x.detach().requires_grad_(), weight.detach(), bias, 1, 1).grad_fn()->name(), std::string("ConvolutionBackward0"));
    }

    void channelsLast_data()
    {
        QTest::addColumn<Tensor>("weight");
        QTest::newRow("3×3") << torch::randn({5, 7, 3, 3});
        QTest::newRow("1×1") << torch::randn({5, 7, 1, 1});
        QTest::newRow("one channel") << torch::randn({5, 1, 3, 3});
        QTest::newRow("a part of another") << torch::randn({5, 9, 3, 3}).narrow(1, 1, 7);
        QTest::newRow("in that layout already") << torch::randn({5, 7, 3, 3}).contiguous(torch::MemoryFormat::ChannelsLast);
        QTest::newRow("fp16") << torch::randn({5, 7, 3, 3}).to(torch::kFloat16);
        QTest::newRow("bf16") << torch::randn({5, 7, 3, 3}).to(torch::kBFloat16);
    }
    void channelsLast()
    {
        QFETCH(Tensor, weight);
        const auto last = torch::MemoryFormat::ChannelsLast;
        for (const auto dtype : {torch::kFloat32, torch::kBFloat16}) {
            const Tensor ours = kernels::channels_last(weight, dtype), theirs = weight.to(dtype).contiguous(last);
            QVERIFY(torch::equal(ours, theirs));
            QCOMPARE(ours.scalar_type(), dtype);
            QCOMPARE(ours.strides(), theirs.strides());
        }
        QCOMPARE(kernels::channels_last(weight, weight.scalar_type()).is_alias_of(weight), weight.is_contiguous(last));
    }

    // Large sums: many positions, and inputs far from zero.
    void groupNormOfALargeOffset()
    {
        const auto x = (torch::randn({1, 8, 64, 64}) + 20).contiguous(torch::MemoryFormat::ChannelsLast);
        const auto one = torch::ones({8}), zero = torch::zeros({8});
        const auto exact = torch::group_norm(x.to(torch::kFloat64), 4, one.to(torch::kFloat64), zero.to(torch::kFloat64), 1e-5);
        QVERIFY(relative(kernels::group_norm(x, 4, one, zero, 1e-5, kernels::Act::None), exact) < 5e-4);
    }

    void geglu_data()
    {
        QTest::addColumn<bool>("bf16");
        QTest::newRow("fp32") << false;
        QTest::newRow("bf16") << true;
    }
    void geglu()
    {
        QFETCH(bool, bf16);
        const std::vector<Tensor> inputs{(torch::randn({2, 9, 2 * 37}) * 3).to(bf16 ? torch::kBFloat16 : torch::kFloat32)};
        compare(with_gradients([](auto &in) { return kernels::geglu(in[0]); }, inputs), with_gradients([](auto &in) { return kernels::plain::geglu(in[0]); }, inputs),
                bf16 ? 1e-2 : 1e-5);
    }

    void layerNorm()
    {
        const std::vector<Tensor> inputs{torch::randn({2, 9, 24}).to(torch::kBFloat16), torch::randn({24}), torch::randn({24})};
        compare(with_gradients([](auto &in) { return kernels::layer_norm(in[0], in[1], in[2], 1e-5); }, inputs),
                with_gradients([](auto &in) { return kernels::plain::layer_norm(in[0], in[1], in[2], 1e-5); }, inputs), 1e-2);
    }

    // Against the definition, head by head, in float64.
    void attention_data()
    {
        QTest::addColumn<int>("length");
        QTest::addColumn<int>("context");
        QTest::addColumn<bool>("causal");
        QTest::newRow("self") << 16 << 16 << false;
        QTest::newRow("cross") << 25 << 7 << false;
        QTest::newRow("causal") << 12 << 12 << true;
        QTest::newRow("long") << 600 << 500 << false;
    }
    void attention()
    {
        QFETCH(int, length);
        QFETCH(int, context);
        QFETCH(bool, causal);
        const int heads = 3, width = 8;
        const std::vector<Tensor> inputs{torch::randn({2, length, heads * width}), torch::randn({2, context, heads * width}), torch::randn({2, context, heads * width})};
        const auto definition = [&](auto &in) {
            std::vector<Tensor> outs;
            for (int h = 0; h < heads; ++h) {
                const auto part = [&](const Tensor &x) { return x.narrow(2, h * width, width); };
                Tensor scores = torch::matmul(part(in[0]), part(in[1]).transpose(1, 2)) / std::sqrt(8.0);
                if (causal)
                    scores = scores.masked_fill(torch::ones({length, context}, torch::kBool).triu(1), -1e30);
                outs.push_back(torch::matmul(torch::softmax(scores, -1), part(in[2])));
            }
            return torch::cat(outs, 2);
        };
        compare(with_gradients([&](auto &in) { return kernels::attention(in[0], in[1], in[2], heads, false, causal); }, inputs), with_gradients(definition, inputs), 2e-5);
    }

    // Against torch::optim::AdamW.
    void adamw()
    {
        const auto start = torch::randn({37, 53});
        Tensor ours = start.clone(), m = torch::zeros_like(ours), v = torch::zeros_like(ours);
        Tensor copy = torch::empty({37, 53}, torch::kBFloat16);
        Tensor theirs = start.clone().requires_grad_();
        torch::optim::AdamW reference({theirs}, torch::optim::AdamWOptions(1e-2).betas({.9, .99}).eps(1e-8).weight_decay(.1));
        for (int i = 1; i <= 5; ++i) {
            const auto gradient = torch::randn({37, 53});
            kernels::adamw_(ours, gradient, {m, v}, copy, {1e-2, .9, .99, 1e-8, .1, i, 1});
            theirs.mutable_grad() = gradient.clone();
            reference.step();
        }
        QVERIFY(relative(ours, theirs.detach()) < 1e-6);
        QVERIFY(copy.equal(ours.to(torch::kBFloat16)));
    }

    void squaredNorm()
    {
        const auto x = torch::randn({123, 457});
        for (const auto &tensor : {x, x.to(torch::kBFloat16), x.t(), x.narrow(1, 3, 100), x.to(torch::kFloat64)}) {
            const double exact = tensor.to(torch::kFloat64).square().sum().item<double>();
            QVERIFY(std::abs(kernels::squared_norm(tensor) - exact) < 1e-5 * exact);
        }
    }

    // A bf16 gradient, a transposed one, and clipping.
    void adamwReadsGradientsAsTheyCome()
    {
        const auto start = torch::randn({8, 6}), gradient = torch::randn({6, 8}).to(torch::kBFloat16).t();
        Tensor a = start.clone(), am = torch::zeros_like(a), av = torch::zeros_like(a), b = start.clone(), bm = torch::zeros_like(b), bv = torch::zeros_like(b);
        kernels::adamw_(a, gradient, {am, av}, {}, {1e-2, .9, .999, 1e-8, 0, 1, .5});
        kernels::adamw_(b, (gradient.to(torch::kFloat32) * .5).contiguous(), {bm, bv}, {}, {1e-2, .9, .999, 1e-8, 0, 1, 1});
        QVERIFY(torch::allclose(a, b, 1e-6, 1e-7));
        QVERIFY(torch::allclose(am, bm));
    }
};

QTEST_APPLESS_MAIN(TestKernels)
#include "tst_kernels.moc"
