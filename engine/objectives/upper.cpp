#include "objectives/upper.h"

namespace quell {
namespace {

using torch::Tensor;

const char *name_of(UpperKind kind)
{
    constexpr const char *names[] = {"esd", "anchor", "sdd", "erase_from"};
    return names[static_cast<int>(kind)];
}

// One model under several prompts at the same x_t: one call.
std::vector<Tensor> predictions(const UNet &unet, const NoisyBatch &batch, const std::vector<Tensor> &prompts)
{
    if (prompts.empty())
        return {};
    const auto n = static_cast<std::int64_t>(prompts.size());
    return unet.forward(batch.x.repeat({n, 1, 1, 1}), batch.t.repeat({n}), torch::cat(prompts)).sample.to(torch::kFloat32).chunk(n);
}

} // namespace

UpperTargets upper_targets(const UNet &student, const UNet &teacher, const UpperSpec &spec, const UpperBatch &batch)
{
    torch::NoGradGuard no_grad;
    const Tensor &hidden = batch.noisy.hidden, empty = batch.empty.defined() ? batch.empty.expand_as(hidden) : Tensor();
    std::vector<Tensor> prompts;
    if (spec.kind == UpperKind::Esd)
        prompts = {hidden, empty};
    else if (spec.kind == UpperKind::Anchor)
        prompts = {batch.anchor};
    else if (spec.kind == UpperKind::EraseFrom)
        prompts = {batch.phrase.expand_as(hidden), empty, batch.anchor};
    if (batch.neighbour.defined())
        prompts.push_back(batch.neighbour);
    auto taught = predictions(teacher, batch.noisy, prompts);
    UpperTargets targets;
    if (batch.neighbour.defined()) {
        targets.neighbour = taught.back();
        taught.pop_back();
    }
    if (spec.kind == UpperKind::Esd)
        targets.target = (1 + spec.eta) * taught[1] - spec.eta * taught[0];
    else if (spec.kind == UpperKind::EraseFrom)
        targets.target = taught[2] + spec.eta * (taught[1] - taught[0]);
    else
        targets.target = spec.kind == UpperKind::Anchor ? taught[0] : predictions(student, batch.noisy, {empty})[0];
    return targets;
}

Tensor diverge(const UpperSpec &spec, const Tensor &prediction, const Tensor &target)
{
    if (spec.divergence == Divergence::Mse)
        return torch::mse_loss(prediction, target);
    if (spec.divergence == Divergence::Huber)
        return 2 * torch::huber_loss(prediction, target, at::Reduction::Mean, spec.scale); // twice: as steep as the mean square near 0
    const double width = 8 * spec.scale * spec.scale;
    const Tensor m = (prediction - target).square().flatten(1).mean(1);
    return (-width * torch::expm1(-m / width)).mean();
}

LossTerms upper_loss(const UNet &student, const UNet &teacher, const UpperSpec &spec, const UpperBatch &batch)
{
    const auto targets = upper_targets(student, teacher, spec, batch);
    std::vector<Tensor> prompts{batch.noisy.hidden};
    if (targets.neighbour.defined())
        prompts.push_back(batch.neighbour);
    const auto p = predictions(student, batch.noisy, prompts);
    Tensor loss = diverge(spec, p[0], targets.target);
    LossTerms result{{}, {{name_of(spec.kind), loss.detach()}}};
    if (targets.neighbour.defined()) {
        const Tensor stay = torch::mse_loss(p[1], targets.neighbour);
        result.terms.emplace_back("neighbour", stay.detach());
        loss = loss + spec.neighbour * stay;
    }
    result.loss = batch.weight * loss;
    return result;
}

} // namespace quell
