// Where a training step's time goes: operators' own times over some lower and upper steps of a run.json.
// usage: profile_step SPEC CACHE [STEPS]
#include "kernels/device.h"
#include "run/student_problem.h"
#include "run/trainable.h"

#include <ATen/record_function.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <mutex>

using namespace quell;

namespace {

using Clock = std::chrono::steady_clock;

// Own time of each operator: its duration less that of what it calls.
class OperatorTimes {
public:
    struct Frame : at::ObserverContext {
        Clock::time_point start;
        double children = 0;
        Frame *parent = nullptr;
    };

    static std::unique_ptr<at::ObserverContext> enter(const at::RecordFunction &)
    {
        auto frame = std::make_unique<Frame>();
        frame->parent = top;
        top = frame.get();
        frame->start = Clock::now();
        return frame;
    }

    static void leave(const at::RecordFunction &function, at::ObserverContext *context)
    {
        auto *frame = static_cast<Frame *>(context);
        const double whole = std::chrono::duration<double>(Clock::now() - frame->start).count();
        top = frame->parent;
        if (top)
            top->children += whole;
        const std::lock_guard lock(mutex);
        auto &[seconds, calls] = totals[function.name()];
        seconds += whole - frame->children;
        ++calls;
    }

    static inline thread_local Frame *top = nullptr;
    static inline std::mutex mutex;
    static inline std::map<std::string, std::pair<double, int>> totals;
};

// The products: what would be left if everything around them were free.
bool is_product(const std::string &name)
{
    static const std::set<std::string> names{"aten::mm", "aten::addmm", "aten::bmm", "aten::baddbmm", "aten::mkldnn_convolution", "aten::convolution_backward",
                                             "aten::linear", "aten::mkldnn_linear", "mkldnn::_convolution_pointwise", "mkldnn::_linear_pointwise",
                                             "aten::_scaled_dot_product_flash_attention_for_cpu",
                                             "aten::_scaled_dot_product_flash_attention_for_cpu_backward"};
    return names.contains(name);
}

// What computes nothing: making and naming tensors, and the gradient's bookkeeping.
bool is_bookkeeping(const std::string &name)
{
    static const std::set<std::string> names{"aten::empty", "aten::empty_strided", "aten::empty_like", "aten::resize_", "aten::view", "aten::reshape", "aten::_reshape_alias", "aten::as_strided", "aten::_unsafe_view",
                                             "aten::transpose", "aten::t", "aten::permute", "aten::narrow", "aten::slice", "aten::select", "aten::expand", "aten::unsqueeze", "aten::squeeze", "aten::detach",
                                             "aten::item", "aten::chunk", "aten::split", "aten::alias", "aten::contiguous", "aten::to", "aten::flatten", "aten::unflatten"};
    return names.contains(name);
}

Status profile(const fs::path &spec_file, const fs::path &cache, std::int64_t steps)
{
    QUELL_ASSIGN(const auto spec, read_run_spec(spec_file, presets_folder()));
    const torch::Device cpu(torch::kCPU);
    const LoadOptions compute{kernels::pick_dtype(spec.precision, cpu), cpu}, encoders{torch::kFloat32, cpu};
    QUELL_ASSIGN(const auto pipeline, Pipeline::open(spec.teacher, encoders));
    QUELL_ASSIGN(const auto teacher, UNet::open(spec.teacher, compute));
    QUELL_ASSIGN(const auto student, UNet::open(spec.student, compute));
    teacher.freeze();
    const auto size = spec.size > 0 ? spec.size : teacher.config().sample_size * pipeline.autoencoder.config().reduction();
    QUELL_ASSIGN(const auto data, RunData::prepare(spec, pipeline, encoders, size, cache, {}));
    QUELL_ASSIGN(auto parameters, make_trainable(spec.training, spec.seed, spec.student, student));
    const RunControl control;
    QUELL_ASSIGN(const auto problem, StudentProblem::create(spec, pipeline, data, student, teacher, std::move(parameters), control));
    const auto solver = make_solver(spec.solver);
    for (std::int64_t i = 0; i < std::max<std::int64_t>(3, spec.solver.every); ++i) // both optimizers' state is there before anything is measured
        QUELL_TRY(solver->step(*problem));

    const auto handle = at::addGlobalCallback(at::RecordFunctionCallback(OperatorTimes::enter, OperatorTimes::leave).scopes({at::RecordScope::FUNCTION, at::RecordScope::BACKWARD_FUNCTION}));
    const auto start = Clock::now();
    for (std::int64_t i = 0; i < steps; ++i)
        QUELL_TRY(solver->step(*problem));
    const double wall = std::chrono::duration<double>(Clock::now() - start).count();
    at::removeCallback(handle);

    std::vector<std::pair<std::string, std::pair<double, int>>> sorted(OperatorTimes::totals.begin(), OperatorTimes::totals.end());
    std::sort(sorted.begin(), sorted.end(), [](const auto &a, const auto &b) { return a.second.first > b.second.first; });
    double products = 0, bookkeeping = 0, named = 0;
    for (const auto &[name, total] : sorted) {
        named += total.first;
        products += is_product(name) ? total.first : 0;
        bookkeeping += is_bookkeeping(name) ? total.first : 0;
    }
    std::printf("%.3f s a step; kernels %.1f %% (products %.1f %%); operators that compute nothing %.1f %%, outside operators %.1f %%\n", wall / steps, 100 * (named - bookkeeping) / wall, 100 * products / wall,
                100 * bookkeeping / wall, 100 * (wall - named) / wall);
    for (std::size_t i = 0; i < std::min<std::size_t>(sorted.size(), 40); ++i)
        std::printf("%6.1f %%  %6d calls  %s\n", 100 * sorted[i].second.first / wall, sorted[i].second.second, sorted[i].first.c_str());
    return {};
}

} // namespace

int main(int argc, char **argv)
{
    if (argc < 3)
        return std::fprintf(stderr, "usage: profile_step SPEC CACHE [STEPS]\n"), 2;
    kernels::keep_freed_memory();
    const auto status = profile(argv[1], argv[2], argc > 3 ? std::atoll(argv[3]) : 10);
    if (!status)
        std::fprintf(stderr, "%s\n", to_string(status.error()).c_str());
    return status ? 0 : 1;
}
