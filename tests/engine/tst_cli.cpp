// The commands as people run them: exit status, one line that says what is wrong, and nothing half-written.
#include "formats/json.h"
#include "formats/safetensors.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>
#include <fstream>

using namespace quell;

namespace {

const fs::path starter = fs::path(QUELL_SOURCE_DIR) / "resources/starter";

struct Ended {
    int status = -1; // -1: crashed or did not end
    QByteArray out, error;

    QByteArray last_line() const { return error.trimmed().split('\n').last(); }
};

Ended end_of(QProcess &process)
{
    if (!process.waitForFinished(120000) || process.exitStatus() != QProcess::NormalExit)
        return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

Ended run(const QStringList &arguments, const QString &program = "quell-engine")
{
    QProcess process;
    process.start(QUELL_BINARY_DIR "/bin/" + program, arguments);
    return end_of(process);
}

void write(const fs::path &path, const std::string &bytes)
{
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
}

// A BMP of 64 x 64 pixels, all of one grey.
std::string picture(char grey)
{
    constexpr int side = 64, bytes = side * side * 3;
    std::string bmp = "BM";
    const auto add = [&bmp](int value, int width) {
        for (int i = 0; i < width; ++i)
            bmp += static_cast<char>(value >> 8 * i);
    };
    add(54 + bytes, 4), add(0, 4), add(54, 4);
    add(40, 4), add(side, 4), add(side, 4), add(1, 2), add(24, 2), add(0, 4), add(bytes, 4), add(2835, 4), add(2835, 4), add(0, 4), add(0, 4);
    return bmp + std::string(bytes, grey);
}

std::string bytes_of(const fs::path &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void link_folder(const fs::path &to, const fs::path &from)
{
    fs::create_directories(from.parent_path());
    fs::create_directory_symlink(to, from);
}

using Tensors = std::vector<TensorBytes>;

// A UNet's weights in another file. `change` gets its tensors before they are written.
void write_changed(const fs::path &from, const fs::path &to, const std::function<void(Tensors &)> &change)
{
    const auto file = open_tensor_file(from / "diffusion_pytorch_model.safetensors").value();
    Tensors tensors;
    for (const auto &info : file->tensors())
        tensors.push_back({info.name, info.dtype, info.shape, file->bytes(info)});
    change(tensors);
    QVERIFY(write_safetensors(to, std::move(tensors), {}));
}

// The starter's pruned UNet as it should not be.
void write_broken_unet(const fs::path &folder, const std::function<void(Tensors &)> &change)
{
    const auto from = starter / "pruned";
    fs::create_directories(folder);
    for (const char *name : {"config.json", "structure.json"})
        fs::copy_file(from / name, folder / name);
    write_changed(from, folder / "diffusion_pytorch_model.safetensors", change);
}

// The first half of it along `dim`, in shape; its bytes are as good as any.
void halve(TensorBytes &tensor, std::size_t dim)
{
    tensor.shape[dim] /= 2;
    tensor.bytes = tensor.bytes.first(tensor.bytes.size() / 2);
}

} // namespace

class TestCli : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_CACHE_HOME", text("cache").toUtf8());
        qputenv("OMP_NUM_THREADS", "1");
        const char *styles[] = {"neon", "ink", "watercolor"};
        for (int i = 0; i < 6; ++i) {
            const auto name = "pictures/picture-" + std::to_string(i);
            write(at(name + ".bmp"), picture(static_cast<char>(40 * i)));
            write(at(name + ".txt"), std::string("a thing, ") + styles[i % 3] + " style");
        }
        // Damaged, and with a name that is not UTF-8.
        write(at("pictures/dam\xe4ged.png"), "\x89PNG\r\n\x1a\nand no more");
        write(at("pictures/dam\xe4ged.txt"), "a damaged thing");
        write(at("damaged/one.png"), "no picture");
        write(at("damaged/one.txt"), "a thing");

        const auto conv_out = [](const TensorBytes &tensor) { return tensor.name == "conv_out.weight"; };
        write_broken_unet(at("missing"), [&](Tensors &tensors) { std::erase_if(tensors, conv_out); });
        write_broken_unet(at("misshapen"), [&](Tensors &tensors) {
            auto &shape = std::find_if(tensors.begin(), tensors.end(), conv_out)->shape;
            std::swap(shape[0], shape[1]);
        });
        write_broken_unet(at("short"), [](Tensors &) {});
        fs::resize_file(at("short/diffusion_pytorch_model.safetensors"), 1'000'000);
        write_broken_unet(at("misfit"), [](Tensors &tensors) {
            for (auto &tensor : tensors) {
                if (tensor.name.ends_with(".attn2.to_k.weight") || tensor.name.ends_with(".attn2.to_v.weight"))
                    halve(tensor, 1);
            }
        });
        // Right but for a config that lies, as segmind's do.
        write_broken_unet(at("lying"), [](Tensors &) {});
        auto config = Json::parse(bytes_of(at("lying/config.json")));
        config["layers_per_block"] = 3;
        write(at("lying/config.json"), config.dump());
        fs::remove(at("lying/structure.json"));
        write_changed(starter / "model/unet", at("lone.safetensors"), [](Tensors &) {});
        // 80 of 160 channels: one of two heads, or two narrower ones.
        write_changed(starter / "model/unet", at("ambiguous.safetensors"), [](Tensors &tensors) {
            for (auto &tensor : tensors) {
                if (tensor.name.starts_with("down_blocks.1.attentions.0.transformer_blocks.0.attn1.") && tensor.shape.size() == 2)
                    halve(tensor, tensor.name.ends_with(".to_out.0.weight") ? 1 : 0);
            }
        });
        write(at("empty/readme"), "");
        // The starter with a scheduler whose sampler Quell lacks, and with one that says it predicts pictures.
        for (const auto &[name, scheduler] : {std::pair{"unipc", R"({"_class_name": "UniPCMultistepScheduler"})"}, {"picture", R"({"_class_name": "DDIMScheduler", "prediction_type": "sample"})"}}) {
            for (const char *part : {"text_encoder", "tokenizer", "unet", "vae"})
                link_folder(starter / "model" / part, at(name) / part);
            write(at(name) / "model_index.json", bytes_of(starter / "model/model_index.json"));
            write(at(name) / "scheduler/scheduler_config.json", scheduler);
        }
        const TensorBytes nothing{"nothing", Dtype::U8, {0}, {}};
        QVERIFY(write_safetensors(at("nothing.safetensors"), {nothing}, {}));
        QVERIFY(write_safetensors(at("prompts.safetensors"), {nothing}, {{"prompts", "\"an owl\""}}));
        write(at("concepts.json"), R"([{"phrase": "neon", "kind": "style", "neighbours": ["ink"]}, {"phrase": "ink", "name": "drawn in ink", "kind": "style", "anchor": "pencil"}])");
        write(at("concepts-not.json"), R"({"phrase": "neon"})");
        write(at("concepts-empty.json"), R"([{"phrase": " ", "kind": "style"}])");
    }

