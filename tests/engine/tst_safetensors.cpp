#include "formats/safetensors.h"

#include <QTemporaryDir>
#include <QTest>

#include <cstring>
#include <fstream>

using namespace quell;

namespace {

// What safetensors 0.8 (Python) writes for: a int64 [1, 2, 3]; b.weight float32 [[1.5, -2]]; e float16 0 x 4; h bfloat16 [0.5];
// s uint8 scalar 7; é"\n bool [true, false]; metadata {"format": "pt"}.
const QByteArray reference = QByteArray::fromHex(
    "80010000000000007b225f5f6d657461646174615f5f223a7b22666f726d6174223a227074227d2c2261223a7b226474797065223a22493634222c227368617065223a"
    "5b335d2c22646174615f6f666673657473223a5b302c32345d7d2c22622e776569676874223a7b226474797065223a22463332222c227368617065223a5b312c325d2c"
    "22646174615f6f666673657473223a5b32342c33325d7d2c2268223a7b226474797065223a2242463136222c227368617065223a5b315d2c22646174615f6f66667365"
    "7473223a5b33322c33345d7d2c2265223a7b226474797065223a22463136222c227368617065223a5b302c345d2c22646174615f6f666673657473223a5b33342c3334"
    "5d7d2c2273223a7b226474797065223a225538222c227368617065223a5b5d2c22646174615f6f666673657473223a5b33342c33355d7d2c22c3a95c225c6e223a7b22"
    "6474797065223a22424f4f4c222c227368617065223a5b325d2c22646174615f6f666673657473223a5b33352c33375d7d7d2020202020202001000000000000000200"
    "00000000000003000000000000000000c03f000000c0003f070100");

fs::path write(const QTemporaryDir &folder, const std::string &bytes)
{
    const fs::path path = fs::path(folder.path().toStdString()) / "x.safetensors";
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
}

// A file of this header and `data` zero bytes.
std::string file_of(const std::string &header, std::size_t data)
{
    const std::uint64_t length = header.size();
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &length, 8);
    return bytes + header + std::string(data, '\0');
}

std::string problem_of(const std::string &bytes)
{
    QTemporaryDir folder;
    const auto file = open_tensor_file(write(folder, bytes));
    return file ? "none" : to_string(file.error());
}

template <class T> std::span<const std::byte> bytes_of(const std::vector<T> &values)
{
    return std::as_bytes(std::span(values));
}

} // namespace

class SafetensorsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void reads_what_python_writes()
    {
        QTemporaryDir folder;
        const auto opened = open_tensor_file(write(folder, reference.toStdString()));
        QVERIFY2(opened, opened ? "" : to_string(opened.error()).c_str());
        const auto &file = **opened;
        QCOMPARE(file.tensors().size(), 6u);
        QVERIFY(std::is_sorted(file.tensors().begin(), file.tensors().end(), [](auto &a, auto &b) { return a.name < b.name; }));
        QCOMPARE(file.metadata().at("format"), std::string("pt"));
        const auto *weight = file.find("b.weight");
        QVERIFY(weight && weight->dtype == Dtype::F32);
        QVERIFY(weight->shape == std::vector<std::int64_t>({1, 2}));
        QCOMPARE(weight->elements(), 2);
        float values[2];
        std::memcpy(values, file.bytes(*weight).data(), sizeof values);
        QCOMPARE(values[0], 1.5f);
        QCOMPARE(values[1], -2.0f);
        QCOMPARE(file.find("e")->elements(), 0);
        QCOMPARE(file.find("s")->elements(), 1);
        QCOMPARE(file.bytes(*file.find("s"))[0], std::byte(7));
        QVERIFY(!file.find("c"));
    }

    void writes_the_bytes_that_python_writes()
    {
        QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "y.safetensors";
        const std::vector<std::int64_t> a = {1, 2, 3};
        const std::vector<float> b = {1.5f, -2};
        const std::vector<std::uint16_t> h = {0x3f00};
        const std::vector<std::uint8_t> s = {7}, flags = {1, 0};
        const auto status = write_safetensors(path,
                                              {{"s", Dtype::U8, {}, bytes_of(s)},
                                               {"é\"\n", Dtype::Bool, {2}, bytes_of(flags)},
                                               {"h", Dtype::BF16, {1}, bytes_of(h)},
                                               {"e", Dtype::F16, {0, 4}, {}},
                                               {"b.weight", Dtype::F32, {1, 2}, bytes_of(b)},
                                               {"a", Dtype::I64, {3}, bytes_of(a)}},
                                              {{"format", "pt"}});
        QVERIFY(status);
        QCOMPARE(QByteArray::fromStdString(*read_text(path)), reference);
    }

    void changes_in_memory_do_not_reach_the_file()
    {
        QTemporaryDir folder;
        const auto path = write(folder, reference.toStdString());
        {
            const auto file = open_tensor_file(path).value();
            file->bytes(*file->find("s"))[0] = std::byte(9);
            QCOMPARE(file->bytes(*file->find("s"))[0], std::byte(9));
        }
        QCOMPARE(QByteArray::fromStdString(*read_text(path)), reference);
    }

    void every_truncation_is_refused()
    {
        const auto whole = reference.toStdString();
        for (std::size_t size = 0; size < whole.size(); ++size)
            QVERIFY2(problem_of(whole.substr(0, size)) != "none", std::to_string(size).c_str());
        QVERIFY(problem_of(whole + "x").find("1 bytes follow the last tensor") != std::string::npos);
    }

    void hostile_headers_are_refused_data()
    {
        QTest::addColumn<QString>("header");
        QTest::addColumn<int>("data");
        QTest::addColumn<QString>("problem");
        const auto row = [](const char *name, const char *header, int data, const char *problem) {
            QTest::newRow(name) << QString(header) << data << QString(problem);
        };
        row("fine", R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})", 2, "none");
        row("empty", "{}", 0, "none");
        row("not an object", "[]", 0, "not a JSON object");
        row("not JSON", "{]", 0, "is not JSON");
        row("duplicate", R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})", 0, "occurs twice");
        row("overlap", R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})", 3, "overlap");
        row("hole", R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})", 3, "unused bytes");
        row("late start", R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})", 2, "unused bytes");
        row("past the end", R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}})", 2, "cut short");
        row("backwards", R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[2,0]}})", 2, "does not match");
        row("wrong size", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,2]}})", 2, "take 8 bytes");
        row("unknown dtype", R"({"a":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}})", 8, "\"C64\" is not one that Quell reads");
        row("no dtype", R"({"a":{"shape":[1],"data_offsets":[0,8]}})", 8, "names no dtype");
        row("negative size", R"({"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}})", 1, "list of sizes");
        row("fraction", R"({"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}})", 1, "list of sizes");
        row("overflow", R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}})", 0, "too large");
        row("overflow to zero", R"({"a":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]}})", 0, "too large");
        row("size above int64", R"({"a":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,0]}})", 0, "list of sizes");
        row("three offsets", R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}})", 1, "two byte positions");
        row("metadata number", R"({"__metadata__":{"k":1}})", 0, "\"k\" is not a text");
        row("metadata list", R"({"__metadata__":[]})", 0, "__metadata__ is not an object");
        row("entry is a number", R"({"a":1})", 0, "names no dtype");
    }

    void hostile_headers_are_refused()
    {
        QFETCH(QString, header);
        QFETCH(int, data);
        QFETCH(QString, problem);
        const auto found = problem_of(file_of(header.toStdString(), data));
        QVERIFY2(found.find(problem.toStdString()) != std::string::npos, found.c_str());
    }

    void huge_header_lengths_are_refused()
    {
        QVERIFY(problem_of(std::string(8, '\xff')).find("claims a header of") != std::string::npos);
        QVERIFY(problem_of(std::string("\x10\0\0\0\0\0\0\0{}", 10)).find("cut short within its header") != std::string::npos);
        QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        QCOMPARE(open_tensor_file(path / "none").error().code, ErrorCode::NotFound);
        QVERIFY(to_string(open_tensor_file(path).error()).find("not a file") != std::string::npos);
    }

    void the_writer_checks_its_input()
    {
        QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "z.safetensors";
        const std::vector<float> one = {1};
        QVERIFY(!write_safetensors(path, {{"a", Dtype::F32, {2}, bytes_of(one)}}));
        QVERIFY(!write_safetensors(path, {{"a", Dtype::F32, {1}, bytes_of(one)}, {"a", Dtype::F32, {1}, bytes_of(one)}}));
        QVERIFY(!write_safetensors(path, {{"__metadata__", Dtype::F32, {1}, bytes_of(one)}}));
        QCOMPARE(write_safetensors(path, {{"\xff", Dtype::F32, {1}, bytes_of(one)}}).error().code, ErrorCode::Malformed);
        const auto gathering = [](Result<std::span<const std::byte>> bytes) { return std::vector{TensorBytes{"a", Dtype::F32, {1}, {}, [bytes] { return bytes; }}}; };
        QCOMPARE(write_safetensors(path, gathering(bytes_of(one).first(3))).error().code, ErrorCode::Internal);
        QCOMPARE(write_safetensors(path, gathering(fail(ErrorCode::OutOfMemory, "none left"))).error().code, ErrorCode::OutOfMemory);
        QVERIFY(fs::is_empty(path.parent_path()));
        QVERIFY(write_safetensors(path, gathering(bytes_of(one))));
        const auto gathered = open_tensor_file(path).value();
        QCOMPARE(QByteArray(reinterpret_cast<const char *>(gathered->bytes(gathered->tensors()[0]).data()), 4), QByteArray(reinterpret_cast<const char *>(one.data()), 4));
        QVERIFY(write_safetensors(path, {}));
        QVERIFY(open_tensor_file(path));
    }
};

QTEST_APPLESS_MAIN(SafetensorsTest)
#include "tst_safetensors.moc"
