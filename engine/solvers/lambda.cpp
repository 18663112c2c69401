#include "solvers/lambda.h"

#include <algorithm>

namespace quell {
namespace {

bool has_barrier(const SolverSpec &spec)
{
    return spec.kind == SolverKind::Bome || (spec.kind == SolverKind::Penalty && spec.coupling == Coupling::Barrier);
}

double barrier(const SolverSpec &spec, const LambdaInputs &in)
{
    const double square = in.lower_norm * in.lower_norm;
    const bool gap = spec.kind == SolverKind::Penalty || spec.barrier == Barrier::Gap;
    const double phi = spec.eta * (gap ? in.gap : square);
    return std::max(0.0, (phi - in.product) / (square + 1e-8));
}

} // namespace

double lambda_of(const SolverSpec &spec, const LambdaInputs &in)
{
    if (has_barrier(spec))
        return barrier(spec, in);
    const auto outer = static_cast<double>(in.outer);
    switch (spec.kind) {
    case SolverKind::Vpbgd: {
        const double share = spec.ramp > 0 ? std::min(1.0, outer / static_cast<double>(spec.ramp)) : 1;
        return spec.lambda + share * (spec.lambda_last - spec.lambda);
    }
    case SolverKind::F2sa:
        return spec.lambda + outer * spec.growth;
    case SolverKind::Cosine:
        return std::max(0.0, spec.eta - in.product / std::max(in.upper_norm * in.lower_norm, 1e-30));
    default:
        return spec.lambda;
    }
}

double scale_of(const SolverSpec &spec, double lambda)
{
    return has_barrier(spec) || spec.kind == SolverKind::Cosine ? 1 : 1 / std::max(lambda, 1.0);
}

} // namespace quell
