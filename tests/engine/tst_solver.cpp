// The solvers on a quadratic whose traces and closed forms are known (float64, computed independently).
#include "solvers/solver.h"

#include <QtTest>

using namespace quell;
using torch::Tensor;

namespace {

Tensor vec(double x, double y)
{
    return torch::tensor({x, y}, torch::kFloat64);
}

// L(θ) = ½(θ−m)ᵀM(θ−m) at each level.
class Quadratic : public BilevelProblem {
public:
    Quadratic() : theta(torch::zeros({2}, torch::kFloat64).requires_grad_()), parameters_({{"theta", theta}}, {}) {}

    Parameters &parameters() override { return parameters_; }
    Result<LossValue> lower(std::int64_t) override { return evaluate(lower_loss(theta)); }
    Result<LossValue> upper(std::int64_t) override { return evaluate(upper_loss(theta)); }
    Result<double> lower_value(std::int64_t) override
    {
        torch::NoGradGuard no_grad;
        return lower_loss(theta).item<double>();
    }

    static Tensor lower_loss(const Tensor &x) { return form(x, torch::tensor({{2.0, .3}, {.3, 1.0}}, torch::kFloat64), vec(1, -.5)); }
    static Tensor upper_loss(const Tensor &x) { return form(x, torch::tensor({{1.0, -.2}, {-.2, .5}}, torch::kFloat64), vec(-1, 2)); }

    Tensor theta;

private:
    static Tensor form(const Tensor &x, const Tensor &m, const Tensor &at) { return .5 * (x - at).dot(m.mv(x - at)); }
    static Result<LossValue> evaluate(const Tensor &loss)
    {
        loss.backward();
        return LossValue{loss.item<double>(), {}};
    }
    Parameters parameters_;
};

OptimizerSpec adamw(double lr, std::int64_t warmup)
{
    OptimizerSpec spec;
    spec.lr = lr;
    spec.warmup = warmup;
    return spec;
}

OptimizerSpec sgd(double lr)
{
    OptimizerSpec spec;
    spec.kind = OptimizerKind::Sgd;
    spec.lr = lr;
    return spec;
}

SolverSpec alternating(std::int64_t every, std::int64_t angle_every, const OptimizerSpec &lower, const OptimizerSpec &upper)
{
    auto spec = default_solver(SolverKind::Alternating);
    spec.every = every, spec.angle_every = angle_every, spec.lower_optimizer = lower, spec.upper_optimizer = upper;
    return spec;
}

SolverSpec with_lambda(SolverKind kind, std::int64_t inner, const OptimizerSpec &lower, const OptimizerSpec &upper)
{
    auto spec = default_solver(kind);
    spec.inner = inner, spec.lower_optimizer = lower, spec.upper_optimizer = upper;
    return spec;
}

SolverSpec penalty(double lambda, std::int64_t inner, Coupling coupling, const OptimizerSpec &lower, const OptimizerSpec &upper)
{
    auto spec = with_lambda(SolverKind::Penalty, inner, lower, upper);
    spec.lambda = lambda, spec.coupling = coupling;
    return spec;
}

Tensor gradient(const Tensor &at, const std::function<Tensor(const Tensor &)> &loss)
{
    const Tensor x = at.detach().clone().requires_grad_();
    loss(x).backward();
    return x.grad().clone();
}

bool near(const Tensor &theta, double x, double y)
{
    const double error = (theta.detach() - vec(x, y)).abs().max().item<double>();
    if (error > 2e-12)
        qWarning("off by %g", error);
    return error <= 2e-12;
}

void run_to(BilevelSolver &solver, BilevelProblem &problem, std::int64_t step)
{
    while (solver.steps() < step)
        QVERIFY(solver.step(problem));
}

} // namespace

