// What a UNet is, told by shapes: against models cut here by known gates, and configs that lie.
#include "architecture/unet_reading.h"
#include "pruning/slice.h"

#include "unet_examples.h"

#include <QTest>

#include <functional>
#include <random>

using namespace quell;
using namespace quell::tests;

namespace {

std::string message(const Result<UNetReading> &reading)
{
    return reading ? "no error" : to_string(reading.error());
}

// Keeps each gate with probability one half, at least one a vector.
Gates random_gates(const GateLayout &layout, unsigned seed)
{
    std::mt19937 random(seed);
    Gates gates = open_gates(layout);
    for (const auto &vector : layout.widths) {
        for (std::int64_t i = 0; i < vector.count; ++i)
            gates.width[vector.begin + i] = i == vector.count / 2 || random() % 2;
    }
    for (std::size_t i = 0; i < gates.depth.size(); ++i)
        gates.depth[i] = random() % 4;
    return gates;
}

std::map<std::string, std::size_t> counts(const std::map<std::string, StructureRecord::Kept> &modules)
{
    std::map<std::string, std::size_t> counts;
    for (const auto &[module, kept] : modules)
        counts[module] = kept.kept.size();
    return counts;
}

UNetConfig with(UNetConfig config, const std::function<void(Json &)> &change)
{
    change(config.source);
    return parse_unet_config(config.source, "test").value();
}

// All of one module's channels cut to `width`, as a tool would that keeps the number of heads or groups.
void narrow(Shapes &shapes, const GateLayout &layout, const std::string &module, std::int64_t width)
{
    for (const auto &vector : layout.widths) {
        if (vector.module == module) {
            for (const auto &region : vector.regions)
                shapes[region.key][region.dim] = width;
        }
    }
}

const std::string attention = "down_blocks.0.attentions.0.transformer_blocks.0.attn1";

} // namespace

class UNetReadingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void a_dense_model_has_nothing_to_tell()
    {
        for (const auto &config : {small_unet(), starter_unet(), sd1_unet(), sd2_unet()}) {
            const auto reading = read_unet_shapes(config, dense_shapes(config), {}, "model");
            QVERIFY2(reading, message(reading).c_str());
            QVERIFY(reading->structure.empty() && reading->structure.origin.empty());
            QVERIFY(reading->differences.empty());
        }
    }

    // An APTP expert: any gates of SD 2.1.
    void gates_are_counted()
    {
        const auto config = sd2_unet();
        const auto layout = gate_layout(config);
        for (unsigned seed = 0; seed < 20; ++seed) {
            const auto gates = random_gates(layout, seed);
            const auto truth = record_of(layout, gates);
            const auto reading = read_unet_shapes(config, sliced_shapes(config, gates), {}, "model");
            QVERIFY2(reading, message(reading).c_str());
            QCOMPARE(reading->structure.dropped, truth.dropped);
            QVERIFY(counts(reading->structure.heads) == counts(truth.heads));
            QVERIFY(counts(reading->structure.feed_forward) == counts(truth.feed_forward));
            QVERIFY(counts(reading->structure.resnet_groups) == counts(truth.resnet_groups));
            QCOMPARE(reading->structure.origin, std::string("inferred from the shapes of the weights"));
            QVERIFY(reading->differences.empty());
        }
    }

    void the_class_of_aptp_tells_what_shapes_do_not()
    {
        auto config = sd2_unet();
        const auto layout = gate_layout(config);
        auto shapes = dense_shapes(config);
        narrow(shapes, layout, "down_blocks.2.attentions.0.transformer_blocks.0.attn1", 640); // 10 heads of 64 or 20 of 32
        QCOMPARE(read_unet_shapes(config, shapes, {}, "model").error().code, ErrorCode::Usage);
        config = with(config, [](Json &json) {
            json["_class_name"] = "UNet2DConditionModelPruned";
            json["down_block_types"] = {"CrossAttnDownBlock2DHalfGated", "CrossAttnDownBlock2DHalfGated", "CrossAttnDownBlock2DHalfGated", "DownBlock2DHalfGated"};
            json["mid_block_type"] = "UNetMidBlock2DCrossAttnWidthGated";
            json["up_block_types"] = {"UpBlock2DHalfGated", "CrossAttnUpBlock2DHalfGated", "CrossAttnUpBlock2DHalfGated", "CrossAttnUpBlock2DHalfGated"};
            json["gated_ff"] = true;
            json["ff_gate_width"] = 32;
        });
        QCOMPARE(config.down_block_types.back(), std::string("DownBlock2D"));
        QVERIFY(config.source["_class_name"] == "UNet2DConditionModel");
        const auto reading = read_unet_shapes(config, shapes, {}, "model");
        QVERIFY2(reading, message(reading).c_str());
        QCOMPARE(reading->structure.heads.at("down_blocks.2.attentions.0.transformer_blocks.0.attn1").kept.size(), 10u);
    }

    void two_readings_are_asked_about()
    {
        const auto config = small_unet(); // 2 heads of 16, groups of one channel
        const auto layout = gate_layout(config);
        auto shapes = dense_shapes(config);
        narrow(shapes, layout, attention, 16);
        const auto asked = read_unet_shapes(config, shapes, {}, "model");
        QCOMPARE(asked.error().code, ErrorCode::Usage);
        QVERIFY2(message(asked).find("1 heads of 16 or 2 of 8") != std::string::npos, message(asked).c_str());
        const auto fewer = read_unet_shapes(config, shapes, {CutReading::Fewer, CutReading::Infer}, "model");
        QCOMPARE(fewer->structure.heads.at(attention).kept.size(), 1u);
        const auto narrower = read_unet_shapes(config, shapes, {CutReading::Narrower, CutReading::Infer}, "model");
        QVERIFY(narrower->structure.heads.empty());
        QVERIFY(!narrower->structure.origin.empty()); // so that it is not asked again
    }

    void one_module_tells_for_the_others()
    {
        const auto config = small_unet();
        const auto layout = gate_layout(config);
        auto shapes = dense_shapes(config);
        narrow(shapes, layout, attention, 16);
        narrow(shapes, layout, "up_blocks.1.attentions.0.transformer_blocks.0.attn2", 24); // not a multiple of 16
        const auto reading = read_unet_shapes(config, shapes, {}, "model");
        QVERIFY2(reading, message(reading).c_str());
        QVERIFY(reading->structure.heads.empty());

        narrow(shapes, layout, "up_blocks.1.attentions.0.transformer_blocks.0.attn1", 17);
        QVERIFY(message(read_unet_shapes(config, shapes, {}, "model")).find("fit neither") != std::string::npos);
    }

    // segmind's small-sd and tiny-sd carry Stable Diffusion's config.
    void weights_decide_over_a_wrong_config()
    {
        const auto truth = unet_config(R"({"sample_size": 64, "layers_per_block": 1, "attention_head_dim": 8, "cross_attention_dim": 768, "mid_block_type": null,
            "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
            "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"], "block_out_channels": [320, 640, 1280]})");
        const auto reading = read_unet_shapes(sd1_unet(), dense_shapes(truth), {}, "model");
        QVERIFY2(reading, message(reading).c_str());
        QVERIFY(dense_shapes(reading->config) == dense_shapes(truth));
        QCOMPARE(reading->config.heads, truth.heads);
        QVERIFY(reading->structure.empty());
        QVERIFY(reading->config.source["mid_block_type"].is_null());
        const std::vector<std::string> expected{
            "block_out_channels: config.json says [320,640,1280,1280], the weights have [320,640,1280]",
            "mid_block_type: config.json says \"UNetMidBlock2DCrossAttn\", the weights have null",
            "layers_per_block: config.json says [2,2,2,2], the weights have [1,1,1]"};
        for (const auto &difference : expected)
            QVERIFY2(std::count(reading->differences.begin(), reading->differences.end(), difference), difference.c_str());
    }

    // In a file without a config, a dropped module must not be taken for a smaller UNet.
    void either_side_tells_how_many_layers_there_are()
    {
        const auto config = sd2_unet();
        const auto layout = gate_layout(config);
        auto wrong = sd1_unet();
        wrong.heads = config.heads;
        wrong.source["attention_head_dim"] = config.heads;
        for (std::size_t i = 0; i < layout.depths.size(); ++i) {
            auto gates = open_gates(layout);
            gates.depth[i] = false;
            const auto reading = read_unet_shapes(wrong, sliced_shapes(config, gates), {}, "model");
            QVERIFY2(reading, message(reading).c_str());
            QVERIFY(dense_shapes(reading->config) == dense_shapes(config));
            QCOMPARE(reading->structure.dropped, std::set<std::string>{layout.depths[i]});
        }
    }

    void absurd_numbers_are_no_layers()
    {
        const auto config = small_unet();
        const std::string stray = "down_blocks.0.resnets.9000000000000000000.x";
        auto shapes = dense_shapes(config);
        shapes[stray] = {1};
        QVERIFY(message(read_unet_shapes(config, shapes, {}, "model")).find(stray) != std::string::npos);
        std::erase_if(shapes, [&](const auto &entry) { return entry.first.starts_with("down_blocks.0.resnets.") && entry.first != stray; });
        QVERIFY(message(read_unet_shapes(config, shapes, {}, "model")).find("no resnet in down_blocks.0") != std::string::npos);
    }

    void what_fits_nothing_is_refused_by_key()
    {
        const auto config = small_unet();
        auto shapes = dense_shapes(config);
        shapes.erase("time_embedding.linear_1.weight");
        QVERIFY(message(read_unet_shapes(config, shapes, {}, "model")).find("time_embedding.linear_1.weight") != std::string::npos);
        shapes = dense_shapes(config);
        shapes["down_blocks.0.resnets.0.conv2.weight"][1] = 31; // its other tensors keep all 32
        QVERIFY(message(read_unet_shapes(config, shapes, {}, "model")).find("down_blocks.0.resnets.0.conv2.weight") != std::string::npos);
        shapes = dense_shapes(config);
        shapes["class_embedding.weight"] = {10, 128};
        QVERIFY(message(read_unet_shapes(config, shapes, {}, "model")).find("class_embedding.weight") != std::string::npos);
        QVERIFY(message(read_unet_shapes(config, {{"lora_A.weight", {4, 4}}}, {}, "model")).find("not those of a UNet") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(UNetReadingTest)
#include "tst_unet_reading.moc"