    // Qt cannot remove a name that is not UTF-8.
    void cleanupTestCase() { fs::remove_all(at("pictures")); }

    void everyCommandHelps()
    {
        for (const char *command : {"probe", "prune", "sample", "train", "resume", "evaluate", "compare", "ledger", "check", "edit", "export", "structure", "data", "match"}) {
            const auto help = run({command, "--help"});
            QCOMPARE(help.status, 0);
            QVERIFY2(help.out.contains(QByteArray("quell-engine ") + command) && help.error.isEmpty(), command);
        }
    }

    void dataIsJson()
    {
        for (const auto &arguments : {QStringList{"probe", "--json"},
                                      QStringList{"prune", model(), text("pruned"), "--gates", "magnitude", "--macs", "0.5", "--json"},
                                      QStringList{"export", text("pruned"), text("dense"), "--dense", "--json"},
                                      QStringList{"export", alone(), text("whole.safetensors"), "--format", "single-file", "--base", model(), "--json"},
                                      QStringList{"edit", alone(), text("edited"), "--concepts", text("concepts.json"), "--base", model(), "--json"},
                                      QStringList{"edit", model(), text("conceptpruned"), "--concepts", text("concepts.json"), "--method", "concept-prune", "--steps", "2", "--first", "1", "--json"},
                                      QStringList{"sample", model(), text("drawn"), "-p", "an owl", "--size", "32", "--steps", "1", "--threads", "1", "--json"}}) {
            const auto ended = run(arguments);
            QVERIFY2(ended.status == 0, ended.error.constData());
            QVERIFY2(Json::accept(ended.out.toStdString()), ended.out.constData());
        }
        // What an edit shows beforehand is what its model draws: to the bit with one thread.
        const auto threads = qgetenv("OMP_NUM_THREADS");
        qputenv("OMP_NUM_THREADS", "1");
        const auto restore = qScopeGuard([&] { threads.isNull() ? qunsetenv("OMP_NUM_THREADS") : qputenv("OMP_NUM_THREADS", threads); });
        const auto previewed = json_of({"edit", alone(), "--concepts", text("concepts.json"), "--base", model(), "--preview", text("previewed"), "--preview-steps", "2", "-p", "a neon owl", "--preserve", "an owl", "--json"});
        QCOMPARE(previewed["pictures"].size(), std::size_t{2});
        QVERIFY(!previewed.contains("model") && previewed["pictures"][1]["prompt"] == "an owl");
        QCOMPARE(run({"edit", alone(), text("edited-so"), "--concepts", text("concepts.json"), "--base", model(), "-p", "a neon owl", "--preserve", "an owl"}).status, 0);
        QCOMPARE(run({"sample", text("edited-so"), text("drawn-after"), "-p", "a neon owl", "-p", "an owl", "--sampler", "dpm++2m", "--steps", "2"}).status, 0);
        for (const char *picture : {"0.png", "1.png"})
            QVERIFY(bytes_of(at("previewed") / picture) == bytes_of(at("drawn-after") / picture));
        const auto whole = run({text("whole.safetensors"), "--json"}, "quell-inspect");
        QCOMPARE(Json::parse(whole.out.toStdString())["components"].size(), 3); // with the base's
        for (const char *edited : {"edited/unet/structure.json", "conceptpruned/unet/structure.json"}) { // what a later run is to keep
            const auto record = Json::parse(bytes_of(at(edited)));
            QCOMPARE(record["details"]["concepts"].size(), Json::parse(bytes_of(at("concepts.json"))).size());
            QVERIFY(record["details"]["concepts"][0].contains("neighbours"));
        }
        const auto ledger = Json::parse(run({"ledger", text("edited"), "--json"}).out.toStdString());
        QCOMPARE(ledger.size(), std::size_t{1});
        QCOMPARE(ledger[0]["from"].get<std::string>(), alone().toStdString());
        QCOMPARE(ledger[0]["concepts"].size(), Json::parse(bytes_of(at("concepts.json"))).size());
        const auto made = Json::parse(inspection({text("dense")})["metadata"]["quell"].get<std::string>());
        QVERIFY2(made["base"] == "pruned" && made.contains("version"), made.dump().c_str());
        const auto told = run({text("pruned")}, "quell-inspect").out; // people read no JSON
        for (const char *line : {"  memory to train lora: ", "  kept in down0: heads ", "  by its record, kept in down_blocks.0: heads "})
            QVERIFY2(told.contains(line), told.constData());
    }