class TestSolver : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // What a run costs is what the problem is asked for, and a budget is used up but for less than a round.
    void gradientEvaluationsAreCounted()
    {
        struct Counting : Quadratic {
            std::int64_t gradients = 0;
            Result<LossValue> lower(std::int64_t batch) override { ++gradients; return Quadratic::lower(batch); }
            Result<LossValue> upper(std::int64_t batch) override { ++gradients; return Quadratic::upper(batch); }
        };
        std::vector<SolverSpec> specs{alternating(2, 0, sgd(.1), sgd(.1)), alternating(10, 0, sgd(.1), sgd(.1)), default_solver(SolverKind::TwoStage), alternating(2, 0, sgd(.1), sgd(.1)),
                                      default_solver(SolverKind::WeightedSum), default_solver(SolverKind::Penalty), default_solver(SolverKind::Bome), default_solver(SolverKind::Cosine)};
        specs[2].lower_steps = 20, specs[2].angle_every = 0;
        specs[3].upper = false;
        for (const auto &spec : specs) {
            for (std::int64_t budget = 30; budget < 60; ++budget) {
                Counting problem;
                const auto solver = make_solver(spec);
                const auto steps = steps_within(spec, budget);
                run_to(*solver, problem, steps);
                QCOMPARE(gradient_evaluations(spec, steps), problem.gradients);
                QVERIFY(problem.gradients <= budget);
                const std::int64_t round = weighs_both(spec) ? spec.inner + 2 : 2;
                QVERIFY2(problem.gradients > budget - round, qPrintable(QString("%1 of %2").arg(problem.gradients).arg(budget)));
            }
        }
    }

    void alternatingFollowsTheReleasedCode()
    {
        Quadratic problem;
        const auto solver = make_solver(alternating(10, 0, adamw(1e-2, 4), adamw(5e-2, 4)));
        const std::vector<std::tuple<int, double, double>> trace{
            {1, 0, 0}, {2, .002499999986, -.002499999875}, {9, .064864932771, -.064420912044}, {10, .074799663235, -.074130401930},
            {11, .084717013078, -.083757274716}, {20, .160393729140, -.152507582389}, {50, .321812036678, -.225740161657},
            {100, .471189367266, -.276558653229}};
        for (const auto &[step, x, y] : trace) {
            run_to(*solver, problem, step);
            QVERIFY2(near(problem.theta, x, y), qPrintable(QString("step %1").arg(step)));
        }
        QVERIFY(std::abs(Quadratic::lower_loss(problem.theta).item<double>() - .269156255027) < 1e-11);
        QVERIFY(std::abs(Quadratic::upper_loss(problem.theta).item<double>() - 3.047728679493) < 1e-11);
    }

    void alternatingWithoutWarmup()
    {
        Quadratic problem;
        const auto solver = make_solver(alternating(10, 0, adamw(1e-2, 0), adamw(5e-2, 0)));
        const std::vector<std::tuple<int, double, double>> trace{{1, .009999999946, -.009999999500}, {10, .049680484658, -.048493656844},
                                                                 {20, .098451759740, -.092840069781}, {100, .405579113685, -.248399043155}};
        for (const auto &[step, x, y] : trace) {
            run_to(*solver, problem, step);
            QVERIFY2(near(problem.theta, x, y), qPrintable(QString("step %1").arg(step)));
        }
    }

    // Measuring the angle must not change the run.
    void measuringTheAngleChangesNothing()
    {
        Quadratic plain, measured;
        const auto a = make_solver(alternating(5, 0, adamw(1e-2, 0), adamw(5e-2, 0))), b = make_solver(alternating(5, 1, adamw(1e-2, 0), adamw(5e-2, 0)));
        for (int i = 0; i < 20; ++i) {
            const auto first = a->step(plain), second = b->step(measured);
            QCOMPARE(first->gradient_cosine.has_value(), false);
            QCOMPARE(second->gradient_cosine.has_value(), (i + 1) % 5 == 0);
        }
        QVERIFY(plain.theta.equal(measured.theta));
    }

    void upperStepsComeAfterEveryNth()
    {
        Quadratic problem;
        const auto solver = make_solver(alternating(10, 0, adamw(1e-3, 0), adamw(1e-3, 0)));
        for (int i = 1; i <= 35; ++i)
            QCOMPARE(solver->step(problem)->upper.has_value(), i % 10 == 0);
    }

    void penaltyFollowsThePaper_data()
    {
        QTest::addColumn<double>("lambda");
        QTest::addColumn<double>("x");
        QTest::addColumn<double>("y");
        QTest::addColumn<double>("g");
        QTest::newRow("1") << 1.0 << .118582061700 << .368128822750 << 2.580584710898;
        QTest::newRow("10") << 10.0 << .566357075383 << -.067065614703 << 5.196670182351;
        QTest::newRow("100") << 100.0 << .621339120316 << -.117135705311 << 20.437686157111;
    }
    void penaltyFollowsThePaper()
    {
        QFETCH(double, lambda);
        QFETCH(double, x);
        QFETCH(double, y);
        QFETCH(double, g);
        Quadratic problem;
        // The outer gradient is divided by max(λ, 1): the traces' b = .1/λ.
        const auto solver = make_solver(penalty(lambda, 20, Coupling::None, sgd(.05), sgd(.1)));
        run_to(*solver, problem, 5 * 21);
        QVERIFY(near(problem.theta, x, y));
        const Tensor v = solver->save(problem).at("v.theta");
        QVERIFY(near(v, .998155798730, -.493393860278));
        const double penalised = (Quadratic::upper_loss(problem.theta) + lambda * (Quadratic::lower_loss(problem.theta) - Quadratic::lower_loss(v))).item<double>();
        QVERIFY(std::abs(penalised - g) < 1e-10);
    }

    void penaltyReachesTheClosedForm_data()
    {
        QTest::addColumn<double>("lambda");
        QTest::addColumn<double>("x");
        QTest::addColumn<double>("y");
        QTest::newRow("1") << 1.0 << .128062360802 << .658129175947;
        QTest::newRow("10") << 10.0 << .854838709677 << -.304147465438;
        QTest::newRow("100") << 100.0 << .984444239626 << -.478969535730;
    }
    void penaltyReachesTheClosedForm()
    {
        QFETCH(double, lambda);
        QFETCH(double, x);
        QFETCH(double, y);
        Quadratic problem;
        const auto solver = make_solver(penalty(lambda, 1, Coupling::None, sgd(.05), sgd(.3)));
        run_to(*solver, problem, 4000);
        QVERIFY(near(problem.theta, x, y));
    }

    // A restarted θ is one outer step away from where v arrived.
    void restartCouplesBothCopies()
    {
        Quadratic problem;
        const auto solver = make_solver(penalty(10, 3, Coupling::Restart, sgd(.05), sgd(.1)));
        Tensor expected = torch::zeros({2}, torch::kFloat64);
        for (int round = 0; round < 4; ++round) {
            for (int k = 0; k < 3; ++k)
                expected = expected - .05 * gradient(expected, Quadratic::lower_loss);
            expected = expected - .1 * (gradient(expected, Quadratic::upper_loss) + 10 * gradient(expected, Quadratic::lower_loss)) / 10;
            run_to(*solver, problem, 4 * (round + 1));
            QVERIFY((problem.theta.detach() - expected).abs().max().item<double>() < 1e-13);
        }
    }

    // With the same data it is descent on the weighted sum, and the copy only measures the gap.
    void withoutCouplingTheCopyOnlyMeasures()
    {
        Quadratic with, without;
        auto spec = penalty(10, 4, Coupling::None, sgd(.05), sgd(.1));
        const auto penalised = make_solver(spec);
        auto sum = with_lambda(SolverKind::WeightedSum, 0, {}, sgd(.1));
        sum.lambda = 10;
        const auto weighted = make_solver(sum);
        for (int round = 1; round <= 6; ++round) {
            std::optional<double> gap;
            for (int i = 0; i < 5; ++i)
                gap = penalised->step(with)->value_gap;
            const auto report = weighted->step(without);
            QVERIFY(report->lower && report->upper && report->lambda == 10. && !report->value_gap);
            QVERIFY(with.theta.equal(without.theta));
            QVERIFY(gap.has_value());
        }
    }

    // BOME's dynamic barrier, both forms (traces computed independently; inner and outer rate .05, η .5, 10 inner steps).
    void bomeFollowsItsTraces_data()
    {
        QTest::addColumn<bool>("gap");
        QTest::addColumn<QVector<double>>("first"); // λ, θ
        QTest::addColumn<QVector<double>>("fifth");
        QTest::newRow("gradient") << false << QVector<double>{1.317328516051, .051852887735, .046826714839} << QVector<double>{1.748038423967, .242826499961, .173070907230};
        QTest::newRow("gap") << true << QVector<double>{.932112159431, .016220374747, .050678878406} << QVector<double>{1.093866155547, .088987847190, .212295271692};
    }
    void bomeFollowsItsTraces()
    {
        QFETCH(bool, gap);
        QFETCH(QVector<double>, first);
        QFETCH(QVector<double>, fifth);
        Quadratic problem;
        auto spec = with_lambda(SolverKind::Bome, 10, sgd(.05), sgd(.05));
        spec.barrier = gap ? Barrier::Gap : Barrier::Gradient;
        const auto solver = make_solver(spec);
        for (int round = 0; round < 5; ++round) {
            run_to(*solver, problem, 11 * round + 10);
            const auto report = solver->step(problem);
            if (round == 0)
                QVERIFY(std::abs(*report->value_gap - .794876722704) < 1e-11);
            for (const auto &[at, expected] : {std::pair{0, first}, {4, fifth}}) {
                if (round == at)
                    QVERIFY(std::abs(*report->lambda - expected[0]) < 1e-11 && near(problem.theta, expected[1], expected[2]));
            }
        }
    }

    // The penalty's coupling "barrier" is BOME on the gap; a copy that is never refreshed goes on from where it was.
    void barrierCouplesThroughTheGap()
    {
        Quadratic problem;
        auto spec = penalty(100, 10, Coupling::Barrier, sgd(.05), sgd(.05));
        spec.eta = .5, spec.refresh = 1;
        const auto solver = make_solver(spec);
        run_to(*solver, problem, 11);
        QVERIFY(near(problem.theta, .016220374747, .050678878406));
        spec.refresh = 0;
        Quadratic warm;
        const auto kept = make_solver(spec);
        run_to(*kept, warm, 22);
        Tensor v = torch::zeros({2}, torch::kFloat64);
        for (int i = 0; i < 20; ++i)
            v = v - .05 * gradient(v, Quadratic::lower_loss);
        QVERIFY((kept->save(warm).at("v.theta") - v).abs().max().item<double>() < 1e-13);
    }

    // λ of the other kinds: their own rules, applied by hand.
    void lambdaFollowsItsRule_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QVector<double>>("lambdas"); // of the first four outer steps; empty: by the cosine
        QTest::newRow("v_pbgd") << int(SolverKind::Vpbgd) << QVector<double>{0, .1, .2, .2}; // a ramp of two outer steps to .2
        QTest::newRow("f2sa") << int(SolverKind::F2sa) << QVector<double>{1, 1.5, 2, 2.5};
        QTest::newRow("cosine") << int(SolverKind::Cosine) << QVector<double>{};
    }
    void lambdaFollowsItsRule()
    {
        QFETCH(int, kind);
        QFETCH(QVector<double>, lambdas);
        Quadratic problem;
        auto spec = with_lambda(SolverKind(kind), 1, sgd(.05), sgd(.1));
        spec.ramp = 2, spec.growth = .5;
        const auto solver = make_solver(spec);
        Tensor theta = torch::zeros({2}, torch::kFloat64);
        for (int outer = 0; outer < 4; ++outer) {
            const Tensor f = gradient(theta, Quadratic::upper_loss), g = gradient(theta, Quadratic::lower_loss);
            const double cosine = (f.dot(g) / (f.norm() * g.norm())).item<double>();
            const double lambda = lambdas.isEmpty() ? std::max(0., .1 - cosine) : lambdas[outer];
            const double scale = lambdas.isEmpty() ? 1 : 1 / std::max(1., lambda);
            theta = theta - .1 * scale * (f + lambda * g);
            QVERIFY(!solver->step(problem)->lambda); // of the copy
            const auto report = solver->step(problem);
            QVERIFY(std::abs(*report->lambda - lambda) < 1e-13);
            QVERIFY(std::abs(*report->gradient_cosine - cosine) < 1e-13);
            QVERIFY((problem.theta.detach() - theta).abs().max().item<double>() < 1e-13);
        }
    }

    // Fine-tuning, then suppression, each with its own optimizer.
    void twoStagesFollowEachOther()
    {
        Quadratic problem, tuned;
        auto spec = default_solver(SolverKind::TwoStage);
        spec.lower_steps = 7, spec.lower_optimizer = adamw(1e-2, 0), spec.upper_optimizer = adamw(5e-2, 0);
        const auto both = make_solver(spec);
        run_to(*both, problem, 7);
        spec.upper = false; // fine-tuning alone
        const auto alone = make_solver(spec);
        run_to(*alone, tuned, 7);
        QVERIFY(problem.theta.equal(tuned.theta));
        QVERIFY(tuned.lower(7));
        const auto lower = tuned.parameters().take_gradients()[0].clone();
        QVERIFY(tuned.upper(0));
        const auto upper = tuned.parameters().take_gradients()[0].clone();
        const auto report = both->step(problem);
        QVERIFY(report->upper && !report->lower);
        QVERIFY(std::abs(*report->gradient_cosine - (lower.dot(upper) / (lower.norm() * upper.norm())).item<double>()) < 1e-12);
        QVERIFY((problem.theta - tuned.theta).abs().max().item<double>() > .04); // Adam's first step is its rate
    }

    void aSavedSolverContinuesToTheBit_data()
    {
        QTest::addColumn<int>("kind");
        for (const auto kind : {SolverKind::Alternating, SolverKind::TwoStage, SolverKind::WeightedSum, SolverKind::Penalty, SolverKind::Vpbgd, SolverKind::Bome, SolverKind::F2sa, SolverKind::Cosine})
            QTest::addRow("%d", int(kind)) << int(kind);
    }
    void aSavedSolverContinuesToTheBit()
    {
        QFETCH(int, kind);
        auto spec = default_solver(SolverKind(kind));
        spec.every = 3, spec.angle_every = 2, spec.lower_steps = 12, spec.inner = std::min<std::int64_t>(spec.inner, 3);
        spec.lower_optimizer = adamw(.01, 2), spec.upper_optimizer = adamw(.02, 0);
        const auto make = [&] { return make_solver(spec); };
        Quadratic whole, first, second;
        const auto a = make(), b = make(), c = make();
        run_to(*a, whole, 23);
        run_to(*b, first, 10);
        StateDict state;
        for (const auto &[name, tensor] : b->save(first))
            state[name] = tensor.clone();
        QVERIFY(second.parameters().load(first.parameters().to_state_dict()));
        QVERIFY(c->load(second, state));
        run_to(*c, second, 23);
        QVERIFY(whole.theta.equal(second.theta));
    }
};

QTEST_APPLESS_MAIN(TestSolver)
#include "tst_solver.moc"
