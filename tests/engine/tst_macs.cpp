#include "architecture/macs.h"

#include "unet_examples.h"

#include <QTest>

using namespace quell;
using namespace quell::tests;

// All figures are from hooks on diffusers' UNet2DConditionModel (convolutions, linear layers, arguments of scaled_dot_product_attention).
class MacsTest : public QObject {
    Q_OBJECT

    static void compare(const UNetConfig &config, std::int64_t text_length, Cost total, const std::map<std::string, std::int64_t> &blocks)
    {
        const CostModel costs(config, text_length);
        const Shapes shapes = dense_shapes(config);
        QCOMPARE(costs.total(shapes).macs, total.macs);
        QCOMPARE(costs.total(shapes).parameters, total.parameters);
        const auto by_block = costs.by_block(shapes);
        for (const auto &[block, macs] : blocks)
            QCOMPARE(by_block.at(block).macs, macs);
        Cost sum;
        for (const auto &entry : costs.by_module(shapes))
            sum += entry.second;
        QVERIFY(sum == total);
    }

private Q_SLOTS:
    void starter()
    {
        compare(starter_unet(), 32, {1303252992, 22462760},
                {{"time_embedding", 184320}, {"conv_in", 1769472}, {"down_blocks.0", 216145920}, {"down_blocks.1", 132587520},
                 {"down_blocks.2", 35061760}, {"mid_block", 63504384}, {"up_blocks.0", 125337600}, {"up_blocks.1", 317050880},
                 {"up_blocks.2", 409841664}, {"conv_out", 1769472}});
    }

    void odd_side()
    {
        compare(small_unet(), 77, {191558656, 1106212},
                {{"down_blocks.0", 42915328}, {"down_blocks.1", 10633216}, {"mid_block", 20549376}, {"up_blocks.0", 39174144},
                 {"up_blocks.1", 77519616}});
    }

    void uneven_layers_without_a_mid_block()
    {
        const auto config = unet_config(R"({"sample_size": 19, "in_channels": 3, "out_channels": 5,
            "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
            "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"], "block_out_channels": [24, 48, 72],
            "layers_per_block": [1, 2, 1], "transformer_layers_per_block": [1, 2, 1], "attention_head_dim": [2, 3, 6],
            "cross_attention_dim": 20, "norm_num_groups": 12, "mid_block_type": null})");
        compare(config, 9, {130923168, 1641053},
                {{"down_blocks.0", 4263552}, {"down_blocks.1", 29665536}, {"down_blocks.2", 4777632}, {"up_blocks.0", 17244864},
                 {"up_blocks.1", 60192000}, {"up_blocks.2", 14144256}});
    }

    void only_cross_attention_and_no_padding()
    {
        const auto config = unet_config(R"({"sample_size": 19, "in_channels": 3, "out_channels": 5,
            "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
            "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"], "block_out_channels": [24, 48, 72],
            "layers_per_block": [1, 2, 1], "transformer_layers_per_block": [1, 2, 1], "attention_head_dim": [2, 3, 6],
            "cross_attention_dim": 20, "norm_num_groups": 12, "only_cross_attention": true, "downsample_padding": 0})");
        compare(config, 9, {101599488, 1901237}, {{"down_blocks.1", 19701504}, {"mid_block", 4742208}, {"up_blocks.1", 43818624}});
    }

    void stable_diffusion_parameters()
    {
        QCOMPARE(parameters(dense_shapes(sd1_unet())), 859520964);
        QCOMPARE(parameters(dense_shapes(sd2_unet())), 865910724);
    }
};

QTEST_APPLESS_MAIN(MacsTest)
#include "tst_macs.moc"
