#include "solvers/optimizer.h"

#include "kernels/optimizer_step.h"

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

void Optimizer::make_moments(const Parameters &parameters)
{
    if (spec_.kind != OptimizerKind::AdamW || !m_.empty())
        return;
    for (const auto &master : parameters.masters()) {
        m_.push_back(torch::zeros_like(master));
        v_.push_back(torch::zeros_like(master));
    }
}

Optimizer::Report Optimizer::step(Parameters &parameters, const std::vector<Tensor> &gradients)
{
    torch::NoGradGuard no_grad;
    make_moments(parameters);
    Report report{learning_rate(spec_, count_), norm(gradients)};
    const double clip = spec_.clip_norm > 0 && report.gradient_norm > spec_.clip_norm ? spec_.clip_norm / report.gradient_norm : 1;
    ++count_;
    const kernels::AdamWStep step{report.lr, spec_.beta1, spec_.beta2, spec_.eps, spec_.weight_decay, count_, clip};
    for (std::size_t i = 0; i < gradients.size(); ++i) {
        if (!gradients[i].defined())
            continue;
        const Tensor &master = parameters.masters()[i], copy = parameters.copy(i);
        if (spec_.kind == OptimizerKind::AdamW) {
            kernels::adamw_(master, gradients[i], m_[i], v_[i], copy, step);
            continue;
        }
        master.mul_(1 - report.lr * spec_.weight_decay).sub_(gradients[i].to(master.scalar_type()), report.lr * clip);
        if (copy.defined())
            copy.copy_(master);
    }
    return report;
}

void Optimizer::save(const Parameters &parameters, const std::string &prefix, StateDict &out) const
{
    out[prefix + "count"] = torch::tensor({count_});
    for (std::size_t i = 0; i < m_.size(); ++i) {
        out[prefix + "m." + parameters.names()[i]] = m_[i];
        out[prefix + "v." + parameters.names()[i]] = v_[i];
    }
}

Status Optimizer::load(const Parameters &parameters, const std::string &prefix, const StateDict &from)
{
    const auto count = from.find(prefix + "count");
    if (count == from.end())
        return fail(ErrorCode::Malformed, "the optimizer's state is missing", prefix + "count");
    count_ = count->second.item<std::int64_t>();
    m_.clear();
    v_.clear();
    if (count_ > 0)
        make_moments(parameters);
    for (std::size_t i = 0; i < m_.size(); ++i) {
        for (auto &[letter, moment] : {std::pair{"m.", m_[i]}, std::pair{"v.", v_[i]}}) {
            const auto found = from.find(prefix + letter + parameters.names()[i]);
            if (found == from.end() || found->second.sizes() != moment.sizes())
                return fail(ErrorCode::Mismatch, "the optimizer's state does not fit the model", prefix + letter + parameters.names()[i]);
            moment.copy_(found->second);
        }
    }
    return {};
}

} // namespace quell