    // The record says what was cut of the UNet that the weights are, and neither it nor a wrong config is in the way of opening it.
    void aLyingConfigIsReadAround()
    {
        const auto record = json_of({"structure", text("lying"), "--json"});
        const auto cut = Json::parse(bytes_of(starter / "pruned/structure.json"));
        QCOMPARE(record["heads"].size(), cut["heads"].size());
        QVERIFY(record["dropped"] == cut["dropped"]);
        QVERIFY(Json::parse(bytes_of(at("lying/structure.json"))) == record);
        const auto inspected = inspection({text("lying")});
        QVERIFY2(inspected["differences"].dump().find("layers_per_block: config.json says [3,3,3], the weights have [2,2,2]") != std::string::npos, inspected.dump().c_str());
        const auto exported = run({"export", text("lying"), text("righted"), "--json"});
        QVERIFY2(exported.status == 0, exported.error.constData());
        QVERIFY(inspection({text("righted")})["differences"].empty());
        check_refusal(run({"structure", text("lying")}), 2, {"lying/structure.json", "--overwrite"});
        QVERIFY(json_of({"structure", text("lying"), "--overwrite", "--json"}) == record);
    }

    // What the refusal tells to do works for a file as for a folder.
    void anAmbiguousFileIsDecided()
    {
        check_refusal(run({"export", text("ambiguous.safetensors"), text("target")}), 2, {"ambiguous.safetensors", "quell-engine structure", "--heads fewer|narrower"});
        QVERIFY(inspection({text("ambiguous.safetensors")})["choices"] == Json({"heads"}));
        const auto record = json_of({"structure", text("ambiguous.safetensors"), "--heads", "fewer", "--json"});
        QVERIFY(record["heads"]["down_blocks.1.attentions.0.transformer_blocks.0.attn1"] == Json({{"total", 2}, {"kept", {0}}}));
        const auto exported = run({"export", text("ambiguous.safetensors"), text("decided"), "--json"});
        QVERIFY2(exported.status == 0, exported.error.constData());
        QVERIFY(Json::parse(bytes_of(at("decided/structure.json")))["heads"] == record["heads"]);
        QVERIFY(inspection({text("ambiguous.safetensors")})["choices"].empty());
    }

