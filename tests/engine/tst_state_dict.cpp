#include "models/state_dict.h"

#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using namespace quell;

class StateDictTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void survives_writing_and_reading()
    {
        QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "x.safetensors";
        torch::manual_seed(1);
        StateDict tensors;
        for (auto type : {torch::kFloat32, torch::kFloat64, torch::kFloat16, torch::kBFloat16, torch::kInt64, torch::kInt32, torch::kInt16, torch::kInt8,
                          torch::kUInt8, torch::kBool, torch::kFloat8_e4m3fn, torch::kFloat8_e5m2})
            tensors[c10::toString(type)] = torch::randint(0, 5, {3, 5}).to(type);
        tensors["transposed"] = torch::randn({4, 6}).t();
        tensors["strided"] = torch::randn({8, 8}).slice(1, 0, 8, 3);
        tensors["scalar"] = torch::tensor(2.5f);
        tensors["empty"] = torch::empty({0, 3});
        tensors["trained"] = torch::randn({2}).requires_grad_();
        QVERIFY(write_state_dict(path, tensors, {{"made", "here"}}));

        const auto back = read_state_dict(path);
        QVERIFY2(back, back ? "" : to_string(back.error()).c_str());
        QCOMPARE(back->size(), tensors.size());
        for (const auto &[name, tensor] : tensors) {
            const auto &found = back->at(name);
            QCOMPARE(found.scalar_type(), tensor.scalar_type());
            QVERIFY(found.sizes() == tensor.sizes());
            QVERIFY2(torch::equal(found.to(torch::kFloat64), tensor.detach().to(torch::kFloat64)), name.c_str());
            QVERIFY(!found.requires_grad());
        }
    }

    void tensors_keep_their_file_and_may_be_changed()
    {
        QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "x.safetensors";
        QVERIFY(write_state_dict(path, {{"w", torch::ones({1000})}}));
        auto weight = read_state_dict(path)->at("w");
        weight.mul_(3);
        QCOMPARE(weight.sum().item<float>(), 3000.0f);
        QCOMPARE(read_state_dict(path)->at("w").sum().item<float>(), 1000.0f);
    }

    // Parameters may be views of a file: zeros in place of what it lost must not be written as a model.
    void what_was_lost_with_its_file_is_not_written()
    {
        QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        QVERIFY(write_state_dict(path / "x", {{"w", torch::ones({1 << 18})}}));
        const auto tensors = read_state_dict(path / "x");
        QVERIFY(write_state_dict(path / "y", *tensors));
        QCOMPARE(::truncate((path / "x").c_str(), 8192), 0);
        const auto status = write_state_dict(path / "y", *tensors);
        QVERIFY(!status);
        QCOMPARE(status.error().code, ErrorCode::Io);
        QVERIFY(to_string(status.error()).starts_with((path / "x").string() + ": the file was cut short"));
        QVERIFY(read_state_dict(path / "y")->at("w").eq(1).all().item<bool>()); // the older one stands
    }

    void unaligned_tensors_are_copied()
    {
        QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "x.safetensors";
        const std::string header = R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}})";
        const std::string start(1, char(header.size()));
        QVERIFY(write_atomically(path, start + std::string(7, '\0') + header + std::string("\x01\x00\x00\xc0\x3f", 5)));
        const auto tensors = read_state_dict(path);
        QVERIFY(tensors);
        QCOMPARE(tensors->at("b").item<float>(), 1.5f);
        QCOMPARE(reinterpret_cast<std::uintptr_t>(tensors->at("b").data_ptr()) % 4, 0u);
    }

    void shards_are_joined_and_may_not_overlap()
    {
        QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        QVERIFY(write_state_dict(path / "one", {{"a", torch::ones(1)}}));
        QVERIFY(write_state_dict(path / "two", {{"b", torch::ones(1)}}));
        QVERIFY(write_atomically(path / "model.safetensors.index.json", R"({"weight_map": {"a": "one", "b": "two"}})"));
        QCOMPARE(open_state_dict(path)->size(), 2u);
        QVERIFY(write_state_dict(path / "two", {{"a", torch::ones(1)}}));
        QCOMPARE(open_state_dict(path).error().code, ErrorCode::Malformed);
        QVERIFY(open_state_dict(path).error().message.find("\"a\"") != std::string::npos);
    }

    void other_dtypes_are_refused_by_name()
    {
        const auto status = write_state_dict("/nowhere/x", {{"c", torch::zeros({1}, torch::kComplexFloat)}});
        QCOMPARE(status.error().code, ErrorCode::Unsupported);
        QVERIFY(status.error().message.find("\"c\"") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(StateDictTest)
#include "tst_state_dict.moc"
