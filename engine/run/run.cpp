#include "run/run.h"

#include "core/log.h"
#include "data/image.h"
#include "export/model_writer.h"
#include "kernels/device.h"
#include "run/checkpoint.h"
#include "run/run_folder.h"
#include "run/student_problem.h"

#include <chrono>
#include <cstdio>
#include <thread>

namespace quell {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string step_name(std::int64_t step)
{
    char name[32];
    std::snprintf(name, sizeof name, "step-%06lld", static_cast<long long>(step));
    return name;
}

Json to_json(const StepReport &report, std::int64_t step, double seconds)
{
    Json line{{"step", step}, {"seconds", seconds}};
    const auto add = [&](const char *level, const std::optional<LossValue> &value, double lr, double norm) {
        if (!value)
            return;
        line[level] = {{"loss", value->loss}, {"lr", lr}, {"gradient_norm", norm}};
        for (const auto &[name, term] : value->terms)
            line[level][name] = term;
    };
    add("lower", report.lower, report.lower_lr, report.lower_gradient_norm);
    add("upper", report.upper, report.upper_lr, report.upper_gradient_norm);
    if (report.gradient_cosine)
        line["gradient_cosine"] = *report.gradient_cosine;
    return line;
}

// One attempt: everything loaded, from a folder and a step to an outcome.
class Attempt {
public:
    Attempt(const RunSpec &spec, const fs::path &cache, RunControl &control, const RunObserver &observer)
        : spec_(spec), cache_(cache), control_(control), observer_(observer)
    {
    }

    Result<RunOutcome> run(RunFolder folder, std::optional<Checkpoint> checkpoint)
    {
        folder_.emplace(std::move(folder));
        QUELL_TRY(log_to_file(folder_->path() / "engine.log"));
        QUELL_TRY(announce("started", {{"version", QUELL_VERSION}, {"step", checkpoint ? checkpoint->step : 0}}));
        auto outcome = work(std::move(checkpoint));
        if (!outcome) {
            log_info(to_string(outcome.error()));
            (void)announce("failed", {{"code", name_of(outcome.error().code)}, {"message", to_string(outcome.error())}});
        }
        return outcome;
    }

private:
    Result<RunOutcome> work(std::optional<Checkpoint> checkpoint)
    {
        QUELL_TRY(load());
        QUELL_TRY(prepare_data());
        QUELL_TRY(make_problem(checkpoint));
        checkpoint.reset();
        if (solver_->steps() == 0)
            QUELL_TRY(first_samples());
        return loop();
    }

    Status announce(const std::string &type, Json fields = Json::object())
    {
        QUELL_ASSIGN(const auto event, folder_->event(type, std::move(fields)));
        if (observer_.event)
            observer_.event(event);
        return {};
    }

    Status load()
    {
        if (spec_.threads > 0)
            torch::set_num_threads(static_cast<int>(spec_.threads));
        QUELL_ASSIGN(compute_.device, kernels::pick_device(spec_.device));
        compute_.dtype = kernels::pick_dtype(spec_.precision, compute_.device);
        encoders_ = {torch::kFloat32, compute_.device}; // small and mostly cached: not worth a loss of precision
        QUELL_ASSIGN(auto pipeline, Pipeline::open(spec_.teacher, encoders_));
        pipeline_.emplace(std::move(pipeline));
        QUELL_ASSIGN(auto teacher, UNet::open(spec_.teacher, compute_));
        teacher_.emplace(std::move(teacher));
        teacher_->freeze();
        QUELL_ASSIGN(auto student, UNet::open(spec_.student, compute_));
        student_.emplace(std::move(student));
        const auto reduction = pipeline_->autoencoder.config().reduction();
        size_ = spec_.size > 0 ? spec_.size : teacher_->config().sample_size * reduction;
        if (size_ % reduction != 0)
            return fail(ErrorCode::Mismatch, "must be a multiple of " + std::to_string(reduction) + ", the autoencoder's reduction", "size");
        return {};
    }

    Status prepare_data()
    {
        const CacheHooks hooks{[this](std::size_t done, std::size_t total) { tell("encoding", done, total); }, [this] { return control_.stopping(); }};
        QUELL_ASSIGN(auto data, RunData::prepare(spec_, *pipeline_, encoders_, size_, cache_, hooks));
        data_.emplace(std::move(data));
        const auto &summary = data_->summary();
        Json naming = Json::object(), excluded = Json::array();
        for (std::size_t i = 0; i < spec_.concepts.size(); ++i)
            naming[spec_.concepts[i].name] = summary.naming[i];
        for (const auto &file : summary.excluded)
            excluded.push_back({{"file", file.file}, {"reason", name_of(file.reason)}, {"detail", file.detail}});
        return announce("data", {{"pictures", summary.pictures}, {"lower", summary.lower}, {"upper", summary.upper}, {"naming", naming},
                                 {"excluded", excluded}, {"warnings", summary.warnings}});
    }

