#include "data/cache_key.h"
#include "data/text_cache.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>

using namespace quell;

namespace {

// Latents that say which picture they are of: the mean colour of each of 2 × 2 fields, and its negative.
Posterior fields_of(const torch::Tensor &pixels)
{
    const auto mean = torch::adaptive_avg_pool2d(pixels, {2, 2});
    return {mean, -mean};
}

} // namespace

class TestLatentCache : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> temporary_;
    ImageFolder folder_;
    LatentOptions options_;
    std::int64_t encoded_ = 0;

    LatentEncoder counting()
    {
        return [this](const torch::Tensor &pixels) {
            encoded_ += pixels.size(0);
            return fields_of(pixels);
        };
    }
    torch::Tensor expected(std::size_t entry)
    {
        return fields_of(to_pixels(resize_and_crop(*read_image(folder_.path(folder_.entries[entry])), 8).unsqueeze(0))).mean[0];
    }

private Q_SLOTS:
    void init()
    {
        temporary_ = std::make_unique<QTemporaryDir>();
        folder_ = {fs::path(temporary_->path().toStdString()) / "pictures", {}, {}};
        QVERIFY(make_writable_folder(folder_.root));
        torch::manual_seed(1);
        for (int i = 0; i < 5; ++i) {
            const auto name = std::to_string(i) + ".png";
            QVERIFY(write_png(folder_.root / name, torch::randint(256, {10, 8 + i, 3}, torch::kUInt8)));
            folder_.entries.push_back({name, "caption " + name, {}});
        }
        options_ = {8, Crop::Center, 0, false, 2, fs::path(temporary_->path().toStdString()) / "cache", "autoencoder-1"};
        encoded_ = 0;
    }

    void encodesOnce()
    {
        std::vector<std::size_t> progress;
        const CacheHooks hooks{[&](std::size_t done, std::size_t total) {
                                   QCOMPARE(total, std::size_t{5});
                                   progress.push_back(done);
                               },
                               {}};
        const auto first = encode_latents(folder_, counting(), options_, hooks);
        QVERIFY2(first, first ? "" : to_string(first.error()).c_str());
        QCOMPARE(encoded_, 5);
        QCOMPARE(progress, (std::vector<std::size_t>{1, 2, 3, 4, 5}));
        QCOMPARE(first->mean.sizes(), (torch::IntArrayRef{5, 1, 3, 2, 2}));
        for (std::size_t i = 0; i < 5; ++i)
            QVERIFY(torch::allclose(first->mean[static_cast<std::int64_t>(i)][0], expected(i), 0, 1e-6));
        QVERIFY(torch::equal(first->logvar, -first->mean));

        const auto again = encode_latents(folder_, counting(), options_);
        QCOMPARE(encoded_, 5);
        QVERIFY(torch::equal(again->mean, first->mean));
        QVERIFY(torch::equal(again->logvar, first->logvar));
        QVERIFY(again->mean.is_contiguous());
    }

    // The order and the number of the entries are no part of a picture's key.
    void followsTheEntries()
    {
        const auto first = *encode_latents(folder_, counting(), options_);
        std::reverse(folder_.entries.begin(), folder_.entries.end());
        folder_.entries.pop_back();
        const auto reversed = *encode_latents(folder_, counting(), options_);
        QCOMPARE(encoded_, 5);
        QVERIFY(torch::equal(reversed.mean, first.mean.flip(0).narrow(0, 0, 4)));
    }

    void keys()
    {
        QVERIFY(encode_latents(folder_, counting(), options_));
        const auto misses = [&](const LatentOptions &options) {
            encoded_ = 0;
            const auto latents = encode_latents(folder_, counting(), options);
            return latents ? encoded_ : -1;
        };
        auto other = options_;
        other.autoencoder = "autoencoder-2";
        QCOMPARE(misses(other), 5);
        other = options_;
        other.size = 6;
        QCOMPARE(misses(other), 5);
        other = options_;
        other.crop = Crop::Random;
        QCOMPARE(misses(other), 5);
        other.seed = 1;
        QCOMPARE(misses(other), 5);
        QCOMPARE(misses(other), 0);
        other = options_;
        other.batch = 3;
        QCOMPARE(misses(other), 0);
        QVERIFY(write_png(folder_.root / "2.png", torch::zeros({9, 9, 3}, torch::kUInt8)));
        QCOMPARE(misses(options_), 1);
    }

    void flips()
    {
        options_.flips = true;
        const auto latents = *encode_latents(folder_, counting(), options_);
        QCOMPARE(encoded_, 10);
        QCOMPARE(latents.mean.sizes(), (torch::IntArrayRef{5, 2, 3, 2, 2}));
        QVERIFY(torch::allclose(latents.mean.select(1, 1), latents.mean.select(1, 0).flip(-1), 0, 1e-6));
    }

    void goesOnWhereItStopped()
    {
        int asked = 0;
        const auto stopped = encode_latents(folder_, counting(), options_, {{}, [&] { return ++asked == 3; }});
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
        QCOMPARE(encoded_, 4);
        QVERIFY(encode_latents(folder_, counting(), options_));
        QCOMPARE(encoded_, 5);
    }

    void damagedFiles()
    {
        const auto first = *encode_latents(folder_, counting(), options_);
        int cut = 0;
        for (const auto &file : fs::directory_iterator(options_.cache))
            if (cut++ < 2)
                fs::resize_file(file.path(), cut * 60);
        const auto again = *encode_latents(folder_, counting(), options_);
        QCOMPARE(encoded_, 7);
        QVERIFY(torch::equal(again.mean, first.mean));

        std::ofstream(folder_.root / "3.png") << "no picture";
        const auto broken = encode_latents(folder_, counting(), options_);
        QVERIFY(!broken);
        QVERIFY(broken.error().place.ends_with("3.png"));
        QVERIFY(!encode_latents(ImageFolder{folder_.root, {}, {}}, counting(), options_));
    }

    void texts()
    {
        std::vector<std::string> asked;
        const TextStateEncoder encode = [&](const std::vector<std::string> &prompts) {
            std::vector<torch::Tensor> states;
            for (const auto &prompt : prompts) {
                asked.push_back(prompt);
                states.push_back(torch::full({3, 2}, static_cast<double>(prompt.size())));
            }
            return torch::stack(states);
        };
        const TextOptions options{2, options_.cache, "encoder-1"};
        const auto first = encode_texts({"aa", "", "b", "aa"}, encode, options);
        QVERIFY2(first, first ? "" : to_string(first.error()).c_str());
        QCOMPARE(asked, (std::vector<std::string>{"aa", "", "b"}));
        QCOMPARE(first->states.sizes(), (torch::IntArrayRef{3, 3, 2}));
        QVERIFY(torch::equal(first->states.index_select(0, first->rows({"aa", "", "b", "aa"})).select(1, 0).select(1, 0), torch::tensor({2., 0., 1., 2.}).to(torch::kFloat32)));

        asked.clear();
        const auto more = encode_texts({"cccc", "b"}, encode, options);
        QCOMPARE(asked, (std::vector<std::string>{"cccc"}));
        QCOMPARE(more->row, (std::map<std::string, std::int64_t>{{"cccc", 0}, {"b", 1}}));
        QCOMPARE(more->states[1][0][0].item<float>(), 1.f);

        asked.clear();
        QVERIFY(encode_texts({"aa", "b", "cccc", ""}, encode, options)); // earlier prompts are kept
        QVERIFY(asked.empty());
        QVERIFY(encode_texts({"aa"}, encode, {2, options_.cache, "encoder-2"}));
        QCOMPARE(asked.size(), std::size_t{1});
        for (const auto &file : fs::directory_iterator(options_.cache))
            fs::resize_file(file.path(), 50);
        QVERIFY(encode_texts({"aa"}, encode, options));
        QCOMPARE(asked.size(), std::size_t{2});
        QVERIFY(!encode_texts({}, encode, options));
        QCOMPARE(encode_texts({"new"}, encode, options, {{}, [] { return true; }}).error().code, ErrorCode::Cancelled);
    }

    void keysOfFiles()
    {
        const auto pipeline = fs::path(temporary_->path().toStdString()) / "model";
        const auto write = [&](const char *file, const char *text) {
            fs::create_directories((pipeline / file).parent_path());
            std::ofstream(pipeline / file) << text;
        };
        write("model_index.json", R"({"text_encoder": ["transformers", "CLIPTextModel"], "tokenizer": ["transformers", "CLIPTokenizer"]})");
        write("vae/config.json", "{}");
        write("vae/diffusion_pytorch_model.safetensors", "weights");
        write("text_encoder/config.json", "{}");
        write("text_encoder/model.safetensors", "weights");
        write("tokenizer/vocab.json", "{}");
        const LoadOptions fp32{}, bf16{torch::kBFloat16, torch::kCPU};
        const auto vae = autoencoder_key(pipeline / "vae", fp32);
        QVERIFY2(vae, vae ? "" : to_string(vae.error()).c_str());
        const auto text = text_encoder_key(pipeline, fp32);
        QVERIFY2(text, text ? "" : to_string(text.error()).c_str());
        QCOMPARE(*autoencoder_key(pipeline / "vae", fp32), *vae);
        QVERIFY(*autoencoder_key(pipeline / "vae", bf16) != *vae);
        write("vae/diffusion_pytorch_model.safetensors", "weightz");
        QVERIFY(*autoencoder_key(pipeline / "vae", fp32) != *vae);
        write("tokenizer/vocab.json", "{ }");
        QVERIFY(*text_encoder_key(pipeline, fp32) != *text);
        QVERIFY(!autoencoder_key(pipeline / "nowhere", fp32));
    }
};

QTEST_APPLESS_MAIN(TestLatentCache)
#include "tst_latent_cache.moc"
