#include "sampling/sampler.h"

#include <QtTest>

#include <cmath>

using namespace quell;

namespace {

using torch::Tensor;

// What sampler_trajectories.py draws with: its model, its start and its noise.
Tensor k()
{
    return torch::arange(4, torch::kFloat32).view({1, 4, 1, 1});
}
Tensor model(const Tensor &x, double t)
{
    return 0.5 * x + 0.001 * t - 0.3 + 0.1 * k();
}
Tensor step_noise(std::int64_t step)
{
    return torch::sin(3.0 * static_cast<double>(step) + k());
}

const Json &cases()
{
    static const auto json = read_json(QUELL_SOURCE_DIR "/tests/engine/data/sampler_trajectories.json");
    if (!json)
        qFatal("%s", to_string(json.error()).c_str());
    return *json;
}

SchedulerConfig stable_diffusion(Prediction prediction)
{
    SchedulerConfig config;
    config.prediction = prediction;
    config.steps_offset = 1;
    config.set_alpha_to_one = false;
    return config;
}

SamplerKind kind_at(std::size_t i)
{
    return static_cast<SamplerKind>(i);
}

} // namespace

class TestSampler : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void trajectories_data()
    {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < cases().size(); ++i) {
            const auto &item = cases()[i];
            QTest::addRow("%zu %s %s", i, item["sampler"].get<std::string>().c_str(), item["config"].dump().c_str()) << static_cast<int>(i);
        }
    }
    void trajectories()
    {
        QFETCH(int, index);
        const auto &item = cases()[index];
        const auto config = parse_scheduler_config(item["config"], "config");
        QVERIFY2(config, config ? "" : to_string(config.error()).c_str());
        const auto kind = *sampler_named(item["sampler"]);
        QVERIFY2(config->sampler, config->sampler ? "" : to_string(config->sampler.error()).c_str());
        QVERIFY(*config->sampler == kind);
        const auto sampler = make_sampler(kind, NoiseSchedule(*config), item["steps"]);
        QVERIFY2(sampler, sampler ? "" : to_string(sampler.error()).c_str());

        const auto timesteps = item["timesteps"].get<std::vector<double>>();
        const auto &ours = (*sampler)->timesteps();
        QCOMPARE(ours.size(), timesteps.size());
        Tensor x = torch::cos(k() + 1) * (*sampler)->initial_sigma();
        for (std::size_t i = 0; i < ours.size(); ++i) {
            QVERIFY2(std::abs(ours[i] - timesteps[i]) < 1e-3, qPrintable(QString("timestep %1: %2, diffusers %3").arg(i).arg(ours[i]).arg(timesteps[i])));
            x = (*sampler)->step(model((*sampler)->scaled(x, i), ours[i]), x, i, step_noise);
            const Tensor expected = torch::tensor(item["x"][i].get<std::vector<double>>()).view({1, 4, 1, 1});
            const double error = ((x - expected).abs().max() / expected.abs().max()).item<double>();
            QVERIFY2(error < 2e-5, qPrintable(QString("step %1: relative error %2").arg(i).arg(error)));
        }
    }

    // With a model that always knows the clean latents every sampler ends at them, up to the noise that it leaves.
    void aPerfectModelLeadsToTheLatents_data()
    {
        QTest::addColumn<int>("sampler");
        QTest::addColumn<int>("prediction");
        for (std::size_t i = 0; i < sampler_names.size(); ++i) {
            for (const auto prediction : {Prediction::Epsilon, Prediction::V, Prediction::Sample})
                QTest::addRow("%s %s", sampler_names[i], name_of(prediction)) << static_cast<int>(i) << static_cast<int>(prediction);
        }
    }
    void aPerfectModelLeadsToTheLatents()
    {
        QFETCH(int, sampler);
        QFETCH(int, prediction);
        const NoiseSchedule schedule(stable_diffusion(static_cast<Prediction>(prediction)));
        const auto drawing = *make_sampler(kind_at(sampler), schedule, 25);
        const Tensor z = torch::cos(3 * k());
        Tensor x = torch::sin(k() + 1) * drawing->initial_sigma();
        for (std::size_t i = 0; i < drawing->timesteps().size(); ++i) {
            const Tensor seen = drawing->scaled(x, i);
            const auto t = torch::tensor({static_cast<std::int64_t>(std::nearbyint(drawing->timesteps()[i]))});
            const double a = schedule.alpha_cumprod(t.item<std::int64_t>());
            const Tensor noise = (seen - std::sqrt(a) * z) / std::sqrt(1 - a);
            x = drawing->step(schedule.target(z, noise, t), x, i, step_noise);
        }
        QVERIFY2(torch::allclose(x, z, 0, 0.1), qPrintable(QString::number((x - z).abs().max().item<double>())));
    }

    void timesteps()
    {
        const NoiseSchedule schedule(stable_diffusion(Prediction::V));
        const auto fifty = *make_sampler(SamplerKind::Ddim, schedule, 50);
        QCOMPARE(fifty->timesteps().front(), 981);
        QCOMPARE(fifty->timesteps()[1], 961);
        QCOMPARE(fifty->timesteps().back(), 1);
    }

    void refusesWhatTheScheduleCannotGive()
    {
        const NoiseSchedule schedule(stable_diffusion(Prediction::V));
        for (std::size_t i = 0; i < sampler_names.size(); ++i) {
            for (const int steps : {0, 1001})
                QCOMPARE(make_sampler(kind_at(i), schedule, steps).error().code, ErrorCode::Usage);
        }
        QCOMPARE(make_sampler(SamplerKind::Ddim, schedule, 1000).error().code, ErrorCode::Usage); // the offset leads out of the schedule
        QCOMPARE(make_sampler(SamplerKind::DpmSolver, schedule, 1000).error().code, ErrorCode::Usage);
        QVERIFY(make_sampler(SamplerKind::DpmSolverKarras, schedule, 1000));

        auto config = stable_diffusion(Prediction::Epsilon);
        config.rescale_betas_zero_snr = true;
        config.spacing = TimestepSpacing::Trailing;
        QCOMPARE(make_sampler(SamplerKind::Ddim, NoiseSchedule(config), 10).error().code, ErrorCode::Unsupported);
        QCOMPARE(make_sampler(SamplerKind::Pndm, NoiseSchedule(config), 10).error().code, ErrorCode::Unsupported);
        QVERIFY(make_sampler(SamplerKind::Euler, NoiseSchedule(config), 10));
    }

    void names()
    {
        for (std::size_t i = 0; i < sampler_names.size(); ++i)
            QVERIFY(*sampler_named(sampler_names[i]) == kind_at(i));
        QVERIFY(sampler_named("DDIM").error().message.find("dpm++2m-karras") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestSampler)
#include "tst_sampler.moc"
