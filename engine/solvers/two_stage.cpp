#include "solvers/kinds.h"

namespace quell {
namespace {

class TwoStage : public BilevelSolver {
public:
    explicit TwoStage(const SolverSpec &spec) : spec_(spec), optimizers_(spec) {}

    Result<StepReport> step(BilevelProblem &problem) override
    {
        StepReport report;
        QUELL_TRY(steps_ < spec_.lower_steps ? optimizers_.lower_step(problem, steps_, report) : optimizers_.upper_step(problem, spec_.angle_every, steps_, report));
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
