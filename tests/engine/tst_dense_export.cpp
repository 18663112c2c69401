#include "export/dense_twin.h"
#include "export/model_writer.h"
#include "export/same_output.h"
#include "pruning/dense.h"

#include "unet_examples.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace quell;
using namespace quell::tests;

class DenseExportTest : public QObject {
    Q_OBJECT

    // A student with a group, a head, a feed-forward group, an attention and the resnets of both kinds gone.
    static UNetParts student_of(const UNetParts &dense)
    {
        const GateLayout layout = gate_layout(dense.config);
        Gates gates = open_gates(layout);
        gates.width[1] = gates.width[64] = gates.width[69] = false;
        for (const std::size_t depth : {std::size_t{0}, std::size_t{1}, std::size_t{4}}) // down0 resnet and attention, up1 resnet
            gates.depth[depth] = false;
        return slice(dense, gates).value();
    }

    static fs::path pipeline_in(const fs::path &folder)
    {
        for (const char *name : {"unet", "vae", "scheduler", ".git"})
            fs::create_directories(folder / name);
        std::ofstream(folder / "model_index.json") << R"({"_class_name": "StableDiffusionPipeline", "unet": ["diffusers", "UNet2DConditionModel"],
            "vae": ["diffusers", "AutoencoderKL"], "scheduler": ["diffusers", "DDIMScheduler"], "safety_checker": [null, null]})";
        std::ofstream(folder / "vae" / "config.json") << "{}";
        std::ofstream(folder / "scheduler" / "scheduler_config.json") << "{}";
        return folder;
    }

