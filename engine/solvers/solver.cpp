#include "solvers/solver.h"

#include "solvers/kinds.h"

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
    if (spec.kind == SolverKind::Alternating || !spec.upper)
        return make_alternating(spec);
    return spec.kind == SolverKind::TwoStage ? make_two_stage(spec) : make_penalised(spec);
}

} // namespace quell