    // Which of the teacher's blocks the starter's student keeps, by its own record: heads are 32 channels wide, two attentions of 96 twice in the first block.
    void aTeacherIsComparedWith()
    {
        const auto unet = inspection({alone(), "--teacher", model()})["unet"];
        QVERIFY(unet["taps"]["pairs"] == Json({"down0", "down1", "down2", "mid", "up0", "up1", "up2"}));
        const auto record = Json::parse(bytes_of(starter / "pruned/structure.json"));
        std::int64_t heads = 384;
        for (const auto &[module, kept] : record["heads"].items()) {
            if (module.starts_with("down_blocks.0."))
                heads -= 32 * (kept["total"].get<std::int64_t>() - std::ssize(kept["kept"]));
        }
        QVERIFY2(unet["blocks"]["down0"]["heads"] == Json({{"kept", heads}, {"total", 384}}), unet["blocks"].dump().c_str());
        const auto none = inspection({alone(), "--teacher", text("empty")})["unet"];
        QVERIFY(none["taps"]["error"].get<std::string>().find("empty") != std::string::npos);
    }

    // A UNet alone in a file becomes a folder that is one.
    void aLoneFileStaysAUNetAlone()
    {
        const auto exported = run({"export", text("lone.safetensors"), text("lone"), "--json"});
        QVERIFY2(exported.status == 0, exported.error.constData());
        QVERIFY(fs::exists(at("lone/config.json")) && !fs::exists(at("lone/model_index.json")));
        const auto whole = run({"export", text("lone.safetensors"), text("lone-whole.safetensors"), "--format", "single-file", "--base", model(), "--json"});
        QVERIFY2(whole.status == 0, whole.error.constData());
    }

    void predictionOfPicturesIsWrittenAsSuch()
    {
        const auto exported = run({"export", text("picture"), text("picture.safetensors"), "--format", "single-file", "--json"});
        QVERIFY2(exported.status == 0, exported.error.constData());
        const auto inspected = inspection({text("picture.safetensors")});
        QVERIFY(inspected["unet"]["prediction"] == "sample");
        QVERIFY(inspected["metadata"]["modelspec.prediction_type"] == "sample");
        QVERIFY2(inspected["notes"].dump().find("epsilon") == std::string::npos, inspected["notes"].dump().c_str());
    }

    // A student in a single file, whole or not, ends as a UNet alone, without CLIP's tokenizer; what else a file needs is the teacher's.
    void aRunOfAFileEndsAsAUNet()
    {
        const auto written = run({"export", alone(), text("student.safetensors"), "--format", "single-file", "--base", model()});
        QVERIFY2(written.status == 0, written.error.constData());
        write_spec(QString(R"({"steps": 1, "student": "%1"})").arg(text("student.safetensors")));
        qputenv("QUELL_CLIP_TOKENIZER", "/nowhere");
        const auto trained = run({"train", text("spec.json"), text("run-of-file")});
        qunsetenv("QUELL_CLIP_TOKENIZER");
        QVERIFY2(trained.status == 0, trained.error.constData());
        QVERIFY(fs::exists(at("run-of-file/student/config.json")) && !fs::exists(at("run-of-file/student/model_index.json")));
        const auto exported = run({"export", text("run-of-file"), text("run-of-file.safetensors"), "--format", "single-file", "--json"});
        QVERIFY2(exported.status == 0, exported.error.constData());
    }

    // A sampler is the pipeline's own unless told otherwise, a picture repeats, and the pipeline's own need not be one that Quell has.
    void samplersAreChosen()
    {
        const auto drawn = [&](const QString &pipeline, const QStringList &options) {
            const auto ended = run(QStringList{"sample", pipeline, text("drawn-by"), "-p", "an owl", "--size", "32", "--steps", "2", "--threads", "1"} + options);
            return ended.status == 0 ? bytes_of(at("drawn-by/0.png")) : ended.error.toStdString();
        };
        const auto own = drawn(model(), {}), ancestral = drawn(model(), {"--sampler", "euler-ancestral"});
        QCOMPARE(drawn(model(), {"--sampler", "ddim"}), own);
        QVERIFY(ancestral != own);
        QCOMPARE(drawn(text("unipc"), {"--sampler", "euler-ancestral"}).substr(1, 3), std::string("PNG"));
        QCOMPARE(drawn(model(), {"--sampler", "euler-ancestral"}), ancestral);
    }

