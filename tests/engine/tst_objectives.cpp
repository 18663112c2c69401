// Both levels' losses on the starter's models, against their definitions.
#include "objectives/upper.h"
#include "sampling/pipeline.h"

#include <QtTest>

using namespace quell;
using torch::Tensor;

namespace {

const fs::path starter = fs::path(QUELL_SOURCE_DIR) / "resources/starter";

bool close(const Tensor &a, const Tensor &b, double tolerance = 1e-5)
{
    return torch::allclose(a.to(torch::kFloat32), b.to(torch::kFloat32), tolerance, tolerance);
}

} // namespace

class TestObjectives : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        auto opened = Pipeline::open(starter / "model", {});
        auto dense = UNet::open(starter / "model", {}), cut = UNet::open(starter / "pruned", {});
        QVERIFY(opened && dense && cut);
        pipeline.emplace(std::move(*opened));
        teacher.emplace(std::move(*dense));
        pruned.emplace(std::move(*cut));
        torch::manual_seed(1);
        const Tensor z = torch::randn({2, 8, 8, 8}), noise = torch::randn_like(z), t = torch::tensor({40, 700});
        const auto &schedule = pipeline->schedule;
        batch = {schedule.add_noise(z, noise, t), t, pipeline->text.encode({"an owl, neon style", "a rose"}), schedule.target(z, noise, t), schedule.min_snr_weight(t, 5), {}};
        empty = pipeline->text.encode({""});
    }

    // An untouched copy of the teacher has nothing to learn from it.
    void theTeacherItselfHasNoDistillationLoss()
    {
        const auto taps = derive_tap_map(teacher->config(), teacher->config());
        QVERIFY(taps);
        const auto loss = lower_loss(*teacher, *teacher, *taps, {}, batch);
        QCOMPARE(term(loss, "output"), 0.0);
        QCOMPARE(term(loss, "feature"), 0.0);
        const Tensor p = teacher->forward(batch.x, batch.t, batch.hidden).sample;
        const double diffusion = (batch.weight * (p - batch.target).square().mean({1, 2, 3})).mean().item<double>();
        QVERIFY(std::abs(term(loss, "diffusion") - diffusion) < 1e-6);
        QVERIFY(std::abs(loss.loss.item<double>() - diffusion) < 1e-6);
    }

    void lowerTermsOfAPrunedStudent()
    {
        const auto taps = derive_tap_map(pruned->config(), teacher->config());
        QVERIFY(taps);
        const auto loss = lower_loss(*pruned, *teacher, *taps, {1, 2, .1, 5}, batch);
        const auto ours = pruned->forward(batch.x, batch.t, batch.hidden, true), theirs = teacher->forward(batch.x, batch.t, batch.hidden, true);
        double feature = 0;
        for (const auto &pair : *taps)
            feature += (ours.taps[pair.student] - theirs.taps[pair.teacher]).square().mean().item<double>() / taps->size();
        const double output = (ours.sample - theirs.sample).square().mean().item<double>();
        QVERIFY(std::abs(term(loss, "feature") - feature) < 1e-4 * feature);
        QVERIFY(std::abs(term(loss, "output") - output) < 1e-4 * output);
        QVERIFY(std::abs(loss.loss.item<double>() - (term(loss, "diffusion") + 2 * output + .1 * feature)) < 1e-4);
        // Without distillation neither term is there.
        QCOMPARE(lower_loss(*pruned, *teacher, {}, {1, 0, 0, 5}, batch).terms.size(), std::size_t{1});
    }

    void tapsOfWidthPrunedStudents()
    {
        const auto taps = derive_tap_map(pruned->config(), teacher->config());
        QVERIFY(taps);
        QStringList names;
        for (const auto &pair : *taps)
            names << QString::fromStdString(pair.name);
        QCOMPARE(names, (QStringList{"down0", "down1", "down2", "mid", "up0", "up1", "up2"}));
    }

    // ESD: (1+η)T(∅) − ηT(c); for an empty prompt the teacher's own prediction.
    void esdTarget()
    {
        const Tensor conditional = teacher->forward(batch.x, batch.t, batch.hidden).sample;
        const Tensor unconditional = teacher->forward(batch.x, batch.t, empty.expand_as(batch.hidden)).sample;
        for (const double eta : {1.0, .5}) {
            UpperSpec spec;
            spec.kind = UpperKind::Esd;
            spec.eta = eta;
            QVERIFY(close(upper_targets(*teacher, *teacher, spec, {batch, {}, empty, {}, 1, {}}).target, (1 + eta) * unconditional - eta * conditional, 1e-4));
            auto plain = batch;
            plain.hidden = empty.expand_as(batch.hidden).contiguous();
            QVERIFY(close(upper_targets(*teacher, *teacher, spec, {plain, {}, empty, {}, 1, {}}).target, unconditional, 1e-4));
        }
    }

    void anchorTarget()
    {
        const Tensor anchor = pipeline->text.encode({"an owl", "a rose"});
        const Tensor target = upper_targets(*teacher, *teacher, {}, {batch, anchor, empty, {}, 1, {}}).target;
        QVERIFY(close(target, teacher->forward(batch.x, batch.t, anchor).sample));
        QVERIFY(!target.requires_grad());
        // A prompt that does not name the concept asks nothing of the teacher itself.
        auto neutral = batch;
        neutral.hidden = anchor;
        const auto loss = upper_loss(*teacher, *teacher, {}, {neutral, anchor, empty, {}, 1, {}});
        QVERIFY(loss.loss.item<double>() < 1e-10);
        // The concept's weight scales the loss and not the figure.
        const auto once = upper_loss(*pruned, *teacher, {}, {batch, anchor, empty, {}, 1, {}}), twice = upper_loss(*pruned, *teacher, {}, {batch, anchor, empty, {}, 2, {}});
        QVERIFY(std::abs(twice.loss.item<double>() - 2 * once.loss.item<double>()) < 1e-5);
        QCOMPARE(term(twice, "anchor"), term(once, "anchor"));
    }

    // An attribute: the prompt without it, and away from the attribute alone by η times what that adds to the empty prompt.
    void eraseFromTarget()
    {
        const Tensor from = pipeline->text.encode({"an owl", "a rose"}), phrase = pipeline->text.encode({"neon"});
        const auto taught = [&](const Tensor &hidden) { return teacher->forward(batch.x, batch.t, hidden).sample; };
        UpperSpec spec;
        spec.kind = UpperKind::EraseFrom, spec.eta = 1.5;
        const Tensor expected = taught(from) - 1.5 * (taught(phrase.expand_as(batch.hidden)) - taught(empty.expand_as(batch.hidden)));
        QVERIFY(close(upper_targets(*teacher, *teacher, spec, {batch, from, empty, {}, 1, phrase}).target, expected, 1e-4));
    }

    // SDD: the student's own prediction for the empty prompt.
    void sddTarget()
    {
        UpperSpec spec;
        spec.kind = UpperKind::Sdd;
        const Tensor target = upper_targets(*pruned, *teacher, spec, {batch, {}, empty, {}, 1, {}}).target;
        QVERIFY(close(target, pruned->forward(batch.x, batch.t, empty.expand_as(batch.hidden)).sample, 1e-4));
        QVERIFY(!target.requires_grad());
    }

    // The neighbour's prompt at the same x_t: the student is to stay with the teacher.
    void neighboursAreHeld()
    {
        UpperSpec spec;
        spec.neighbour = .5;
        const Tensor anchor = pipeline->text.encode({"an owl", "a rose"}), neighbour = pipeline->text.encode({"an owl, ink style", "a rose, ink style"});
        const auto loss = upper_loss(*pruned, *teacher, spec, {batch, anchor, empty, neighbour, 2, {}});
        const auto ours = pruned->forward(batch.x, batch.t, neighbour).sample, theirs = teacher->forward(batch.x, batch.t, neighbour).sample;
        const double held = (ours - theirs).square().mean().item<double>();
        QVERIFY(std::abs(term(loss, "neighbour") - held) < 1e-4 * held);
        QVERIFY(std::abs(term(loss, "anchor") - term(upper_loss(*pruned, *teacher, {}, {batch, anchor, empty, {}, 1, {}}), "anchor")) < 1e-5);
        QVERIFY(std::abs(loss.loss.item<double>() - 2 * (term(loss, "anchor") + .5 * held)) < 1e-4);
    }

    // Closed forms, and near 0 the slope of the mean square.
    void divergences()
    {
        const Tensor target = torch::zeros({2, 1, 1, 2}), p = torch::tensor({.1f, -.3f, 2.f, 4.f}).view({2, 1, 1, 2});
        UpperSpec spec;
        const auto of = [&](Divergence divergence, double scale, const Tensor &x) {
            spec.divergence = divergence, spec.scale = scale;
            return diverge(spec, x, target).item<double>();
        };
        QVERIFY(std::abs(of(Divergence::Mse, 1, p) - (.01 + .09 + 4 + 16) / 4) < 1e-6);
        QVERIFY(std::abs(of(Divergence::Huber, 1, p) - 2 * (.005 + .045 + 1.5 + 3.5) / 4) < 1e-6);
        QVERIFY(std::abs(of(Divergence::Hellinger, 1, p) - 4 * ((1 - std::exp(-.05 / 8)) + (1 - std::exp(-10 / 8.)))) < 1e-5);
        QVERIFY(of(Divergence::Hellinger, .1, 100 * p) <= .08 + 1e-9); // bounded by 8s²
        for (const auto divergence : {Divergence::Mse, Divergence::Huber, Divergence::Hellinger}) {
            const Tensor x = (1e-3 * p).requires_grad_();
            spec.divergence = divergence, spec.scale = 1;
            diverge(spec, x, target).backward();
            QVERIFY(close(x.grad(), 2 * x.detach() / 4, 1e-3));
        }
    }

private:
    static double term(const LossTerms &loss, const std::string &name)
    {
        for (const auto &[key, value] : loss.terms) {
            if (key == name)
                return value.item<double>();
        }
        return std::numeric_limits<double>::quiet_NaN();
    }

    std::optional<Pipeline> pipeline;
    std::optional<UNet> teacher, pruned;
    NoisyBatch batch;
    Tensor empty;
};

QTEST_APPLESS_MAIN(TestObjectives)
#include "tst_objectives.moc"
