#include "data/csv.h"
#include "data/image.h"
#include "data/image_folder.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>

using namespace quell;

class TestImageFolder : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> folder_;
    fs::path root_;

    void write(const fs::path &file, const std::string &text)
    {
        fs::create_directories((root_ / file).parent_path());
        std::ofstream(root_ / file, std::ios::binary) << text;
    }
    void picture(const fs::path &file)
    {
        fs::create_directories((root_ / file).parent_path());
        QVERIFY(write_png(root_ / file, torch::zeros({4, 4, 3}, torch::kUInt8)));
    }
    QStringList excluded(const ImageFolder &folder)
    {
        QStringList all;
        for (const auto &file : folder.excluded)
            all << QString::fromStdString(file.file + ": " + name_of(file.reason));
        return all;
    }
    QStringList entries(const ImageFolder &folder)
    {
        QStringList all;
        for (const auto &entry : folder.entries)
            all << QString::fromStdString(entry.file.generic_string() + ": " + entry.caption);
        return all;
    }

private Q_SLOTS:
    void init()
    {
        folder_ = std::make_unique<QTemporaryDir>();
        root_ = folder_->path().toStdString();
    }

    // COCO's layout: pictures in a folder of their own, several captions each.
    void coco()
    {
        picture("train2017/a.png");
        picture("train2017/b.png");
        picture("train2017/c.png");
        picture("other/d.png");
        picture("annotations/e.png");
        write("annotations/captions_train2017.json", R"({"info": {}, "images": [{"id": 7, "file_name": "a.png"}, {"id": 8, "file_name": "b.png"}, {"id": 9, "file_name": "e.png"}, {"id": 10, "file_name": "gone.png"}],
            "annotations": [{"id": 3, "image_id": 7, "caption": "second"}, {"id": 1, "image_id": 7, "caption": "An owl. "}, {"id": 2, "image_id": 8, "caption": "a rose"}, {"id": 9, "image_id": 9, "caption": "beside"},
                            {"id": 11, "image_id": 10, "caption": "gone"}]})");
        write("train2017/b.txt", "its own");
        const auto folder = open_image_folder(root_);
        QVERIFY2(folder, folder ? "" : to_string(folder.error()).c_str());
        QCOMPARE(entries(*folder), (QStringList{"annotations/e.png: beside", "train2017/a.png: An owl.", "train2017/b.png: its own"}));
        QCOMPARE(excluded(*folder), (QStringList{"annotations/gone.png: missing", "other/d.png: no caption", "train2017/c.png: no caption"}));
        write("annotations/captions_train2017.json", R"({"images": [], "annotations": [{"id": 1, "image_id": 2, "caption": "x"}]})");
        QVERIFY(to_string(open_image_folder(root_).error()).find("annotations[0]") != std::string::npos);
        write("annotations/captions_train2017.json", R"({"images": []})");
        QVERIFY(to_string(open_image_folder(root_).error()).find("captions_train2017.json: annotations") != std::string::npos);
    }

    void sidecars()
    {
        picture("b.png");
        picture("a.png");
        picture("sub/c.png");
        picture("none.png");
        picture("empty.png");
        write("b.txt", "\xEF\xBB\xBF  an owl,\r\n neon\tstyle \n");
        write("a.txt", "a rose");
        write("sub/c.txt", "Größe 猫");
        write("empty.txt", " \n");
        write("lone.txt", "no picture");
        write("README.md", "# about");
        write(".hidden", "x");
        write("broken.png", "\x89PNG\r\n\x1A\n");
        write("broken.txt", "a caption");
        write("latin.txt", "caf\xE9");
        picture("latin.png");
        const auto folder = open_image_folder(root_);
        QVERIFY(folder);
        QCOMPARE(entries(*folder), (QStringList{"a.png: a rose", "b.png: an owl, neon style", QString("sub/c.png: Größe 猫")}));
        QCOMPARE(excluded(*folder), (QStringList{"README.md: unknown type", "broken.png: unreadable", "empty.png: no caption",
                                                 "latin.png: no caption", "lone.txt: missing", "none.png: no caption"}));
    }

    void jsonLines()
    {
        for (const char *file : {"a.png", "b.png", "sub/c.png", "sub/d.png"})
            picture(file);
        write("metadata.jsonl", R"({"file_name": "a.png", "text": "outer a", "style": "neon", "n": 3, "tags": ["x"]})"
                                "\n\n"
                                R"({"file_name": "sub/c.png", "text": "outer c"})"
                                "\r\n"
                                R"({"file_name": "b.png", "text": "listed b", "object": "owl"})"
                                "\n"
                                R"({"file_name": "gone.png", "text": "x"})");
        write("b.txt", "sidecar b");
        write("sub/metadata.jsonl", R"({"file_name": "c.png", "caption": "inner c"})"
                                    "\n"
                                    R"({"file_name": "./d.png", "caption": "caption d", "text": "text d"})");
        write("metadata.csv", "file_name,text\nignored.png,x\n");
        const auto folder = open_image_folder(root_);
        QVERIFY2(folder, folder ? "" : to_string(folder.error()).c_str());
        QCOMPARE(entries(*folder), (QStringList{"a.png: outer a", "b.png: sidecar b", "sub/c.png: inner c", "sub/d.png: text d"}));
        QCOMPARE(excluded(*folder), QStringList{"gone.png: missing"});
        QCOMPARE(folder->entries[0].fields, (std::map<std::string, std::string>{{"style", "neon"}, {"n", "3"}, {"tags", "[\"x\"]"}}));
        QCOMPARE(folder->entries[1].fields, (std::map<std::string, std::string>{{"object", "owl"}}));
    }

    void commaSeparated()
    {
        picture("a b.png");
        picture("c.png");
        write("metadata.csv", "\xEF\xBB\xBF"
                              "file_name,style,text\r\n\"a b.png\",neon,\"an owl, \"\"neon\"\" style\"\r\nc.png,,\"two\nlines\"\r\n");
        const auto folder = open_image_folder(root_);
        QVERIFY2(folder, folder ? "" : to_string(folder.error()).c_str());
        QCOMPARE(entries(*folder), (QStringList{"a b.png: an owl, \"neon\" style", "c.png: two lines"}));
        QCOMPARE(folder->entries[0].fields, (std::map<std::string, std::string>{{"style", "neon"}}));
    }

    void staysInside()
    {
        fs::create_directories(root_ / "inside");
        picture("outside.png");
        write("inside/metadata.jsonl", R"({"file_name": "../outside.png", "text": "x"})"
                                       "\n"
                                       R"({"file_name": "sub/../../outside.png", "text": "x"})"
                                       "\n"
                                       R"({"file_name": "/etc/passwd", "text": "x"})"
                                       "\n"
                                       R"({"file_name": "", "text": "x"})");
        const auto folder = open_image_folder(root_ / "inside");
        QVERIFY(folder);
        QVERIFY(folder->entries.empty());
        QCOMPARE(folder->excluded.size(), std::size_t{4});
        for (const auto &file : folder->excluded)
            QCOMPARE(file.reason, Exclusion::OutsideFolder);
    }

    void malformed_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("place");
        QTest::addRow("json") << "metadata.jsonl" << "{\"file_name\": \"a.png\"}\n{\"file_name\": " << "metadata.jsonl:2";
        QTest::addRow("no file name") << "metadata.jsonl" << "{\"text\": \"a\"}" << "metadata.jsonl:1";
        QTest::addRow("no object") << "metadata.jsonl" << "[]" << "metadata.jsonl:1";
        QTest::addRow("no column") << "metadata.csv" << "name,text\na.png,x" << "metadata.csv";
        QTest::addRow("fields") << "metadata.csv" << "file_name,text\n\n\na.png,an owl, neon\n" << "metadata.csv:4";
        QTest::addRow("open quote") << "metadata.csv" << "file_name,text\na.png,\"x" << "metadata.csv:2";
        QTest::addRow("stray quote") << "metadata.csv" << "file_name,text\na.png,x\"y\"" << "metadata.csv:2";
        QTest::addRow("after quote") << "metadata.csv" << "file_name,text\na.png,\"x\"y" << "metadata.csv:2";
    }
    void malformed()
    {
        QFETCH(QString, file);
        QFETCH(QString, text);
        QFETCH(QString, place);
        write(file.toStdString(), text.toStdString());
        const auto folder = open_image_folder(root_);
        QVERIFY(!folder);
        QCOMPARE(folder.error().code, ErrorCode::Malformed);
        QVERIFY2(folder.error().place.find(place.toStdString()) != std::string::npos, to_string(folder.error()).c_str());
    }

    void notAFolder()
    {
        const auto folder = open_image_folder(root_ / "nowhere");
        QVERIFY(!folder);
        QCOMPARE(folder.error().code, ErrorCode::NotFound);
    }

    void csv()
    {
        const auto rows = parse_csv("a,\"b,\"\"c\"\"\"\n\n,\n\"x\r\ny\",z", "t.csv");
        QVERIFY(rows);
        QCOMPARE(rows->size(), std::size_t{3});
        QCOMPARE((*rows)[0].fields, (std::vector<std::string>{"a", "b,\"c\""}));
        QCOMPARE((*rows)[1].fields, (std::vector<std::string>{"", ""}));
        QCOMPARE((*rows)[1].line, std::size_t{3});
        QCOMPARE((*rows)[2].fields, (std::vector<std::string>{"x\r\ny", "z"}));
        QVERIFY(parse_csv("", "t.csv")->empty());
    }

    // A picture whose header is whole and whose data are not is found by decoding alone.
    void decodesAll()
    {
        picture("a.png");
        picture("b.png");
        const auto whole = *read_image_bytes(root_ / "b.png");
        write("b.png", whole.substr(0, whole.size() - 20));
        write("a.txt", "a");
        write("b.txt", "b");
        auto folder = *open_image_folder(root_);
        QCOMPARE(folder.entries.size(), std::size_t{2});
        const auto cancelled = exclude_unreadable(folder, [] { return true; });
        QVERIFY(!cancelled);
        QCOMPARE(cancelled.error().code, ErrorCode::Cancelled);
        QCOMPARE(folder.entries.size(), std::size_t{2});
        QVERIFY(exclude_unreadable(folder));
        QCOMPARE(entries(folder), QStringList{"a.png: a"});
        QCOMPARE(excluded(folder), QStringList{"b.png: unreadable"});
    }
};

QTEST_APPLESS_MAIN(TestImageFolder)
#include "tst_image_folder.moc"
