#include "run/student_problem.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

namespace quell {
namespace {

using torch::Tensor;

constexpr std::int64_t probe_pictures = 32;
constexpr double denoise_guidance = 3; // ESD's (arXiv 2303.07345)
constexpr std::int64_t saliency_batches = 4;
constexpr std::int64_t threshold_samples = 1 << 22;

NoisyBatch to_device(const NoisyBatch &batch, torch::Device device)
{
    return {batch.x.to(device), batch.t.to(device), batch.hidden.to(device), batch.target.to(device), batch.weight.to(device), batch.parts};
}

NoisyBatch part_of(const NoisyBatch &batch, std::int64_t start, std::int64_t n)
{
    const auto part = [&](const Tensor &x) { return x.narrow(0, start, n); };
    return {part(batch.x), part(batch.t), part(batch.hidden), part(batch.target), part(batch.weight), {}};
}

// The terms of several parts of a batch, each with its share of it; a mean over the parts that have the term.
class TermMeans {
public:
    void add(const LossTerms &terms, double share)
    {
        for (const auto &[name, value] : terms.terms) {
            auto found = std::find_if(sums_.begin(), sums_.end(), [&name = name](const auto &sum) { return sum.name == name; });
            if (found == sums_.end())
                found = sums_.insert(sums_.end(), Sum{name});
            found->sum += share * value.item<double>(), found->share += share;
        }
    }
    std::vector<std::pair<std::string, double>> value() const
    {
        std::vector<std::pair<std::string, double>> means;
        for (const auto &sum : sums_)
            means.emplace_back(sum.name, sum.sum / sum.share);
        return means;
    }

private:
    struct Sum {
        std::string name;
        double sum = 0, share = 0;
    };
    std::vector<Sum> sums_;
};

// The value that this share of all numbers reaches, of every n-th number where they are many.
double threshold_of(const std::vector<Tensor> &values, double share)
{
    std::int64_t total = 0;
    for (const auto &value : values)
        total += value.defined() ? value.numel() : 0;
    const auto stride = std::max<std::int64_t>(1, total / threshold_samples);
    std::vector<Tensor> some;
    for (const auto &value : values) {
        if (value.defined())
            some.push_back(value.flatten().slice(0, 0, value.numel(), stride));
    }
    const Tensor all = torch::cat(some);
    const auto rank = std::clamp<std::int64_t>(std::llround((1 - share) * static_cast<double>(all.numel())), 1, all.numel());
    return std::get<0>(all.kthvalue(rank)).item<double>();
}

} // namespace

Result<std::unique_ptr<StudentProblem>> StudentProblem::create(const RunSpec &spec, const Pipeline &pipeline, const RunData &data,
                                                               const UNet &student, const UNet &teacher, Parameters parameters,
                                                               const RunControl &control)
{
    const auto &a = student.config(), &b = teacher.config();
    if (a.in_channels != b.in_channels || a.out_channels != b.out_channels || a.cross_attention_dim != b.cross_attention_dim)
        return fail(ErrorCode::Mismatch, "student and teacher take different inputs (in_channels, out_channels or cross_attention_dim differ)", spec.student.string());
    std::unique_ptr<StudentProblem> problem(new StudentProblem(spec, pipeline, data, student, teacher, std::move(parameters), control));
    const auto &sets = spec.lower.datasets;
    if (std::any_of(sets.begin(), sets.end(), [](const Dataset &set) { return set.weights.feature > 0; })) {
        QUELL_ASSIGN(problem->taps_, derive_tap_map(student.config(), teacher.config()));
    }
    if (spec.upper.enabled) {
        if (problem->denoises())
            QUELL_TRY(problem->stop_for(spec.upper.objective.t_min)); // a window without a step is refused before the first
        QUELL_TRY(problem->limit_upper_steps());
    }
    return problem;
}

// From the student as it was opened, so that a resumed run has the same masks.
Status StudentProblem::limit_upper_steps()
{
    const auto &objective = spec_.upper.objective;
    if (objective.scope == Scope::Full && objective.saliency >= 1)
        return {};
    for (const auto &name : parameters_.names())
        upper_masks_.push_back(in_scope(objective.scope, name) ? torch::ones({}) : Tensor());
    if (std::none_of(upper_masks_.begin(), upper_masks_.end(), [](const Tensor &mask) { return mask.defined(); }))
        return fail(ErrorCode::Mismatch, "none of the trained weights (training.scope) lies in it", "upper: scope");
    if (objective.saliency < 1) {
        QUELL_ASSIGN(upper_masks_, salient(objective.saliency));
    }
    return {};
}

// The share of the weights in scope whose first gradients, summed over some batches, are largest.
Result<std::vector<Tensor>> StudentProblem::salient(double share)
{
    std::vector<Tensor> sums(parameters_.size());
    for (std::int64_t batch = 0; batch < saliency_batches * static_cast<std::int64_t>(spec_.concepts.size()); ++batch) {
        QUELL_TRY(upper(batch));
        const auto gradients = parameters_.take_gradients();
        for (std::size_t i = 0; i < sums.size(); ++i) {
            if (gradients[i].defined())
                sums[i] = sums[i].defined() ? sums[i].add_(gradients[i]) : gradients[i].to(torch::kFloat32, false, true);
        }
    }
    for (auto &sum : sums) {
        if (sum.defined())
            sum.abs_();
    }
    const double threshold = threshold_of(sums, share);
    for (auto &sum : sums) {
        if (sum.defined())
            sum = sum > threshold;
    }
    return sums;
}

Result<LossValue> StudentProblem::differentiate(const std::vector<Slice> &slices, const Part &evaluate, const char *level)
try {
    const auto batch = slices.back().start + slices.back().n;
    double sum = 0;
    TermMeans terms;
    for (const auto &slice : slices) {
        if (control_.stopping_now())
            return fail(ErrorCode::Cancelled, "the run was stopped");
        const auto part = evaluate(slice);
        const double loss = part.loss.item<double>(), share = static_cast<double>(slice.n) / static_cast<double>(batch);
        if (!std::isfinite(loss))
            return fail(ErrorCode::Numerical, "the loss is not finite; lower this level's learning rate, or use fp32", level);
        (share * part.loss).backward(); // the gradient of the whole batch is the sum of its parts'
        sum += share * loss;
        terms.add(part, share);
        if (slice.n < batch)
            parameters_.fold_gradients();
    }
    return LossValue{sum, terms.value()};
} catch (const c10::OutOfMemoryError &error) {
    return fail(ErrorCode::OutOfMemory, std::string("no memory left; use a smaller batch (") + error.what_without_backtrace() + ')', level);
} catch (const std::bad_alloc &) {
    return fail(ErrorCode::OutOfMemory, "no memory left; use a smaller batch", level);
} catch (const std::exception &error) {
    return fail(ErrorCode::Internal, error.what(), level);
}

// Parts of a batch that are evaluated at once: of one dataset each, and no longer than accumulation asks for.
std::vector<StudentProblem::Slice> StudentProblem::slices(const std::vector<std::int64_t> &parts) const
{
    const auto batch = std::accumulate(parts.begin(), parts.end(), std::int64_t{0});
    const auto length = (batch + spec_.training.accumulate - 1) / spec_.training.accumulate;
    std::vector<Slice> slices;
    std::int64_t start = 0;
    for (std::size_t set = 0; set < parts.size(); ++set) {
        for (const auto end = start + parts[set]; start < end; start = std::min(start + length, end))
            slices.push_back({start, std::min(length, end - start), set});
    }
    return slices;
}

LossTerms StudentProblem::lower_terms(const UNet &unet, const NoisyBatch &batch, const Slice &slice) const
{
    return lower_loss(unet, teacher_, taps_, spec_.lower.datasets[slice.set].weights, part_of(batch, slice.start, slice.n));
}

double StudentProblem::value_of(const UNet &unet, const NoisyBatch &batch) const
{
    torch::NoGradGuard no_grad;
    double loss = 0;
    for (const auto &slice : slices(batch.parts))
        loss += static_cast<double>(slice.n) / static_cast<double>(batch.x.size(0)) * lower_terms(unet, batch, slice).loss.item<double>();
    return loss;
}

Result<LossValue> StudentProblem::lower(std::int64_t index)
{
    const auto batch = to_device(data_.lower_batch(index), student_.options().device);
    return differentiate(slices(batch.parts), [&](const Slice &slice) { return lower_terms(student_, batch, slice); }, "lower level");
}

Result<double> StudentProblem::lower_value(std::int64_t index)
try {
    const double loss = value_of(student_, to_device(data_.lower_batch(index), student_.options().device));
    if (!std::isfinite(loss))
        return fail(ErrorCode::Numerical, "the copy's loss is not finite; lower this level's learning rate, or use fp32", "lower level");
    return loss;
} catch (const c10::OutOfMemoryError &) {
    return fail(ErrorCode::OutOfMemory, "no memory left to measure the gap; use a smaller batch", "lower level");
} catch (const std::exception &error) {
    return fail(ErrorCode::Internal, error.what(), "lower level");
}

bool StudentProblem::denoises() const
{
    const auto source = spec_.upper.objective.source;
    return source == UpperSource::Denoise || source == UpperSource::DenoiseTeacher;
}

// DDIM, whose x between two steps is the noise schedule's own.
SamplingOptions StudentProblem::denoising() const
{
    return {spec_.samples.sampling.steps, denoise_guidance};
}

// Of the sampling steps in the window the first at or below the drawn time, else the last; its own time is what the model is then asked about.
Result<StudentProblem::Stop> StudentProblem::stop_for(std::int64_t t) const
{
    const auto &objective = spec_.upper.objective;
    QUELL_ASSIGN(const auto sampler, make_sampler(denoising().sampler, pipeline_.schedule, denoising().steps));
    const auto &timesteps = sampler->timesteps();
    std::optional<Stop> stop;
    for (std::int64_t i = 0; i < std::ssize(timesteps) && !(stop && stop->time <= t); ++i) {
        const auto time = static_cast<std::int64_t>(timesteps[i]);
        if (time >= objective.t_min && time < objective.t_max)
            stop = Stop{i, time};
    }
    if (!stop)
        return fail(ErrorCode::Mismatch, "no step of partial denoising lies between t_min and t_max; widen this window or raise samples.steps", "upper: t_min, t_max");
    return *stop;
}

Status StudentProblem::denoise_partly(UpperBatch &batch) const
{
    QUELL_ASSIGN(const auto stop, stop_for(batch.noisy.t[0].item<std::int64_t>()));
    const auto &model = spec_.upper.objective.source == UpperSource::DenoiseTeacher ? teacher_ : student_;
    const Denoiser denoiser = [&model](const Tensor &x, const Tensor &time, const Tensor &hidden) { return model.forward(x, time, hidden).sample; };
    QUELL_ASSIGN(batch.noisy.x, sample_latents(pipeline_.schedule, denoiser, batch.noisy.x, batch.noisy.hidden, batch.empty, denoising(), {}, stop.step));
    batch.noisy.t.fill_(stop.time);
    return {};
}

UpperBatch StudentProblem::upper_batch(std::int64_t index) const
{
    const auto device = student_.options().device;
    auto batch = data_.upper_batch(index);
    batch.noisy = to_device(batch.noisy, device);
    batch.anchor = batch.anchor.to(device);
    batch.empty = batch.empty.to(device);
    if (batch.phrase.defined())
        batch.phrase = batch.phrase.to(device);
    if (batch.neighbour.defined())
        batch.neighbour = batch.neighbour.to(device);
    return batch;
}

Result<LossValue> StudentProblem::upper(std::int64_t index)
{
    auto batch = upper_batch(index);
    if (denoises())
        QUELL_TRY(denoise_partly(batch));
    const Part part = [&](const Slice &slice) {
        const Tensor neighbour = batch.neighbour.defined() ? batch.neighbour.narrow(0, slice.start, slice.n) : Tensor();
        return upper_loss(student_, teacher_, spec_.upper.objective,
                          {part_of(batch.noisy, slice.start, slice.n), batch.anchor.narrow(0, slice.start, slice.n), batch.empty, neighbour, batch.weight, batch.phrase});
    };
    const auto value = differentiate(slices({batch.noisy.x.size(0)}), part, "upper level");
    if (value && !upper_masks_.empty())
        parameters_.mask_gradients(upper_masks_);
    return value;
}

double StudentProblem::probe(const UNet &unet) const
{
    return value_of(unet, to_device(data_.probe_batch(probe_pictures), unet.options().device));
}

} // namespace quell
