// The three shapes of solvers, of which make_solver picks one, and what they share.
#pragma once

#include "solvers/solver.h"

namespace quell {

// Each level's optimizer, and the part of a checkpoint that every solver has.
struct LevelOptimizers {
    Optimizer lower, upper;

    explicit LevelOptimizers(const SolverSpec &spec) : lower(spec.lower_optimizer), upper(spec.upper_optimizer) {}
    StateDict save(const Parameters &parameters, std::int64_t steps) const;
    Status load(const Parameters &parameters, const StateDict &state, std::int64_t &steps);
};

std::unique_ptr<BilevelSolver> make_alternating(const SolverSpec &spec);
std::unique_ptr<BilevelSolver> make_two_stage(const SolverSpec &spec);
std::unique_ptr<BilevelSolver> make_penalised(const SolverSpec &spec); // all kinds with λ

} // namespace quell
