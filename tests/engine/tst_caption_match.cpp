#include "data/concept_match.h"

#include <QtTest>

using namespace quell;

namespace {

Concept neon()
{
    return {"neon", ConceptKind::Style, "neon", {"neon sign", "neon light"}, {}, {}, 1};
}
Concept bare_neon()
{
    return {"neon", ConceptKind::Style, "neon", {}, {}, {}, 1};
}
Concept monet()
{
    return {"Monet", ConceptKind::Style, "Claude Monet", {"Monet"}, {}, {}, 1};
}
Concept rose(std::optional<std::string> anchor = {})
{
    return {"rose", ConceptKind::Object, "rose", {}, std::move(anchor), {}, 1};
}
Concept style(std::string phrase)
{
    return {phrase, ConceptKind::Style, phrase, {}, {}, {}, 1};
}

} // namespace

class TestCaptionMatch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void matches_data()
    {
        QTest::addColumn<QString>("phrase");
        QTest::addColumn<QString>("caption");
        QTest::addColumn<bool>("found");
        QTest::addRow("word") << "neon" << "an owl in neon sign style" << true;
        QTest::addRow("inside a word") << "neon" << "a neonatal ward" << false;
        QTest::addRow("case") << "neon" << "A NEON owl" << true;
        QTest::addRow("punctuation") << "neon" << "owl,neon." << true;
        QTest::addRow("hyphen") << "pixel art" << "a pixel-art owl" << true;
        QTest::addRow("hyphen in phrase") << "8-bit" << "an 8 bit owl" << true;
        QTest::addRow("white space") << "pixel art" << "pixel\n  art" << true;
        QTest::addRow("comma between") << "pixel art" << "pixel, art" << false;
        QTest::addRow("other order") << "pixel art" << "art pixel" << false;
        QTest::addRow("plural") << "rose" << "two roses" << true;
        QTest::addRow("plural es") << "box" << "two boxes" << true;
        QTest::addRow("plural phrase") << "roses" << "a rose" << true;
        QTest::addRow("plural of the first word") << "pixel art" << "pixels art" << false;
        QTest::addRow("possessive") << "Claude Monet" << "Claude Monet's garden" << true;
        QTest::addRow("longer") << "rose" << "rosemary" << false;
        QTest::addRow("umlaut") << "ÖL" << "ein öl bild" << true;
        QTest::addRow("sharp s") << "STRASSE" << "eine straße" << true;
        QTest::addRow("composed") << "caf\u00E9" << "a cafe\u0301" << true;
        QTest::addRow("accent kept") << "café" << "a cafe" << false;
        QTest::addRow("Greek") << "ΝΈΟΝ" << "ένα νέον" << true;
        QTest::addRow("Chinese") << "霓虹" << "一只霓虹风格的猫" << true;
        QTest::addRow("Chinese, other") << "霓虹" << "一只猫" << false;
        QTest::addRow("empty") << "neon" << "" << false;
    }
    void matches()
    {
        QFETCH(QString, phrase);
        QFETCH(QString, caption);
        QFETCH(bool, found);
        QCOMPARE(mentions(caption.toStdString(), style(phrase.toStdString())), found);
    }

    void invalidBytes()
    {
        QVERIFY(mentions("\xFFneon\xC3", neon()));
        QVERIFY(!mentions("\xC3\xFF", neon()));
    }

    void places()
    {
        const auto found = find_mentions("neon, a Neon  Sign", neon());
        QCOMPARE(found.size(), std::size_t{2});
        QCOMPARE(found[0].end, std::size_t{4});
        QCOMPARE(found[1].begin, std::size_t{8}); // the longer synonym
        QCOMPARE(found[1].end, std::size_t{18});
    }

    void removes_data()
    {
        QTest::addColumn<Concept>("target");
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("expected");
        const auto row = [](const Concept &target, const char *prompt, const char *expected) {
            QTest::addRow("%s: %s", target.phrase.c_str(), prompt) << target << prompt << expected;
        };
        row(neon(), "a red apple, neon style", "a red apple");
        row(neon(), "a red apple in neon style", "a red apple");
        row(neon(), "neon style red apple", "red apple");
        row(neon(), "a picture of an owl in neon sign style", "a picture of an owl");
        row(bare_neon(), "a picture of an owl in neon sign style", "a picture of an owl");
        row(bare_neon(), "an owl, neon sign style", "an owl");
        row(neon(), "neon red apple", "red apple");
        row(neon(), "a neon red apple", "a red apple");
        row(neon(), "a neon owl", "an owl");
        row(style("ink"), "An ink rose", "A rose");
        row(neon(), "a neon style owl", "an owl");
        row(neon(), "an owl in neon style on a table", "an owl on a table");
        row(neon(), "an owl in neon style, high detail", "an owl, high detail");
        row(neon(), "neon style, an owl", "an owl");
        row(neon(), "an owl (neon style)", "an owl");
        row(neon(), "an owl in the style of neon", "an owl");
        row(neon(), "a picture in neon", "a picture");
        row(neon(), "an owl in neon red light", "an owl in red light");
        row(neon(), "neon owl, neon style", "owl");
        row(neon(), "neon style", "");
        row(neon(), "Neon", "");
        row(neon(), "a  watercolor owl ,", "a  watercolor owl ,"); // not touched
        row(monet(), "Water Lilies by Claude Monet", "Water Lilies");
        row(monet(), "a painting in the style of Claude Monet", "a painting");
        row(monet(), "Monet's garden", "garden");
        row(rose(), "a picture of a rose in neon style", "a picture in neon style");
        row(rose(), "a rose, neon style", "neon style");
        row(rose(), "a rose in neon style", "neon style");
        row(rose(), "neon style rose", "neon style");
        row(rose(), "a cat with a rose", "a cat");
        row(rose(), "a rose and a cat", "a cat");
        row(rose(), "a rose", "");
    }
    void removes()
    {
        QFETCH(Concept, target);
        QFETCH(QString, prompt);
        QFETCH(QString, expected);
        QCOMPARE(QString::fromStdString(remove_phrase(prompt.toStdString(), target)), expected);
    }

    void neighboursTakeTurns()
    {
        auto target = rose();
        QCOMPARE(neighbour_prompt("a rose, ink style", target, 0), std::string("a rose, ink style"));
        target.neighbours = {"tulip", "an orchid"};
        QCOMPARE(neighbour_prompt("a rose, ink style", target, 0), std::string("a tulip, ink style"));
        QCOMPARE(neighbour_prompt("a rose, ink style", target, 3), std::string("an orchid, ink style"));
    }

    void anchors()
    {
        QCOMPARE(anchor_prompt("a rose, ink style", rose("a flower")), std::string("a flower, ink style"));
        QCOMPARE(anchor_prompt("ink style rose", rose("a flower")), std::string("ink style flower"));
        QCOMPARE(anchor_prompt("a red rose in the snow", rose("flower")), std::string("a red flower in the snow"));
        QCOMPARE(anchor_prompt("a rose and a rose", rose("an owl")), std::string("an owl and an owl"));
        QCOMPARE(anchor_prompt("a rose", rose("a rose garden")), std::string("a rose garden"));
        QCOMPARE(anchor_prompt("a rose in ink style", rose("")), std::string("ink style"));
        QCOMPARE(anchor_prompt("a rose in ink style", rose()), std::string("ink style"));
        auto to_ink = neon();
        to_ink.anchor = "ink";
        QCOMPARE(anchor_prompt("an owl in neon sign style", to_ink), std::string("an owl in ink style"));
        QCOMPARE(anchor_prompt("an owl, neon style", neon()), std::string("an owl"));
    }

    void inserts()
    {
        QCOMPARE(insert_phrase("a red apple", neon()), std::string("a red apple, neon style"));
        QCOMPARE(insert_phrase("a neon red apple", neon()), std::string("a red apple, neon style"));
        QCOMPARE(insert_phrase("", neon()), std::string("neon style"));
        QCOMPARE(insert_phrase("an owl", style("Gothic style")), std::string("an owl, Gothic style"));
        QCOMPARE(insert_phrase("a table", rose()), std::string("a table, rose"));
        QCOMPARE(insert_phrase("", rose()), std::string("rose"));
        const Concept red{"red", ConceptKind::Attribute, "red", {}, {}, {}, 1};
        QCOMPARE(insert_phrase("an old table, ink style", red), std::string("a red old table, ink style"));
        QCOMPARE(insert_phrase("two owls", red), std::string("red two owls"));
        QCOMPARE(insert_phrase("", red), std::string("red"));
        QCOMPARE(insert_phrase("a red apple", red), std::string("a red apple"));
    }

    void splits()
    {
        const auto split = split_captions({"a neon owl", "an owl", "a rose, neon style"}, neon(), 5);
        QCOMPARE(split.naming, (std::vector<std::size_t>{0, 2}));
        QCOMPARE(split.rest, (std::vector<std::size_t>{1}));
        QCOMPARE(split.warnings.size(), std::size_t{2}); // few; and what captions cannot show
        QVERIFY(split.warnings[0].starts_with("Only 2 of 3"));
        QVERIFY(split_captions({"an owl"}, neon(), 1).warnings[0].starts_with("No caption"));
        QCOMPARE(split_captions({"a neon owl"}, neon(), 1).warnings.size(), std::size_t{1}); // nothing to keep
    }

    void json()
    {
        auto target = rose("a flower");
        target.synonyms = {"roses"};
        target.neighbours = {"tulip"};
        target.weight = 0.5;
        const auto back = parse_concept(to_json(target), "run.json");
        QVERIFY2(back, back ? "" : to_string(back.error()).c_str());
        QCOMPARE(to_json(*back), to_json(target));
        const auto least = parse_concept(Json{{"kind", "style"}, {"phrase", "neon"}}, "run.json");
        QVERIFY(least);
        QCOMPARE(least->name, std::string("neon"));
        QVERIFY(!least->anchor);
        for (const Json &bad : {Json{{"kind", "colour"}, {"phrase", "x"}}, Json{{"kind", "style"}, {"phrase", " "}}, Json{{"kind", "style"}},
                                Json{{"kind", "style"}, {"phrase", "x"}, {"weight", 0}}, Json{{"kind", "style"}, {"phrase", "x"}, {"colour", 1}},
                                Json{{"kind", "style"}, {"phrase", "x"}, {"synonyms", {"a", ""}}}})
            QVERIFY2(!parse_concept(bad, "run.json"), bad.dump().c_str());
    }
};

QTEST_APPLESS_MAIN(TestCaptionMatch)
#include "tst_caption_match.moc"
