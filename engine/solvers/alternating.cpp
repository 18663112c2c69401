#include "solvers/kinds.h"

namespace quell {
namespace {

class Alternating : public BilevelSolver {
public:
    explicit Alternating(const SolverSpec &spec) : spec_(spec), optimizers_(spec) {}

    Result<StepReport> step(BilevelProblem &problem) override
    {
        StepReport report;
        auto &parameters = problem.parameters();
        QUELL_ASSIGN(report.lower, problem.lower(steps_));
        const auto lower = optimizers_.lower.step(parameters, parameters.take_gradients());
        report.lower_lr = lower.lr;
        report.lower_gradient_norm = lower.gradient_norm;
        ++steps_;
        if (spec_.upper && steps_ % spec_.every == 0)
            QUELL_TRY(upper_step(problem, report));
        return report;
    }

    StateDict save(BilevelProblem &problem) const override { return optimizers_.save(problem.parameters(), steps_); }
    Status load(BilevelProblem &problem, const StateDict &state) override { return optimizers_.load(problem.parameters(), state, steps_); }

private:
    Status upper_step(BilevelProblem &problem, StepReport &report)
    {
        auto &parameters = problem.parameters();
        const auto count = optimizers_.upper.count();
        std::vector<torch::Tensor> lower;
        if (spec_.angle_every > 0 && count % spec_.angle_every == 0) {
            QUELL_TRY(problem.lower(steps_)); // the batch of the next lower step
            lower = parameters.take_gradients();
        }
        QUELL_ASSIGN(report.upper, problem.upper(count));
        const auto gradients = parameters.take_gradients();
        if (!lower.empty())
            report.gradient_cosine = dot(lower, gradients) / std::max(norm(lower) * norm(gradients), 1e-30);
        const auto upper = optimizers_.upper.step(parameters, gradients);
        report.upper_lr = upper.lr;
        report.upper_gradient_norm = upper.gradient_norm;
        return {};
    }

    SolverSpec spec_;
    LevelOptimizers optimizers_;
};

} // namespace

std::unique_ptr<BilevelSolver> make_alternating(const SolverSpec &spec)
{
    return std::make_unique<Alternating>(spec);
}

} // namespace quell
