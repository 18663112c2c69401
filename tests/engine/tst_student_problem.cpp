// What an upper step asks of the models: sources of x_t and the time window, made here by hand.
#include "run/student_problem.h"
#include "run/trainable.h"
#include "small_run.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace quell;
using torch::Tensor;

namespace {

constexpr std::int64_t first_step = 901, stride = 100; // of ten sampling steps in the starter's schedule: 901, 801, …, 1

// Where partial denoising stops: the sampling step in the window that lies nearest below the drawn time, else the lowest of the window.
std::int64_t stop_for(std::int64_t drawn, std::int64_t from, std::int64_t to)
{
    std::int64_t stop = -1;
    for (std::int64_t step = 1; step <= first_step; step += stride) {
        if (step >= from && step < to && (stop < 0 || step <= drawn))
            stop = step;
    }
    return stop;
}

// √ᾱ of every time.
Tensor signal_levels()
{
    return torch::cumprod(1 - torch::linspace(std::sqrt(.00085), std::sqrt(.012), 1000, torch::kFloat64).square(), 0).sqrt();
}

// DDIM as it is defined (arXiv 2010.02502, η = 0), of v-predictions, guided by 3.
Tensor denoised(const UNet &model, Tensor x, const UpperBatch &batch, std::int64_t stop)
{
    torch::NoGradGuard no_grad;
    const Tensor signal = signal_levels(), noise = (1 - signal.square()).sqrt(), &hidden = batch.noisy.hidden;
    for (std::int64_t t = first_step; t > stop; t -= stride) {
        const auto asked = [&](const Tensor &prompts) { return model.forward(x, torch::full({x.size(0)}, t), prompts).sample; };
        const Tensor v = 3 * asked(hidden) - 2 * asked(batch.empty.expand_as(hidden));
        x = signal[t - stride] * (signal[t] * x - noise[t] * v) + noise[t - stride] * (signal[t] * v + noise[t] * x);
    }
    return x;
}

// The clean latents in a batch of noised ones.
Tensor clean(const NoisyBatch &batch)
{
    const Tensor signal = signal_levels().index_select(0, batch.t).view({-1, 1, 1, 1});
    return signal * batch.x - (1 - signal.square()).sqrt() * batch.target;
}

} // namespace

