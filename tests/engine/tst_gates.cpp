#include "architecture/gates.h"

#include "unet_examples.h"

#include <QTest>

using namespace quell;
using namespace quell::tests;

class GatesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void layout_of_stable_diffusion_2()
    {
        // APTP's published layout: offsets of the blocks' slices, 70 sub-vectors, 1,606 width and 14 depth gates.
        const GateLayout layout = gate_layout(sd2_unet());
        QCOMPARE(layout.widths.size(), 70u);
        QCOMPARE(layout.width_count, 1606u);
        QCOMPARE(layout.depths.size(), 14u);
        const std::map<std::string, std::size_t> begins = {
            {"down_blocks.0.resnets.0", 0},  {"down_blocks.1.resnets.0", 148}, {"down_blocks.2.resnets.0", 316},
            {"down_blocks.3.resnets.0", 524}, {"mid_block.resnets.0", 588},     {"up_blocks.0.resnets.0", 724},
            {"up_blocks.1.resnets.0", 820},  {"up_blocks.2.resnets.0", 1132},  {"up_blocks.3.resnets.0", 1384}};
        std::size_t found = 0;
        for (const GateVector &vector : layout.widths)
            if (const auto begin = begins.find(vector.module); begin != begins.end()) {
                QCOMPARE(vector.begin, begin->second);
                ++found;
            }
        QCOMPARE(found, begins.size());
        QCOMPARE(layout.depths[6], std::string("down_blocks.3.resnets.1"));
        QCOMPARE(layout.depths[7], std::string("up_blocks.0.resnets.2"));
        QCOMPARE(layout.depths[13], std::string("up_blocks.3.attentions.2"));
    }

    void order_within_a_block()
    {
        const GateLayout layout = gate_layout(small_unet());
        QCOMPARE(layout.width_count, 604u);
        QCOMPARE(layout.depths.size(), 6u);
        const std::string attention = "down_blocks.0.attentions.0.transformer_blocks.0";
        QCOMPARE(layout.widths[1].module, std::string("down_blocks.0.resnets.1"));
        QCOMPARE(layout.widths[2].module, attention + ".attn1");
        QCOMPARE(layout.widths[3].module, attention + ".attn2");
        QCOMPARE(layout.widths[4].module, attention + ".ff");
        QCOMPARE(layout.widths[3].count, 2);
        QCOMPARE(layout.widths[4].count, 32);
        QCOMPARE(layout.widths[4].channels, 4);
    }

    void a_vector_opens_from_one_half_on()
    {
        const GateLayout layout = gate_layout(small_unet());
        std::vector<float> vector(610, 0.9f);
        vector[3] = 0.499f;
        vector[4] = 0.5f;
        vector[605] = 0.1f;
        const auto gates = gates_of(layout, vector);
        QVERIFY(gates);
        QVERIFY(!gates->width[3] && gates->width[4] && !gates->depth[1] && gates->depth[0]);
        QVERIFY(!gates_of(layout, std::vector<float>(609)));
    }

    void a_record_gives_its_gates_back()
    {
        const GateLayout layout = gate_layout(small_unet());
        Gates gates = open_gates(layout);
        QVERIFY(record_of(layout, gates).empty());
        gates.width[5] = gates.width[64] = gates.width[70] = false; // a resnet group, a head, a feed-forward group
        gates.depth[2] = false;
        const StructureRecord record = record_of(layout, gates);
        QCOMPARE(record.resnet_groups.at("down_blocks.0.resnets.0").kept.size(), 31u);
        QCOMPARE(record.heads.at("down_blocks.0.attentions.0.transformer_blocks.0.attn1").kept, std::vector<std::int64_t>{1});
        QCOMPARE(record.feed_forward.at("down_blocks.0.attentions.0.transformer_blocks.0.ff").total, 32);
        QVERIFY(record.dropped.contains("down_blocks.1.resnets.1"));
        const auto back = gates_of(layout, record, "test");
        QVERIFY(back);
        QVERIFY(back->width == gates.width && back->depth == gates.depth);
    }

    void a_record_of_another_model_is_refused()
    {
        const GateLayout layout = gate_layout(small_unet());
        StructureRecord record;
        record.heads["down_blocks.0.attentions.0.transformer_blocks.0.attn1"] = {5, {0}};
        QVERIFY(!gates_of(layout, record, "test"));
        record.heads = {{"elsewhere", {2, {0}}}};
        QVERIFY(!gates_of(layout, record, "test"));
        record.heads.clear();
        record.dropped.insert("mid_block.resnets.0");
        QVERIFY(!gates_of(layout, record, "test"));
    }

    void no_depth_gate_where_the_width_changes()
    {
        UNetConfig config = small_unet();
        config.layers_per_block = {1, 1};
        const GateLayout layout = gate_layout(config);
        QVERIFY(std::find(layout.depths.begin(), layout.depths.end(), "down_blocks.1.resnets.0") == layout.depths.end());
        QVERIFY(std::find(layout.depths.begin(), layout.depths.end(), "down_blocks.0.resnets.0") != layout.depths.end());
    }
};

QTEST_APPLESS_MAIN(GatesTest)
#include "tst_gates.moc"
