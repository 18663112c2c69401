// Hashes and zeros of weights, against bytes written by hand.
#include "core/sha256.h"
#include "formats/safetensors.h"
#include "formats/weight_scan.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cstring>
#include <fstream>

using namespace quell;

namespace {

template <class T> std::vector<std::byte> bytes_of(std::initializer_list<T> values)
{
    std::vector<std::byte> bytes(values.size() * sizeof(T));
    std::memcpy(bytes.data(), std::data(values), bytes.size());
    return bytes;
}

} // namespace

class WeightScanTest : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;
    fs::path at(const char *name) const { return fs::path(folder_.path().toStdString()) / name; }

private Q_SLOTS:
    void counts_zeros_of_every_kind()
    {
        const auto halves = bytes_of<std::uint16_t>({0, 0x8000, 0x0001, 0x3c00}); // 0, -0, the smallest, 1
        const auto singles = bytes_of<float>({0.f, -0.f, 1.f});
        const auto bytes = bytes_of<std::uint8_t>({0, 0x80});
        QVERIFY(write_safetensors(at("a.safetensors"), {{"f16", Dtype::F16, {2, 2}, halves}, {"bf16", Dtype::BF16, {4}, halves}, {"f32", Dtype::F32, {3}, singles},
                                                        {"u8", Dtype::U8, {2}, bytes}, {"f8", Dtype::F8E4M3, {2}, bytes}, {"none", Dtype::F32, {0}, {}}}));
        const auto scan = scan_weights(at("a.safetensors"));
        QVERIFY(scan);
        QCOMPARE(scan->values, 15);
        QCOMPARE(scan->zeros, 2 + 2 + 2 + 1 + 2);
        std::map<std::string, std::int64_t> zeros;
        for (const auto &layer : scan->layers)
            zeros[layer.name] = layer.zeros;
        QVERIFY(zeros == (std::map<std::string, std::int64_t>{{"f16", 2}, {"bf16", 2}, {"f32", 2}, {"u8", 1}, {"f8", 2}, {"none", 0}}));
        QCOMPARE(scan->files.size(), std::size_t{1});
        QCOMPARE(scan->files[0].sha256, *sha256_of_file(at("a.safetensors")));
    }

    void tells_how_far_it_is()
    {
        const std::vector<std::byte> zeros(std::size_t{9} << 20); // more than two pieces
        QVERIFY(write_safetensors(at("b.safetensors"), {{"x", Dtype::F32, {9 << 18}, zeros}}));
        std::vector<std::uint64_t> told;
        std::uint64_t all = 0;
        const auto scan = scan_weights(at("b.safetensors"), [&](std::uint64_t done, std::uint64_t total) { told.push_back(done), all = total; });
        QVERIFY(scan);
        QCOMPARE(scan->zeros, scan->values);
        QCOMPARE(all, 2 * fs::file_size(at("b.safetensors")));
        QVERIFY(told.size() >= 6 && std::is_sorted(told.begin(), told.end()) && told.back() <= all);
    }

    void refuses_what_is_no_model()
    {
        QCOMPARE(scan_weights(at("none.safetensors")).error().code, ErrorCode::NotFound);
        QCOMPARE(scan_weights(folder_.path().toStdString()).error().code, ErrorCode::NotFound);
        std::ofstream(at("c.safetensors")) << "no model";
        QCOMPARE(scan_weights(at("c.safetensors")).error().code, ErrorCode::Malformed);
    }
};

QTEST_APPLESS_MAIN(WeightScanTest)
#include "tst_weight_scan.moc"
