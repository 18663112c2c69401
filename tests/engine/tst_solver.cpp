// Both solvers on a quadratic whose traces and closed forms are known (float64, computed independently).
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
    void alternatingFollowsTheReleasedCode()
    {
        Quadratic problem;
        const auto solver = make_alternating({10, 0, true, adamw(1e-2, 4), adamw(5e-2, 4)});
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
        const auto solver = make_alternating({10, 0, true, adamw(1e-2, 0), adamw(5e-2, 0)});
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
        const auto a = make_alternating({5, 0, true, adamw(1e-2, 0), adamw(5e-2, 0)}), b = make_alternating({5, 1, true, adamw(1e-2, 0), adamw(5e-2, 0)});
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
        const auto solver = make_alternating({10, 0, true, adamw(1e-3, 0), adamw(1e-3, 0)});
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
        const auto solver = make_penalty({lambda, 20, Coupling::None, sgd(.05), sgd(.1)});
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
        const auto solver = make_penalty({lambda, 1, Coupling::None, sgd(.05), sgd(.3)});
        run_to(*solver, problem, 4000);
        QVERIFY(near(problem.theta, x, y));
    }

    // A restarted θ is one outer step away from where v arrived.
    void restartCouplesBothCopies()
    {
        Quadratic problem;
        const auto solver = make_penalty({10, 3, Coupling::Restart, sgd(.05), sgd(.1)});
        Tensor expected = torch::zeros({2}, torch::kFloat64);
        for (int round = 0; round < 4; ++round) {
            const auto gradient = [](const Tensor &at, auto loss) {
                const Tensor x = at.detach().clone().requires_grad_();
                loss(x).backward();
                return x.grad().clone();
            };
            for (int k = 0; k < 3; ++k)
                expected = expected - .05 * gradient(expected, Quadratic::lower_loss);
            expected = expected - .1 * (gradient(expected, Quadratic::upper_loss) + 10 * gradient(expected, Quadratic::lower_loss)) / 10;
            run_to(*solver, problem, 4 * (round + 1));
            QVERIFY((problem.theta.detach() - expected).abs().max().item<double>() < 1e-13);
        }
    }

    void aSavedSolverContinuesToTheBit_data()
    {
        QTest::addColumn<bool>("penalty");
        QTest::newRow("alternating") << false;
        QTest::newRow("penalty") << true;
    }
    void aSavedSolverContinuesToTheBit()
    {
        QFETCH(bool, penalty);
        const auto make = [&] { return penalty ? make_penalty({10, 3, Coupling::None, adamw(.01, 2), adamw(.02, 0)}) : make_alternating({3, 2, true, adamw(.01, 2), adamw(.02, 0)}); };
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
