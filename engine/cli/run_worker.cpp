#include "cli/run_worker.h"

#include "core/log.h"
#include "kernels/device.h"
#include "run/comparison.h"

#include <map>

namespace quell::cli {

int RunWorker::work()
{
    for (;;) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return job_ || end_; });
        if (!job_)
            return *end_;
        const auto job = job_;
        lock.unlock();
        const auto done = job();
        lock.lock();
        job_ = nullptr;
        running_ = false;
        if (!done)
            return exit_status(done.error().code);
        board_.set_state(EngineState::Idle);
    }
}

Result<Json> RunWorker::request(const Json &request)
{
    static const std::map<std::string, Handler> handlers{{"start", &RunWorker::start}, {"resume", &RunWorker::resume}, {"pause", &RunWorker::pause},
                                                         {"stop", &RunWorker::end}, {"shutdown", &RunWorker::end}, {"checkpoint", &RunWorker::checkpoint},
                                                         {"sample", &RunWorker::sample}, {"evaluate", &RunWorker::evaluate}, {"detach", &RunWorker::agree}};
    const std::lock_guard lock(mutex_);
    return (this->*handlers.at(request["type"].get<std::string>()))(request);
}

void RunWorker::stop(bool now)
{
    const std::lock_guard lock(mutex_);
    end_after(now, running_ ? exit_status(ErrorCode::Cancelled) : 0);
}

Result<Json> RunWorker::start(const Json &request)
{
    QUELL_TRY(need_idle());
    QUELL_ASSIGN(auto draft, parse_run_spec(request["spec"], "spec", request["base"].get<std::string>(), presets_folder()));
    QUELL_ASSIGN(auto spec, with_earlier_concepts(std::move(draft)));
    QUELL_ASSIGN(auto created, RunFolder::create(folder_, to_json(spec)));
    auto folder = std::make_shared<RunFolder>(std::move(created));
    take(EngineState::Preparing, [this, spec = std::move(spec), folder] { return report(train(spec, std::move(*folder), cache_, control_, observer())); });
    return Json::object();
}

Result<Json> RunWorker::resume(const Json &)
{
    if (running_ && control_.paused()) {
        control_.unpause();
        return Json::object();
    }
    if (running_)
        return fail(ErrorCode::Usage, "the run is going on already", "resume");
    QUELL_TRY(need_idle());
    QUELL_TRY(read_run_spec(folder_ / "run.json", presets_folder()));
    take(EngineState::Preparing, [this] { return report(quell::resume(folder_, cache_, control_, observer())); });
    return Json::object();
}

Result<Json> RunWorker::pause(const Json &)
{
    QUELL_TRY(need_run());
    control_.pause();
    return Json::object();
}

Result<Json> RunWorker::checkpoint(const Json &)
{
    QUELL_TRY(need_run());
    control_.checkpoint_now();
    return Json::object();
}

Result<Json> RunWorker::sample(const Json &request)
{
    QUELL_TRY(need_run());
    control_.sample_now(request.value("prompts", std::vector<std::string>()));
    return Json::object();
}

// What can be refused is refused at once: the figures themselves take minutes.
Result<Json> RunWorker::evaluate(const Json &request)
{
    QUELL_TRY(need_idle());
    QUELL_ASSIGN(const auto spec, read_run_spec(folder_ / "run.json", presets_folder()));
    if (spec.evaluation.evaluator.empty())
        return fail(ErrorCode::NotFound, "the run names no evaluator, so there are no figures", "evaluation.evaluator");
    if (!fs::exists(folder_ / "student"))
        return fail(ErrorCode::NotFound, "the run is not complete: go on with it first", folder_.string());
    take(EngineState::Scoring, [this, name = request.value("concept", "")] { return score(name); });
    return Json::object();
}

Result<Json> RunWorker::end(const Json &request)
{
    end_after(request.value("mode", "") == "now", 0);
    return Json::object();
}

void RunWorker::take(EngineState state, Job job)
{
    job_ = std::move(job);
    running_ = state != EngineState::Scoring;
    board_.set_state(state);
    changed_.notify_all();
}

Status RunWorker::need_idle() const
{
    if (job_ || end_)
        return fail(ErrorCode::Usage, end_ ? "the engine is about to end" : "the engine is at work already");
    return {};
}

Status RunWorker::need_run() const
{
    if (!running_ || control_.stopping())
        return fail(ErrorCode::Usage, running_ ? "the run is being stopped" : "no run is going on");
    return {};
}

void RunWorker::end_after(bool now, int status)
{
    now ? control_.stop_now() : control_.stop_after_step();
    if (!end_)
        end_ = status;
    if (running_)
        board_.set_state(EngineState::Stopping);
    changed_.notify_all();
}

void RunWorker::show(EngineState state)
{
    const std::lock_guard lock(mutex_);
    board_.set_state(control_.stopping() ? EngineState::Stopping : state);
}

RunObserver RunWorker::observer()
{
    RunObserver observer;
    observer.event = [this](const Json &event) {
        const auto type = event["type"].get<std::string>();
        if (type == "started")
            board_.begin_attempt(event["step"].get<std::int64_t>(), event["steps"].get<std::int64_t>());
        else if (type == "paused")
            show(EngineState::Paused);
        else if (type == "continued")
            show(EngineState::Running);
        board_.journal_grew();
    };
    observer.training = [this] { show(EngineState::Running); };
    observer.step = [this](std::int64_t step, const StepReport &, double) { board_.end_step(step); };
    observer.progress = [this](const std::string &what, std::int64_t done, std::int64_t total) { board_.set_progress(what, done, total); };
    return observer;
}

// A run that was stopped is none that failed.
Status RunWorker::report(const Result<RunOutcome> &outcome)
{
    if (!outcome)
        log_warning(to_string(outcome.error()));
    QUELL_TRY(outcome);
    return {};
}

// A failure costs the figures, not the engine: it is an event like any other.
Status RunWorker::score(const std::string &concept_name)
{
    LoadOptions compute;
    QUELL_ASSIGN(const auto spec, read_run_spec(folder_ / "run.json", presets_folder()));
    QUELL_ASSIGN(compute.device, kernels::pick_device(spec.device));
    compute.dtype = kernels::pick_dtype(spec.precision, compute.device);
    const auto tell = [this](const std::string &what, std::int64_t done, std::int64_t total) {
        if (control_.stopping())
            throw std::runtime_error("stopped"); // the comparison's own way out
        board_.set_progress(what, done, total);
    };
    const auto comparison = compare_models(folder_, concept_name, cache_, compute, tell);
    if (!comparison && control_.stopping())
        return {};
    QUELL_ASSIGN(auto folder, RunFolder::extend(folder_));
    if (comparison) {
        QUELL_TRY(folder.event("scores", {{"scores", to_json(comparison->scores)}, {"concept", concept_name}}));
    } else {
        const auto message = to_string(comparison.error());
        QUELL_TRY(folder.event("warning", {{"code", name_of(comparison.error().code)}, {"message", message.substr(0, message.find('\n'))}}));
    }
    board_.journal_grew();
    return {};
}

} // namespace quell::cli