    // Six pictures, two of each style, and one that is damaged.
    void dataIsListed()
    {
        const auto listed = json_of({"data", text("pictures"), "--concepts", text("concepts.json"), "--json"});
        QCOMPARE(listed["pictures"].size(), 6u);
        QVERIFY(listed["pictures"][0] == Json({{"file", "picture-0.bmp"}, {"caption", "a thing, neon style"}, {"width", 64}, {"height", 64}, {"concepts", {"neon"}}}));
        QVERIFY(listed["pictures"][1]["concepts"] == Json::array({"drawn in ink"}));
        QVERIFY(listed["pictures"][2]["concepts"] == Json::array());
        QCOMPARE(listed["upper"].get<int>(), 4);
        QCOMPARE(listed["lower"].get<int>(), 2);
        QCOMPARE(listed["concepts"].size(), 2u);
        QCOMPARE(listed["concepts"][0]["naming"].get<int>(), 2);
        QVERIFY(listed["concepts"][0]["warnings"].dump().find("Only 2 of 6") != std::string::npos);
        QCOMPARE(listed["excluded"].size(), 1u);
        QVERIFY(listed["excluded"][0]["reason"] == "unreadable");

        const auto plain = json_of({"data", text("pictures"), "--json"});
        QCOMPARE(plain["lower"].get<int>(), 6);
        QVERIFY(plain["concepts"] == Json::array());
    }

    // Only decoding finds what is damaged behind a whole header.
    void dataIsVerified()
    {
        const auto whole = bytes_of(starter / "sheet.png");
        write(at("verify/a.png"), whole);
        write(at("verify/b.png"), whole.substr(0, whole.size() / 2));
        write(at("verify/a.txt"), "a thing");
        write(at("verify/b.txt"), "a thing");
        QCOMPARE(json_of({"data", text("verify"), "--json"})["pictures"].size(), 2u);
        const auto verified = json_of({"data", text("verify"), "--verify", "--json"});
        QCOMPARE(verified["pictures"].size(), 1u);
        QVERIFY(verified["excluded"][0]["file"] == "b.png" && verified["excluded"][0]["reason"] == "unreadable");
    }

    void promptsAreMatched()
    {
        const auto prompts = json_of({"match", "--concepts", text("concepts.json"), "--json", "-p", "an owl, neon style", "-p", "ein B\u00e4r in neon", "-p", "neon and ink", "-p", "a house"})["prompts"];
        QCOMPARE(prompts.size(), 4u);
        QVERIFY(prompts[0] == Json({{"prompt", "an owl, neon style"}, {"concepts", {"neon"}}, {"mentions", {{8, 12}}}, {"anchor_prompt", "an owl"}}));
        QVERIFY(prompts[1]["mentions"] == Json({{12, 16}})); // in bytes
        QVERIFY(prompts[1]["anchor_prompt"] == "ein B\u00e4r");
        QVERIFY(prompts[2]["concepts"] == Json({"neon", "drawn in ink"}));
        QVERIFY(prompts[2]["mentions"] == Json({{0, 4}, {9, 12}}));
        QVERIFY(prompts[3]["concepts"] == Json::array() && prompts[3]["anchor_prompt"] == "a house");
    }

    void aPlanWritesNothing()
    {
        const auto plan = json_of({"prune", model(), "--gates", "magnitude", "--macs", "0.5", "--plan", "--json"});
        const double kept = plan["macs_after"].get<double>() / plan["macs_before"].get<double>();
        QVERIFY2(kept <= 0.5 && kept > 0.494, qPrintable(QString::number(kept)));
        QCOMPARE(plan["parameters_before"].get<std::int64_t>(), 22462760);
        QVERIFY(plan["blocks"].contains("mid_block"));
        const auto blocks = json_of({"prune", model(), text("target"), "--blocks", "base", "--plan", "--json"});
        QVERIFY(blocks["parameters_after"] < blocks["parameters_before"]);
        QVERIFY(!fs::exists(at("target")));
    }

    void memoryThatIsOutIsTold()
    {
        QProcess shell;
        shell.start("sh", {"-c", QString("ulimit -v 1500000; exec '%1/bin/quell-engine' sample '%2' '%3' -p 'an owl' --size 4096 --steps 1 --precision fp32 --threads 1")
                                     .arg(QUELL_BINARY_DIR, model(), text("vast"))});
        const auto ended = end_of(shell);
        QVERIFY2(ended.status == 8, ended.error + " with status " + QByteArray::number(ended.status));
        QVERIFY2(ended.last_line().contains("no memory left") && !ended.error.contains("Exception raised"), ended.error.constData());
    }

