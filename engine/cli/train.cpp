#include "cli/command.h"
#include "cli/progress.h"
#include "cli/stop_signals.h"
#include "run/run.h"
#include "serve/engine_lock.h"

#include <fmt/format.h>

#include <csignal>

namespace quell::cli {
namespace {

RunControl control; // of the one run of this process; what signal handlers may reach

void on_pause_signal(int)
{
    static bool paused = false;
    paused = !paused;
    paused ? control.pause() : control.unpause();
}

void install_signal_handlers()
{
    stop_on_signals(control);
    std::signal(SIGUSR1, on_pause_signal);
}

void print_event(const Json &event, Progress &progress)
{
    const auto type = event["type"].get<std::string>();
    if (type == "started" && event.contains("memory")) {
        std::fprintf(stderr, "about %.1f GiB of memory, most of it while %s\n", event["memory"]["bytes"].get<double>() / (1 << 30),
                     event["memory"]["peak"].get<std::string>().c_str());
    } else if (type == "data") {
        progress.finish();
        std::fprintf(stderr, "%lld pictures: %lld for the lower level, %lld for the upper", event["pictures"].get<long long>(),
                     event["lower"].get<long long>(), event["upper"].get<long long>());
        for (const auto &[name, count] : event["naming"].items())
            std::fprintf(stderr, "; %lld name \"%s\"", count.get<long long>(), name.c_str());
        std::fprintf(stderr, "; %zu excluded\n", event["excluded"].size());
        for (const auto &file : event["excluded"])
            std::fprintf(stderr, "  excluded %s: %s\n", file["file"].get<std::string>().c_str(), file["reason"].get<std::string>().c_str());
        for (const auto &warning : event["warnings"])
            std::fprintf(stderr, "  note: %s\n", warning.get<std::string>().c_str());
    } else if (type == "model") {
        progress.finish();
        std::fprintf(stderr, "on %s in %s, %d threads, features at %s\n", event["device"].get<std::string>().c_str(),
                     event["precision"].get<std::string>().c_str(), event["threads"].get<int>(), event["taps"].dump().c_str());
    } else if (type == "paused" || type == "continued") {
        progress.finish();
        std::fprintf(stderr, "%s at step %lld\n", type.c_str(), event["step"].get<long long>());
    }
}

RunObserver observer_for(Progress &progress, std::int64_t steps)
{
    RunObserver observer;
    observer.event = [&progress](const Json &event) { print_event(event, progress); };
    observer.progress = [&progress](const std::string &what, std::int64_t done, std::int64_t total) { progress.show(what, done, total); };
    observer.step = [&progress, steps, upper = 0.0](std::int64_t step, const StepReport &report, double) mutable {
        if (report.upper)
            upper = report.upper->loss;
        progress.show("training", step, steps, fmt::format("lower {:.4f} upper {:.4f}", report.lower ? report.lower->loss : 0.0, upper));
    };
    return observer;
}

Outcome report(const Result<RunOutcome> &outcome, const fs::path &folder)
{
    QUELL_TRY(outcome);
    if (!outcome->complete)
        return fail(ErrorCode::Cancelled, fmt::format("stopped after step {}; go on with: quell-engine resume {}", outcome->step, folder.string()));
    std::fprintf(stderr, "%lld steps in %.0f s, %.0f s of them drawing samples; the trained UNet is in %s\n", static_cast<long long>(outcome->step),
                 outcome->training_seconds, outcome->sampling_seconds, (folder / "student").c_str());
    return {};
}

struct Arguments {
    std::string spec, folder, cache = default_cache().string(), device, precision;
    int threads = -1;
};

// What failed before its first step leaves nothing to go on with, only a folder in the way of the next try.
void remove_if_fruitless(const Result<RunOutcome> &outcome, const fs::path &folder)
{
    std::error_code ignored;
    if (!outcome && outcome.error().code != ErrorCode::Cancelled && fs::file_size(folder / "metrics.ndjson", ignored) == 0)
        fs::remove_all(folder, ignored);
}

Outcome run_new(const Arguments &arguments)
{
    QUELL_ASSIGN(auto spec, read_run_spec(arguments.spec, presets_folder()));
    if (!arguments.device.empty())
        spec.device = arguments.device;
    if (!arguments.precision.empty())
        spec.precision = arguments.precision;
    if (arguments.threads >= 0)
        spec.threads = arguments.threads;
    QUELL_ASSIGN(const auto lock, EngineLock::take(arguments.folder));
    QUELL_ASSIGN(auto folder, RunFolder::create(arguments.folder, to_json(spec)));
    install_signal_handlers();
    Progress progress;
    const auto outcome = train(spec, std::move(folder), arguments.cache, control, observer_for(progress, spec.steps));
    progress.finish();
    remove_if_fruitless(outcome, arguments.folder);
    return report(outcome, arguments.folder);
}

Outcome run_on(const Arguments &arguments)
{
    QUELL_ASSIGN(const auto spec, read_run_spec(fs::path(arguments.folder) / "run.json", presets_folder()));
    QUELL_ASSIGN(const auto lock, EngineLock::take(arguments.folder));
    install_signal_handlers();
    Progress progress;
    const auto outcome = resume(arguments.folder, arguments.cache, control, observer_for(progress, spec.steps));
    progress.finish();
    return report(outcome, arguments.folder);
}

} // namespace

void add_train(CLI::App &app, Outcome &outcome)
{
    auto arguments = std::make_shared<Arguments>();
    auto *train = app.add_subcommand("train", "Runs a bilevel run into a new folder. Ctrl-C: stop after the step, with a checkpoint; twice: stop now. SIGUSR1: pause and continue.");
    train->add_option("spec", arguments->spec, "run.json: what to train on what (resources/starter/starter.json is one)")->required();
    train->add_option("folder", arguments->folder, "The run folder to make")->required();
    train->add_option("--device", arguments->device, "Instead of the file's: auto, cpu or cuda:N");
    train->add_option("--precision", arguments->precision, "Instead of the file's")->check(CLI::IsMember({"auto", "fp32", "bf16"}));
    train->add_option("--threads", arguments->threads, "Instead of the file's")->check(CLI::Range(0, 1024));
    auto *resume = app.add_subcommand("resume", "Goes on with a run from its newest checkpoint.");
    resume->add_option("folder", arguments->folder, "The run folder")->required();
    for (auto *command : {train, resume})
        command->add_option("--cache", arguments->cache, "Where encoded pictures and captions are kept")->capture_default_str();
    train->callback([arguments, &outcome] { outcome = run_new(*arguments); });
    resume->callback([arguments, &outcome] { outcome = run_on(*arguments); });
}

} // namespace quell::cli
