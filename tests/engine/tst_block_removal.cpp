#include "pruning/blocks.h"

#include "unet_examples.h"

#include <QTest>

using namespace quell;
using namespace quell::tests;

class BlockRemovalTest : public QObject {
    Q_OBJECT

    static std::int64_t size_of(const UNetConfig &config, BlockRemoval removal)
    {
        return parameters(dense_shapes(reduced_config(config, removal, "test").value()));
    }

private Q_SLOTS:
    void parameters_of_bk_sdm()
    {
        QCOMPARE(size_of(sd1_unet(), BlockRemoval::Base), 579384964);
        QCOMPARE(size_of(sd1_unet(), BlockRemoval::Small), 482346884);
        QCOMPARE(size_of(sd1_unet(), BlockRemoval::Tiny), 323384964);
        QCOMPARE(size_of(sd2_unet(), BlockRemoval::Base), 583480964);
        QCOMPARE(size_of(sd2_unet(), BlockRemoval::Small), 485787524);
        QCOMPARE(size_of(sd2_unet(), BlockRemoval::Tiny), 326825604);
    }

    void weights_come_from_where_bk_sdm_takes_them()
    {
        // Stable Diffusion's shape in small: the two innermost stages are equally wide.
        const auto config = unet_config(R"({"sample_size": 16, "block_out_channels": [32, 64, 64], "layers_per_block": 2,
            "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
            "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"], "attention_head_dim": [2, 4, 4], "cross_attention_dim": 32})");
        const UNetParts dense = random_unet(config);
        const auto base = remove_blocks(dense, BlockRemoval::Base);
        QVERIFY2(base, base ? "" : to_string(base.error()).c_str());
        const auto same = [&](const UNetParts &student, const std::string &key, const std::string &source) {
            return student.tensors.at(key).is_same(dense.tensors.at(source));
        };
        QVERIFY(same(*base, "up_blocks.1.resnets.0.conv1.weight", "up_blocks.1.resnets.0.conv1.weight"));
        QVERIFY(same(*base, "up_blocks.1.resnets.1.conv1.weight", "up_blocks.1.resnets.2.conv1.weight"));
        QVERIFY(same(*base, "up_blocks.2.attentions.1.proj_in.weight", "up_blocks.2.attentions.2.proj_in.weight"));
        QVERIFY(same(*base, "down_blocks.1.resnets.0.conv1.weight", "down_blocks.1.resnets.0.conv1.weight"));
        QVERIFY(!base->tensors.contains("down_blocks.1.resnets.1.conv1.weight"));

        const auto small = remove_blocks(dense, BlockRemoval::Small);
        QVERIFY(small && !small->tensors.contains("mid_block.resnets.0.conv1.weight"));
        QVERIFY(small->config.source["mid_block_type"].is_null());

        const auto tiny = remove_blocks(dense, BlockRemoval::Tiny);
        QVERIFY2(tiny, tiny ? "" : to_string(tiny.error()).c_str());
        QVERIFY(same(*tiny, "up_blocks.0.resnets.1.conv1.weight", "up_blocks.1.resnets.2.conv1.weight"));
        QVERIFY(same(*tiny, "up_blocks.0.upsamplers.0.conv.weight", "up_blocks.1.upsamplers.0.conv.weight"));
        QVERIFY(same(*tiny, "down_blocks.0.downsamplers.0.conv.weight", "down_blocks.0.downsamplers.0.conv.weight"));
        QVERIFY(!tiny->tensors.contains("down_blocks.1.downsamplers.0.conv.weight"));
        QCOMPARE(tiny->config.up_block_types, (std::vector<std::string>{"CrossAttnUpBlock2D", "CrossAttnUpBlock2D"}));
        QCOMPARE(tiny->config.heads, (std::vector<std::int64_t>{2, 4}));
    }

    void what_does_not_fit_is_refused()
    {
        const UNetParts starter = random_unet(small_unet());
        QCOMPARE(remove_blocks(starter, BlockRemoval::Tiny).error().code, ErrorCode::Mismatch); // 32 beside 64 channels
        const auto base = remove_blocks(starter, BlockRemoval::Base);
        QVERIFY(base);
        QCOMPARE(remove_blocks(*base, BlockRemoval::Base).error().code, ErrorCode::Unsupported);
    }
};

QTEST_APPLESS_MAIN(BlockRemovalTest)
#include "tst_block_removal.moc"