    void refusals_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArrayList>("named"); // what the message must name
        const auto row = [](const char *name, const QStringList &arguments, int status, const QByteArrayList &named) {
            QTest::newRow(name) << arguments << status << named;
        };
        row("no command", {}, 2, {"--help"});
        row("unknown command", {"paint"}, 2, {"paint", "--help"});
        row("unknown option", {"probe", "--colour"}, 2, {"--colour", "quell-engine probe --help"});
        row("argument missing", {"train"}, 2, {"spec", "quell-engine train --help"});
        row("no way to prune", {"prune", model(), text("target")}, 2, {"--gates", "--blocks"});
        row("unknown device", {"sample", model(), text("target"), "-p", "x", "--device", "cuda:7"}, 3, {"cuda:7", "--device"});
        row("odd size", {"sample", model(), text("target"), "-p", "x", "--size", "65"}, 2, {"--size", "multiple"});
        row("unknown sampler", {"sample", model(), text("target"), "-p", "x", "--sampler", "ddpm"}, 2, {"--sampler", "euler-ancestral"});
        row("sampler that is not there", {"sample", text("unipc"), text("target"), "-p", "x"}, 6, {"--sampler", "UniPCMultistepScheduler"});
        row("no preview autoencoder", {"sample", model(), text("target"), "-p", "x", "--preview-vae", text("empty")}, 3, {"empty/config.json"});
        row("tensor missing", {"export", text("missing"), text("target")}, 5, {"missing", "conv_out.weight"});
        row("tensor misshapen", {"export", text("misshapen"), text("target")}, 5, {"misshapen", "conv_out.weight"});
        row("file cut short", {"export", text("short"), text("target")}, 4, {"short/diffusion_pytorch_model.safetensors", "cut short"});
        row("a UNet alone as a single file", {"export", alone(), text("target.safetensors"), "--format", "single-file"}, 3, {"pruned", "--base"});
        row("a UNet alone in a file as a whole one", {"export", text("lone.safetensors"), text("target.safetensors"), "--format", "single-file"}, 3, {"lone.safetensors", "--base"});
        row("a base that is a UNet alone", {"export", alone(), text("target"), "--base", text("lone.safetensors")}, 2, {"lone.safetensors", "--base"});
        row("a UNet alone to edit", {"edit", alone(), text("target"), "--concepts", text("concepts.json")}, 2, {"pruned", "--base"});
        row("not a plan", {"compare", text("concepts.json"), text("target")}, 4, {"concepts.json"});
        row("no plan", {"compare", text("nowhere.json"), text("target")}, 3, {"nowhere.json"});
        row("no runs to list", {"ledger", text("empty")}, 3, {"empty", "run.json", "edit"});
        row("no base", {"export", alone(), text("target"), "--base", alone()}, 2, {"pruned", "--base"});
        row("cannot be written", {"prune", model(), "/proc/target/model", "--blocks", "base"}, 3, {"/proc/target"});
        row("below a file", {"export", text("pruned"), text("nothing.safetensors/model")}, 7, {"nothing.safetensors"});
        row("not a run", {"resume", text("empty")}, 3, {"empty/run.json"});
        row("no run to evaluate", {"evaluate", text("empty")}, 3, {"empty/run.json"});
        row("tolerance below zero", {"check", model(), text("nothing.safetensors"), "--tolerance", "-1"}, 2, {"--tolerance", "-1"});
        row("tolerance not a number", {"check", model(), text("nothing.safetensors"), "--tolerance", "nan"}, 2, {"--tolerance", "nan"});
        const QStringList edit{"edit", model(), text("target"), "--concepts", text("concepts.json")};
        row("damping not a number", edit + QStringList{"--damping", "nan"}, 2, {"--damping", "\"nan\" is not a number above 0"});
        row("nothing to preview", {"edit", model(), "--preview", text("target"), "--concepts", text("concepts.json")}, 2, {"--preview", "--prompt"});
        row("an edit for nothing", {"edit", model(), "--concepts", text("concepts.json")}, 2, {"out"});
        row("damping zero", edit + QStringList{"--damping", "0"}, 2, {"--damping", "\"0\" is not a number above 0"});
        row("rank above one", edit + QStringList{"--method", "null-space", "--rank", "2"}, 2, {"--rank", "from 0 to 1"});
        row("weight below zero", edit + QStringList{"--preserve-weight", "-1"}, 2, {"--preserve-weight", "from 0 on"});
        row("guidance not a number", {"sample", model(), text("target"), "-p", "x", "--guidance", "nan"}, 2, {"--guidance", "from 0 to 100"});
        row("prompts not an array", {"check", model(), text("prompts.safetensors")}, 4, {"prompts.safetensors", "array"});
        row("nowhere to prune to", {"prune", model(), "--blocks", "base"}, 2, {"out"});
        row("no checkpoint to draw", {"sample", model(), text("target"), "-p", "x", "--checkpoint", text("empty")}, 3, {"empty/run.json"});
        row("two students to draw", {"sample", model(), text("target"), "-p", "x", "--checkpoint", text("empty"), "--unet", text("pruned")}, 2, {"--checkpoint"});
        row("no folder of pictures", {"data", text("nowhere")}, 3, {"nowhere"});
        row("no concepts", {"match", "--concepts", text("concepts-not.json"), "-p", "x"}, 4, {"concepts-not.json", "array of concepts"});
        row("a concept without words", {"data", text("pictures"), "--concepts", text("concepts-empty.json")}, 6, {"concepts-empty.json: concepts[0]", "phrase"});
        row("nothing to check", {"check", model(), text("nothing.safetensors")}, 3, {"nothing.safetensors", "check --help"});
    }
    void refusals()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, status);
        QFETCH(QByteArrayList, named);
        const auto ended = run(arguments);
        check_refusal(ended, status, named);
        QCOMPARE(ended.out, QByteArray());
    }

    void specsRefused_data()
    {
        QTest::addColumn<QString>("patch");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArrayList>("named");
        const auto row = [](const char *name, const QString &patch, int status, const QByteArrayList &named) { QTest::newRow(name) << patch << status << named; };
        row("unknown key", R"({"colour": 1})", 6, {"spec.json", "colour"});
        row("unknown nested key", R"({"lower": {"optimizer": {"colour": 1}}})", 6, {"spec.json: lower: optimizer", "colour"});
        row("wrong type", R"({"steps": "ten"})", 4, {"steps"});
        row("unknown preset", R"({"preset": "colour"})", 3, {"preset", "colour"});
        row("size below zero", R"({"size": -64})", 6, {"size"});
        row("odd size", R"({"size": 65})", 5, {"size", "multiple"});
        row("unknown device", R"({"device": "cuda:7"})", 3, {"cuda:7"});
        row("no teacher", R"({"teacher": "/nowhere"})", 3, {"/nowhere"});
        row("tensor missing", QString(R"({"student": "%1"})").arg(text("missing")), 5, {"missing", "conv_out.weight"});
        row("student of another text encoder", QString(R"({"student": "%1"})").arg(text("misfit")), 5, {"misfit", "cross_attention_dim"});
        row("no usable picture", QString(R"({"lower": {"data": "%1"}})").arg(text("damaged")), 4, {"damaged", "1 could not be used"});
    }
    void specsRefused()
    {
        QFETCH(QString, patch);
        QFETCH(int, status);
        QFETCH(QByteArrayList, named);
        write_spec(patch);
        check_refusal(run({"train", text("spec.json"), text("target")}), status, named);
    }

    void aFolderInUseIsRefused()
    {
        write_spec("{}");
        const auto ended = run({"train", text("spec.json"), text("empty")});
        QCOMPARE(ended.status, 2);
        QVERIFY(ended.last_line().contains("not empty"));
        QVERIFY(!fs::exists(at("empty/run.json")));
    }

    // Ctrl-C after the first steps, then on to the end. The damaged picture is listed and left out.
    void stoppedAndResumed()
    {
        write_spec(R"({"steps": 100000})");
        QProcess engine;
        engine.start(QUELL_BINARY_DIR "/bin/quell-engine", {"train", text("spec.json"), text("run")});
        QTRY_VERIFY_WITH_TIMEOUT(steps_done() > 0 || engine.state() == QProcess::NotRunning, 120000);
        signal(engine, SIGUSR1);
        QTRY_VERIFY_WITH_TIMEOUT(bytes_of(at("run/events.ndjson")).find("\"paused\"") != std::string::npos, 60000);
        const auto paused_at = steps_done();
        QTest::qWait(500);
        QCOMPARE(steps_done(), paused_at);
        signal(engine, SIGUSR1);
        QTRY_VERIFY_WITH_TIMEOUT(steps_done() > paused_at, 60000);
        signal(engine, SIGINT);
        const auto stopped = end_of(engine);
        QVERIFY2(stopped.status == 11, stopped.error.constData());
        QVERIFY2(stopped.last_line().contains("quell-engine resume"), stopped.error.constData());
        QVERIFY(stopped.error.contains("1 excluded"));
        QCOMPARE(entries(at("run/checkpoints")), 1);

        check_refusal(run({"evaluate", text("run")}), 3, {"run"});
        auto spec = Json::parse(bytes_of(at("run/run.json")));
        spec["steps"] = steps_done() + 1;
        write(at("run/run.json"), spec.dump());
        const auto resumed = run({"resume", text("run")});
        QVERIFY2(resumed.status == 0, resumed.error.constData());
        QVERIFY(fs::exists(at("run/student/diffusion_pytorch_model.safetensors")));

        const auto drawn = json_of({"sample", model(), text("drawn-checkpoint"), "--checkpoint", text("run"), "-p", "an owl", "--size", "32", "--steps", "1", "--json"});
        QVERIFY(fs::exists(drawn[0]["file"].get<std::string>()));
    }

    // A checkpoint into a file system of 30 MiB, in a mount namespace of its own.
    void fullDisk()
    {
        fs::create_directories(at("mount"));
        write_spec(R"({"steps": 1})");
        const auto script = QString("mount -t tmpfs -o size=30m tmpfs '%1/mount' || exit 99; "
                                    "'%2/bin/quell-engine' train '%1/spec.json' '%1/mount/run'; status=$?; find '%1/mount/run/checkpoints' -mindepth 1; exit $status")
                                .arg(dir.path(), QUELL_BINARY_DIR);
        QProcess shell;
        shell.start("unshare", {"--mount", "--map-root-user", "sh", "-c", script});
        if (!shell.waitForStarted())
            QSKIP("unshare is not here");
        const auto ended = end_of(shell);
        if (ended.status == 99 || ended.error.contains("unshare:"))
            QSKIP("no private mounts here");
        QVERIFY2(ended.status == 7, ended.error.constData());
        QVERIFY2(ended.last_line().contains("student.safetensors") && ended.last_line().contains("disk is full"), ended.last_line().constData());
        QCOMPARE(ended.out, QByteArray());
    }

