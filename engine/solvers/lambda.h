// λ: what the lower level's gradient weighs against the upper's in one step on θ.
#pragma once

#include "solvers/solver.h"

namespace quell {

// What is known at an outer step.
struct LambdaInputs {
    std::int64_t outer = 0; // outer steps before this one
    double upper_norm = 0, lower_norm = 0, product = 0; // ‖∇f‖, ‖∇g‖, ⟨∇f, ∇g⟩ with f = L_CU, g = L_ft, at θ
    double gap = 0;                                     // g(θ) − g(v), where there is a copy
};

// Weighted sum, penalty: λ. V-PBGD: λ + k(λ_last − λ)/ramp, at most λ_last. F2SA: λ + k·growth. BOME, or a penalty with coupling barrier:
// max(0, (φ − ⟨∇f, ∇g⟩)/(‖∇g‖² + 1e-8)), so that the gap does not grow to first order. Cosine: max(0, η − ⟨∇f, ∇g⟩/(‖∇f‖‖∇g‖)).
double lambda_of(const SolverSpec &spec, const LambdaInputs &inputs);
// What ∇f + λ∇g is multiplied by: 1/max(λ, 1) where λ is given ahead, for one learning rate to serve all λ; 1 where it is found from the gradients.
double scale_of(const SolverSpec &spec, double lambda);

} // namespace quell
