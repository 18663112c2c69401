// Gradient checkpointing: the same bits with and without, in memory and gradients of every scope.
#include "models/unet.h"
#include "unet_examples.h"

#include <QtTest>

using namespace quell;
using torch::Tensor;

namespace {

struct Gradients {
    Tensor sample;
    std::map<std::string, Tensor> of;
};

Gradients gradients_of(const UNet &unet, bool checkpointing)
{
    unet.set_checkpointing(checkpointing);
    torch::manual_seed(4);
    const auto &config = unet.config();
    const Tensor x = torch::randn({2, config.in_channels, 12, 12}), hidden = torch::randn({2, 7, config.cross_attention_dim});
    const auto output = unet.forward(x, torch::tensor({3, 400}), hidden, true);
    Tensor loss = output.sample.to(torch::kFloat32).square().mean();
    for (const auto &tap : output.taps)
        loss = loss + tap.to(torch::kFloat32).sin().mean();
    loss.backward();
    Gradients result{output.sample.detach(), {}};
    for (auto &[name, parameter] : unet.parameters()) {
        if (parameter.grad().defined())
            result.of[name] = parameter.grad().clone();
        parameter.mutable_grad() = Tensor();
    }
    return result;
}

} // namespace

class TestCheckpointed : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sameBitsWithAndWithout_data()
    {
        QTest::addColumn<bool>("low");
        QTest::addColumn<QString>("trained"); // part of a name
        QTest::newRow("fp32") << false << "";
        QTest::newRow("bf16") << true << "";
        QTest::newRow("cross-attention alone") << false << ".attn2.";
        QTest::newRow("one late layer") << false << "up_blocks.1.attentions.1";
    }
    void sameBitsWithAndWithout()
    {
        QFETCH(bool, low);
        QFETCH(QString, trained);
        auto parts = tests::random_unet(tests::small_unet());
        LoadOptions options;
        options.dtype = low ? torch::kBFloat16 : torch::kFloat32;
        const auto unet = UNet::build(parts.config, parts.structure, std::move(parts.tensors), options, "test");
        QVERIFY2(unet, unet ? "" : to_string(unet.error()).c_str());
        std::size_t count = 0;
        for (auto &[name, parameter] : unet->parameters()) {
            parameter.set_requires_grad(name.find(trained.toStdString()) != std::string::npos);
            count += parameter.requires_grad();
        }
        const auto kept = gradients_of(*unet, false), again = gradients_of(*unet, true);
        QVERIFY(kept.sample.equal(again.sample));
        QCOMPARE(kept.of.size(), count);
        QCOMPARE(again.of.size(), count);
        for (const auto &[name, gradient] : kept.of)
            QVERIFY2(gradient.equal(again.of.at(name)), name.c_str());
    }

    // Adapters change nothing at first, and their two factors get the gradients of (alpha/rank)·B·A.
    void adaptersBeginAsNothing()
    {
        auto parts = tests::random_unet(tests::small_unet());
        const auto tensors = parts.tensors;
        const auto plain = UNet::build(parts.config, {}, tensors, {}, "test"), adapted = UNet::build(parts.config, {}, tensors, {}, "test");
        QVERIFY(plain && adapted);
        adapted->add_adapters(4, 8, 1);
        torch::NoGradGuard no_grad;
        const Tensor x = torch::randn({1, 4, 12, 12}), hidden = torch::randn({1, 7, 32}), t = torch::tensor({5});
        const Tensor before = plain->forward(x, t, hidden).sample;
        QVERIFY(before.equal(adapted->forward(x, t, hidden).sample));

        const std::string module = "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_out.0";
        std::map<std::string, Tensor> parameters;
        for (const auto &[name, parameter] : adapted->parameters())
            parameters[name] = parameter;
        QCOMPARE(parameters.size(), tensors.size() + 2 * 4 * 2 * 6); // A and B on four layers of both attentions of six transformers
        Tensor &a = parameters.at(module + ".lora_A.weight"), &b = parameters.at(module + ".lora_B.weight");
        QCOMPARE(a.sizes(), (std::vector<std::int64_t>{4, 32}));
        QVERIFY(a.abs().max().item<double>() <= 1 / std::sqrt(32.) && a.abs().max().item<double>() > .5 / std::sqrt(32.));
        b.set_data(torch::randn({32, 4}));
        auto merged = tensors;
        merged[module + ".weight"] = merged[module + ".weight"] + 2 * b.detach().mm(a.detach());
        const auto other = UNet::build(parts.config, {}, merged, {}, "test");
        const Tensor ours = adapted->forward(x, t, hidden).sample, expected = other->forward(x, t, hidden).sample;
        QVERIFY(!ours.equal(before));
        QVERIFY((ours - expected).norm().item<double>() < 1e-5 * expected.norm().item<double>());
    }
};

QTEST_APPLESS_MAIN(TestCheckpointed)
#include "tst_checkpointed.moc"