private:
    fs::path at(const std::string &name) const { return fs::path(dir.path().toStdString()) / name; }
    // What a command that succeeds prints.
    static Json json_of(const QStringList &arguments)
    {
        const auto ended = run(arguments);
        if (ended.status != 0)
            qWarning("%s", ended.error.constData());
        return Json::accept(ended.out.toStdString()) ? Json::parse(ended.out.toStdString()) : Json::object();
    }
    static Json inspection(const QStringList &arguments)
    {
        const auto ended = run(QStringList(arguments) << "--json", "quell-inspect");
        return Json::accept(ended.out.toStdString()) ? Json::parse(ended.out.toStdString()) : Json(ended.error.toStdString());
    }
    QString text(const std::string &name) const { return QString::fromStdString(at(name).string()); }
    static QString model() { return QString::fromStdString((starter / "model").string()); }
    static QString alone() { return QString::fromStdString((starter / "pruned").string()); } // a UNet without a pipeline

    static std::int64_t entries(const fs::path &folder) { return std::distance(fs::directory_iterator(folder), fs::directory_iterator()); }

    static void signal(const QProcess &process, int number)
    {
        if (process.processId() > 0)
            ::kill(static_cast<pid_t>(process.processId()), number);
    }

    std::int64_t steps_done() const
    {
        const auto lines = bytes_of(at("run/metrics.ndjson"));
        return std::count(lines.begin(), lines.end(), '\n');
    }

    void write_spec(const QString &patch) const
    {
        const Json optimizer{{"kind", "sgd"}, {"lr", 1e-4}}; // no state: small checkpoints
        Json spec{{"teacher", (starter / "model").string()}, {"student", (starter / "pruned").string()},
                  {"concepts", {{{"phrase", "neon"}, {"kind", "style"}, {"neighbours", {"ink", "watercolor"}}}}},
                  {"lower", {{"data", at("pictures").string()}, {"batch", 1}, {"optimizer", optimizer}}},
                  {"upper", {{"batch", 1}, {"optimizer", optimizer}}},
                  {"size", 64}, {"precision", "fp32"}, {"device", "cpu"}, {"threads", 1}, {"samples", {{"every", 0}}}, {"checkpoints", {{"every", 100000}}}};
        spec.merge_patch(Json::parse(patch.toStdString()));
        write(at("spec.json"), spec.dump());
    }

    // One line names everything, and neither the target nor a temporary beside it is there.
    void check_refusal(const Ended &ended, int status, const QByteArrayList &named) const
    {
        QVERIFY2(ended.status == status, ended.error + " with status " + QByteArray::number(ended.status));
        for (const auto &word : named)
            QVERIFY2(ended.last_line().contains(word), ended.error.constData());
        QCOMPARE(ended.error.count("quell-engine"), ended.last_line().count("quell-engine"));
        QVERIFY(!fs::exists(at("target")));
        for (const auto &entry : fs::directory_iterator(at("")))
            QVERIFY2(entry.path().string().find(".part-") == std::string::npos, entry.path().c_str());
    }

    QTemporaryDir dir;
};

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
