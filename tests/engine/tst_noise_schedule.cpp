#include "sampling/ddim.h"

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

    void timesteps()
    {
        const auto config = stable_diffusion(Prediction::V);
        const auto fifty = *ddim_timesteps(config, 50), ten = *ddim_timesteps(config, 10);
        QCOMPARE(fifty.front(), 981);
        QCOMPARE(fifty[1], 961);
        QCOMPARE(fifty.back(), 1);
        QCOMPARE(ten.front(), 901);
        QCOMPARE(ten.back(), 1);
        QVERIFY(!ddim_timesteps(config, 1001));
        QVERIFY(!ddim_timesteps(config, 0));
    }

    // With a model that always knows the clean latents, DDIM ends at them (up to the schedule's last ᾱ).
    void samplingWithAPerfectModelEndsAtTheLatents()
    {
        const NoiseSchedule schedule(stable_diffusion(Prediction::V));
        const auto z = torch::randn({2, 4, 3, 3});
        const Denoiser perfect = [&](const torch::Tensor &x, const torch::Tensor &t, const torch::Tensor &) {
            const double a = schedule.alpha_cumprod(t[0].item<std::int64_t>());
            const auto both = x.size(0) == 2 ? z : torch::cat({z, z});
            return (std::sqrt(a) * x - both) / std::sqrt(1 - a); // v of the noise that leads from z to x
        };
        const auto hidden = torch::zeros({2, 1, 1});
        const auto out = *ddim_sample(schedule, perfect, torch::randn({2, 4, 3, 3}), hidden, hidden.narrow(0, 0, 1), {25, 4.0});
        const double a = schedule.alpha_cumprod(0);
        QVERIFY(torch::allclose(out, std::sqrt(a) * z, 1e-3, 4 * std::sqrt(1 - a)));
    }

    void samplingStopsWhenAsked()
    {
        const NoiseSchedule schedule(stable_diffusion(Prediction::V));
        const Denoiser zero = [](const torch::Tensor &x, const torch::Tensor &, const torch::Tensor &) { return torch::zeros_like(x); };
        const auto hidden = torch::zeros({1, 1, 1});
        const auto out = ddim_sample(schedule, zero, torch::zeros({1, 1, 1, 1}), hidden, hidden, {10, 1}, [](std::int64_t done) { return done < 3; });
        QVERIFY(!out);
        QCOMPARE(out.error().code, ErrorCode::Cancelled);
    }
};

QTEST_APPLESS_MAIN(TestNoiseSchedule)
#include "tst_noise_schedule.moc"
