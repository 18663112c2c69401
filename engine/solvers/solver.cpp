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

std::unique_ptr<BilevelSolver> make_solver(const SolverSpec &spec)
{
    if (spec.kind == SolverKind::Alternating || !spec.upper)
        return make_alternating(spec);
    return spec.kind == SolverKind::TwoStage ? make_two_stage(spec) : make_penalised(spec);
}

} // namespace quell
