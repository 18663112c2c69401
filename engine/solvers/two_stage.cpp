#include "solvers/kinds.h"

namespace quell {
namespace {

class TwoStage : public BilevelSolver {
public:
    explicit TwoStage(const SolverSpec &spec) : spec_(spec), optimizers_(spec) {}

    Result<StepReport> step(BilevelProblem &problem) override
    {
        StepReport report;
        auto &parameters = problem.parameters();
        if (steps_ < spec_.lower_steps) {
            QUELL_ASSIGN(report.lower, problem.lower(steps_));
            const auto step = optimizers_.lower.step(parameters, parameters.take_gradients());
            report.lower_lr = step.lr, report.lower_gradient_norm = step.gradient_norm;
        } else {
            QUELL_ASSIGN(report.upper, problem.upper(optimizers_.upper.count()));
            const auto step = optimizers_.upper.step(parameters, parameters.take_gradients());
            report.upper_lr = step.lr, report.upper_gradient_norm = step.gradient_norm;
        }
        ++steps_;
        return report;
    }

    StateDict save(BilevelProblem &problem) const override { return optimizers_.save(problem.parameters(), steps_); }
    Status load(BilevelProblem &problem, const StateDict &state) override { return optimizers_.load(problem.parameters(), state, steps_); }

private:
    SolverSpec spec_;
    LevelOptimizers optimizers_;
};

} // namespace

std::unique_ptr<BilevelSolver> make_two_stage(const SolverSpec &spec)
{
    return std::make_unique<TwoStage>(spec);
}

} // namespace quell
