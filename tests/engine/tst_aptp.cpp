// APTP's experts: a vector of soft gates cuts as the same gates do, wherever it is kept.
#include "pruning/aptp.h"

#include "unet_examples.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace quell;
using namespace quell::tests;

class AptpTest : public QObject {
    Q_OBJECT

    QTemporaryDir dir_;
    const UNetConfig config_ = small_unet();
    const GateLayout layout_ = gate_layout(config_);
    const std::int64_t gates_ = static_cast<std::int64_t>(layout_.width_count + layout_.depths.size());

    fs::path write(const char *name, const StateDict &tensors)
    {
        const auto file = fs::path(dir_.path().toStdString()) / name;
        if (const auto status = write_state_dict(file, tensors); !status)
            qFatal("%s", to_string(status.error()).c_str());
        return file;
    }

    // Soft gates, a third of which are closed; the first of each module open.
    torch::Tensor codes(std::int64_t experts)
    {
        torch::manual_seed(5);
        auto codes = torch::rand({experts, gates_}) * 1.5;
        for (const auto &vector : layout_.widths)
            codes.select(1, static_cast<std::int64_t>(vector.begin)).fill_(0.5);
        return codes;
    }

    StructureRecord truth(const torch::Tensor &row)
    {
        auto gates = open_gates(layout_);
        for (std::int64_t i = 0; i < gates_; ++i) {
            const bool open = row[i].item<float>() >= 0.5f;
            if (i < static_cast<std::int64_t>(layout_.width_count))
                gates.width[i] = open;
            else
                gates.depth[i - layout_.width_count] = open;
        }
        return record_of(layout_, gates);
    }

    static void compare(const StructureRecord &is, const StructureRecord &expected)
    {
        auto plain = is;
        plain.origin.clear();
        plain.details = Json::object();
        QVERIFY(to_json(plain) == to_json(expected));
    }

private Q_SLOTS:
    void a_file_of_torch_save()
    {
        const auto row = codes(1)[0].contiguous();
        const auto bytes = torch::pickle_save(row);
        const auto file = fs::path(dir_.path().toStdString()) / "arch_vector.pt";
        std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        const auto vector = read_architecture_vector(file, gates_, {});
        QVERIFY2(vector, vector ? "" : to_string(vector.error()).c_str());
        QVERIFY(torch::equal(torch::tensor(*vector), row));
    }

    void a_vector_of_its_own()
    {
        const auto vector = codes(1);
        const auto file = write("vector.safetensors", {{"arch_vector", vector}});
        const auto pruned = prune_to_expert(random_unet(config_), file, {});
        QVERIFY2(pruned, pruned ? "" : to_string(pruned.error()).c_str());
        compare(pruned->structure, truth(vector[0]));
        QVERIFY(!pruned->structure.dropped.empty() || !pruned->structure.heads.empty());
        QCOMPARE(pruned->structure.origin, std::string("APTP expert"));
    }

    void a_row_of_the_quantizer()
    {
        const auto all = codes(3);
        const auto file = write("quantizer.safetensors", {{"embedding_gs", all}, {"embedding", torch::zeros({3, 4})}});
        const auto pruned = prune_to_expert(random_unet(config_), file, 2);
        QVERIFY2(pruned, pruned ? "" : to_string(pruned.error()).c_str());
        compare(pruned->structure, truth(all[2]));
        QVERIFY(pruned->structure.details["expert"] == 2);
    }

    void what_does_not_fit_is_refused()
    {
        const auto error = [&](const StateDict &tensors, std::optional<std::int64_t> expert) {
            const auto pruned = prune_to_expert(random_unet(config_), write("bad.safetensors", tensors), expert);
            return pruned ? std::string("no error") : to_string(pruned.error());
        };
        QVERIFY(error({{"embedding_gs", codes(3)}}, {}).find("choose one with --expert 0 to 2") != std::string::npos);
        QVERIFY(error({{"embedding_gs", codes(3)}}, 3).find("--expert 0 to 2") != std::string::npos);
        QVERIFY(error({{"v", torch::rand({1, gates_ - 1})}}, {}).find("an architecture vector of this UNet has " + std::to_string(gates_)) != std::string::npos);
        QVERIFY(error({{"a", codes(1)}, {"b", codes(1)}}, {}).find("holds 2 tensors") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(AptpTest)
#include "tst_aptp.moc"