    Status make_problem(const std::optional<Checkpoint> &checkpoint)
    {
        StateDict masters;
        if (compute_.dtype != torch::kFloat32) { // the values before they were rounded to the compute dtype
            QUELL_ASSIGN(const auto folder, unet_folder(spec_.student));
            QUELL_ASSIGN(masters, open_state_dict(folder));
            for (auto &[name, tensor] : masters)
                tensor = tensor.to(compute_.device, torch::kFloat32);
        }
        QUELL_ASSIGN(problem_, StudentProblem::create(spec_, *pipeline_, *data_, *student_, *teacher_, Parameters(student_->parameters(), masters), control_));
        solver_ = spec_.solver == SolverKind::Alternating ? make_alternating(alternating_spec(spec_)) : make_penalty(penalty_spec(spec_));
        if (checkpoint) {
            QUELL_TRY(problem_->parameters().load(checkpoint->student));
            QUELL_TRY(solver_->load(*problem_, checkpoint->solver));
        }
        Json taps = Json::array();
        for (const auto &pair : problem_->taps())
            taps.push_back(pair.name);
        QUELL_TRY(probe_reference());
        return announce("model", {{"device", compute_.device.str()}, {"precision", compute_.dtype == torch::kBFloat16 ? "bf16" : "fp32"},
                                  {"threads", torch::get_num_threads()}, {"taps", taps}, {"size", size_}});
    }

    // The gap is measured against the reference's loss on the same probe batch.
    Status probe_reference()
    {
        if (spec_.reference.empty())
            return {};
        QUELL_ASSIGN(const auto reference, UNet::open(spec_.reference, compute_));
        reference_probe_ = problem_->probe(reference);
        return {};
    }

    std::vector<std::pair<std::string, std::string>> sample_prompts() const
    {
        std::vector<std::pair<std::string, std::string>> prompts;
        const auto &samples = spec_.samples;
        for (const auto &[group, list] : {std::pair{"target", &samples.target}, {"neighbour", &samples.neighbour}, {"unrelated", &samples.unrelated}}) {
            for (std::size_t i = 0; i < list->size(); ++i)
                prompts.emplace_back(std::string(group) + '-' + std::to_string(i), (*list)[i]);
        }
        return prompts;
    }

    Status first_samples()
    {
        Json prompts = Json::object();
        for (const auto &[name, prompt] : sample_prompts())
            prompts[name] = prompt;
        if (prompts.empty())
            return {};
        QUELL_TRY(make_writable_folder(folder_->path() / "samples"));
        QUELL_TRY(write_atomically(folder_->path() / "samples/prompts.json", prompts.dump(2) + "\n"));
        QUELL_TRY(sample("teacher", *teacher_));
        QUELL_TRY(sample("pruned", *student_));
        return sample("student", *student_, true);
    }

    // Draws the run's prompts from the run's latents. `untouched` saves drawing the student twice at step 0.
    Status sample(const std::string &model, const UNet &unet, bool untouched = false)
    {
        const auto start = Clock::now();
        const auto prompts = sample_prompts();
        if (prompts.empty())
            return {};
        const auto folder = folder_->path() / "samples" / step_name(solver_->steps()) / model;
        QUELL_TRY(make_writable_folder(folder));
        if (!untouched) {
            std::vector<std::string> texts;
            for (const auto &[name, prompt] : prompts)
                texts.push_back(prompt);
            const auto noise = starting_noise(*pipeline_, prompts.size(), size_, spec_.seed);
            const DrawObserver observe = [this](auto done, auto total) { tell("drawing samples", done, total); return !control_.stopping_now(); };
            QUELL_ASSIGN(last_drawn_, draw(*pipeline_, unet, texts, noise, {spec_.samples.steps, spec_.samples.guidance}, 32, observe));
        }
        for (std::size_t i = 0; i < prompts.size(); ++i)
            QUELL_TRY(write_png(folder / (prompts[i].first + ".png"), last_drawn_[i]));
        sampling_seconds_ += seconds_since(start);
        return announce("samples", {{"step", solver_->steps()}, {"model", model}, {"folder", fs::relative(folder, folder_->path()).string()}});
    }

    Status save_checkpoint()
    {
        const Checkpoint checkpoint{solver_->steps(), problem_->parameters().to_state_dict(), solver_->save(*problem_)};
        QUELL_TRY(write_checkpoint(folder_->path() / "checkpoints", checkpoint, spec_.checkpoints.keep));
        saved_step_ = checkpoint.step;
        return announce("checkpoint", {{"step", checkpoint.step}});
    }

    // The lower loss on the frozen probe batch, and the gap to the reference's.
    Status measure_probe()
    {
        const double loss = problem_->probe(*student_);
        Json fields{{"step", solver_->steps()}, {"probe", loss}};
        if (reference_probe_)
            fields["gap"] = loss - *reference_probe_;
        return announce("probe", fields);
    }

