#include "models/weights.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace quell;

namespace {

StateDict example()
{
    return {{"conv.weight", torch::ones({4, 3})}, {"norm.weight", torch::ones({4})}, {"blocks.0.x", torch::ones({2}, torch::kFloat16)}};
}

} // namespace

class WeightsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void takes_in_the_wanted_dtype()
    {
        const auto tensors = example();
        const Weights weights(tensors, {torch::kBFloat16, torch::kCPU}, "unet");
        QCOMPARE((weights / "conv").take("weight", {4, -1}).scalar_type(), torch::kBFloat16);
        QCOMPARE((weights / "norm").take_norm("weight", {4}).scalar_type(), torch::kFloat32);
        QCOMPARE((weights / "norm").take_norm("weight", {4}).data_ptr(), tensors.at("norm.weight").data_ptr());
        QCOMPARE((weights / "blocks" / 0).take("x", {2}).scalar_type(), torch::kBFloat16);
        QCOMPARE((weights / "blocks" / 0).key("x"), std::string("blocks.0.x"));
        QVERIFY((weights / "conv").has("weight") && !weights.has("weight"));
        QVERIFY((weights / "conv").shape("weight") == std::vector<std::int64_t>({4, 3}));
        QVERIFY(weights.finish());
    }

    // What is copied out of a file that was opened for this alone does not stay in memory.
    void fresh_files_are_let_go_of()
    {
        const auto resident = [] { // of mapped files, KiB
            QFile status(QStringLiteral("/proc/self/status"));
            const auto text = status.open(QIODevice::ReadOnly) ? status.readAll() : QByteArray();
            return text.mid(text.indexOf("RssFile:") + 8, 16).trimmed().split(' ').first().toLongLong();
        };
        const QTemporaryDir folder;
        const fs::path file = folder.filePath(QStringLiteral("a.safetensors")).toStdString();
        QVERIFY(write_state_dict(file, {{"first", torch::ones({1024, 8192})}, {"second", torch::ones({1024, 8192})}})); // 32 MiB each
        for (const bool fresh : {false, true}) {
            const auto tensors = read_state_dict(file);
            QVERIFY(tensors);
            const auto before = resident();
            const Weights weights(*tensors, {torch::kBFloat16, torch::kCPU}, "unet", fresh);
            const auto first = weights.take("first", {1024, 8192}), second = weights.take("second", {1024, 8192});
            QVERIFY(fresh == (resident() - before < 1024));
            QVERIFY(first.eq(1).all().item<bool>() && tensors->at("second").eq(1).all().item<bool>()); // read again
        }
    }

    void an_equal_dtype_shares_the_storage()
    {
        const auto tensors = example();
        const Weights weights(tensors, {}, "unet");
        QCOMPARE((weights / "conv").take("weight", {4, 3}).data_ptr(), tensors.at("conv.weight").data_ptr());
    }

    void errors_name_key_and_shapes()
    {
        const Weights weights(example(), {}, "unet");
        QVERIFY(!(weights / "conv").take("weight", {5, -1}).defined());
        QVERIFY(!(weights / "conv").take("bias", {5}).defined());
        QVERIFY(weights.failed());
        QCOMPARE(QString::fromStdString(to_string(weights.finish().error())), QStringLiteral("unet: conv.weight: its shape is [4, 3], expected [5, any]"));
        QCOMPARE(weights.finish().error().code, ErrorCode::Mismatch);

        const Weights missing(example(), {}, "unet");
        QVERIFY((missing / "conv").shape("bias").empty());
        QCOMPARE(to_string(missing.finish().error()), std::string("unet: conv.bias: this tensor is missing"));
    }

    // int8 checkpoints hold scales beside them, without which they mean nothing.
    void integers_are_no_weights()
    {
        for (const auto type : {torch::kInt8, torch::kUInt8, torch::kInt64, torch::kBool}) {
            const Weights weights({{"conv.weight", torch::ones({4, 3}).to(type)}}, {}, "unet");
            QVERIFY(!(weights / "conv").take("weight", {4, 3}).defined());
            QCOMPARE(weights.finish().error().code, ErrorCode::Unsupported);
            QVERIFY(to_string(weights.finish().error()).starts_with(std::string("unet: conv.weight: it holds ") + c10::toString(type)));
        }
        for (const auto type : {torch::kFloat64, torch::kFloat16, torch::kFloat8_e4m3fn})
            QVERIFY(Weights({{"x", torch::ones({4}).to(type)}}, {}, "unet").take("x", {4}).defined());
    }

    void tensors_that_nobody_took_are_an_error()
    {
        const Weights weights(example(), {}, "unet");
        (weights / "conv").take("weight", {4, 3});
        (weights / "norm").shape("weight");
        (weights / "blocks" / 0).take("x", {2});
        QCOMPARE(to_string(weights.finish().error()),
                 std::string("unet: norm.weight: unexpected tensor of shape [4]: the config does not have this module"));
    }
};

QTEST_APPLESS_MAIN(WeightsTest)
#include "tst_weights.moc"
