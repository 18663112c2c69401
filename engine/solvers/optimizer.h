// AdamW and SGD with a learning-rate schedule, counted in their own steps.
#pragma once

#include "formats/json.h"
#include "kernels/optimizer_step.h"
#include "solvers/parameters.h"

namespace quell {

enum class OptimizerKind { AdamW, Sgd };
enum class LrSchedule { Constant, Cosine };

struct OptimizerSpec {
    OptimizerKind kind = OptimizerKind::AdamW;
    double lr = 1e-4, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weight_decay = 0;
    double clip_norm = 0; // of the whole gradient; 0: none
    LrSchedule schedule = LrSchedule::Constant;
    std::int64_t warmup = 0; // steps; at own step j (from 0) below it the rate is lr·j/warmup
    std::int64_t length = 0; // own steps until a cosine reaches 0
    kernels::MomentFormat moments = kernels::MomentFormat::Full;
    std::uint64_t rounding_seed = 0; // of the stochastic rounding of weights that have no master
};

// The rate of own step j (from 0).
double learning_rate(const OptimizerSpec &spec, std::int64_t j);

class Optimizer {
public:
    explicit Optimizer(OptimizerSpec spec) : spec_(spec) {}

    struct Report {
        double lr = 0, gradient_norm = 0;
    };
    // One step on the parameters' masters and copies. An undefined gradient leaves its parameter alone.
    Report step(Parameters &parameters, const std::vector<torch::Tensor> &gradients);

    std::int64_t count() const { return count_; }
    // Moments under "<prefix><part>.<parameter>" (kernels::moment_parts), and "<prefix>count".
    void save(const Parameters &parameters, const std::string &prefix, StateDict &out) const;
    Status load(const Parameters &parameters, const std::string &prefix, const StateDict &from);

private:
    void make_moments(const Parameters &parameters);
    OptimizerSpec spec_;
    std::int64_t count_ = 0;
    std::vector<kernels::Moments> moments_;
};

} // namespace quell
