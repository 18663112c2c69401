#include "formats/json.h"

#include <QTest>

using namespace quell;

namespace {

std::string problem_of(std::string_view text)
{
    const auto json = parse_json(text, "file.json");
    return json ? "none" : to_string(json.error());
}

} // namespace

class JsonTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void reads_and_keeps_the_order()
    {
        const auto json = parse_json(R"({"b": [1, 2.5, null], "a": "\u00e9"})", "file.json");
        QVERIFY(json);
        QCOMPARE(json->dump(), std::string(R"({"b":[1,2.5,null],"a":"é"})"));
    }

    void refuses_what_is_not_strict()
    {
        QCOMPARE(problem_of(R"({"a": 1, "b": {"a": 2, "a": 3}})"), std::string("file.json: the key \"a\" occurs twice in one object"));
        QVERIFY(problem_of("{\n\"a\": 1,\n}").starts_with("file.json: line 3 is not JSON"));
        QVERIFY(problem_of("").starts_with("file.json: line 1 is not JSON"));
        QVERIFY(problem_of("{} {}").starts_with("file.json: line 1 is not JSON"));
        QVERIFY(problem_of("[1e999]").starts_with("file.json: line 1 is not JSON"));
        QVERIFY(problem_of("\"\xff\"").starts_with("file.json: line 1 is not JSON"));
        QVERIFY(problem_of(std::string(1'000'000, '[')).find("nested deeper") != std::string::npos);
        QCOMPARE(problem_of(std::string(64, '[') + std::string(64, ']')), std::string("none"));
    }

    void bounds_the_number_of_keys()
    {
        std::string text = "{\"k\":0";
        for (int i = 0; i < 10'000; ++i)
            text += ",\"" + std::to_string(i) + "\":0";
        text += "}";
        QVERIFY(problem_of(text).find("more than 10000 keys") != std::string::npos);
        QVERIFY(parse_sorted_json(text, "file.json"));
    }

    void reads_python_constants_as_null()
    {
        // No raw strings here: moc stumbles over the quotes within.
        const auto json = parse_json("{\"a\": -Infinity, \"b\": [NaN, Infinity], \"c\": \"NaN \\\" -Infinity\", \"d\\\\\": NaN}", "file.json");
        QVERIFY(json);
        QCOMPARE(json->dump(), std::string("{\"a\":null,\"b\":[null,null],\"c\":\"NaN \\\" -Infinity\",\"d\\\\\":null}"));
    }

    void getters_check_types()
    {
        const Json json = {{"text", "t"}, {"integer", -3}, {"number", 2.5}, {"boolean", true}, {"texts", {"a", "b"}}, {"integers", {1, 2}},
                           {"numbers", {1, 2.5}}, {"null", nullptr}, {"choice", "two"}, {"large", std::uint64_t(1) << 63}};
        JsonReader reader(json, "file.json");
        QCOMPARE(reader.text("text"), std::string("t"));
        QCOMPARE(reader.integer("integer"), -3);
        QCOMPARE(reader.number("number"), 2.5);
        QCOMPARE(reader.number("integer"), -3.0);
        QCOMPARE(reader.boolean("boolean"), true);
        QVERIFY(reader.texts("texts") == std::vector<std::string>({"a", "b"}));
        QVERIFY(reader.integers("integers") == std::vector<std::int64_t>({1, 2}));
        QVERIFY(reader.numbers("numbers") == std::vector<double>({1, 2.5}));
        QCOMPARE(reader.choice("choice", {"one", "two"}), 1);
        QCOMPARE(reader.integer("null", 7), 7);
        QCOMPARE(reader.integer("absent", 7), 7);
        QVERIFY(!reader.has("null"));
        QVERIFY(reader.status());
        reader.refuse_unknown_keys();
        QVERIFY(reader.status().error().message.find("unknown key \"large\"") != std::string::npos);

        const auto message = [&](auto get) {
            JsonReader fresh(json, "file.json");
            get(fresh);
            return fresh.status() ? "none" : to_string(fresh.status().error());
        };
        QCOMPARE(message([](auto &r) { r.integer("absent"); }), std::string("file.json: the key \"absent\" is missing"));
        QCOMPARE(message([](auto &r) { r.integer("text"); }), std::string("file.json: \"text\" must be a whole number, not \"t\""));
        QCOMPARE(message([](auto &r) { r.integer("number"); }), std::string("file.json: \"number\" must be a whole number, not 2.5"));
        QVERIFY(message([](auto &r) { r.integer("large"); }) != "none");
        QVERIFY(message([](auto &r) { r.texts("integers"); }) != "none");
        QVERIFY(message([](auto &r) { r.integers("numbers"); }) != "none");
        QVERIFY(message([](auto &r) { r.boolean("integer"); }) != "none");
        QCOMPARE(message([](auto &r) { r.choice("choice", {"one", "three"}); }),
                 std::string("file.json: \"choice\" is \"two\"; known here: \"one\", \"three\""));
        QCOMPARE(message([](auto &r) { r.text("integer"), r.text("number"); }), std::string("file.json: \"integer\" must be a text, not -3"));
    }

    void only_objects_are_read()
    {
        const Json list = {1, 2};
        JsonReader reader(list, "file.json");
        QCOMPARE(reader.text("a", "fallback"), std::string("fallback"));
        QCOMPARE(to_string(reader.status().error()), std::string("file.json: must be a JSON object, not [1,2]"));
    }
};

QTEST_APPLESS_MAIN(JsonTest)
#include "tst_json.moc"
