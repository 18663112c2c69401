// What people may ask of a run while it works. Set from any thread, and but for samples from a signal handler; read between evaluations.
#pragma once

#include <algorithm>
#include <atomic>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace quell {

class RunControl {
public:
    using Prompts = std::vector<std::string>; // none: the run's own

    void pause() { paused_ = true; }
    void unpause() { paused_ = false; }
    void stop_after_step() { stop_ = std::max(stop_.load(), 1); } // finish the step, write a checkpoint
    void stop_now() { stop_ = 2; }                                // give up the step; the last checkpoint stands
    void checkpoint_now() { checkpoint_ = true; }
    void sample_now(Prompts prompts)
    {
        const std::lock_guard lock(mutex_);
        samples_.push_back(std::move(prompts));
    }

    bool paused() const { return paused_ && stop_ == 0; }
    bool stopping() const { return stop_ > 0; }
    bool stopping_now() const { return stop_ > 1; }
    bool take_checkpoint_request() { return checkpoint_.exchange(false); }
    std::optional<Prompts> take_sample_request()
    {
        const std::lock_guard lock(mutex_);
        if (samples_.empty())
            return {};
        auto prompts = std::move(samples_.front());
        samples_.pop_front();
        return prompts;
    }

private:
    std::atomic<bool> paused_ = false, checkpoint_ = false;
    std::atomic<int> stop_ = 0;
    std::mutex mutex_;
    std::deque<Prompts> samples_;
};

} // namespace quell
