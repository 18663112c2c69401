// What torch.save writes, against safetensors twins that Python wrote of the same tensors (data/torch_files.py), and pickles that would do harm.
#include "formats/configs.h"
#include "formats/tensor_file.h"
#include "formats/torch_file.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <fstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace quell;

namespace {

const fs::path data = fs::path(QUELL_SOURCE_DIR) / "tests/engine/data/torch";

std::string bytes_of_file(const fs::path &path)
{
    return read_text(path).value();
}

// A legacy file whose object is this pickle (without PROTO and STOP) and that has no storages.
std::string legacy(const std::string &object)
{
    using namespace std::string_literals;
    return "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.\x80\x02}."s + "\x80\x02"s + object + ".\x80\x02]."s;
}

std::string problem_of(const std::string &bytes)
{
    QTemporaryDir folder;
    const auto path = fs::path(folder.path().toStdString()) / "model.bin";
    std::ofstream(path, std::ios::binary) << bytes;
    const auto file = open_tensor_file(path);
    return file ? "none" : to_string(file.error());
}

struct Cost {
    double seconds = 0; // of processor time
    double mebibytes = 0;
};

// What it takes to refuse a file: a config.json, or weights. In a process of its own, whose time and memory the kernel tells.
std::string problem_of(const fs::path &path, Cost &cost)
{
    int ends[2];
    if (::pipe(ends) != 0)
        return "no pipe";
    const auto child = ::fork();
    if (child == 0) {
        const auto used = [] {
            rusage usage;
            ::getrusage(RUSAGE_SELF, &usage);
            const auto seconds = [](const timeval &time) { return double(time.tv_sec) + double(time.tv_usec) / 1e6; };
            return Cost{seconds(usage.ru_utime) + seconds(usage.ru_stime), double(usage.ru_maxrss) / 1024};
        };
        const auto before = used();
        const auto status = path.extension() == ".json" ? read_json(path).and_then([&](const Json &json) { return parse_unet_config(json, path); }).map([](auto &&) {})
                                                        : open_tensor_file(path).map([](auto &&) {});
        const auto problem = status ? "none" : to_string(status.error());
        const auto after = used();
        const Cost difference{after.seconds - before.seconds, after.mebibytes - before.mebibytes};
        const bool written = ::write(ends[1], &difference, sizeof difference) > 0 && ::write(ends[1], problem.data(), problem.size()) > 0;
        ::_exit(written ? 0 : 1);
    }
    ::close(ends[1]);
    char text[2048];
    const auto head = ::read(ends[0], &cost, sizeof cost), size = ::read(ends[0], text, sizeof text);
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    return head == sizeof cost && size > 0 ? std::string(text, std::size_t(size)) : "it crashed";
}

bool says(const std::string &found, const char *wanted)
{
    if (found.find(wanted) == std::string::npos)
        qWarning("%s", found.c_str());
    return found.find(wanted) != std::string::npos;
}

std::string times(std::size_t count, const std::string &text)
{
    std::string all;
    for (std::size_t i = 0; i < count; ++i)
        all += text;
    return all;
}

// A tensor of a storage "0" of 4 floats with these last arguments of _rebuild_tensor_v2.
std::string tensor(const std::string &arguments)
{
    using namespace std::string_literals;
    return "ctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\0"s + "0X\x03\0\0\0cpuK\x04tQ"s + arguments + "\x89}tR"s;
}

std::string with_storage(std::string file)
{
    using namespace std::string_literals;
    file.resize(file.size() - 4); // the empty list of keys
    return file + "\x80\x02]X\x01\0\0\0"s + "0a.\x04\0\0\0\0\0\0\0"s + std::string(16, '\x01');
}

} // namespace

class TorchFileTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equals_its_twin_data()
    {
        QTest::addColumn<QString>("name");
        std::size_t rows = 0;
        for (const auto &entry : fs::directory_iterator(data)) {
            if (entry.path().extension() == ".pt")
                QTest::newRow(entry.path().stem().c_str()) << QString::fromStdString(entry.path().stem()), ++rows;
        }
        QVERIFY(rows >= 20);
    }

    void equals_its_twin()
    {
        QFETCH(QString, name);
        const auto ours = open_tensor_file(data / (name.toStdString() + ".pt"));
        QVERIFY2(ours, ours ? "" : to_string(ours.error()).c_str());
        const auto twin = open_tensor_file(data / (name.toStdString() + ".safetensors")).value();
        QCOMPARE((*ours)->container(), name.endsWith("legacy") ? Container::TorchLegacy : Container::TorchZip);
        QCOMPARE((*ours)->tensors().size(), twin->tensors().size());
        for (const auto &expected : twin->tensors()) {
            const auto *found = (*ours)->find(expected.name);
            QVERIFY2(found, expected.name.c_str());
            QCOMPARE(name_of(found->dtype), name_of(expected.dtype));
            QVERIFY(found->shape == expected.shape);
            const auto a = (*ours)->bytes(*found), b = twin->bytes(expected);
            QVERIFY2(std::equal(a.begin(), a.end(), b.begin(), b.end()), expected.name.c_str());
        }
        QVERIFY((*ours)->intact());
    }

    void keeps_the_numbers_beside_a_state_dict()
    {
        const auto file = open_tensor_file(data / "lightning_zip.pt").value();
        QCOMPARE(file->metadata().at("global_step"), std::string("470000"));
        QCOMPARE(file->metadata().at("pytorch-lightning_version"), std::string("1.4.2"));
    }

    void every_truncation_and_no_change_of_a_byte_is_trusted()
    {
        for (const char *name : {"bare_zip.pt", "bare_legacy.pt"}) {
            const auto whole = bytes_of_file(data / name);
            const auto read = [&](const std::string &bytes) {
                const auto span = std::as_bytes(std::span(bytes));
                return std::string_view(name) == "bare_zip.pt" ? read_torch_zip(span, name) : read_torch_legacy(span, name);
            };
            QVERIFY(read(whole));
            for (std::size_t size = 0; size < whole.size(); ++size)
                QVERIFY2(!read(whole.substr(0, size)), std::to_string(size).c_str());
            for (std::size_t at = 0; at < whole.size(); ++at) {
                auto bytes = whole;
                bytes[at] = static_cast<char>(bytes[at] ^ 0x41);
                if (const auto listing = read(bytes)) { // what is still read lies within the file
                    for (const auto &tensor : listing->tensors)
                        QVERIFY(tensor.begin + tensor.bytes() <= bytes.size());
                }
            }
        }
    }

    void programs_are_refused_by_name_data()
    {
        using namespace std::string_literals;
        QTest::addColumn<QByteArray>("object");
        QTest::addColumn<QByteArray>("problem");
        const auto row = [](const char *name, const std::string &object, const char *problem) {
            QTest::newRow(name) << QByteArray::fromStdString(object) << QByteArray(problem);
        };
        row("os.system", "cos\nsystem\nX\x02\0\0\0ls\x85R"s, "refuses to run os.system");
        row("posix.system", "cposix\nsystem\nX\x02\0\0\0ls\x85R"s, "refuses to run posix.system");
        row("eval", "cbuiltins\neval\nX\x01\0\0\0" "1\x85R"s, "refuses to run builtins.eval");
        row("never called", "cos\nsystem\n"s, "refuses to run os.system");
        row("from the stack", "\x8c\x02os\x8c\x06system\x93"s, "refuses to run os.system");
        row("instance", "(ios\nsystem\n"s, "refuses to run os.system");
        row("new object", "ccollections\nOrderedDict\n)\x81"s, "the opcode NEWOBJ");
        row("object", "(ccollections\nOrderedDict\no"s, "the opcode OBJ");
        row("extension", "\x82\x01"s, "the opcode EXT");
        row("state of a name", "ctorch\nTensor\n}b"s, "the state of what is no dict");
        row("call of a class", "ctorch\nTensor\n)R"s, "a call of torch Tensor");
        row("call of a number", "K\x01)R"s, "a call of what is no function");
        row("nested save", "ctorch.storage\n_load_from_bytes\n"s, "refuses to run torch.storage._load_from_bytes");
        row("control characters", "cos\x1b[2J\nsystem\n"s, "refuses to run os?[2J.system");
        row("unknown opcode", "\xff"s, "opcode 255");
        row("empty stack", ""s, "finds nothing to work on");
        row("below a mark", "K\x01(0\x85"s, "none");
        row("no mark", "t"s, "no mark");
        row("unknown memo", "h\x09"s, "never memorized");
        row("huge memo", "Nr\xff\xff\xff\xff"s, "its memo is larger");
        row("long text", "X\xff\xff\xff\xff"s, "ends too early");
        row("longer text", "\x8d\xff\xff\xff\xff\xff\xff\xff\xff"s, "ends too early");
        row("not UTF-8", "X\x02\0\0\0\xc0\x80"s, "not UTF-8");
        row("odd dict", "(K\x01" "d"s, "a key without a value");
        row("append to a tuple", ")K\x01" "a"s, "no container of their kind");
        row("no tensors", "}"s, "holds no tensors");
    }

    void programs_are_refused_by_name()
    {
        QFETCH(QByteArray, object);
        QFETCH(QByteArray, problem);
        const auto found = problem_of(legacy(object.toStdString()));
        if (problem == "none") // an odd pickle, but no harm: whatever is said, it is refused
            QVERIFY(found != "none");
        else
            QVERIFY(says(found, problem));
    }

    void bombs_are_refused()
    {
        using namespace std::string_literals;
        std::string doubling = "]q\0"s; // l = []; l = [l, l]; …
        for (char i = 0; i < 100; ++i)
            doubling += "](h"s + i + "h"s + i + "eq"s + char(i + 1);
        QVERIFY(says(problem_of(legacy(doubling)), "nested deeper"));
        QVERIFY(says(problem_of(legacy(doubling.substr(0, 3 + 20 * 9))), "nested deeper"));
        QVERIFY(says(problem_of(legacy("]q\0h\0a"s)), "nested deeper")); // a list that contains itself
        QVERIFY(says(problem_of(legacy(times(2'000'000, "N"))), "larger than that of any model"));
        QVERIFY(says(problem_of(legacy("Nq\0"s + times(5'000'000, "2"))), "larger than that of any model"));
        QVERIFY(says(problem_of(legacy(times(40 << 20, "("))), "larger than that of any model"));
    }

    void hostile_files_cost_little_data()
    {
        using namespace std::string_literals;
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("problem");
        const auto row = [](const char *title, const char *name, const std::string &bytes, const char *problem) {
            QTest::newRow(title) << QString(name) << QByteArray::fromStdString(bytes) << QByteArray(problem);
        };
        const auto pickle = [&](const char *title, const std::string &bytes, const char *problem) { row(title, "model.bin", bytes, problem); };
        pickle("objects", legacy(times(2'000'000, "N")), "larger than that of any model");
        pickle("marks", legacy(times(5'000'000, "(")), "larger than that of any model");
        pickle("references", legacy("Nq\0]("s + times(3'900'000, "h\0"s) + "e"), "hold more");
        const auto ordered = "ccollections\nOrderedDict\nq\1NN\x86q\0]("s + times(1'900'000, "h\0"s) + "eq\2";
        pickle("ordered dicts of one list", legacy(ordered + times(100, "h\1h\2\x85R"s)), "larger than that of any model");
        pickle("pairs without a name", legacy("Nq\0}("s + times(1'800'000, "h\0"s) + "uq\1](" + times(1'000'000, "h\1"s) + "e"), "hold more");
        const auto flagged = "Nq\0}("s + times(400'000, "h\0"s) + "uq\1" + tensor("K\0K\1\x85K\1\x85\x89}h\1"s) + "q\2](" + times(50'000, "h\2"s) + "e";
        pickle("one flag dict of many tensors", with_storage(legacy(flagged)), "hold more");
        const auto weights = [&](const char *title, const std::string &header, const char *problem) {
            std::string length(8, '\0');
            for (int i = 0; i < 8; ++i)
                length[i] = char(header.size() >> (8 * i));
            row(title, "model.safetensors", length + header, problem);
        };
        weights("a long header", "{\"a\":[{}" + times(2'700'000, ",{}") + "]}", "claims a header of");
        weights("a list of objects", "{\"a\":[{}" + times(1'390'000, ",{}") + "]}", "names no dtype");
        std::string nested;
        for (int i = 0; i < 12'000; ++i)
            nested += (i ? ",\"" : "\"") + std::to_string(i) + "\":" + times(60, "{\"\":") + "0" + times(60, "}");
        weights("nested objects", "{" + nested.substr(0, nested.rfind(",\"", (4 << 20) - 8)) + "}", "names no dtype");
        row("a long list", "config.json", "[0" + times(16'000'000, ",0") + "]", "larger than the 4194304 bytes");
        row("a list of numbers", "config.json", "[0" + times(2'000'000, ",0") + "]", "must be a JSON object");
        row("a list of lists", "config.json", "[[]" + times(1'390'000, ",[]") + "]", "must be a JSON object");
        row("a list of empty objects", "config.json", "[{}" + times(1'390'000, ",{}") + "]", "must be a JSON object");
    }

    void hostile_files_cost_little()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, problem);
        QTemporaryDir folder;
        const auto path = fs::path(folder.path().toStdString()) / name.toStdString();
        QVERIFY(write_atomically(path, bytes.toStdString()));
        Cost cost;
        QVERIFY(says(problem_of(path, cost), problem));
        qInfo("%.2f s, %.0f MiB", cost.seconds, cost.mebibytes);
        QVERIFY(cost.seconds < 4); // a second at most; more where JSON's templates are this test's own, unoptimised
        QVERIFY(cost.mebibytes < 200);
    }

    void tensors_stay_within_their_storage_data()
    {
        using namespace std::string_literals;
        QTest::addColumn<QByteArray>("arguments");
        QTest::addColumn<QByteArray>("problem");
        const auto row = [](const char *name, const std::string &arguments, const char *problem) {
            QTest::newRow(name) << QByteArray::fromStdString(arguments) << QByteArray(problem);
        };
        const auto huge = "\x8a\x08\0\0\0\0\0\0\0\x40"s, most = "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f"s;
        row("fine", "K\x01K\x03\x85K\x01\x85"s, "none");
        row("too long", "K\x01K\x04\x85K\x01\x85"s, "beyond its storage");
        row("far offset", most + "K\x01\x85K\x01\x85", "beyond its storage");
        row("negative offset", "J\xff\xff\xff\xffK\x01\x85K\x01\x85"s, "not what torch.save writes");
        row("negative size", "K\0J\xff\xff\xff\xff\x85K\x01\x85"s, "not what torch.save writes");
        row("negative stride", "K\x03K\x02\x85J\xff\xff\xff\xff\x85"s, "not what torch.save writes");
        row("wide stride", "K\0K\x02\x85K\x04\x85"s, "beyond its storage");
        row("huge stride", "K\0K\x03\x85"s + most + "\x85", "beyond its storage");
        row("huge size", "K\0"s + huge + "\x85K\x01\x85", "too large");
        row("huge but empty", "K\0K\0"s + huge + huge + "\x87K\x01K\x01K\x01\x87", "none");
        row("expanded bomb", "K\0J\0\0\0\x10\x85K\0\x85"s, "more than four times");
        row("ranks differ", "K\0K\x01\x85)"s, "not what torch.save writes");
    }

    void tensors_stay_within_their_storage()
    {
        QFETCH(QByteArray, arguments);
        QFETCH(QByteArray, problem);
        QVERIFY(says(problem_of(with_storage(legacy(tensor(arguments.toStdString())))), problem));
    }

    void strange_archives_are_refused()
    {
        const auto whole = bytes_of_file(data / "bare_zip.pt");
        const auto directory = whole.find("PK\1\2");
        auto bytes = whole;
        bytes[directory + 10] = 8; // deflated
        QVERIFY(says(problem_of(bytes), "zip bomb"));
        bytes = whole;
        bytes[directory + 8] |= 1;
        QVERIFY(says(problem_of(bytes), "encrypted"));
        bytes = whole; // the second entry begins where the first does
        const auto second = bytes.find("PK\1\2", directory + 4);
        std::copy_n(bytes.begin() + directory + 42, 4, bytes.begin() + second + 42);
        QVERIFY(says(problem_of(bytes), "overlap"));
        bytes = whole;
        for (auto at = bytes.find("data.pkl"); at != bytes.npos; at = bytes.find("data.pkl", at))
            bytes[at] = 'D';
        QVERIFY(says(problem_of(bytes), "no data.pkl"));
        bytes = whole;
        bytes.replace(bytes.find("little"), 6, "bigbig");
        QVERIFY(says(problem_of(bytes), "big-endian"));
    }

    void strangers_are_told_by_content()
    {
        QVERIFY(says(problem_of(""), "the file is empty"));
        QVERIFY(says(problem_of("version https://git-lfs.github.com/spec/v1\noid sha256:0"), "git-lfs pointer"));
        QVERIFY(says(problem_of("<!DOCTYPE html><html>"), "a web page"));
        QVERIFY(says(problem_of("{\"error\": 404}"), "a JSON text"));
        QVERIFY(says(problem_of("GGUF\3\0\0\0"), "a GGUF file"));
        QVERIFY(says(problem_of("\x80\2K\1."), "not one that torch.save wrote"));
    }

    void a_file_cut_short_under_its_mapping_is_an_error()
    {
        QTemporaryDir folder;
        const auto path = fs::path(folder.path().toStdString()) / "x.safetensors";
        const auto header = std::string(R"({"a":{"dtype":"U8","shape":[1000000],"data_offsets":[0,1000000]}})");
        std::ofstream(path, std::ios::binary) << std::string(1, char(header.size())) + std::string(7, '\0') + header + std::string(1000000, 'x');
        {
            const auto file = open_tensor_file(path).value();
            const auto bytes = file->bytes(*file->find("a"));
            QCOMPARE(bytes[10], std::byte('x'));
            QVERIFY(file->intact());
            QVERIFY(mapped_files_intact());
            QCOMPARE(::truncate(path.c_str(), static_cast<off_t>(fs::file_size(path)) - 1), 0); // within the last page: no fault would tell
            QVERIFY(says(to_string(file->intact().error()), "cut short"));
            QCOMPARE(::truncate(path.c_str(), 8192), 0);
            QCOMPARE(bytes[999999], std::byte(0)); // no signal
            QVERIFY(says(to_string(file->intact().error()), "cut short"));
            QVERIFY(says(to_string(mapped_files_intact().error()), "x.safetensors"));
        }
        QVERIFY(mapped_files_intact()); // nobody holds it any more
    }
};

QTEST_APPLESS_MAIN(TorchFileTest)
#include "tst_torch_file.moc"
