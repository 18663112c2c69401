#include "pruning/magnitude.h"

#include "unet_examples.h"

#include <QTest>

#include <cmath>

using namespace quell;
using namespace quell::tests;

class PruneTest : public QObject {
    Q_OBJECT

    // Keeps the first gates of every vector, so many as `kept` says of its length.
    template <class Kept> static Gates first_of_each(const GateLayout &layout, Kept kept, bool depth)
    {
        Gates gates = open_gates(layout);
        for (const GateVector &vector : layout.widths)
            for (std::int64_t i = kept(vector.count); i < vector.count; ++i)
                gates.width[vector.begin + i] = false;
        gates.depth.assign(gates.depth.size(), depth);
        return gates;
    }

private Q_SLOTS:
    void parameters_of_sliced_stable_diffusion_2()
    {
        const UNetConfig config = sd2_unet();
        const GateLayout layout = gate_layout(config);
        const auto all = [](std::int64_t n) { return n; };
        const auto half = [](std::int64_t n) { return (n + 1) / 2; };
        const auto most = [](std::int64_t n) { return n * 8 / 10; };
        const auto one = [](std::int64_t) { return std::int64_t{1}; };
        QCOMPARE(parameters(sliced_shapes(config, first_of_each(layout, all, true))), 865910724);
        QCOMPARE(parameters(sliced_shapes(config, first_of_each(layout, all, false))), 593722884);
        QCOMPARE(parameters(sliced_shapes(config, first_of_each(layout, half, true))), 485035844);
        QCOMPARE(parameters(sliced_shapes(config, first_of_each(layout, half, false))), 341066372);
        QCOMPARE(parameters(sliced_shapes(config, first_of_each(layout, most, true))), 700873356);
        QCOMPARE(parameters(sliced_shapes(config, first_of_each(layout, one, false))), 105816764);
    }

    void slices_hold_what_is_kept()
    {
        const UNetParts dense = random_unet(small_unet());
        const GateLayout layout = gate_layout(dense.config);
        Gates gates = open_gates(layout);
        gates.width[1] = false;  // group 1 of down_blocks.0.resnets.0
        gates.width[64] = false; // head 0 of the first attn1
        gates.width[69] = false; // feed-forward group 1: hidden channels 4..7 of 128
        gates.depth[0] = false;  // down_blocks.0.resnets.1
        const auto student = slice(dense, gates);
        QVERIFY2(student, student ? "" : to_string(student.error()).c_str());
        const auto &was = dense.tensors;
        const auto &is = student->tensors;
        const auto without = [](const torch::Tensor &x, std::int64_t dim, std::int64_t begin, std::int64_t end) {
            return torch::cat({x.slice(dim, 0, begin), x.slice(dim, end)}, dim);
        };
        const std::string resnet = "down_blocks.0.resnets.0", layer = "down_blocks.0.attentions.0.transformer_blocks.0";
        for (const char *key : {".conv1.weight", ".conv1.bias", ".time_emb_proj.weight", ".time_emb_proj.bias", ".norm2.weight", ".norm2.bias"})
            QVERIFY(torch::equal(is.at(resnet + key), without(was.at(resnet + key), 0, 1, 2)));
        QVERIFY(torch::equal(is.at(resnet + ".conv2.weight"), without(was.at(resnet + ".conv2.weight"), 1, 1, 2)));
        QVERIFY(torch::equal(is.at(resnet + ".conv2.bias"), was.at(resnet + ".conv2.bias")));
        for (const char *key : {".attn1.to_q.weight", ".attn1.to_k.weight", ".attn1.to_v.weight"})
            QVERIFY(torch::equal(is.at(layer + key), was.at(layer + key).slice(0, 16)));
        QVERIFY(torch::equal(is.at(layer + ".attn1.to_out.0.weight"), was.at(layer + ".attn1.to_out.0.weight").slice(1, 16)));
        for (const char *key : {".ff.net.0.proj.weight", ".ff.net.0.proj.bias"})
            QVERIFY(torch::equal(is.at(layer + key), without(without(was.at(layer + key), 0, 132, 136), 0, 4, 8)));
        QVERIFY(torch::equal(is.at(layer + ".ff.net.2.weight"), without(was.at(layer + ".ff.net.2.weight"), 1, 4, 8)));
        QVERIFY(!is.contains("down_blocks.0.resnets.1.conv1.weight"));
        QVERIFY(student->structure.dropped.contains("down_blocks.0.resnets.1"));
        QVERIFY(expect_shapes(shapes_of(is), sliced_shapes(dense.config, gates), "test"));
    }

    void open_gates_change_nothing()
    {
        const UNetParts dense = random_unet(small_unet());
        const auto student = slice(dense, open_gates(gate_layout(dense.config)));
        QVERIFY(student && student->structure.empty());
        for (const auto &[key, tensor] : dense.tensors)
            QVERIFY(student->tensors.at(key).is_same(tensor));
    }

    void nothing_left_of_a_module_is_refused()
    {
        const UNetParts dense = random_unet(small_unet());
        Gates gates = open_gates(gate_layout(dense.config));
        gates.width[64] = gates.width[65] = false;
        const auto student = slice(dense, gates);
        QVERIFY(!student && student.error().message.size() && student.error().place.find("attn1") != std::string::npos);
    }