class TestStudentProblem : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(test::make_pictures(at("pictures")));
        QVERIFY(test::make_pictures(at("black")));
        for (int i = 0; i < 12; ++i)
            QVERIFY(write_png(at("black") / ("picture-" + std::to_string(i) + ".png"), torch::zeros({64, 64, 3}, torch::kUInt8)));
        const auto starter = fs::path(QUELL_SOURCE_DIR) / "resources/starter";
        pipeline.emplace(*Pipeline::open(starter / "model", {}));
        teacher.emplace(*UNet::open(starter / "model", {}));
        student.emplace(*UNet::open(starter / "pruned", {}));
        teacher->freeze();
    }

    // An upper step's loss and gradients, from the batch's noise by hand: the partly denoised x and its time, and no gradient through the denoising.
    void upperStepsByHand_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("to");
        QTest::newRow("student") << "denoise" << 0 << 1000;
        QTest::newRow("teacher") << "denoise_teacher" << 0 << 1000;
        QTest::newRow("without the last steps") << "denoise" << 650 << 1000;
        QTest::newRow("the last steps") << "denoise_teacher" << 0 << 150;
        QTest::newRow("one step, near the window's end") << "denoise" << 350 << 402;
        QTest::newRow("noise") << "noise" << 200 << 700;
        QTest::newRow("noise, window beyond the schedule") << "noise" << 200 << 5000;
        QTest::newRow("noised pictures") << "other" << 300 << 310;
    }
    void upperStepsByHand()
    {
        QFETCH(QString, source);
        QFETCH(int, from);
        QFETCH(int, to);
        const auto spec = upper_spec("pictures", source.toStdString(), from, to);
        const auto data = prepare(spec);
        QVERIFY2(data, data ? "" : to_string(data.error()).c_str());
        const auto problem = problem_of(spec, *data);
        QVERIFY2(problem, problem ? "" : to_string(problem.error()).c_str());
        for (std::int64_t index = 0; index < 3; ++index) {
            const auto batch = data->upper_batch(index);
            Tensor x = batch.noisy.x, t = batch.noisy.t;
            if (source.startsWith("denoise")) {
                QCOMPARE(t.min().item<std::int64_t>(), t.max().item<std::int64_t>());
                const auto stop = stop_for(t[0].item<std::int64_t>(), from, to);
                x = denoised(source == "denoise" ? *student : *teacher, x, batch, stop);
                t = torch::full_like(t, stop);
            } else if (source == "noise") {
                QVERIFY((t == std::min(to, 1000) - 1).all().item<bool>());
            }
            QVERIFY(((t >= from) & (t < to)).all().item<bool>());
            const Tensor loss = (student->forward(x, t, batch.noisy.hidden).sample - teacher->forward(x, t, batch.anchor).sample).square().mean();
            loss.backward();
            const auto expected = (*problem)->parameters().take_gradients();
            const auto value = (*problem)->upper(index);
            auto difference = (*problem)->parameters().take_gradients();
            QVERIFY2(value, value ? "" : to_string(value.error()).c_str());
            QVERIFY2(std::abs(value->loss / loss.item<double>() - 1) < 1e-4, qPrintable(QString("batch %1: %2, expected %3").arg(index).arg(value->loss).arg(loss.item<double>())));
            for (std::size_t i = 0; i < difference.size(); ++i)
                difference[i] = difference[i] - expected[i];
            QVERIFY(norm(difference) < 1e-3 * norm(expected));
        }
    }

    // Partial denoising asks at no time outside the window; one that holds no sampling step is refused before the run begins.
    void aWindowBetweenTwoStepsIsRefused()
    {
        for (const auto &[source, from, to] : {std::tuple{"denoise", 410, 490}, {"denoise_teacher", 402, 501}, {"denoise", 902, 1000}}) {
            const auto between = upper_spec("pictures", source, from, to), noise = upper_spec("pictures", "noise", from, to);
            const auto data = prepare(between), of_noise = prepare(noise);
            QVERIFY(data && of_noise && problem_of(noise, *of_noise));
            const auto problem = problem_of(between, *data);
            QVERIFY(!problem);
            QCOMPARE(problem.error().code, ErrorCode::Mismatch);
        }
    }

    // Standard normal numbers that no picture has a part in: black pictures under the same captions give the same bits.
    void pureNoiseHoldsNoPicture()
    {
        for (const char *source : {"denoise", "denoise_teacher", "noise", "other"}) {
            const auto spec = upper_spec("pictures", source, 0, 100), of_black = upper_spec("black", source, 0, 100);
            const auto data = prepare(spec), black = prepare(of_black);
            QVERIFY(data && black);
            std::vector<Tensor> noise;
            for (std::int64_t index = 0; index < 8; ++index) {
                noise.push_back(data->upper_batch(index).noisy.x);
                QCOMPARE(noise.back().equal(black->upper_batch(index).noisy.x), std::string(source) != "other");
            }
            const Tensor all = torch::stack(noise);
            QVERIFY(!all[0].equal(all[1]));
            if (std::string(source) != "other")
                QVERIFY(std::abs(all.mean().item<double>()) < .05 && std::abs(all.std().item<double>() - 1) < .05);
        }
    }

    // All times of the window are drawn and no others; pictures are noised at the times that are told.
    void timesFillTheWindow()
    {
        for (const char *source : {"concept", "other", "denoise", "denoise_teacher"}) {
            const auto spec = upper_spec("pictures", source, 300, 310);
            const auto data = prepare(spec);
            QVERIFY(data);
            std::set<std::int64_t> times;
            for (std::int64_t index = 0; index < 150; ++index) {
                const Tensor t = data->upper_batch(index).noisy.t;
                times.insert({t[0].item<std::int64_t>(), t[1].item<std::int64_t>()});
            }
            QCOMPARE(times, (std::set<std::int64_t>{300, 301, 302, 303, 304, 305, 306, 307, 308, 309}));
        }
        for (const char *source : {"concept", "other"}) {
            const auto early = upper_spec("pictures", source, 40, 60), late = upper_spec("pictures", source, 800, 820);
            const auto a = prepare(early), b = prepare(late);
            QVERIFY(a && b);
            QVERIFY(torch::allclose(clean(a->upper_batch(3).noisy), clean(b->upper_batch(3).noisy), 1e-4, 1e-4));
        }
    }

private:
    // Ten sampling steps; only the upper level's source and window are the test's.
    RunSpec upper_spec(const std::string &pictures, const std::string &source, int from, int to) const
    {
        auto json = test::small_spec(at(pictures));
        json["samples"]["steps"] = 10;
        json["upper"].update({{"objective", "anchor"}, {"source", source}, {"t_min", from}, {"t_max", to}});
        return *parse_run_spec(json, "test", "/", presets_folder());
    }
    Result<std::unique_ptr<StudentProblem>> problem_of(const RunSpec &spec, const RunData &data) const
    {
        return StudentProblem::create(spec, *pipeline, data, *student, *teacher, *make_trainable(spec.training, 1, spec.student, *student), control);
    }
    Result<RunData> prepare(const RunSpec &spec) const { return RunData::prepare(spec, *pipeline, {}, 64, at("cache"), {}); }

    fs::path at(const std::string &name) const { return fs::path(dir.path().toStdString()) / name; }
    QTemporaryDir dir;
    const RunControl control;
    std::optional<Pipeline> pipeline;
    std::optional<UNet> teacher, student;
};

QTEST_APPLESS_MAIN(TestStudentProblem)
#include "tst_student_problem.moc"
