#include "objectives/upper.h"

namespace quell {

using torch::Tensor;

Tensor upper_target(const UNet &teacher, const UpperSpec &spec, const UpperBatch &batch)
{
    torch::NoGradGuard no_grad;
    const auto &[x, t, hidden, target, weight] = batch.noisy;
    if (spec.kind == UpperKind::Anchor)
        return teacher.forward(x, t, batch.anchor).sample.to(torch::kFloat32);
    const Tensor context = torch::cat({hidden, batch.empty.expand_as(hidden)});
    const auto both = teacher.forward(torch::cat({x, x}), torch::cat({t, t}), context).sample.to(torch::kFloat32).chunk(2);
    return (1 + spec.eta) * both[1] - spec.eta * both[0];
}

LossTerms upper_loss(const UNet &student, const UNet &teacher, const UpperSpec &spec, const UpperBatch &batch)
{
    const Tensor target = upper_target(teacher, spec, batch);
    const Tensor p = student.forward(batch.noisy.x, batch.noisy.t, batch.noisy.hidden).sample.to(torch::kFloat32);
    const Tensor loss = torch::mse_loss(p, target);
    return {batch.weight * loss, {{spec.kind == UpperKind::Esd ? "esd" : "anchor", loss.detach()}}};
}

} // namespace quell
