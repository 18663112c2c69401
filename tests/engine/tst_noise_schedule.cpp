#include "sampling/noise_schedule.h"

#include <QtTest>

using namespace quell;

namespace {

SchedulerConfig stable_diffusion(Prediction prediction)
{
    SchedulerConfig config;
    config.prediction = prediction;
    config.steps_offset = 1;
    config.set_alpha_to_one = false;
    return config;
}

} // namespace

class TestNoiseSchedule : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Values computed in float64.
    void cumulativeProducts()
    {
        const NoiseSchedule schedule(stable_diffusion(Prediction::V));
        const std::vector<std::pair<int, double>> known{{0, .99915}, {1, .998296028}, {10, .990431309}, {100, .894223478}, {250, .673792625},
                                                        {500, .276332684}, {750, .056169848}, {999, .004660099}};
        for (const auto &[t, value] : known)
            QVERIFY2(std::abs(schedule.alpha_cumprod(t) - value) < 2e-6, qPrintable(QString::number(t)));
    }

    void minSnrWeights()
    {
        const NoiseSchedule schedule(stable_diffusion(Prediction::V));
        const auto weight = schedule.min_snr_weight(torch::arange(1000), 5);
        const std::vector<std::pair<int, double>> known{{0, .00425}, {1, .00852}, {10, .047843}, {100, .528883}, {170, 1}, {999, 1}};
        for (const auto &[t, value] : known)
            QVERIFY2(std::abs(weight[t].item<double>() - value) < 1e-5, qPrintable(QString::number(t)));
        QVERIFY(std::abs(weight.mean().item<double>() - .907746685) < 1e-5);
        // epsilon: min(SNR, γ)/SNR, 1 where the signal is weak.
        const NoiseSchedule epsilon(stable_diffusion(Prediction::Epsilon));
        const auto other = epsilon.min_snr_weight(torch::tensor({500, 10}), 5);
        QCOMPARE(other[0].item<double>(), 1.0);
        const double snr = .990431309 / (1 - .990431309);
        QVERIFY(std::abs(other[1].item<double>() - 5 / snr) < 1e-4);
    }

    // v and epsilon name the same noise: eps = √ᾱ v + √(1−ᾱ) x.
    void targetsAgree()
    {
        const NoiseSchedule v(stable_diffusion(Prediction::V)), epsilon(stable_diffusion(Prediction::Epsilon));
        const auto z = torch::randn({3, 4, 2, 2}), noise = torch::randn({3, 4, 2, 2}), t = torch::tensor({5, 400, 990});
        const auto x = v.add_noise(z, noise, t), a = v.alphas_cumprod().index_select(0, t).view({3, 1, 1, 1});
        QVERIFY(torch::allclose(a.sqrt() * v.target(z, noise, t) + (1 - a).sqrt() * x, epsilon.target(z, noise, t), 1e-4, 1e-5));
    }

    void cleanLatentsAsTarget()
    {
        const NoiseSchedule schedule(stable_diffusion(Prediction::Sample));
        const auto z = torch::randn({3, 4, 2, 2}), noise = torch::randn({3, 4, 2, 2}), t = torch::tensor({5, 400, 990});
        QVERIFY(torch::equal(schedule.target(z, noise, t), z));
        const auto a = schedule.alphas_cumprod().index_select(0, t), snr = a / (1 - a);
        QVERIFY(torch::allclose(schedule.min_snr_weight(t, 5), torch::minimum(snr, torch::full({3}, 5.0f))));
    }

    // The last step is noise alone, the first is as before; no weight is lost to a division by zero.
    void zeroTerminalSnr()
    {
        for (const auto prediction : {Prediction::Epsilon, Prediction::V, Prediction::Sample}) {
            auto config = stable_diffusion(prediction);
            config.rescale_betas_zero_snr = true;
            const NoiseSchedule schedule(config);
            QCOMPARE(schedule.alpha_cumprod(999), 0.0);
            QVERIFY(std::abs(schedule.alpha_cumprod(0) - .99915) < 2e-6);
            QVERIFY(schedule.min_snr_weight(torch::arange(1000), 5).isfinite().all().item<bool>());
        }
    }
};

QTEST_APPLESS_MAIN(TestNoiseSchedule)
#include "tst_noise_schedule.moc"
