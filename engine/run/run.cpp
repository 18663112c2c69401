#include "run/run.h"

#include "core/log.h"
#include "data/image.h"
#include "export/model_writer.h"
#include "kernels/device.h"
#include "run/checkpoint.h"
#include "run/made_pictures.h"
#include "run/memory_estimate.h"
#include "run/student_problem.h"
#include "run/suppressed.h"
#include "run/trainable.h"

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
    if (report.lambda)
        line["lambda"] = *report.lambda;
    if (report.value_gap)
        line["value_gap"] = *report.value_gap;
    return line;
}

// Without the stack trace that LibTorch adds.
std::string first_line(const std::string &text)
{
    return text.substr(0, text.find('\n'));
}

Json to_json(const Error &error)
{
    return {{"code", name_of(error.code)}, {"message", first_line(to_string(error))}};
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
        const auto start = checkpoint ? checkpoint->step : 0;
        auto outcome = work(std::move(checkpoint));
        if (outcome)
            return outcome;
        if (outcome.error().code == ErrorCode::Cancelled)
            return stopped(solver_ ? solver_->steps() : start);
        log_info(to_string(outcome.error()));
        (void)announce("failed", to_json(outcome.error()));
        return outcome;
    }

private:
    Result<RunOutcome> work(std::optional<Checkpoint> checkpoint)
    {
        QUELL_TRY(begin(checkpoint ? checkpoint->step : 0));
        QUELL_TRY(load());
        QUELL_TRY(prepare_data());
        QUELL_TRY(make_problem(checkpoint));
        checkpoint.reset();
        if (solver_->steps() == 0)
            QUELL_TRY(first_samples());
        reference_.reset();
        if (observer_.training)
            observer_.training();
        training_began_ = Clock::now();
        sampling_seconds_ = 0;
        return loop();
    }

    Status announce(const std::string &type, Json fields = Json::object())
    {
        QUELL_ASSIGN(const auto event, folder_->event(type, std::move(fields)));
        if (observer_.event)
            observer_.event(event);
        return {};
    }

    // What is computed on, and the memory to be expected; a model that cannot be opened is reported when it is.
    Status begin(std::int64_t step)
    {
        if (spec_.training.checkpointing)
            kernels::return_freed_memory(); // who gives time for memory gives a little more
        if (spec_.threads > 0)
            torch::set_num_threads(static_cast<int>(spec_.threads));
        Json fields{{"version", QUELL_VERSION}, {"name", spec_.name}, {"step", step}, {"steps", spec_.steps}};
        const auto device = kernels::pick_device(spec_.device);
        if (device) {
            compute_ = {kernels::pick_dtype(spec_.precision, *device), *device};
            if (const auto memory = estimate_memory(spec_, compute_.dtype != torch::kFloat32))
                fields["memory"] = to_json(*memory);
        }
        QUELL_TRY(announce("started", std::move(fields)));
        return device ? Status{} : tl::unexpected(device.error());
    }

    Status load()
    {
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

    // What the teacher is to make becomes a folder like any other; pictures of concepts one for the upper level alone.
    Status make_pictures()
    {
        auto &sets = spec_.lower.datasets;
        if (spec_.upper.enabled && spec_.upper.made > 0) {
            QUELL_ASSIGN(const auto captions, captions_of(sets));
            for (const auto &target : spec_.concepts) {
                Dataset made;
                made.prompts = naming_prompts(captions, target);
                made.pictures = spec_.upper.made;
                made.weight = 0;
                sets.push_back(std::move(made));
            }
        }
        const CacheHooks hooks{[this](std::size_t done, std::size_t total) { tell("making pictures", done, total); }, [this] { return control_.stopping(); }};
        for (auto &set : sets) {
            if (set.data.empty()) {
                QUELL_ASSIGN(set.data, made_pictures(spec_, *pipeline_, *teacher_, set.prompts, set.pictures, size_, cache_, hooks));
            }
        }
        return {};
    }

    static Result<std::vector<std::string>> captions_of(const std::vector<Dataset> &sets)
    {
        std::vector<std::string> captions;
        for (const auto &set : sets) {
            if (set.data.empty())
                continue;
            QUELL_ASSIGN(const auto folder, open_image_folder(set.data));
            const auto some = folder.captions();
            captions.insert(captions.end(), some.begin(), some.end());
        }
        return captions;
    }

    Status prepare_data()
    {
        QUELL_TRY(make_pictures());
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
        QUELL_ASSIGN(auto parameters, make_trainable(spec_.training, spec_.seed, spec_.student, *student_));
        QUELL_ASSIGN(problem_, StudentProblem::create(spec_, *pipeline_, *data_, *student_, *teacher_, std::move(parameters), control_));
        solver_ = make_solver(spec_.solver);
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
        QUELL_ASSIGN(auto reference, UNet::open(spec_.reference, compute_));
        reference_probe_ = problem_->probe(reference);
        reference_.emplace(std::move(reference)); // its first samples are still to be drawn
        return {};
    }

    using Prompts = std::vector<std::pair<std::string, std::string>>; // a picture's name and its prompt

    Prompts sample_prompts() const
    {
        Prompts prompts;
        const auto &samples = spec_.samples;
        for (const auto &[group, list] : {std::pair{"target", &samples.target}, {"neighbour", &samples.neighbour}, {"unrelated", &samples.unrelated}}) {
            for (std::size_t i = 0; i < list->size(); ++i)
                prompts.emplace_back(std::string(group) + '-' + std::to_string(i), (*list)[i]);
        }
        return prompts;
    }

    static Json prompts_by_name(const Prompts &prompts)
    {
        Json json = Json::object();
        for (const auto &[name, prompt] : prompts)
            json[name] = prompt;
        return json;
    }

    // Every model that the run is to be compared with, before the first step.
    Status first_samples()
    {
        const auto prompts = sample_prompts();
        if (prompts.empty())
            return {};
        QUELL_TRY(make_writable_folder(folder_->path() / "samples"));
        QUELL_TRY(write_atomically(folder_->path() / "samples/prompts.json", prompts_by_name(prompts).dump(2) + "\n"));
        QUELL_TRY(sample({"teacher"}, *teacher_));
        QUELL_TRY(sample({"pruned", "student"}, *student_)); // still the same
        if (reference_) {
            reference_->freeze();
            QUELL_TRY(sample({"reference"}, *reference_));
        }
        if (spec_.filtered.empty())
            return {};
        QUELL_ASSIGN(auto filtered, UNet::open(spec_.filtered, compute_));
        filtered.freeze();
        return sample({"filtered"}, filtered);
    }

    // Draws the run's prompts by one model, which goes by these names.
    Status sample(const std::vector<std::string> &models, const UNet &unet)
    {
        const auto prompts = sample_prompts();
        const auto folder = folder_->path() / "samples" / step_name(solver_->steps());
        if (prompts.empty())
            return {};
        return draw_prompts(prompts, unet, [&](const torch::Tensor &pictures) -> Status {
            for (const auto &model : models)
                QUELL_TRY(keep_samples(model, folder / model, prompts, pictures));
            return {};
        });
    }

    // Draws prompts that somebody asked for by the student as it is.
    Status sample_asked(const RunControl::Prompts &texts)
    {
        if (texts.empty())
            return sample({"student"}, *student_);
        Prompts prompts;
        for (const auto &text : texts)
            prompts.emplace_back("asked-" + std::to_string(prompts.size()), text);
        const auto step = folder_->path() / "samples" / step_name(solver_->steps());
        int number = 0;
        while (fs::exists(step / ("asked-" + std::to_string(number))))
            ++number;
        return draw_prompts(prompts, *student_, [&](const torch::Tensor &pictures) {
            return keep_samples("student", step / ("asked-" + std::to_string(number)), prompts, pictures, {{"asked", true}});
        });
    }

    // From the run's latents. That no memory is left for pictures need not end a run.
    Status draw_prompts(const Prompts &prompts, const UNet &unet, const std::function<Status(const torch::Tensor &)> &keep)
    {
        const auto start = Clock::now();
        std::vector<std::string> texts;
        for (const auto &[name, prompt] : prompts)
            texts.push_back(prompt);
        const auto noise = starting_noise(*pipeline_, static_cast<std::int64_t>(prompts.size()), size_, spec_.seed);
        const bool before_training = solver_->steps() == 0;
        const DrawObserver observe = [&](auto done, auto total) {
            tell("drawing samples", done, total);
            return !(before_training ? control_.stopping() : control_.stopping_now());
        };
        const auto pictures = draw(*pipeline_, unet, texts, noise, spec_.samples.sampling, 32, observe);
        if (!pictures && pictures.error().code == ErrorCode::OutOfMemory)
            return announce("warning", to_json(pictures.error()));
        QUELL_TRY(pictures);
        QUELL_TRY(keep(*pictures));
        sampling_seconds_ += seconds_since(start);
        return {};
    }

    Status keep_samples(const std::string &model, const fs::path &folder, const Prompts &prompts, const torch::Tensor &pictures, Json more = Json::object())
    {
        QUELL_TRY(make_writable_folder(folder));
        for (std::size_t i = 0; i < prompts.size(); ++i)
            QUELL_TRY(write_png(folder / (prompts[i].first + ".png"), pictures[static_cast<std::int64_t>(i)]));
        Json fields{{"step", solver_->steps()}, {"model", model}, {"folder", fs::relative(folder, folder_->path()).string()}, {"prompts", prompts_by_name(prompts)}};
        fields.update(more);
        return announce("samples", std::move(fields));
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

    bool due(std::int64_t every) const { return every > 0 && solver_->steps() % every == 0; }

    Result<RunOutcome> loop()
    {
        while (solver_->steps() < spec_.steps && !control_.stopping()) {
            QUELL_TRY(wait_while_paused());
            if (control_.stopping())
                break;
            QUELL_TRY(step());
            const bool last = solver_->steps() == spec_.steps;
            if (due(spec_.samples.every) && !last)
                QUELL_TRY(sample({"student"}, *student_));
            if (due(spec_.samples.every) || last)
                QUELL_TRY(measure_probe());
            if (due(spec_.checkpoints.every) || last)
                QUELL_TRY(save_checkpoint());
            QUELL_TRY(do_as_asked());
        }
        if (solver_->steps() < spec_.steps) {
            if (saved_step_ != solver_->steps() && !control_.stopping_now())
                QUELL_TRY(save_checkpoint());
            return stopped(solver_->steps());
        }
        QUELL_TRY(sample({"student"}, *student_));
        return finish();
    }

    Status step()
    {
        const auto start = Clock::now();
        QUELL_ASSIGN(const auto report, solver_->step(*problem_));
        const double seconds = seconds_since(start);
        QUELL_TRY(folder_->metrics(to_json(report, solver_->steps(), seconds)));
        if (observer_.step)
            observer_.step(solver_->steps(), report, seconds);
        return {};
    }

    // What was asked for besides the steps.
    Status do_as_asked()
    {
        while (const auto prompts = control_.take_sample_request())
            QUELL_TRY(sample_asked(*prompts));
        if (control_.take_checkpoint_request())
            QUELL_TRY(save_checkpoint());
        return {};
    }

    Status wait_while_paused()
    {
        if (!control_.paused())
            return {};
        QUELL_TRY(announce("paused", {{"step", solver_->steps()}}));
        while (control_.paused()) {
            QUELL_TRY(do_as_asked());
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        if (control_.stopping())
            return {};
        return announce("continued", {{"step", solver_->steps()}});
    }

    Result<RunOutcome> stopped(std::int64_t step)
    {
        QUELL_TRY(announce("stopped", {{"step", step}}));
        return RunOutcome{false, step, training_seconds(), sampling_seconds_};
    }

    double training_seconds() const { return training_began_ ? seconds_since(*training_began_) : 0; }

    Result<RunOutcome> finish()
    {
        const RunOutcome outcome{true, solver_->steps(), training_seconds(), sampling_seconds_};
        StructureRecord structure = student_->structure();
        structure.details.erase("edited"); // what an edit made was the start
        structure.details["run"] = spec_.name;
        structure.details["concepts"] = spec_.upper.enabled ? concepts_json(spec_.concepts) : Json::array();
        QUELL_ASSIGN(auto weights, trained_weights(spec_.training, spec_.student, problem_->parameters()));
        // The UNet alone, whatever its student was: its other parts are the teacher's.
        QUELL_TRY(write_model(folder_->path() / "student", {}, {student_->config(), structure, std::move(weights), spec_.student.string()}, {torch::kHalf, true, made_by_run(to_json(spec_), folder_->path())}));
        if (spec_.training.scope == Scope::Lora)
            QUELL_TRY(write_adapters(folder_->path() / "lora.safetensors", trained_adapters(spec_.training, problem_->parameters()), AdapterNames::Peft, {{"format", "pt"}}));
        QUELL_TRY(announce("complete", {{"step", outcome.step}, {"training_seconds", outcome.training_seconds}, {"sampling_seconds", outcome.sampling_seconds}}));
        return outcome;
    }

    void tell(const std::string &what, std::int64_t done, std::int64_t total) const
    {
        if (observer_.progress)
            observer_.progress(what, done, total);
    }

    RunSpec spec_; // with the folders of what the teacher makes
    const fs::path cache_;
    RunControl &control_;
    const RunObserver &observer_;
    std::optional<RunFolder> folder_;
    LoadOptions compute_, encoders_;
    std::int64_t size_ = 0, saved_step_ = -1;
    std::optional<Pipeline> pipeline_;
    std::optional<UNet> teacher_, student_, reference_; // the last until its samples are drawn
    std::optional<RunData> data_;
    std::unique_ptr<StudentProblem> problem_;
    std::unique_ptr<BilevelSolver> solver_;
    std::optional<double> reference_probe_;
    std::optional<Clock::time_point> training_began_;
    double sampling_seconds_ = 0;
};

} // namespace

Result<RunOutcome> train(const RunSpec &spec, RunFolder folder, const fs::path &cache, RunControl &control, const RunObserver &observer)
{
    return Attempt(spec, cache, control, observer).run(std::move(folder), {});
}

Result<RunOutcome> train(const RunSpec &spec, const fs::path &folder, const fs::path &cache, RunControl &control, const RunObserver &observer)
{
    QUELL_ASSIGN(auto run_folder, RunFolder::create(folder, to_json(spec)));
    return train(spec, std::move(run_folder), cache, control, observer);
}

Result<RunOutcome> resume(const fs::path &folder, const fs::path &cache, RunControl &control, const RunObserver &observer)
{
    QUELL_ASSIGN(auto json, read_json(folder / "run.json"));
    QUELL_ASSIGN(const auto spec, parse_run_spec(std::move(json), (folder / "run.json").string(), fs::absolute(folder), presets_folder())); // as it was frozen
    std::optional<Checkpoint> checkpoint;
    if (auto newest = newest_checkpoint(folder / "checkpoints"))
        checkpoint = std::move(*newest);
    else if (newest.error().code != ErrorCode::NotFound)
        return tl::unexpected(newest.error());
    QUELL_ASSIGN(auto run_folder, RunFolder::reopen(folder, checkpoint ? checkpoint->step : 0));
    return Attempt(spec, cache, control, observer).run(std::move(run_folder), std::move(checkpoint));
}

} // namespace quell
