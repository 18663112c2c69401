#include "formats/structure.h"

#include <QTest>

using namespace quell;

namespace {

StructureRecord example()
{
    StructureRecord record;
    record.origin = "quell prune --gates";
    record.details = {{"target", 0.8}};
    record.heads["down_blocks.0.attentions.0.transformer_blocks.0.attn1"] = {5, {0, 2, 4}};
    record.feed_forward["down_blocks.0.attentions.0.transformer_blocks.0.ff"] = {32, {1, 31}};
    record.resnet_groups["mid_block.resnets.0"] = {32, {0}};
    record.dropped = {"up_blocks.1.attentions.2", "up_blocks.1.resnets.2"};
    return record;
}

std::string problem_of(const Json &json)
{
    const auto record = parse_structure_record(json, "structure.json");
    return record ? "none" : to_string(record.error());
}

} // namespace

class StructureTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void survives_writing_and_reading()
    {
        const auto json = to_json(example());
        const auto back = parse_structure_record(json, "structure.json");
        QVERIFY2(back, back ? "" : to_string(back.error()).c_str());
        QCOMPARE(to_json(*back).dump(), json.dump());
        QCOMPARE(back->heads.at("down_blocks.0.attentions.0.transformer_blocks.0.attn1").total, 5);
        QVERIFY(back->heads.begin()->second.kept == std::vector<std::int64_t>({0, 2, 4}));
        QVERIFY(back->dropped.contains("up_blocks.1.resnets.2"));
        QVERIFY(!back->empty());
        QVERIFY(parse_structure_record({{"version", 1}}, "structure.json")->empty());
    }

    void refuses_what_makes_no_sense()
    {
        const auto with_kept = [](Json kept) {
            auto json = to_json(example());
            json["heads"]["m"] = {{"total", 4}, {"kept", std::move(kept)}};
            return problem_of(json);
        };
        QCOMPARE(with_kept({0, 3}), std::string("none"));
        QCOMPARE(with_kept(Json::array()),
                 std::string("structure.json: heads.m: nothing is kept; a module without any heads or groups belongs under \"dropped\""));
        QVERIFY(with_kept({0, 4}).find("not within 0 to 3") != std::string::npos);
        QVERIFY(with_kept({-1, 2}).find("not within 0 to 3") != std::string::npos);
        QVERIFY(with_kept({2, 1}).find("do not ascend") != std::string::npos);
        QVERIFY(with_kept({1, 1}).find("do not ascend") != std::string::npos);
        QVERIFY(with_kept({0.5}).find("list of whole numbers") != std::string::npos);

        auto json = to_json(example());
        json["version"] = 2;
        QVERIFY(problem_of(json).find("\"version\" is 2") != std::string::npos);
        json = to_json(example());
        json["widths"] = 1;
        QVERIFY(problem_of(json).find("unknown key \"widths\"") != std::string::npos);
        json = to_json(example());
        json["dropped"].push_back("mid_block.resnets.0");
        QVERIFY(problem_of(json).find("is dropped") != std::string::npos);
        json = to_json(example());
        json["heads"] = {1};
        QVERIFY(problem_of(json).find("structure.json: heads: must be an object") != std::string::npos);
        json = to_json(example());
        json["details"] = {1};
        QVERIFY(problem_of(json).find("details") != std::string::npos);
        QVERIFY(problem_of(nullptr) != "none");
    }
};

QTEST_APPLESS_MAIN(StructureTest)
#include "tst_structure.moc"
