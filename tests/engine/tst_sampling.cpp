#include "sampling/sampling.h"

#include <QtTest>

using namespace quell;

namespace {

using torch::Tensor;

SchedulerConfig stable_diffusion()
{
    SchedulerConfig config;
    config.prediction = Prediction::V;
    config.steps_offset = 1;
    config.set_alpha_to_one = false;
    return config;
}

// Depends on x, on t and on the prompt.
Tensor model(const Tensor &x, const Tensor &t, const Tensor &hidden)
{
    return 0.3 * x + 0.0005 * t.to(torch::kFloat32) + hidden.mean({1, 2}).view({-1, 1, 1, 1});
}

} // namespace

class TestSampling : public QObject {
    Q_OBJECT

    const NoiseSchedule schedule_{stable_diffusion()};

private Q_SLOTS:
    // With a model that always knows the clean latents, DDIM ends at them (up to the schedule's last ᾱ).
    void aPerfectModelEndsAtTheLatents()
    {
        const auto z = torch::randn({2, 4, 3, 3});
        const Denoiser perfect = [&](const Tensor &x, const Tensor &t, const Tensor &) {
            const double a = schedule_.alpha_cumprod(t[0].item<std::int64_t>());
            const auto both = x.size(0) == 2 ? z : torch::cat({z, z});
            return (std::sqrt(a) * x - both) / std::sqrt(1 - a); // v of the noise that leads from z to x
        };
        const auto hidden = torch::zeros({2, 1, 1});
        const auto out = *sample_latents(schedule_, perfect, torch::randn({2, 4, 3, 3}), hidden, hidden.narrow(0, 0, 1), {25, 4.0});
        const double a = schedule_.alpha_cumprod(0);
        QVERIFY(torch::allclose(out, std::sqrt(a) * z, 1e-3, 4 * std::sqrt(1 - a)));
    }

    void stopsWhenAsked()
    {
        const auto hidden = torch::zeros({1, 1, 1});
        std::int64_t seen = 0;
        const auto out = sample_latents(schedule_, model, torch::zeros({1, 1, 1, 1}), hidden, hidden, {10, 1}, [&](std::int64_t done, std::int64_t total) {
            seen = total;
            return done < 3;
        });
        QVERIFY(!out);
        QCOMPARE(out.error().code, ErrorCode::Cancelled);
        QCOMPARE(seen, 10);
    }

    // Guidance g mixes both predictions; at g = 1 the model is asked about the prompt alone.
    void guidanceMixesBothPredictions()
    {
        const auto noise = torch::randn({2, 4, 2, 2}), prompt = torch::full({2, 3, 5}, 0.2), empty = torch::full({1, 3, 5}, -0.1);
        const auto guided = *sample_latents(schedule_, model, noise, prompt, empty, {6, 3.0});
        const auto mixed = *sample_latents(schedule_, model, noise, torch::full({2, 3, 5}, -0.1 + 3 * 0.3), empty, {6, 1.0});
        QVERIFY(torch::allclose(guided, mixed, 1e-4, 1e-5));
    }

    // A step less, and the last one by hand, is the whole.
    void lastStepStopsEarly()
    {
        const auto noise = torch::randn({1, 4, 2, 2}), hidden = torch::zeros({1, 1, 1});
        const SamplingOptions options{6, 1.0};
        const auto sampler = *make_sampler(options.sampler, schedule_, options.steps);
        const auto before = *sample_latents(schedule_, model, noise, hidden, hidden, options, {}, 5);
        const auto t = torch::tensor({sampler->timesteps()[5]}, torch::kFloat32);
        QVERIFY(torch::equal(sampler->step(model(before, t, hidden), before, 5, {}), *sample_latents(schedule_, model, noise, hidden, hidden, options)));
        QVERIFY(torch::equal(*sample_latents(schedule_, model, noise, hidden, hidden, options, {}, 0), noise));
    }

    // A picture's noise is its own: drawn alone, with others, or again, it is the same picture; another seed gives another.
    void stepNoiseBelongsToThePicture()
    {
        const auto noise = torch::randn({3, 4, 2, 2}), hidden = torch::zeros({3, 1, 1});
        const auto drawn = [&](std::int64_t first, std::int64_t n, std::uint64_t seed) {
            const SamplingOptions options{8, 1.0, SamplerKind::EulerAncestral, seed, first};
            return *sample_latents(schedule_, model, noise.narrow(0, first, n), hidden.narrow(0, first, n), hidden, options);
        };
        const auto all = drawn(0, 3, 7);
        QVERIFY(torch::equal(all, drawn(0, 3, 7)));
        QVERIFY(torch::allclose(all.narrow(0, 2, 1), drawn(2, 1, 7), 0, 1e-6));
        QVERIFY(!torch::allclose(all, drawn(0, 3, 8), 0, 0.01));
        SamplingOptions given{8, 1.0, SamplerKind::EulerAncestral};
        given.first = 1;
        given.step_noise = [](std::int64_t step) { return torch::stack({torch::full({4, 2, 2}, 9.0), torch::full({4, 2, 2}, 0.1 * static_cast<double>(step))}); };
        const auto x = torch::ones({1, 4, 2, 2}), one = hidden.narrow(0, 0, 1);
        const auto out = *sample_latents(schedule_, model, x, one, one, given);
        QVERIFY(torch::allclose(out, out.flatten()[0].expand_as(out))); // no noise of its own came in, and not the first picture's
        QVERIFY(out.abs().max().item<double>() < 5);
    }
};

QTEST_APPLESS_MAIN(TestSampling)
#include "tst_sampling.moc"
