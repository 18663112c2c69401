// What a pass is said to hold against what LibTorch's allocator is asked for while it runs.
#include "models/unet.h"
#include "run/activation_memory.h"
#include "run/trainable.h"
#include "unet_examples.h"

#include <c10/core/Allocator.h>

#include <QtTest>

using namespace quell;
using torch::Tensor;

namespace {

class Meter : public c10::MemoryReportingInfoBase {
public:
    void reportMemoryUsage(void *, std::int64_t bytes, std::size_t, std::size_t, c10::Device) override
    {
        live += bytes;
        peak = std::max(peak, live);
    }
    bool memoryProfilingEnabled() const override { return true; }
    std::int64_t live = 0, peak = 0;
};

std::int64_t measured_peak(const UNet &unet, const PassSize &size, bool taps)
{
    const auto &config = unet.config();
    torch::manual_seed(4);
    const Tensor x = torch::randn({size.n, config.in_channels, size.side, size.side}), hidden = torch::randn({size.n, size.text, config.cross_attention_dim});
    const Tensor t = torch::randint(0, 1000, {size.n});
    const auto meter = std::make_shared<Meter>();
    {
        c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, meter);
        UNet::Output known;
        if (taps) {
            torch::NoGradGuard no_grad;
            known = unet.forward(x, t, hidden, true);
        }
        meter->peak = meter->live; // the teacher's pass is not what is measured
        const auto output = unet.forward(x, t, hidden, taps);
        Tensor loss = output.sample.to(torch::kFloat32).square().mean();
        for (std::size_t i = 0; i < output.taps.size(); ++i)
            loss = loss + torch::mse_loss(output.taps[i].to(torch::kFloat32), known.taps[i].to(torch::kFloat32));
        loss.backward();
    }
    return meter->peak;
}

} // namespace

class TestMemoryEstimate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void activationsAndGradients_data()
    {
        QTest::addColumn<int>("scope");
        QTest::addColumn<bool>("checkpointing");
        QTest::addColumn<bool>("taps");
        QTest::addColumn<int>("side");
        for (const bool checkpointing : {false, true}) {
            for (const auto &[name, scope] : {std::pair{"full", Scope::Full}, {"cross-attention", Scope::CrossAttention}, {"adapters", Scope::Lora}}) {
                QTest::addRow("%s%s", name, checkpointing ? " checkpointed" : "") << static_cast<int>(scope) << checkpointing << false << 24;
                QTest::addRow("%s%s, taps, large", name, checkpointing ? " checkpointed" : "") << static_cast<int>(scope) << checkpointing << true << 32;
            }
        }
    }
    void activationsAndGradients()
    {
        QFETCH(int, scope);
        QFETCH(bool, checkpointing);
        QFETCH(bool, taps);
        QFETCH(int, side);
        auto parts = tests::random_unet(tests::starter_unet());
        const auto shapes = shapes_of(parts.tensors);
        const auto unet = UNet::build(parts.config, {}, std::move(parts.tensors), {}, "test");
        QVERIFY(unet);
        Training training;
        training.scope = static_cast<Scope>(scope);
        training.checkpointing = checkpointing;
        QVERIFY(make_trainable(training, 1, "unused", *unet));
        const PassSize size{4, side, 77, 4};
        const TrainedNames trained = [&](const std::string &name) { return in_scope(training.scope, name); };
        const auto pieces = pieces_of(parts.config, {}, shapes, size, trained, training.scope == Scope::Lora ? training.rank : 0);
        const double expected = static_cast<double>(training_peak(pieces, checkpointing, taps, 4, 4)), measured = static_cast<double>(measured_peak(*unet, size, taps));
        qInfo("expected %.1f MiB, measured %.1f MiB, ratio %.3f", expected / (1 << 20), measured / (1 << 20), expected / measured);
        QVERIFY(expected > .85 * measured && expected < 1.15 * measured);
    }
};

QTEST_APPLESS_MAIN(TestMemoryEstimate)
#include "tst_memory_estimate.moc"
