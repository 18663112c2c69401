// How two objectives over the same weights become parameter updates (a simple bilevel problem: min L_CU(θ) s.t. θ ∈ argmin L_ft).
// A solver never knows what a UNet is.
#pragma once

#include "solvers/optimizer.h"

namespace quell {

// What a problem tells of one evaluated loss.
struct LossValue {
    double loss = 0;
    std::vector<std::pair<std::string, double>> terms;
};

// The two levels over one set of weights. Batches are named by a count of their own: the same index gives the same batch, whenever it is asked for.
class BilevelProblem {
public:
    virtual ~BilevelProblem() = default;
    virtual Parameters &parameters() = 0;
    // The loss on a batch at the present weights; its gradient is left in the model for Parameters::take_gradients.
    virtual Result<LossValue> lower(std::int64_t batch) = 0;
    virtual Result<LossValue> upper(std::int64_t batch) = 0;
    // The lower loss alone, without a gradient.
    virtual Result<double> lower_value(std::int64_t batch) = 0;
};

// What one step did.
struct StepReport {
    std::optional<LossValue> lower, upper;
    double lower_lr = 0, upper_lr = 0;
    double lower_gradient_norm = 0, upper_gradient_norm = 0;
    std::optional<double> gradient_cosine; // between both levels' gradients at the same weights
    std::optional<double> lambda;          // the lower level's weight in this step
    std::optional<double> value_gap;       // L_ft(θ) − L_ft(v) on the step's batch
};

class BilevelSolver {
public:
    virtual ~BilevelSolver() = default;
    // One step; between steps the problem's weights are θ.
    virtual Result<StepReport> step(BilevelProblem &problem) = 0;
    std::int64_t steps() const { return steps_; }
    // All state beside the weights, for a checkpoint; load() continues to the bit.
    virtual StateDict save(BilevelProblem &problem) const = 0;
    virtual Status load(BilevelProblem &problem, const StateDict &state) = 0;

protected:
    std::int64_t steps_ = 0;
};

enum class SolverKind {
    Alternating, // the released code: lower steps, now and then an upper step on the same weights (method §1.4)
    TwoStage,    // fine-tuning first, suppression after: the baseline
    // The rest take steps with ∇L_CU + λ∇L_ft and differ in how λ is found (lambda.h):
    WeightedSum, // λ constant, no copy
    Penalty,     // λ constant, with the value-function copy v of the paper: min_θ max_v L_CU(θ) + λ(L_ft(θ) − L_ft(v)) (method §1.1)
    Vpbgd,       // λ ramps up (arXiv 2302.05185)
    Bome,        // dynamic barrier (arXiv 2209.08709)
    F2sa,        // λ grows without end (arXiv 2301.10945, reduced to one variable: its second one has no effect on θ)
    Cosine,      // λ = max(0, η − cos): adaptive and free of scale (arXiv 2401.05779)
};

// What v has to do with θ. ∇_θ of the penalised objective holds no v: with None the copy only measures the gap.
enum class Coupling {
    None,    // θ and v are independent, as printed in the paper
    Restart, // a round starts with v = θ, and θ starts its step from where v arrived
    Barrier, // the gap sets λ, as BOME does with φ = ηq
};

enum class Barrier {
    Gradient, // φ = η‖∇L_ft‖²
    Gap,      // φ = η(L_ft(θ) − L_ft(v)), which needs the copy
};

// Defaults of a kind: default_solver. A round of the kinds with λ is `inner` lower steps on v, then one step on θ; every one of them counts as a step.
struct SolverSpec {
    SolverKind kind = SolverKind::Alternating;
    // Alternating: after every `every`-th lower step an upper step with an optimizer of its own. `angle_every`, of two-stage too: at every such upper step the
    // lower gradient is taken once more, at the upper step's weights.
    std::int64_t every = 10, angle_every = 10;
    bool upper = true; // false: fine-tuning alone, whatever the kind (the reference and filtered runs)
    // Two-stage: so many lower steps, then upper steps only.
    std::int64_t lower_steps = 0;
    // λ: its constant or first value; V-PBGD: its last value, reached after `ramp` outer steps; F2SA: what each outer step adds; BOME and cosine: η.
    double lambda = 100, lambda_last = 0.2, growth = 0.01, eta = 0.5;
    std::int64_t ramp = 30000;
    Barrier barrier = Barrier::Gradient;
    // The copy: 0 inner steps: none. It is taken from θ anew in every `refresh`-th round; 0: never, so that it goes on from where it was (warm start). It
    // holds the parameters under training alone.
    std::int64_t inner = 20, refresh = 0;
    Coupling coupling = Coupling::None;
    OptimizerSpec lower_optimizer, upper_optimizer; // of the lower level, or v; of the upper level, or θ
};

// What a run costs, whatever the solver: how often a gradient of either level is taken in so many steps (angles and a saliency mask's first ones left out), and the most steps that so many
// evaluations allow.
std::int64_t gradient_evaluations(const SolverSpec &spec, std::int64_t steps);
std::int64_t steps_within(const SolverSpec &spec, std::int64_t evaluations);
// Whether steps weigh both levels' gradients, as all kinds with λ do, and whether there is a copy of the weights.
bool weighs_both(const SolverSpec &spec);
bool has_copy(const SolverSpec &spec);

// The sources' own settings where they have some.
SolverSpec default_solver(SolverKind kind);
std::unique_ptr<BilevelSolver> make_solver(const SolverSpec &spec);

} // namespace quell
