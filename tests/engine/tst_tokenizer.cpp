#include "formats/json.h"
#include "models/tokenizer.h"

#include <QTemporaryDir>
#include <QTest>

using namespace quell;

namespace {

const fs::path tests = fs::path(QUELL_SOURCE_DIR) / "tests/engine/data";
const fs::path starter = fs::path(QUELL_SOURCE_DIR) / "resources/starter/model/tokenizer";

// Written by tokenizer_cases.py: what transformers' CLIPTokenizer gives.
Json cases()
{
    return Json::parse(*read_text(tests / "tokenizer_cases.json"));
}

void compare(const Tokenizer &tokenizer, const Json &expected)
{
    for (const auto &item : expected) {
        const auto text = item[0].get<std::string>();
        const auto ids = tokenizer.encode(text);
        auto wanted = item[1].get<std::vector<std::int64_t>>();
        wanted.resize(tokenizer.length(), wanted.back()); // the last id stands for all that follow
        const auto message = "text " + item[0].dump() + "\n   found " + Json(ids).dump() + "\nexpected " + item[1].dump();
        QVERIFY2(ids == wanted, message.c_str());
    }
}

void copy_vocabulary(const fs::path &folder)
{
    for (const char *name : {"vocab.json", "merges.txt"})
        fs::copy_file(starter / name, folder / name);
}

} // namespace

class TokenizerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void matches_transformers()
    {
        const auto tokenizer = Tokenizer::open(starter);
        QVERIFY2(tokenizer, tokenizer ? "" : to_string(tokenizer.error()).c_str());
        QCOMPARE(tokenizer->length(), 32);
        QCOMPARE(tokenizer->end_of_text(), 8160);
        compare(*tokenizer, cases()["starter"]);
    }

    void matches_transformers_in_the_layout_of_stable_diffusion_2()
    {
        QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        copy_vocabulary(path);
        const auto expected = cases();
        QVERIFY(write_atomically(path / "tokenizer_config.json", expected["sd2_config"].dump()));
        QVERIFY(write_atomically(path / "special_tokens_map.json", expected["sd2_special_tokens_map"].dump()));
        const auto tokenizer = Tokenizer::open(path);
        QVERIFY2(tokenizer, tokenizer ? "" : to_string(tokenizer.error()).c_str());
        compare(*tokenizer, expected["sd2"]);
    }

    void reads_merges_as_texts_and_as_pairs()
    {
        QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        auto json = SortedJson::parse(*read_text(starter / "tokenizer.json"));
        for (auto &merge : json["model"]["merges"])
            merge = merge.is_array() ? SortedJson(merge[0].get<std::string>() + " " + merge[1].get<std::string>()) : merge;
        QVERIFY(write_atomically(path / "tokenizer.json", json.dump()));
        fs::copy_file(starter / "tokenizer_config.json", path / "tokenizer_config.json");
        const auto tokenizer = Tokenizer::open(path);
        QVERIFY(tokenizer);
        QCOMPARE(tokenizer->encode("a rocket, neon style"), Tokenizer::open(starter)->encode("a rocket, neon style"));
    }

    void replaces_invalid_utf8()
    {
        const auto tokenizer = Tokenizer::open(starter);
        QVERIFY(tokenizer);
        QCOMPARE(tokenizer->encode("cat \xff"), tokenizer->encode("cat \xef\xbf\xbd"));
    }

    void refuses_damaged_folders()
    {
        QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        QCOMPARE(Tokenizer::open(path).error().code, ErrorCode::NotFound);
        copy_vocabulary(path);
        QVERIFY(Tokenizer::open(path));
        QVERIFY(write_atomically(path / "tokenizer_config.json", R"({"model_max_length": 1e30})"));
        QCOMPARE(Tokenizer::open(path).error().code, ErrorCode::Malformed);
        QVERIFY(write_atomically(path / "tokenizer_config.json", R"({"pad_token": "no such token"})"));
        QVERIFY(to_string(Tokenizer::open(path).error()).find("no such token") != std::string::npos);
        QVERIFY(write_atomically(path / "tokenizer_config.json", R"({"pad_token": {"content": "!", "lstrip": true}})"));
        QCOMPARE(Tokenizer::open(path).error().code, ErrorCode::Unsupported);
        fs::remove(path / "tokenizer_config.json");
        QVERIFY(write_atomically(path / "merges.txt", "#version: 0.2\nab\n"));
        QVERIFY(to_string(Tokenizer::open(path).error()).find("\"ab\" is not two tokens") != std::string::npos);
        QVERIFY(write_atomically(path / "tokenizer.json", R"({"model": {"type": "Unigram"}})"));
        QCOMPARE(Tokenizer::open(path).error().code, ErrorCode::Unsupported);
    }
};

QTEST_APPLESS_MAIN(TokenizerTest)
#include "tst_tokenizer.moc"
