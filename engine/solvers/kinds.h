// The three shapes of solvers, of which make_solver picks one, and what they share.
#pragma once

#include "solvers/solver.h"

namespace quell {

// Each level's optimizer, and the part of a checkpoint that every solver has.
struct LevelOptimizers {
    Optimizer lower, upper;

    explicit LevelOptimizers(const SolverSpec &spec) : lower(spec.lower_optimizer), upper(spec.upper_optimizer) {}
    // One step of a level on the problem's weights, told in the report. At every `angle_every`-th upper step (0: never) the lower gradient of `batch` is taken at the
    // same weights, for the cosine.
    Status lower_step(BilevelProblem &problem, std::int64_t batch, StepReport &report);
    Status upper_step(BilevelProblem &problem, std::int64_t angle_every, std::int64_t batch, StepReport &report);
    StateDict save(const Parameters &parameters, std::int64_t steps) const;
    Status load(const Parameters &parameters, const StateDict &state, std::int64_t &steps);
};

std::unique_ptr<BilevelSolver> make_alternating(const SolverSpec &spec);
std::unique_ptr<BilevelSolver> make_two_stage(const SolverSpec &spec);
std::unique_ptr<BilevelSolver> make_penalised(const SolverSpec &spec); // all kinds with λ

} // namespace quell
