#include "solvers/kinds.h"

namespace quell {
namespace {

class TwoStage : public BilevelSolver {
public:
    explicit TwoStage(const SolverSpec &spec) : spec_(spec), lower_(spec.lower_optimizer), upper_(spec.upper_optimizer) {}

    Result<StepReport> step(BilevelProblem &problem) override
    {
        StepReport report;
        auto &parameters = problem.parameters();
        if (steps_ < spec_.lower_steps) {
            QUELL_ASSIGN(report.lower, problem.lower(steps_));
            const auto step = lower_.step(parameters, parameters.take_gradients());
            report.lower_lr = step.lr, report.lower_gradient_norm = step.gradient_norm;
        } else {
            QUELL_ASSIGN(report.upper, problem.upper(upper_.count()));
            const auto step = upper_.step(parameters, parameters.take_gradients());
            report.upper_lr = step.lr, report.upper_gradient_norm = step.gradient_norm;
        }
        ++steps_;
        return report;
    }

    StateDict save(BilevelProblem &problem) const override
    {
        StateDict state{{"steps", torch::tensor({steps_})}};
        lower_.save(problem.parameters(), "lower.", state);
        upper_.save(problem.parameters(), "upper.", state);
        return state;
    }

    Status load(BilevelProblem &problem, const StateDict &state) override
    {
        QUELL_TRY(lower_.load(problem.parameters(), "lower.", state));
        QUELL_TRY(upper_.load(problem.parameters(), "upper.", state));
        steps_ = state.at("steps").item<std::int64_t>();
        return {};
    }

private:
    SolverSpec spec_;
    Optimizer lower_, upper_;
};

} // namespace

std::unique_ptr<BilevelSolver> make_two_stage(const SolverSpec &spec)
{
    return std::make_unique<TwoStage>(spec);
}

} // namespace quell
