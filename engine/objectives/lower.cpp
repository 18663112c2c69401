#include "objectives/lower.h"

namespace quell {

using torch::Tensor;

namespace {

Tensor squared_difference(const Tensor &a, const Tensor &b)
{
    return torch::mse_loss(a.to(torch::kFloat32), b.to(torch::kFloat32));
}

// The mean over pairs of the mean squared difference (the method's code; BK-SDM sums).
Tensor feature_loss(const UNet::Output &student, const UNet::Output &teacher, const std::vector<TapPair> &taps)
{
    std::vector<Tensor> losses;
    for (const auto &pair : taps)
        losses.push_back(squared_difference(student.taps[pair.student], teacher.taps[pair.teacher]));
    return torch::stack(losses).mean();
}

} // namespace

LossTerms lower_loss(const UNet &student, const UNet &teacher, const std::vector<TapPair> &taps, const LowerWeights &weights,
                     const NoisyBatch &batch)
{
    const bool features = weights.feature > 0;
    UNet::Output known;
    if (features || weights.output > 0) {
        torch::NoGradGuard no_grad;
        known = teacher.forward(batch.x, batch.t, batch.hidden, features);
    }
    const auto predicted = student.forward(batch.x, batch.t, batch.hidden, features);
    const Tensor p = predicted.sample.to(torch::kFloat32);

    LossTerms result;
    const auto add = [&](const char *name, double weight, const Tensor &term) {
        result.loss = result.loss.defined() ? result.loss + weight * term : weight * term;
        result.terms.emplace_back(name, term.detach());
    };
    if (weights.diffusion > 0)
        add("diffusion", weights.diffusion, (batch.weight * (p - batch.target).square().mean({1, 2, 3})).mean());
    if (weights.output > 0)
        add("output", weights.output, squared_difference(p, known.sample));
    if (features)
        add("feature", weights.feature, feature_loss(predicted, known, taps));
    return result;
}

} // namespace quell
