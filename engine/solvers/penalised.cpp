#include "solvers/kinds.h"
#include "solvers/lambda.h"

namespace quell {
namespace {

using torch::Tensor;

// Multiplied-out sums keep the accumulation out of a low compute precision.
std::vector<Tensor> combine(const std::vector<Tensor> &upper, const std::vector<Tensor> &lower, double lambda, double scale)
{
    std::vector<Tensor> sum;
    for (std::size_t i = 0; i < upper.size(); ++i) {
        const auto wide = [](const Tensor &g) { return g.scalar_type() == torch::kFloat64 ? g : g.to(torch::kFloat32); };
        if (!upper[i].defined() && !lower[i].defined())
            sum.emplace_back();
        else if (!upper[i].defined())
            sum.push_back(wide(lower[i]) * (lambda * scale));
        else if (!lower[i].defined())
            sum.push_back(wide(upper[i]) * scale);
        else
            sum.push_back((wide(upper[i]) + lambda * wide(lower[i])) * scale);
    }
    return sum;
}

class Penalised : public BilevelSolver {
public:
    explicit Penalised(const SolverSpec &spec) : spec_(spec), optimizers_(spec) {}

    Result<StepReport> step(BilevelProblem &problem) override
    {
        const auto round = steps_ / (spec_.inner + 1), place = steps_ % (spec_.inner + 1);
        if (v_.empty() && spec_.inner > 0)
            v_ = problem.parameters().snapshot();
        if (spec_.inner > 0 && place == 0 && refreshes(round))
            copy_weights(problem.parameters().masters(), v_);
        auto report = place < spec_.inner ? inner_step(problem) : outer_step(problem);
        if (report)
            ++steps_;
        return report;
    }

    StateDict save(BilevelProblem &problem) const override
    {
        auto &parameters = problem.parameters();
        auto state = optimizers_.save(parameters, steps_);
        for (std::size_t i = 0; i < v_.size(); ++i)
            state["v." + parameters.names()[i]] = v_[i];
        return state;
    }

    Status load(BilevelProblem &problem, const StateDict &state) override
    {
        auto &parameters = problem.parameters();
        QUELL_TRY(optimizers_.load(parameters, state, steps_));
        v_ = spec_.inner > 0 ? parameters.snapshot() : std::vector<Tensor>();
        for (std::size_t i = 0; steps_ > 0 && i < v_.size(); ++i) {
            const auto found = state.find("v." + parameters.names()[i]);
            if (found == state.end() || found->second.sizes() != v_[i].sizes())
                return fail(ErrorCode::Mismatch, "the solver's second weights do not fit the model", "v." + parameters.names()[i]);
            v_[i].copy_(found->second);
        }
        return {};
    }

private:
    static void copy_weights(const std::vector<Tensor> &from, std::vector<Tensor> &to)
    {
        torch::NoGradGuard no_grad;
        for (std::size_t i = 0; i < from.size(); ++i)
            to[i].copy_(from[i]);
    }

    bool refreshes(std::int64_t round) const { return spec_.coupling == Coupling::Restart || (spec_.refresh > 0 && round % spec_.refresh == 0); }

    // The batches of both levels go on counting through the rounds.
    std::int64_t next_lower_batch() const { return steps_; }

    Result<StepReport> inner_step(BilevelProblem &problem)
    {
        StepReport report;
        auto &parameters = problem.parameters();
        parameters.exchange(v_); // the model now holds v
        const auto done = optimizers_.lower_step(problem, next_lower_batch(), report);
        parameters.exchange(v_);
        QUELL_TRY(done);
        return report;
    }

    Result<StepReport> outer_step(BilevelProblem &problem)
    {
        StepReport report;
        auto &parameters = problem.parameters();
        if (spec_.coupling == Coupling::Restart && !v_.empty()) {
            auto arrived = v_;
            for (auto &tensor : arrived)
                tensor = tensor.clone();
            parameters.exchange(arrived);
        }
        QUELL_ASSIGN(report.upper, problem.upper(optimizers_.upper.count()));
        const auto upper = parameters.take_gradients();
        QUELL_ASSIGN(report.lower, problem.lower(next_lower_batch()));
        const auto lower = parameters.take_gradients();
        QUELL_TRY(measure_gap(problem, report));
        const LambdaInputs inputs{optimizers_.upper.count(), norm(upper), norm(lower), dot(upper, lower), report.value_gap.value_or(0)};
        const double lambda = lambda_of(spec_, inputs);
        report.lambda = lambda;
        report.lower_gradient_norm = inputs.lower_norm;
        report.upper_gradient_norm = inputs.upper_norm;
        report.gradient_cosine = inputs.product / std::max(inputs.upper_norm * inputs.lower_norm, 1e-30);
        report.upper_lr = optimizers_.upper.step(parameters, combine(upper, lower, lambda, scale_of(spec_, lambda))).lr;
        return report;
    }

    // v's loss on the batch that θ's was taken on. A restarted θ is v, and there is none.
    Status measure_gap(BilevelProblem &problem, StepReport &report)
    {
        if (v_.empty() || spec_.coupling == Coupling::Restart)
            return {};
        problem.parameters().exchange(v_);
        const auto value = problem.lower_value(next_lower_batch());
        problem.parameters().exchange(v_);
        QUELL_TRY(value);
        report.value_gap = report.lower->loss - *value;
        return {};
    }

    SolverSpec spec_;
    LevelOptimizers optimizers_;
    std::vector<Tensor> v_;
};

} // namespace

std::unique_ptr<BilevelSolver> make_penalised(const SolverSpec &spec)
{
    return std::make_unique<Penalised>(spec);
}

} // namespace quell
