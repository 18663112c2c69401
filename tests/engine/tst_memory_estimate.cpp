// What a pass is said to hold against what LibTorch's allocator is asked for while it runs.
#include "formats/safetensors.h"
#include "models/unet.h"
#include "run/activation_memory.h"
#include "run/memory_estimate.h"
#include "run/run_data.h"
#include "run/trainable.h"
#include "unet_examples.h"

#include <c10/core/Allocator.h>

#include <QTemporaryDir>
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

const fs::path starter = fs::path(QUELL_SOURCE_DIR) / "resources/starter";

RunSpec starter_run()
{
    RunSpec spec;
    spec.teacher = starter / "model";
    spec.student = starter / "pruned";
    spec.samples.target = {"an owl"};
    return spec;
}

// Of one part of a phase, or of all of it; -1 where there is none.
std::int64_t bytes_of(const Result<MemoryEstimate> &estimate, const std::string &phase, const std::string &part = {})
{
    if (!estimate)
        qWarning("%s", to_string(estimate.error()).c_str());
    const Json json = estimate ? to_json(*estimate) : Json{{"phases", Json::array()}};
    for (const auto &found : json["phases"]) {
        if (found["name"] == phase)
            return part.empty() ? found["bytes"].get<std::int64_t>() : found["parts"].value(part, std::int64_t{-1});
    }
    return -1;
}

std::int64_t elements_of(const fs::path &file)
{
    std::int64_t sum = 0;
    const auto opened = open_tensor_file(file).value();
    for (const auto &tensor : opened->tensors())
        sum += tensor.elements();
    return sum;
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

    // They are opened beside all other models, in fp32.
    void modelsToBeComparedWithCount()
    {
        auto spec = starter_run();
        const auto alone = estimate_memory(spec, false);
        spec.reference = starter / "reference";
        spec.filtered = starter / "filtered";
        const auto compared = estimate_memory(spec, false);
        const auto reference = 4 * elements_of(spec.reference / "diffusion_pytorch_model.safetensors"), filtered = 4 * elements_of(spec.filtered / "diffusion_pytorch_model.safetensors");
        QCOMPARE(bytes_of(compared, "drawing first samples") - bytes_of(alone, "drawing first samples"), reference + filtered);
        QCOMPARE(bytes_of(compared, "probing") - bytes_of(alone, "probing"), reference);
        QCOMPARE(bytes_of(compared, "training"), bytes_of(alone, "training"));
    }

    void theTeacherMayHaveATinyAutoencoder()
    {
        const QTemporaryDir folder;
        auto spec = starter_run();
        spec.teacher = folder.path().toStdString();
        fs::create_directory(spec.teacher / "vae");
        for (const char *component : {"unet", "text_encoder"})
            fs::create_directory_symlink(starter / "model" / component, spec.teacher / component);
        const Json config{{"_class_name", "AutoencoderTiny"}};
        const std::vector<float> value{1};
        QVERIFY(write_atomically(spec.teacher / "vae/config.json", config.dump()));
        QVERIFY(write_safetensors(spec.teacher / "vae/diffusion_pytorch_model.safetensors", {{"a", Dtype::F32, {1}, std::as_bytes(std::span(value))}}));
        const auto estimate = estimate_memory(spec, false);
        const std::int64_t pixels = 128 * 128, pictures = encoded_at_once(*parse_autoencoder_config(config, "test"), 128);
        QCOMPARE(pictures, 8); // 64 channels
        QCOMPARE(bytes_of(estimate, "encoding pictures", "activations"), pictures * 10 * 64 * pixels * 4);
        QCOMPARE(bytes_of(estimate, "drawing first samples", "activations") >= 10 * 64 * pixels * 4, true);
    }
};

QTEST_APPLESS_MAIN(TestMemoryEstimate)
#include "tst_memory_estimate.moc"
