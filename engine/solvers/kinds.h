// The three shapes of solvers; make_solver picks one.
#pragma once

#include "solvers/solver.h"

namespace quell {

std::unique_ptr<BilevelSolver> make_alternating(const SolverSpec &spec);
std::unique_ptr<BilevelSolver> make_two_stage(const SolverSpec &spec);
std::unique_ptr<BilevelSolver> make_penalised(const SolverSpec &spec); // all kinds with λ

} // namespace quell
