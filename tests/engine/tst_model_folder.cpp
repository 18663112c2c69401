#include "architecture/inspect.h"
#include "architecture/unet_description.h"
#include "formats/safetensors.h"

#include "sparse_weights.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace quell;

namespace {

const fs::path starter = fs::path(QUELL_SOURCE_DIR) / "resources/starter/model";

class Folder {
public:
    fs::path path() const { return folder_.path().toStdString(); }
    void write(const fs::path &name, const std::string &text) const
    {
        fs::create_directories((path() / name).parent_path());
        std::ofstream(path() / name) << text;
    }
    void write_weights(const fs::path &name, const std::string &tensor) const
    {
        fs::create_directories((path() / name).parent_path());
        const float value = 1;
        if (!write_safetensors(path() / name, {{tensor, Dtype::F32, {1}, std::as_bytes(std::span(&value, 1))}}, {{"made", "here"}}))
            qFatal("cannot write the test's file");
    }
    // One float and this metadata, byte by byte.
    void write_file(const fs::path &name, const Json &metadata) const
    {
        const auto header = Json{{"__metadata__", metadata}, {"x", {{"dtype", "F32"}, {"shape", {1}}, {"data_offsets", {0, 4}}}}}.dump();
        const std::uint64_t length = header.size();
        write(name, std::string(reinterpret_cast<const char *>(&length), 8) + header + std::string(4, '\0'));
    }
    // A UNet folder with a config of diffusers_configs.json, its weights all zeros; without those of `dropped` modules, and with other shapes where told.
    void write_unet(const fs::path &name, const char *config, const std::set<std::string> &dropped = {}, const Shapes &others = {}) const
    {
        const auto configs = *read_json(fs::path(QUELL_SOURCE_DIR) / "tests/engine/data/diffusers_configs.json");
        write(name / "config.json", configs["unets"][config].dump());
        auto shapes = dense_shapes(*parse_unet_config(configs["unets"][config], config));
        std::erase_if(shapes, [&](const auto &entry) { return std::any_of(dropped.begin(), dropped.end(), [&](const auto &module) { return entry.first.starts_with(module + "."); }); });
        for (const auto &[key, shape] : others)
            shapes[key] = shape;
        tests::write_sparse_weights(path() / name / "diffusion_pytorch_model.safetensors", shapes);
    }

private:
    QTemporaryDir folder_;
};

std::string message(const auto &result)
{
    return result ? "none" : to_string(result.error());
}

} // namespace

class ModelFolderTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void finds_weights()
    {
        Folder folder;
        QCOMPARE(weight_files(folder.path()).error().code, ErrorCode::NotFound);
        QVERIFY(message(weight_files(folder.path())).find("diffusion_pytorch_model.safetensors") != std::string::npos);
        folder.write("pytorch_model.bin", "");
        QCOMPARE(weight_files(folder.path())->at(0).filename().string(), std::string("pytorch_model.bin"));
        folder.write("model.fp16.safetensors", "");
        QCOMPARE(weight_files(folder.path())->at(0).filename().string(), std::string("model.fp16.safetensors"));
        folder.write("model.safetensors", "");
        QCOMPARE(weight_files(folder.path())->at(0).filename().string(), std::string("model.safetensors"));
    }

    void finds_shards_inside_the_folder_only()
    {
        Folder folder;
        const auto index = "diffusion_pytorch_model.safetensors.index.json";
        folder.write(index, R"({"weight_map": {"a": "2.safetensors", "b": "1.safetensors", "c": "2.safetensors"}})");
        QCOMPARE(weight_files(folder.path()).error().code, ErrorCode::NotFound);
        folder.write("1.safetensors", "");
        folder.write("2.safetensors", "");
        QCOMPARE(weight_files(folder.path())->size(), 2u);
        for (const char *name : {"../1.safetensors", "/etc/passwd", "..", ".", "", "sub/1.safetensors"}) {
            folder.write(index, Json{{"weight_map", {{"a", name}}}}.dump());
            QCOMPARE(weight_files(folder.path()).error().code, ErrorCode::Malformed);
        }
        folder.write(index, R"({"weight_map": {"a": 1}})");
        QCOMPARE(weight_files(folder.path()).error().code, ErrorCode::Malformed);
        folder.write(index, "[]");
        QCOMPARE(weight_files(folder.path()).error().code, ErrorCode::Malformed);
    }

    void describes_unets()
    {
        Folder folder;
        QCOMPARE(unet_folder(folder.path()).error().code, ErrorCode::NotFound);
        folder.write_unet("unet", "bk_sdm_tiny");
        QVERIFY(unet_folder(folder.path()).value() == folder.path() / "unet");
        QVERIFY(unet_folder(folder.path() / "unet").value() == folder.path() / "unet");
        QVERIFY(component_folder(folder.path(), "unet").value() == folder.path() / "unet");
        QCOMPARE(component_folder(folder.path(), "vae").error().code, ErrorCode::NotFound);

        const auto dense = describe_unet(folder.path() / "unet");
        QVERIFY2(dense, message(dense).c_str());
        QVERIFY(dense->structure.empty());
        QVERIFY(dense->weights.at(0)->find("conv_in.weight"));

        folder.write("unet/structure.json", R"({"version": 1, "heads": {"down_blocks.0.attentions.0.transformer_blocks.0.attn1": {"total": 8, "kept": [0, 1]}}})");
        QVERIFY(!describe_unet(folder.path() / "unet")->structure.empty());
        folder.write("unet/structure.json", R"({"version": 3})");
        QVERIFY(message(describe_unet(folder.path() / "unet")).find("structure.json: \"version\" is 3") != std::string::npos);
    }

    void inspects_the_starter()
    {
        const auto found = inspect(starter);
        QVERIFY2(found, message(found).c_str());
        QCOMPARE(found->format, std::string("diffusers pipeline"));
        QCOMPARE(found->components.size(), 3u);
        QCOMPARE(found->components[0].name, std::string("unet"));
        QCOMPARE(found->components[0].parameters, 22462760); // as diffusers counts them
        QCOMPARE(found->components[1].parameters, 3765771);
        QCOMPARE(found->components[2].parameters, 5256960);
        QVERIFY(found->unet["prediction"] == Json("v_prediction"));
        QVERIFY(found->unet["heads"] == Json({3, 5, 8}));
        QVERIFY(found->notes.empty());
        QCOMPARE(found->family, std::string("Stable Diffusion 2.x layout, 3 levels, v-prediction"));
        const auto json = to_json(*found);
        QCOMPARE(json["components"][0]["dtypes"].size(), 1u);
        QCOMPARE(json["bytes"].get<std::int64_t>(), 2 * (22462760 + 3765771 + 5256960));
        QCOMPARE(json["estimates"]["sample"].get<std::int64_t>(), 4 * (22462760 + 3765771 + 5256960));
        QCOMPARE(json["estimates"]["train"].get<std::int64_t>(), 26 * 22462760ll);
        QVERIFY(inspect(starter / "unet")->unet["prediction"] == Json("v_prediction")); // by the scheduler beside it
    }

    // The starter's attn2 to text states of 256: five of 96 channels, five of 160, one of 256. AdamW has two moments a level, bf16 an fp32 master.
    void tells_what_training_takes()
    {
        const auto training = inspect(starter)->unet["training"];
        QCOMPARE(training.size(), 5u);
        const auto need = [](std::int64_t trained) {
            const std::int64_t all = 22462760;
            return Json({{"trained", trained}, {"fp32", 4 * all + 4 * trained + 4 * 4 * trained}, {"bf16", 2 * all + 4 * trained + 4 * trained + 4 * 4 * trained}});
        };
        const std::int64_t kv = 5 * 2 * 256 * 96 + 5 * 2 * 256 * 160 + 2 * 256 * 256;
        const std::int64_t attention = kv + 5 * (2 * 96 * 96 + 96) + 5 * (2 * 160 * 160 + 160) + 2 * 256 * 256 + 256;
        QVERIFY2(training["full"] == need(22462760), training.dump().c_str());
        QVERIFY2(training["cross_attention"] == need(attention), training.dump().c_str());
        QVERIFY2(training["cross_attention_kv"] == need(kv), training.dump().c_str());
        QVERIFY2(training["not_cross_attention"] == need(22462760 - attention), training.dump().c_str());
    }

    void tells_the_metadata_of_a_folders_unet()
    {
        Folder folder;
        folder.write("model/unet/config.json", R"({"_class_name": "UNet2DConditionModel"})");
        folder.write_file("model/unet/diffusion_pytorch_model.safetensors",
                          {{"format", "pt"}, {"licence", "mit"}, {"quell", R"({"version": "1", "base": "dense", "concepts": ["neon"], "configs": {}, "structure": {}})"}});
        folder.write_file("model/vae/diffusion_pytorch_model.safetensors", {{"of", "another part"}});
        const std::map<std::string, std::string> told = {{"licence", "mit"}, {"quell", R"({"version":"1","base":"dense","concepts":["neon"]})"}};
        QVERIFY(inspect(folder.path() / "model")->metadata == told);
        QVERIFY(inspect(folder.path() / "model/unet")->metadata == told);
        QVERIFY(inspect(folder.path() / "model/unet/diffusion_pytorch_model.safetensors")->metadata == told);
    }

    void metadata_that_tells_nothing_is_left_out()
    {
        Folder folder;
        folder.write_file("a.safetensors", {{"format", "pt"}, {"quell", "{}"}});
        QVERIFY(inspect(folder.path() / "a.safetensors")->metadata.empty());
        folder.write_file("b.safetensors", {{"format", "np"}, {"quell", "{"}});
        QCOMPARE(inspect(folder.path() / "b.safetensors")->metadata.size(), 2u);
    }

    void knows_the_families_data()
    {
        QTest::addColumn<QString>("config");
        QTest::addColumn<QString>("family");
        QTest::newRow("sd1") << "sd1" << "Stable Diffusion 1.x";
        QTest::newRow("sd2") << "sd2" << "Stable Diffusion 2.x";
        QTest::newRow("base") << "bk_sdm_base" << "BK-SDM Base, Stable Diffusion 1.x";
        QTest::newRow("small") << "bk_sdm_small" << "BK-SDM Small, Stable Diffusion 1.x";
        QTest::newRow("tiny") << "bk_sdm_tiny" << "BK-SDM Tiny, Stable Diffusion 1.x";
    }

    void knows_the_families()
    {
        QFETCH(QString, config);
        QFETCH(QString, family);
        Folder folder;
        folder.write_unet(".", qPrintable(config));
        const auto found = inspect(folder.path());
        QVERIFY2(found, message(found).c_str());
        QCOMPARE(found->format, std::string("UNet folder"));
        QCOMPARE(found->family, family.toStdString());
    }

    void says_what_only_the_user_can_tell()
    {
        Folder folder;
        const std::string attention = "down_blocks.2.attentions.0.transformer_blocks.0.attn1.";
        const Shape half{640, 1280}; // 10 heads of 64, or 20 of 32
        folder.write_unet(".", "sd2", {}, {{attention + "to_q.weight", half}, {attention + "to_k.weight", half}, {attention + "to_v.weight", half}, {attention + "to_out.0.weight", {1280, 640}}});
        QCOMPARE(inspect(folder.path())->choices, (std::vector<std::string>{"heads"}));
        const auto chosen = describe_shapes(folder.path(), {CutReading::Fewer, CutReading::Infer});
        QVERIFY2(chosen, message(chosen).c_str());
        folder.write("structure.json", to_json(chosen->structure).dump());
        QVERIFY(inspect(folder.path())->choices.empty());
    }

    // One file has no folder to write to: its record lies beside it.
    void a_file_is_asked_about_too()
    {
        Folder folder;
        const std::string attention = "down_blocks.2.attentions.0.transformer_blocks.0.attn1.";
        const Shape half{640, 1280};
        folder.write_unet(".", "sd2", {}, {{attention + "to_q.weight", half}, {attention + "to_k.weight", half}, {attention + "to_v.weight", half}, {attention + "to_out.0.weight", {1280, 640}}});
        const auto file = folder.path() / "cut.safetensors";
        fs::rename(folder.path() / "diffusion_pytorch_model.safetensors", file);
        QCOMPARE(inspect(file)->choices, (std::vector<std::string>{"heads"}));
        const auto chosen = describe_shapes(file, {CutReading::Fewer, CutReading::Infer});
        QVERIFY2(chosen, message(chosen).c_str());
        folder.write("cut.safetensors.structure.json", to_json(chosen->structure).dump());
        QVERIFY(structure_file(file) == folder.path() / "cut.safetensors.structure.json");
        QVERIFY(inspect(file)->choices.empty());
        QCOMPARE(describe_unet(file)->structure.heads.size(), 1u);
    }

    // segmind's tiny-sd has Stable Diffusion's config; a structure record, which says nothing of it, does not make it right.
    void weights_decide_with_a_record_too()
    {
        Folder folder;
        folder.write_unet(".", "bk_sdm_tiny");
        const auto configs = *read_json(fs::path(QUELL_SOURCE_DIR) / "tests/engine/data/diffusers_configs.json");
        folder.write("config.json", configs["unets"]["sd1"].dump());
        folder.write("structure.json", R"({"version": 1, "details": {"run": "first"}})");
        const auto unet = describe_unet(folder.path());
        QVERIFY2(unet, message(unet).c_str());
        QVERIFY(dense_shapes(unet->config) == unet->shapes());
        QVERIFY(unet->structure.details["run"] == "first");
        const std::string layers = "layers_per_block: config.json says [2,2,2,2], the weights have [1,1,1]";
        QVERIFY(std::count(unet->differences.begin(), unet->differences.end(), layers));
        QCOMPARE(inspect(folder.path())->differences, unet->differences);
    }

    // As many heads, each of 36 channels of 40, and feed-forwards of 1000 channels, which are no whole groups: no record lists them.
    void what_no_record_lists_is_counted()
    {
        Folder folder;
        const std::string layer = "down_blocks.0.attentions.0.transformer_blocks.0.";
        const Shape narrow{288, 320};
        folder.write_unet(".", "sd1", {}, {{layer + "attn1.to_q.weight", narrow}, {layer + "attn1.to_k.weight", narrow}, {layer + "attn1.to_v.weight", narrow},
                                           {layer + "attn1.to_out.0.weight", {320, 288}}, {layer + "ff.net.0.proj.weight", {2000, 320}}, {layer + "ff.net.0.proj.bias", {2000}},
                                           {layer + "ff.net.2.weight", {320, 1000}}});
        const auto found = inspect(folder.path());
        QVERIFY2(found, message(found).c_str());
        QCOMPARE(found->family, std::string("Stable Diffusion 1.x, pruned"));
        QVERIFY(found->unet["details"]["heads"] == "as many, narrower");
        QVERIFY(found->unet["blocks"]["down0"]["heads"] == Json({{"kept", 1248}, {"total", 1280}}));
        QVERIFY(found->unet["blocks"]["down0"]["feed_forward"] == Json({{"kept", 2280}, {"total", 2560}}));
        QVERIFY(found->unet["blocks"]["down1"]["heads"] == Json({{"kept", 2560}, {"total", 2560}}));
    }

    // BK-SDM Tiny of Stable Diffusion 1: no mid block, no fourth stage, one layer a block; its up2 is the teacher's up3.
    void blocks_are_what_is_kept_of_a_teacher()
    {
        Folder folder;
        folder.write_unet("student", "bk_sdm_tiny");
        folder.write_unet("teacher", "sd1");
        const auto found = inspect(folder.path() / "student", {0, folder.path() / "teacher"});
        QVERIFY2(found, message(found).c_str());
        const auto &blocks = found->unet["blocks"];
        QCOMPARE(blocks.size(), 9u);
        QVERIFY(blocks["mid"]["heads"] == Json({{"kept", 0}, {"total", 2560}}));
        QVERIFY(blocks["down3"]["layers"] == Json({{"kept", 0}, {"total", 2}}));
        QVERIFY(blocks["up3"]["resnet_channels"] == Json({{"kept", 640}, {"total", 960}}));
        QVERIFY(blocks["up3"]["layers"] == Json({{"kept", 4}, {"total", 6}}));
        QVERIFY(blocks["up0"]["layers"] == Json({{"kept", 0}, {"total", 3}}));
        QVERIFY(inspect(folder.path() / "student")->unet["blocks"]["up2"]["layers"] == Json({{"kept", 4}, {"total", 4}}));
    }

    void tells_the_pruned_share_of_each_block()
    {
        Folder folder;
        const std::string first = "down_blocks.0.attentions.0.transformer_blocks.0.attn1.", second = "down_blocks.0.attentions.1.transformer_blocks.0.attn2.", resnet = "mid_block.resnets.0.";
        folder.write_unet("unet", "sd2", {"up_blocks.1.resnets.2"},
                          {{first + "to_q.weight", {128, 320}}, {first + "to_k.weight", {128, 320}}, {first + "to_v.weight", {128, 320}}, {first + "to_out.0.weight", {320, 128}},
                           {second + "to_q.weight", {64, 320}}, {second + "to_k.weight", {64, 1024}}, {second + "to_v.weight", {64, 1024}}, {second + "to_out.0.weight", {320, 64}},
                           {resnet + "conv1.weight", {80, 1280, 3, 3}}, {resnet + "conv1.bias", {80}}, {resnet + "time_emb_proj.weight", {80, 1280}}, {resnet + "time_emb_proj.bias", {80}},
                           {resnet + "norm2.weight", {80}}, {resnet + "norm2.bias", {80}}, {resnet + "conv2.weight", {1280, 80, 3, 3}}});
        folder.write("scheduler/scheduler_config.json", R"({"prediction_type": "v_prediction"})");
        StructureRecord record;
        record.heads["down_blocks.0.attentions.0.transformer_blocks.0.attn1"] = {5, {0, 1}};
        record.heads["down_blocks.0.attentions.1.transformer_blocks.0.attn2"] = {5, {3}};
        record.resnet_groups["mid_block.resnets.0"] = {32, {0, 31}};
        record.dropped = {"up_blocks.1.resnets.2"};
        folder.write("unet/structure.json", to_json(record).dump());
        const auto found = inspect(folder.path());
        QVERIFY2(found, message(found).c_str());
        QCOMPARE(found->family, std::string("Stable Diffusion 2.x (768 px, v-prediction), pruned"));
        const auto &pruned = found->unet["pruned"];
        QVERIFY(pruned["down_blocks.0"]["heads"] == Json({{"kept", 3}, {"total", 10}}));
        QVERIFY(pruned["mid_block"]["resnet_groups"] == Json({{"kept", 2}, {"total", 32}}));
        QVERIFY(pruned["up_blocks.1"]["dropped"] == Json::array({"up_blocks.1.resnets.2"}));
        // Of everything there is: two attentions of two times five heads of 64 channels, three resnets of 1280 channels, three resnets and three attentions.
        const auto &blocks = found->unet["blocks"];
        QVERIFY(blocks["down0"]["heads"] == Json({{"kept", 832}, {"total", 1280}}));
        QVERIFY(blocks["down0"]["feed_forward"] == Json({{"kept", 2560}, {"total", 2560}}));
        QVERIFY(blocks["mid"]["resnet_channels"] == Json({{"kept", 1360}, {"total", 2560}}));
        QVERIFY(blocks["up1"]["resnet_channels"] == Json({{"kept", 2560}, {"total", 3840}}));
        QVERIFY(blocks["up1"]["layers"] == Json({{"kept", 5}, {"total", 6}}));
        QVERIFY(blocks["up0"]["heads"] == Json({{"kept", 0}, {"total", 0}}));
        QCOMPARE(found->notes.size(), 2u); // no vae, no text encoder
    }

    void inspects_lone_files_and_strange_things()
    {
        Folder folder;
        folder.write_weights("a.safetensors", "model.diffusion_model.x");
        const auto found = inspect(folder.path() / "a.safetensors");
        QVERIFY2(found, message(found).c_str());
        QCOMPARE(found->format, std::string("safetensors file"));
        QCOMPARE(found->components[0].parameters, 1);
        QCOMPARE(found->components[0].bytes, 4u);
        QCOMPARE(found->metadata.at("made"), std::string("here"));

        QCOMPARE(inspect(folder.path() / "none").error().code, ErrorCode::NotFound);
        QCOMPARE(inspect(folder.path()).error().code, ErrorCode::NotFound);
        QCOMPARE(inspect("/dev/null").error().code, ErrorCode::Unsupported);
        folder.write("config.json", "[]");
        QCOMPARE(inspect(folder.path()).error().code, ErrorCode::Malformed);
        folder.write("config.json", R"({"_class_name": "UNet2DConditionModel", "gated_ff": true})");
        QCOMPARE(inspect(folder.path())->notes.size(), 2u); // no weights, and why its config is not run
    }
};

QTEST_APPLESS_MAIN(ModelFolderTest)
#include "tst_model_folder.moc"
