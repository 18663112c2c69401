// ConceptPrune on the starter, against the method's rule written out with activations gathered in another way.
#include "editing/concept_prune.h"

#include <QtTest>

using namespace quell;
using torch::Tensor;

namespace {

const fs::path starter = fs::path(QUELL_SOURCE_DIR) / "resources/starter";

} // namespace

class TestConceptPrune : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        pipeline.emplace(*Pipeline::open(starter / "model", {}));
        parts = *read_unet(starter / "pruned");
        unet.emplace(*UNet::open(starter / "pruned", {}));
        spec.steps = 6, spec.first = 2, spec.sparsity = .05, spec.guidance = 1, spec.seed = 3;
    }

    // One prompt, no guidance: the steps are drawn here by hand.
    void zeroesWhatAnswersToTheConcept()
    {
        const std::string naming = "an owl, neon style", without = "an owl";
        const auto result = concept_pruned(parts, *unet, *pipeline, spec, {naming}, {without}, 64);
        QVERIFY(result);
        const auto squares = [&](const std::string &prompt) {
            torch::NoGradGuard no_grad;
            std::vector<std::map<std::string, Tensor>> steps(2);
            const auto sampler = make_sampler(SamplerKind::Ddim, pipeline->schedule, spec.steps);
            Tensor x = starting_noise(*pipeline, 1, 64, spec.seed);
            for (int step = 0; step < 2; ++step) {
                unet->watch_feed_forward([&](const std::string &weight, const Tensor &hidden) { steps[step][weight] = hidden.square().sum({0, 1}); });
                const Tensor t = torch::tensor({(*sampler)->timesteps()[step]}, torch::kFloat32);
                x = (*sampler)->step(unet->forward(x, t, pipeline->text.encode({prompt})).sample, x, step, {});
            }
            unet->watch_feed_forward({});
            return steps;
        };
        const auto with = squares(naming), plain = squares(without);
        QVERIFY(with[0].size() > 5);
        std::int64_t zeroed = 0, all = 0;
        for (const auto &[key, tensor] : parts.tensors) {
            const Tensor &pruned = result->tensors.at(key);
            if (!with[0].contains(key)) {
                QVERIFY(torch::equal(pruned, tensor));
                continue;
            }
            const Tensor w = tensor.to(torch::kFloat32);
            const auto width = w.size(1), keep = width - std::max<std::int64_t>(1, std::llround(.05 * static_cast<double>(width)));
            Tensor expected = w.clone();
            for (int step = 0; step < 2; ++step) {
                const Tensor score = w.abs() * with[step].at(key).sqrt();
                const Tensor rank = score.argsort(std::int64_t{1}).argsort(std::int64_t{1});
                expected = torch::where((rank >= keep).logical_and(score > w.abs() * plain[step].at(key).sqrt()), torch::zeros_like(w), expected);
            }
            QVERIFY2(torch::equal(pruned.to(torch::kFloat32), expected), key.c_str());
            zeroed += (pruned == 0).sum().item<std::int64_t>() - (tensor == 0).sum().item<std::int64_t>(), all += w.numel();
        }
        QVERIFY(zeroed > all / 200 && zeroed < all / 10);
    }

    // The same prompts on both sides: nothing answers to the concept more than to the rest.
    void nothingToTellApartNothingPruned()
    {
        const auto result = concept_pruned(parts, *unet, *pipeline, spec, {"an owl", "a rose"}, {"an owl", "a rose"}, 64);
        QVERIFY(result);
        for (const auto &[key, tensor] : parts.tensors)
            QVERIFY(torch::equal(result->tensors.at(key), tensor));
        QVERIFY(!concept_pruned(parts, *unet, *pipeline, spec, {}, {}, 64));
    }

    // With guidance it is the conditional half that is looked at: unequal to the half without the prompt.
    void guidanceLooksAtTheNamedHalf()
    {
        auto guided = spec;
        guided.guidance = 1.0001, guided.first = 1;
        auto plain = spec;
        plain.first = 1;
        const auto a = concept_pruned(parts, *unet, *pipeline, guided, {"an owl, neon style"}, {"an owl"}, 64), b = concept_pruned(parts, *unet, *pipeline, plain, {"an owl, neon style"}, {"an owl"}, 64);
        QVERIFY(a && b);
        std::int64_t apart = 0, zeroed = 0;
        for (const auto &[key, tensor] : a->tensors) {
            const Tensor &other = b->tensors.at(key);
            apart += ((tensor == 0) != (other == 0)).sum().item<std::int64_t>();
            zeroed += (other == 0).sum().item<std::int64_t>();
        }
        QVERIFY2(apart < zeroed / 50, qPrintable(QString("%1 of %2").arg(apart).arg(zeroed))); // rounding decides a few
    }

private:
    std::optional<Pipeline> pipeline;
    std::optional<UNet> unet;
    UNetParts parts;
    ConceptPruneSpec spec;
};

QTEST_APPLESS_MAIN(TestConceptPrune)
#include "tst_concept_prune.moc"
