#include "solvers/optimizer.h"

#include "core/random.h"

#include <cmath>
#include <numbers>

namespace quell {

using torch::Tensor;

double learning_rate(const OptimizerSpec &spec, std::int64_t j)
{
    const double ramp = j < spec.warmup ? static_cast<double>(j) / spec.warmup : 1;
    if (spec.schedule == LrSchedule::Constant || spec.length <= 0)
        return spec.lr * ramp;
    const double done = std::min(1.0, static_cast<double>(j) / spec.length);
    return spec.lr * ramp * 0.5 * (1 + std::cos(std::numbers::pi * done));
}

namespace {

void sgd_(const Tensor &master, const Tensor &gradient, const Tensor &copy, const kernels::AdamWStep &step)
{
    const double keep = 1 - step.lr * step.weight_decay, size = step.lr * step.gradient_scale;
    if (master.scalar_type() == torch::kBFloat16)
        return kernels::round_stochastically_(master, (master.to(torch::kFloat32) * keep).sub_(gradient.to(torch::kFloat32), size), step.rounding);
    master.mul_(keep).sub_(gradient.to(master.scalar_type()), size);
    if (copy.defined())
        copy.copy_(master);
}

} // namespace

void Optimizer::make_moments(const Parameters &parameters)
{
    if (spec_.kind != OptimizerKind::AdamW || !moments_.empty())
        return;
    for (const auto &master : parameters.masters())
        moments_.push_back(kernels::make_moments(master, spec_.moments, spec_.beta1 > 0));
}

Optimizer::Report Optimizer::step(Parameters &parameters, const std::vector<Tensor> &gradients)
{
    torch::NoGradGuard no_grad;
    make_moments(parameters);
    Report report{learning_rate(spec_, count_), norm(gradients)};
    const double clip = spec_.clip_norm > 0 && report.gradient_norm > spec_.clip_norm ? spec_.clip_norm / report.gradient_norm : 1;
    ++count_;
    kernels::AdamWStep step{report.lr, spec_.beta1, spec_.beta2, spec_.eps, spec_.weight_decay, count_, clip};
    const auto rounding = derive_seed(spec_.rounding_seed, "rounding", count_);
    for (std::size_t i = 0; i < gradients.size(); ++i) {
        if (!gradients[i].defined())
            continue;
        const Tensor &master = parameters.masters()[i], copy = parameters.copy(i);
        step.rounding = static_cast<std::uint32_t>(derive_seed(rounding, "parameter", i));
        if (spec_.kind == OptimizerKind::AdamW)
            kernels::adamw_(master, gradients[i], moments_[i], copy, step);
        else
            sgd_(master, gradients[i], copy, step);
    }
    return report;
}

void Optimizer::save(const Parameters &parameters, const std::string &prefix, StateDict &out) const
{
    out[prefix + "count"] = torch::tensor({count_});
    for (std::size_t i = 0; i < moments_.size(); ++i) {
        for (const auto &[part, member] : kernels::moment_parts) {
            if (const Tensor &kept = moments_[i].*member; kept.defined())
                out[prefix + part + '.' + parameters.names()[i]] = kept;
        }
    }
}

Status Optimizer::load(const Parameters &parameters, const std::string &prefix, const StateDict &from)
{
    const auto count = from.find(prefix + "count");
    if (count == from.end())
        return fail(ErrorCode::Malformed, "the optimizer's state is missing", prefix + "count");
    count_ = count->second.item<std::int64_t>();
    moments_.clear();
    if (count_ > 0)
        make_moments(parameters);
    for (std::size_t i = 0; i < moments_.size(); ++i) {
        for (const auto &[part, member] : kernels::moment_parts) {
            const Tensor &kept = moments_[i].*member;
            if (!kept.defined())
                continue;
            const auto key = prefix + part + '.' + parameters.names()[i];
            const auto found = from.find(key);
            if (found == from.end() || found->second.sizes() != kept.sizes())
                return fail(ErrorCode::Mismatch, "the optimizer's state does not fit the model", key);
            kept.copy_(found->second);
        }
    }
    return {};
}

} // namespace quell
