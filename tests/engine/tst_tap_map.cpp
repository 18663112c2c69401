// Which blocks are compared, told by configs and shapes alone: against the blocks of diffusers' models, paired by hand.
#include "architecture/tap_map.h"
#include "architecture/unet_reading.h"
#include "pruning/slice.h"

#include "unet_examples.h"

#include <QTest>

using namespace quell;
using namespace quell::tests;

namespace {

UNetConfig config_of(const char *name)
{
    const auto configs = *read_json(fs::path(QUELL_SOURCE_DIR) / "tests/engine/data/diffusers_configs.json");
    return *parse_unet_config(configs["unets"][name], name);
}

std::string names(const Result<std::vector<TapPair>> &pairs)
{
    if (!pairs)
        return to_string(pairs.error());
    std::string text;
    for (const auto &pair : *pairs)
        text += (text.empty() ? "" : " ") + pair.name;
    return text;
}

} // namespace

class TapMapTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // One layer a block changes no block's output; without a mid block there is nothing to compare there.
    void block_removed_students_pair_what_is_left()
    {
        const auto teacher = sd1_unet();
        QCOMPARE(names(derive_tap_map(config_of("bk_sdm_base"), teacher)), std::string("down0 down1 down2 down3 mid up0 up1 up2 up3"));
        const auto small = derive_tap_map(config_of("bk_sdm_small"), teacher);
        QCOMPARE(names(small), std::string("down0 down1 down2 down3 up0 up1 up2 up3"));
        QCOMPARE(small->at(4).student, 4u); // its up0 comes right after its down blocks,
        QCOMPARE(small->at(4).teacher, 5u); // the teacher's after its mid block
    }

    // Its last down block has no downsampler where the teacher's third has one, and its up blocks are the teacher's last three.
    void fewer_stages_pair_from_the_output_side()
    {
        const auto pairs = derive_tap_map(config_of("bk_sdm_tiny"), sd1_unet());
        QCOMPARE(names(pairs), std::string("down0 down1 up0→up1 up1→up2 up2→up3"));
        QCOMPARE(pairs->back().student, 5u);
        QCOMPARE(pairs->back().teacher, 8u);
    }

    // APTP cuts inside of blocks only: every other gate closed, the config read off the shapes.
    void a_width_pruned_student_pairs_all()
    {
        const auto teacher = sd2_unet();
        auto gates = open_gates(gate_layout(teacher));
        for (std::size_t i = 1; i < gates.width.size(); i += 2)
            gates.width[i] = false;
        for (std::size_t i = 0; i < gates.depth.size(); i += 2)
            gates.depth[i] = false;
        const auto student = read_unet_shapes(teacher, sliced_shapes(teacher, gates), {CutReading::Fewer, CutReading::Fewer}, "student");
        QVERIFY2(student, student ? "" : to_string(student.error()).c_str());
        QVERIFY(!student->structure.dropped.empty());
        QCOMPARE(names(derive_tap_map(student->config, teacher)), std::string("down0 down1 down2 down3 mid up0 up1 up2 up3"));
    }

    void what_pairs_nowhere_is_refused_with_both_lists()
    {
        const auto pairs = derive_tap_map(small_unet(), sd1_unet());
        QVERIFY(!pairs);
        QCOMPARE(pairs.error().code, ErrorCode::Mismatch);
        QCOMPARE(names(pairs), std::string("no block of the student fits one of the teacher; "
                                           "student: down0 32@1/2, down1 64@1/2, mid 64@1/2, up0 64@1/1, up1 32@1/1; "
                                           "teacher: down0 320@1/2, down1 640@1/4, down2 1280@1/8, down3 1280@1/8, mid 1280@1/8, "
                                           "up0 1280@1/4, up1 1280@1/2, up2 640@1/1, up3 320@1/1"));
    }
};

QTEST_APPLESS_MAIN(TapMapTest)
#include "tst_tap_map.moc"
