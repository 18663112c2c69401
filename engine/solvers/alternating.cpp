#include "solvers/kinds.h"

namespace quell {
namespace {

class Alternating : public BilevelSolver {
public:
    explicit Alternating(const SolverSpec &spec) : spec_(spec), optimizers_(spec) {}

    Result<StepReport> step(BilevelProblem &problem) override
    {
        StepReport report;
        QUELL_TRY(optimizers_.lower_step(problem, steps_, report));
        ++steps_;
        if (spec_.upper && steps_ % spec_.every == 0)
            QUELL_TRY(optimizers_.upper_step(problem, spec_.angle_every, steps_, report)); // beside the batch of the next lower step
        return report;
    }

    StateDict save(BilevelProblem &problem) const override { return optimizers_.save(problem.parameters(), steps_); }
    Status load(BilevelProblem &problem, const StateDict &state) override { return optimizers_.load(problem.parameters(), state, steps_); }

private:
    SolverSpec spec_;
    LevelOptimizers optimizers_;
};

} // namespace

std::unique_ptr<BilevelSolver> make_alternating(const SolverSpec &spec)
{
    return std::make_unique<Alternating>(spec);
}

} // namespace quell
