#include "solvers/solver.h"

#include "solvers/kinds.h"

#include <algorithm>

namespace quell {

SolverSpec default_solver(SolverKind kind)
{
    SolverSpec spec;
    spec.kind = kind;
    switch (kind) {
    case SolverKind::WeightedSum:
        spec.lambda = 1, spec.inner = 0;
        break;
    case SolverKind::Vpbgd:
        spec.lambda = 0, spec.inner = 1;
        break;
    case SolverKind::Bome:
        spec.inner = 10, spec.refresh = 1;
        break;
    case SolverKind::F2sa:
        spec.lambda = 1, spec.inner = 0;
        break;
    case SolverKind::Cosine:
        spec.eta = 0.1, spec.inner = 0;
        break;
    default:
        break;
    }
    return spec;
}

bool weighs_both(const SolverSpec &spec)
{
    return spec.upper && spec.kind != SolverKind::Alternating && spec.kind != SolverKind::TwoStage;
}

bool has_copy(const SolverSpec &spec)
{
    return weighs_both(spec) && spec.inner > 0;
}

std::int64_t gradient_evaluations(const SolverSpec &spec, std::int64_t steps)
{
    if (weighs_both(spec))
        return steps + steps / (spec.inner + 1); // the last step of a round takes both
    return spec.upper && spec.kind == SolverKind::Alternating ? steps + steps / spec.every : steps;
}

std::int64_t steps_within(const SolverSpec &spec, std::int64_t evaluations)
{
    if (weighs_both(spec))
        return evaluations / (spec.inner + 2) * (spec.inner + 1); // whole rounds
    if (!spec.upper || spec.kind == SolverKind::TwoStage)
        return evaluations;
    return evaluations / (spec.every + 1) * spec.every + std::min(evaluations % (spec.every + 1), spec.every - 1);
}

Status LevelOptimizers::lower_step(BilevelProblem &problem, std::int64_t batch, StepReport &report)
{
    QUELL_ASSIGN(report.lower, problem.lower(batch));
    const auto step = lower.step(problem.parameters(), problem.parameters().take_gradients());
    report.lower_lr = step.lr;
    report.lower_gradient_norm = step.gradient_norm;
    return {};
}

Status LevelOptimizers::upper_step(BilevelProblem &problem, std::int64_t angle_every, std::int64_t batch, StepReport &report)
{
    std::vector<torch::Tensor> beside;
    if (angle_every > 0 && upper.count() % angle_every == 0) {
        QUELL_TRY(problem.lower(batch));
        beside = problem.parameters().take_gradients();
    }
    QUELL_ASSIGN(report.upper, problem.upper(upper.count()));
    const auto gradients = problem.parameters().take_gradients();
    if (!beside.empty())
        report.gradient_cosine = dot(beside, gradients) / std::max(norm(beside) * norm(gradients), 1e-30);
    const auto step = upper.step(problem.parameters(), gradients);
    report.upper_lr = step.lr;
    report.upper_gradient_norm = step.gradient_norm;
    return {};
}

StateDict LevelOptimizers::save(const Parameters &parameters, std::int64_t steps) const
{
    StateDict state{{"steps", torch::tensor({steps})}};
    lower.save(parameters, "lower.", state);
    upper.save(parameters, "upper.", state);
    return state;
}

Status LevelOptimizers::load(const Parameters &parameters, const StateDict &state, std::int64_t &steps)
{
    QUELL_TRY(lower.load(parameters, "lower.", state));
    QUELL_TRY(upper.load(parameters, "upper.", state));
    steps = state.at("steps").item<std::int64_t>();
    return {};
}

std::unique_ptr<BilevelSolver> make_solver(const SolverSpec &spec)
{
    if (weighs_both(spec))
        return make_penalised(spec);
    return spec.kind == SolverKind::TwoStage && spec.upper ? make_two_stage(spec) : make_alternating(spec);
}

} // namespace quell