    Result<RunOutcome> loop()
    {
        const auto start = Clock::now();
        sampling_seconds_ = 0;
        const auto due = [this](std::int64_t every) { return every > 0 && solver_->steps() % every == 0; };
        while (solver_->steps() < spec_.steps && !control_.stopping()) {
            QUELL_TRY(wait_while_paused());
            const auto step_start = Clock::now();
            auto report = solver_->step(*problem_);
            if (!report && report.error().code == ErrorCode::Cancelled)
                return stopped(start);
            QUELL_TRY(report);
            const double seconds = seconds_since(step_start);
            QUELL_TRY(folder_->metrics(to_json(*report, solver_->steps(), seconds)));
            if (observer_.step)
                observer_.step(solver_->steps(), *report, seconds);
            const bool last = solver_->steps() == spec_.steps;
            if ((due(spec_.samples.every) && !last) || control_.take_sample_request())
                QUELL_TRY(sample("student", *student_));
            if (due(spec_.samples.every) || last)
                QUELL_TRY(measure_probe());
            if (due(spec_.checkpoints.every) || last || control_.take_checkpoint_request())
                QUELL_TRY(save_checkpoint());
        }
        if (solver_->steps() < spec_.steps) {
            if (saved_step_ != solver_->steps() && !control_.stopping_now())
                QUELL_TRY(save_checkpoint());
            return stopped(start);
        }
        QUELL_TRY(sample("student", *student_));
        return finish(start);
    }

    Status wait_while_paused()
    {
        if (!control_.paused())
            return {};
        QUELL_TRY(announce("paused", {{"step", solver_->steps()}}));
        while (control_.paused())
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        return announce("continued", {{"step", solver_->steps()}});
    }

    Result<RunOutcome> stopped(Clock::time_point start)
    {
        QUELL_TRY(announce("stopped", {{"step", solver_->steps()}}));
        return RunOutcome{false, solver_->steps(), seconds_since(start), sampling_seconds_};
    }

    Result<RunOutcome> finish(Clock::time_point start)
    {
        const RunOutcome outcome{true, solver_->steps(), seconds_since(start), sampling_seconds_};
        StructureRecord structure = student_->structure();
        structure.details["run"] = spec_.name;
        structure.details["concepts"] = Json::array();
        for (const auto &target : spec_.concepts)
            structure.details["concepts"].push_back(target.name);
        QUELL_ASSIGN(const auto base, unet_folder(spec_.student));
        QUELL_TRY(write_model(folder_->path() / "student", base, {student_->config(), structure, problem_->parameters().to_state_dict(), spec_.student.string()}, {torch::kHalf, true}));
        QUELL_TRY(announce("complete", {{"step", outcome.step}, {"training_seconds", outcome.training_seconds}, {"sampling_seconds", outcome.sampling_seconds}}));
        return outcome;
    }

    void tell(const std::string &what, std::int64_t done, std::int64_t total) const
    {
        if (observer_.progress)
            observer_.progress(what, done, total);
    }

    const RunSpec &spec_;
    const fs::path cache_;
    RunControl &control_;
    const RunObserver &observer_;
    std::optional<RunFolder> folder_;
    LoadOptions compute_, encoders_;
    std::int64_t size_ = 0, saved_step_ = -1;
    std::optional<Pipeline> pipeline_;
    std::optional<UNet> teacher_, student_;
    std::optional<RunData> data_;
    std::unique_ptr<StudentProblem> problem_;
    std::unique_ptr<BilevelSolver> solver_;
    std::optional<double> reference_probe_;
    torch::Tensor last_drawn_;
    double sampling_seconds_ = 0;
};

} // namespace

Result<RunOutcome> train(const RunSpec &spec, const fs::path &folder, const fs::path &cache, RunControl &control, const RunObserver &observer)
{
    QUELL_ASSIGN(auto run_folder, RunFolder::create(folder, to_json(spec)));
    auto outcome = Attempt(spec, cache, control, observer).run(std::move(run_folder), {});
    // What failed before its first step leaves nothing to go on with, only a folder in the way of the next try.
    std::error_code ignored;
    if (!outcome && outcome.error().code != ErrorCode::Cancelled && fs::file_size(folder / "metrics.ndjson", ignored) == 0)
        fs::remove_all(folder, ignored);
    return outcome;
}

Result<RunOutcome> resume(const fs::path &folder, const fs::path &cache, RunControl &control, const RunObserver &observer)
{
    QUELL_ASSIGN(const auto spec, read_run_spec(folder / "run.json", presets_folder()));
    std::optional<Checkpoint> checkpoint;
    if (auto newest = newest_checkpoint(folder / "checkpoints"))
        checkpoint = std::move(*newest);
    else if (newest.error().code != ErrorCode::NotFound)
        return tl::unexpected(newest.error());
    QUELL_ASSIGN(auto run_folder, RunFolder::reopen(folder, checkpoint ? checkpoint->step : 0));
    return Attempt(spec, cache, control, observer).run(std::move(run_folder), std::move(checkpoint));
}

} // namespace quell
