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
};

// What one step did.
struct StepReport {
    std::optional<LossValue> lower, upper;
    double lower_lr = 0, upper_lr = 0;
    double lower_gradient_norm = 0, upper_gradient_norm = 0;
    std::optional<double> gradient_cosine; // between both levels' gradients at the same weights
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

// The released code's schedule: a lower step each time, and after every `every`-th an upper step on the same weights with an optimizer of
// its own (method §1.4). `angle_every`: at every such upper step the lower gradient is taken once more, at the upper step's weights.
struct AlternatingSpec {
    std::int64_t every = 10;
    std::int64_t angle_every = 10;
    bool upper = true; // false: fine-tuning alone (the reference and filtered runs)
    OptimizerSpec lower_optimizer, upper_optimizer;
};

enum class Coupling {
    None,    // θ and v are independent, as printed in the paper
    Restart, // a round starts with v = θ, and θ starts its step from where v arrived
};

// The paper's form: min_θ max_v L_CU(θ) + λ(L_ft(θ) − L_ft(v)). A round is `inner` steps on v, then one on θ with the gradient
// (∇L_CU + λ∇L_ft)/max(λ, 1); every one of them counts as a step (method §1.1).
struct PenaltySpec {
    double lambda = 100;
    std::int64_t inner = 20;
    Coupling coupling = Coupling::None;
    OptimizerSpec lower_optimizer, upper_optimizer; // of v and of θ
};

std::unique_ptr<BilevelSolver> make_alternating(const AlternatingSpec &spec);
std::unique_ptr<BilevelSolver> make_penalty(const PenaltySpec &spec);

} // namespace quell