private Q_SLOTS:
    void padding_restores_shapes_and_kept_values()
    {
        const UNetParts dense = random_unet(small_unet());
        const UNetParts student = student_of(dense);
        const auto padded = dense_padded(student);
        QVERIFY2(padded, padded ? "" : to_string(padded.error()).c_str());
        QVERIFY(padded->structure.empty());
        QVERIFY(expect_shapes(shapes_of(padded->tensors), dense_shapes(dense.config), "test"));

        const auto &is = padded->tensors;
        const std::string resnet = "down_blocks.0.resnets.0", layer = "down_blocks.0.attentions.0.transformer_blocks.0";
        for (const char *key : {".conv1.weight", ".conv1.bias", ".time_emb_proj.weight", ".time_emb_proj.bias", ".norm2.weight", ".norm2.bias"}) {
            auto expected = dense.tensors.at(resnet + key).clone();
            expected[1].zero_();
            QVERIFY(torch::equal(is.at(resnet + key), expected));
        }
        auto out = dense.tensors.at(layer + ".attn1.to_out.0.weight").clone();
        out.slice(1, 0, 16).zero_();
        QVERIFY(torch::equal(is.at(layer + ".attn1.to_out.0.weight"), out));
        auto proj = dense.tensors.at(layer + ".ff.net.0.proj.weight").clone();
        proj.slice(0, 4, 8).zero_();
        proj.slice(0, 132, 136).zero_();
        QVERIFY(torch::equal(is.at(layer + ".ff.net.0.proj.weight"), proj));
        QVERIFY(torch::equal(is.at("mid_block.resnets.0.conv1.weight"), dense.tensors.at("mid_block.resnets.0.conv1.weight")));
    }

    void dropped_modules_pass_their_input_on()
    {
        const UNetParts dense = random_unet(small_unet());
        const UNetParts student = student_of(dense);
        QVERIFY(student.structure.dropped.contains("up_blocks.1.resnets.2"));
        const auto padded = dense_padded(student).value().tensors;
        for (const char *key : {"down_blocks.0.resnets.1.conv2.weight", "down_blocks.0.resnets.1.conv2.bias", "up_blocks.1.resnets.2.conv2.weight",
                                "up_blocks.1.resnets.2.conv2.bias", "up_blocks.1.resnets.2.conv_shortcut.bias",
                                "down_blocks.0.attentions.1.proj_out.weight", "down_blocks.0.attentions.1.proj_out.bias"})
            QVERIFY2(padded.at(key).eq(0).all().item<bool>(), key);
        const auto input = torch::randn({2, 64, 5, 5}); // 32 channels and 32 of the skip connection
        const auto output = torch::conv2d(input, padded.at("up_blocks.1.resnets.2.conv_shortcut.weight"));
        QVERIFY(torch::equal(output, input.slice(1, 0, 32)));
    }

    // Cut by other programs: a feed-forward to 101 of 128 channels, which are no whole groups of four, and modules dropped from the middle of their blocks.
    void what_no_gate_stands_for_is_padded_too()
    {
        UNetParts student = random_unet(small_unet());
        const std::string ff = "down_blocks.0.attentions.0.transformer_blocks.0.ff.net.";
        for (const char *key : {"0.proj.weight", "0.proj.bias"}) {
            auto &tensor = student.tensors.at(ff + key);
            tensor = torch::cat({tensor.slice(0, 0, 101), tensor.slice(0, 128, 229)});
        }
        auto &out = student.tensors.at(ff + "2.weight");
        out = out.slice(1, 0, 101).contiguous();
        student.structure.dropped = {"up_blocks.0.resnets.0", "up_blocks.1.attentions.0"};
        for (const auto &module : student.structure.dropped)
            std::erase_if(student.tensors, [&](const auto &entry) { return entry.first.starts_with(module + "."); });
        const auto twin = dense_twin(student);
        QVERIFY2(twin, twin ? "" : to_string(twin.error()).c_str());
        QVERIFY(twin->structure.empty());
        QVERIFY(expect_shapes(shapes_of(twin->tensors), dense_shapes(student.config), "test"));
        const auto same = same_output(*twin, student, 1e-4);
        QVERIFY2(same, same ? "" : to_string(same.error()).c_str());
    }

    // Narrower heads and groups have no dense twin; the refusal says why.
    void what_zeros_would_change_is_refused()
    {
        const auto cut = [](GateKind kind, std::int64_t width) {
            UNetParts student = random_unet(small_unet());
            const auto layout = gate_layout(student.config);
            const auto vector = std::find_if(layout.widths.begin(), layout.widths.end(), [&](const auto &one) { return one.kind == kind && one.module.find("blocks.1") == 3; });
            for (const auto &region : vector->regions) {
                auto &tensor = student.tensors.at(region.key);
                tensor = tensor.slice(region.dim, 0, width).contiguous();
            }
            const auto twin = dense_twin(student);
            return twin ? std::string("none") : to_string(twin.error());
        };
        const auto heads = cut(GateKind::Head, 24), groups = cut(GateKind::ResnetGroup, 16);
        QVERIFY2(heads.find("up_blocks.1.attentions.0.transformer_blocks.0.attn1: its heads were made narrower") != std::string::npos, heads.c_str());
        QVERIFY2(groups.find("up_blocks.1.resnets.0: its groups were made narrower") != std::string::npos, groups.c_str());
    }

    void a_model_that_lacks_a_tensor_is_refused()
    {
        UNetParts student = student_of(random_unet(small_unet()));
        student.tensors.erase("conv_out.weight");
        const auto padded = dense_padded(student);
        QVERIFY(!padded && padded.error().message.find("conv_out.weight") != std::string::npos);
    }

    void a_pipeline_is_written_whole()
    {
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString(), base = pipeline_in(root / "base"), target = root / "out" / "";
        const UNetParts student = student_of(random_unet(small_unet()));
        const auto written = write_model(target, base, student, {torch::kBFloat16, false});
        QVERIFY2(written, written ? "" : to_string(written.error()).c_str());
        QVERIFY(fs::exists(target / "vae" / "config.json") && fs::exists(target / "scheduler" / "scheduler_config.json"));
        QVERIFY(!fs::exists(target / ".git"));
        QCOMPARE(std::distance(fs::directory_iterator(root), fs::directory_iterator()), 2);

        const auto back = read_unet(target);
        QVERIFY2(back, back ? "" : to_string(back.error()).c_str());
        QCOMPARE(back->structure.dropped, student.structure.dropped);
        QCOMPARE(back->tensors.size(), student.tensors.size());
        for (const auto &[key, tensor] : student.tensors)
            QVERIFY(torch::equal(back->tensors.at(key), tensor.to(torch::kBFloat16)));
    }

    void targets_that_must_not_be_written()
    {
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString(), base = pipeline_in(root / "base");
        const UNetParts unet = random_unet(small_unet());
        QCOMPARE(check_target(base, base, {{}, true}).error().code, ErrorCode::Usage);
        QCOMPARE(check_target(base / "unet", base, {{}, true}).error().code, ErrorCode::Usage);
        QCOMPARE(check_target(root, base, {{}, true}).error().code, ErrorCode::Usage);

        fs::create_directories(root / "papers");
        QVERIFY(check_target(root / "papers", base, {}));
        std::ofstream(root / "papers" / "thesis.txt") << "not a model";
        QVERIFY(!check_target(root / "papers", base, {}));
        QVERIFY(!write_model(root / "papers", base, unet, {{}, true}));
        QVERIFY(fs::exists(root / "papers" / "thesis.txt"));
    }

    void an_older_model_is_replaced_only_on_request()
    {
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString(), base = pipeline_in(root / "base"), target = root / "out";
        const UNetParts unet = random_unet(small_unet());
        QVERIFY(write_model(target, base, student_of(unet), {}));
        QVERIFY(!write_model(target, base, unet, {}));
        QVERIFY(fs::exists(target / "unet" / "structure.json"));
        QVERIFY(write_model(target, base, unet, {{}, true}));
        QVERIFY(!fs::exists(target / "unet" / "structure.json"));
        QCOMPARE(std::distance(fs::directory_iterator(root), fs::directory_iterator()), 2);
    }

    void a_value_beyond_the_dtype_is_named()
    {
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString(), base = pipeline_in(root / "base");
        UNetParts unet = random_unet(small_unet());
        unet.tensors["conv_in.bias"] = torch::full({32}, 1e6f);
        const auto written = write_model(root / "out", base, unet, {torch::kFloat16, false});
        QVERIFY(!written);
        QCOMPARE(written.error().code, ErrorCode::Numerical);
        QVERIFY(written.error().message.find("conv_in.bias") != std::string::npos);
        QCOMPARE(std::distance(fs::directory_iterator(root), fs::directory_iterator()), 1);
    }
};

QTEST_APPLESS_MAIN(DenseExportTest)
#include "tst_dense_export.moc"
