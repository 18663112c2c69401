#include "cli/command.h"
#include "cli/run_worker.h"
#include "kernels/device.h"
#include "serve/scripted.h"

#include <thread>

namespace quell::cli {
namespace {

struct Arguments {
    std::string folder, cache = default_cache().string(), script;
    bool detached = false;
};

Json devices()
{
    Json list = Json::array();
    for (const auto &device : kernels::devices())
        list.push_back({{"name", device.name}, {"description", device.description}, {"kind", device.name.substr(0, device.name.find(':'))},
                        {"threads", torch::get_num_threads()}, {"memory", device.memory}});
    return list;
}

// Serves while `work` does the work on this thread; the exit status to give.
Result<int> serve_beside(ServerOptions options, const EngineLock &lock, StandardStreams streams, Worker &worker, Board &board, const std::function<int()> &work)
{
    QUELL_ASSIGN(const auto server, Server::create(std::move(options), lock, std::move(streams), worker, board));
    std::thread serving([&] { server->run(); });
    const int status = work();
    board.end(status);
    serving.join();
    return status;
}

Result<int> serve(const Arguments &arguments)
{
    auto streams = StandardStreams::take();
    std::error_code ignored;
    const auto folder = fs::absolute(arguments.folder, ignored).lexically_normal();
    QUELL_ASSIGN(const auto lock, EngineLock::take(folder));
    ServerOptions options{folder, arguments.detached, devices(), Json::object(), true};
    Board board;
    if (arguments.script.empty()) {
        RunWorker worker(folder, arguments.cache, board);
        return serve_beside(std::move(options), lock, std::move(streams), worker, board, [&] { return worker.work(); });
    }
    QUELL_ASSIGN(auto script, read_script(arguments.script));
    options.hello = script.hello;
    options.greet = script.greet;
    ScriptedWorker worker(std::move(script), folder, board);
    return serve_beside(std::move(options), lock, std::move(streams), worker, board, [&] { return worker.play(); });
}

// A status that is no error of serving (a run's, a script's) has been told already.
Outcome report(const Result<int> &status)
{
    QUELL_TRY(status);
    if (*status != 0)
        std::exit(*status);
    return {};
}

} // namespace

void add_serve(CLI::App &app, Outcome &outcome)
{
    auto arguments = std::make_shared<Arguments>();
    auto *command = app.add_subcommand("serve", "Serves the studio's protocol for the run in FOLDER, on standard input and output or on a socket in the folder.");
    command->add_option("folder", arguments->folder, "The run folder, there already or not")->required();
    command->add_flag("--detached", arguments->detached, "Live on without whoever started it: engine.sock in the folder instead of standard input and output");
    command->add_option("--cache", arguments->cache, "Where encoded pictures and captions are kept")->capture_default_str();
    command->add_option("--script", arguments->script, "Play a script (engine/serve/scripted.h) instead of running anything");
    command->callback([arguments, &outcome] { outcome = report(serve(*arguments)); });
}

} // namespace quell::cli
