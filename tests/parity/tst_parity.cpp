// Every stage of models made by diffusers and transformers, forward and gradient, through `quell-engine check`.
#include "data/image.h"
#include "formats/json.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

using namespace quell;

class TestParity : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const QString python = QStringLiteral(QUELL_SOURCE_DIR "/.venv/bin/python");
        QVERIFY2(QFile::exists(python), "the Python reference is missing: run packaging/test once");
        QProcess process;
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(python, {QStringLiteral(QUELL_SOURCE_DIR "/tests/parity/make_references.py"), out.path(), engine, QStringLiteral(QUELL_SOURCE_DIR "/resources/starter/model")});
        QVERIFY(process.waitForFinished(600000));
        QVERIFY2(process.exitCode() == 0, process.readAll().right(4000).constData());
    }

    void stages_data()
    {
        QTest::addColumn<QStringList>("expected");
        const QStringList whole{"ids", "hidden", "unet", "vae_mean", "vae_logvar", "vae_decode", "image_out", "grad.conv_in.weight"};
        const QStringList unet{"unet", "grad.conv_in.weight"};
        for (const char *name : {"starter", "sd1", "sd2", "bk2-base", "bk2-small", "single-sd1", "single-ckpt", "single-sd2"})
            QTest::newRow(name) << whole;
        QTest::newRow("tiny") << QStringList{"unet", "vae_mean", "vae_decode", "image_out"};
        for (const char *name : {"sampler-ddim", "sampler-pndm", "sampler-euler", "sampler-euler-ancestral", "sampler-dpm++2m", "sampler-dpm++2m-karras"})
            QTest::newRow(name) << QStringList{"image_out"};
        for (const char *name : {"bk-base", "bk-small", "bk-tiny", "bk2-tiny", "lists", "only-cross", "pruned", "pruned-hard", "expert-sd1", "expert-sd2"})
            QTest::newRow(name) << unet;
    }
    void stages()
    {
        QFETCH(QStringList, expected);
        const auto folder = out.path() + '/' + QTest::currentDataTag();
        QProcess check;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert("QUELL_CLIP_TOKENIZER", folder + "/source/tokenizer"); // of single files, which hold none
        check.setProcessEnvironment(environment);
        check.start(engine, {"check", folder + "/model", folder + "/reference.safetensors", "--json", "--device", "cpu"});
        QVERIFY(check.waitForFinished(300000));
        const auto text = check.readAllStandardOutput();
        const auto stages = parse_json(text.toStdString(), "check");
        QVERIFY2(stages, check.readAllStandardError().constData());
        QStringList seen;
        for (const auto &stage : *stages) {
            seen << QString::fromStdString(stage["stage"]);
            QVERIFY2(stage["passed"].get<bool>(), stage.dump().c_str());
        }
        for (const auto &name : expected)
            QVERIFY2(seen.contains(name), qPrintable(name + " was not checked"));
        QCOMPARE(check.exitCode(), 0);
    }

    // With another autoencoder, pictures are as of the pipeline that has it.
    void previewIsDrawnByTheOtherAutoencoder()
    {
        const auto sd1 = out.path() + "/sd1/model", tiny = out.path() + "/tiny/model/vae", swapped = out.path() + "/swapped";
        QVERIFY(QDir().mkpath(swapped));
        QVERIFY(QFile::copy(sd1 + "/model_index.json", swapped + "/model_index.json"));
        for (const QString part : {"scheduler", "text_encoder", "tokenizer", "unet"})
            QVERIFY(QFile::link(sd1 + '/' + part, swapped + '/' + part));
        QVERIFY(QFile::link(tiny, swapped + "/vae"));
        const auto with_its_own = picture(swapped, {}), with_the_other = picture(sd1, {"--preview-vae", tiny}), before = picture(sd1, {});
        QVERIFY(with_its_own.defined() && with_the_other.defined() && before.defined());
        QVERIFY(largest_difference(with_the_other, with_its_own) <= 1); // threaded sums may round otherwise in another process
        QVERIFY(largest_difference(before, with_its_own) > 100);
    }

    // Adapters of a run, under both names, loaded by diffusers.
    void adaptersInDiffusers()
    {
        QProcess process;
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(QStringLiteral(QUELL_SOURCE_DIR "/.venv/bin/python"), {QStringLiteral(QUELL_SOURCE_DIR "/tests/parity/adapters.py"), out.path() + "/adapters", engine, QStringLiteral(QUELL_SOURCE_DIR "/resources/starter/model")});
        QVERIFY(process.waitForFinished(280000));
        QVERIFY2(process.exitCode() == 0, process.readAll().right(4000).constData());
    }

    // The check itself can fail: another model's outputs are outside the tolerance.
    void aWrongModelFails()
    {
        QProcess check;
        check.start(engine, {"check", out.path() + "/bk-base/model", out.path() + "/bk-small/reference.safetensors", "--device", "cpu"});
        QVERIFY(check.waitForFinished(300000));
        QVERIFY(check.exitCode() != 0);
    }

private:
    // What `sample` draws; undefined, with a warning that says why, when it fails.
    torch::Tensor picture(const QString &pipeline, const QStringList &options) const
    {
        QTemporaryDir folder;
        QProcess sample;
        sample.start(engine, QStringList{"sample", pipeline, folder.path(), "-p", "an owl", "--steps", "3", "--device", "cpu"} + options);
        if (!sample.waitForFinished(300000) || sample.exitStatus() != QProcess::NormalExit || sample.exitCode() != 0) {
            qWarning() << sample.errorString() << sample.exitCode() << sample.readAllStandardError();
            return {};
        }
        const auto image = read_image(fs::path(folder.filePath("0.png").toStdString()));
        if (!image)
            qWarning() << image.error().message.c_str();
        return image.value_or(torch::Tensor());
    }

    static int largest_difference(const torch::Tensor &a, const torch::Tensor &b)
    {
        return (a.to(torch::kInt) - b.to(torch::kInt)).abs().max().item<int>();
    }

    QTemporaryDir out;
    const QString engine = QStringLiteral(QUELL_BINARY_DIR "/bin/quell-engine");
};

QTEST_GUILESS_MAIN(TestParity)
#include "tst_parity.moc"
