// Does what the protocol asks for with a real run: requests are taken on the I/O thread, the work is done by work().
#pragma once

#include "run/run.h"
#include "serve/board.h"
#include "serve/worker.h"

#include <condition_variable>

namespace quell::cli {

class RunWorker : public Worker {
public:
    RunWorker(fs::path folder, fs::path cache, Board &board) : folder_(std::move(folder)), cache_(std::move(cache)), board_(board) {}

    // Does one job after the other until the end is asked for or a run fails; the exit status.
    int work();

    Result<Json> request(const Json &request) override;
    void stop(bool now) override;

private:
    using Job = std::function<Status()>;
    using Handler = Result<Json> (RunWorker::*)(const Json &);

    Result<Json> start(const Json &request);
    Result<Json> resume(const Json &request);
    Result<Json> pause(const Json &request);
    Result<Json> checkpoint(const Json &request);
    Result<Json> sample(const Json &request);
    Result<Json> evaluate(const Json &request);
    Result<Json> end(const Json &request);
    Result<Json> agree(const Json &) { return Json::object(); }

    Status need_idle() const;
    Status need_run() const;
    void take(EngineState state, Job job); // when idle
    void end_after(bool now, int status);
    void show(EngineState state);
    RunObserver observer();
    Status report(const Result<RunOutcome> &outcome);
    Status score(const std::string &concept_name);

    const fs::path folder_, cache_;
    Board &board_;
    RunControl control_; // of the run; one stop is forever
    std::mutex mutex_;
    std::condition_variable changed_;
    Job job_;               // waits or is done
    bool running_ = false;  // the job is a run
    std::optional<int> end_; // the exit status once the job at hand is done
};

} // namespace quell::cli