    void what_is_dropped_needs_no_open_gate()
    {
        const UNetParts dense = random_unet(small_unet());
        const GateLayout layout = gate_layout(dense.config);
        Gates gates = open_gates(layout);
        gates.depth[0] = false; // down_blocks.0.resnets.1
        const auto alone = slice(dense, gates);
        for (const GateVector &vector : layout.widths)
            for (std::int64_t i = 0; vector.parent == layout.depths[0] && i < vector.count; ++i)
                gates.width[vector.begin + i] = false;
        const auto student = slice(dense, gates);
        QVERIFY2(student, student ? "" : to_string(student.error()).c_str());
        QVERIFY(shapes_of(student->tensors) == shapes_of(alone->tensors));
        QVERIFY(student->structure.resnet_groups.empty());
    }

    void share_is_met()
    {
        const UNetParts dense = random_unet(small_unet());
        const CostModel costs(dense.config, 77);
        const double before = costs.total(shapes_of(dense.tensors)).macs;
        for (const double share : {0.9, 0.7, 0.55}) {
            const auto student = prune_to_share(dense, share, 77);
            QVERIFY2(student, student ? "" : to_string(student.error()).c_str());
            const double left = costs.total(shapes_of(student->tensors)).macs / before;
            QVERIFY2(std::abs(left - share) <= 0.005, std::to_string(left).c_str());
            QVERIFY(student->structure.dropped.empty());
            for (const auto &entry : student->structure.resnet_groups)
                QVERIFY(entry.second.kept.size() >= 8);
            for (const auto &entry : student->structure.heads)
                QVERIFY(!entry.second.kept.empty());
        }
    }

    void depth_is_the_last_resort()
    {
        const UNetParts dense = random_unet(small_unet());
        const auto student = prune_to_share(dense, 0.3, 77);
        QVERIFY2(student, student ? "" : to_string(student.error()).c_str());
        QVERIFY(!student->structure.dropped.empty());
        const auto impossible = prune_to_share(dense, 0.01, 77);
        QVERIFY(!impossible);
        QCOMPARE(impossible.error().code, ErrorCode::Unsupported);
        QCOMPARE(prune_to_share(dense, 1.5, 77).error().code, ErrorCode::Usage);
    }

    void twice_pruned_is_refused()
    {
        auto student = prune_to_share(random_unet(small_unet()), 0.8, 77);
        QVERIFY(student);
        QCOMPARE(prune_to_share(*student, 0.5, 77).error().code, ErrorCode::Unsupported);
    }

    void weak_channels_go_first()
    {
        UNetParts dense = random_unet(small_unet());
        const GateLayout layout = gate_layout(dense.config);
        for (const GateVector &vector : layout.widths) // the last gate of each adds nothing; heads are too large a part here
            for (const auto &region : vector.regions)
                if (vector.kind != GateKind::Head && region.dim == 1)
                    dense.tensors.at(region.key).narrow(1, (vector.count - 1) * vector.channels, vector.channels).zero_();
        const auto gates = gates_for_share(dense, layout, 0.95, 77);
        QVERIFY(gates);
        for (const GateVector &vector : layout.widths)
            if (vector.kind == GateKind::ResnetGroup)
                QVERIFY(!gates->width[vector.begin + vector.count - 1]);
    }

    void moments_agree_with_sampling()
    {
        const UNetParts dense = random_unet(small_unet());
        const GateLayout layout = gate_layout(dense.config);
        const auto statistics = gate_statistics(dense.tensors, layout);
        const auto normal = [](std::int64_t columns) { return torch::randn({400000, columns}); };

        const std::string resnet = "down_blocks.0.resnets.0";
        const auto silu = torch::silu(normal(32) * dense.tensors.at(resnet + ".norm2.weight") + dense.tensors.at(resnet + ".norm2.bias"));
        QVERIFY(torch::allclose(silu.mean(0).to(torch::kFloat64), statistics.mean.at(resnet), 0, 1e-3));

        const std::string layer = "down_blocks.0.attentions.0.transformer_blocks.0";
        const auto input = normal(32) * dense.tensors.at(layer + ".norm3.weight") + dense.tensors.at(layer + ".norm3.bias");
        const auto halves = torch::linear(input, dense.tensors.at(layer + ".ff.net.0.proj.weight"), dense.tensors.at(layer + ".ff.net.0.proj.bias")).chunk(2, 1);
        const auto hidden = halves[0] * torch::gelu(halves[1]);
        QVERIFY(torch::allclose(hidden.mean(0).to(torch::kFloat64), statistics.mean.at(layer + ".ff"), 0, 1e-3));
        const auto column = dense.tensors.at(layer + ".ff.net.2.weight").square().sum(0);
        const double energy = (hidden.var(0) * column).slice(0, 0, 4).sum().item<double>(); // of the first feed-forward gate
        QVERIFY(std::abs(statistics.energy[68] / energy - 1) < 0.03);
    }

    void folding_adds_the_means_of_closed_gates()
    {
        const UNetParts dense = random_unet(small_unet());
        const GateLayout layout = gate_layout(dense.config);
        Gates gates = open_gates(layout);
        gates.width[2] = false; // channel 2 of down_blocks.0.resnets.0
        const auto folded = fold_means(dense, layout, gates);
        QVERIFY(folded);
        const std::string conv = "down_blocks.0.resnets.0.conv2";
        const double mean = gate_statistics(dense.tensors, layout).mean.at("down_blocks.0.resnets.0")[2].item<double>();
        const auto expected = dense.tensors.at(conv + ".bias") + dense.tensors.at(conv + ".weight").select(1, 2).sum({1, 2}) * mean;
        QVERIFY(torch::allclose(folded->tensors.at(conv + ".bias"), expected, 1e-5, 1e-6));
        QVERIFY(folded->tensors.at("mid_block.resnets.0.conv2.bias").is_same(dense.tensors.at("mid_block.resnets.0.conv2.bias")));
    }
};

QTEST_APPLESS_MAIN(PruneTest)
#include "tst_prune.moc"
