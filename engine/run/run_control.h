// What people may ask of a run while it works. Set from any thread or a signal handler; read between evaluations.
#pragma once

#include <algorithm>
#include <atomic>

namespace quell {

class RunControl {
public:
    void pause() { paused_ = true; }
    void unpause() { paused_ = false; }
    void stop_after_step() { stop_ = std::max(stop_.load(), 1); } // finish the step, write a checkpoint
    void stop_now() { stop_ = 2; }                                // give up the step; the last checkpoint stands
    void checkpoint_now() { checkpoint_ = true; }
    void sample_now() { sample_ = true; }

    bool paused() const { return paused_ && stop_ == 0; }
    bool stopping() const { return stop_ > 0; }
    bool stopping_now() const { return stop_ > 1; }
    bool take_checkpoint_request() { return checkpoint_.exchange(false); }
    bool take_sample_request() { return sample_.exchange(false); }

private:
    std::atomic<bool> paused_ = false, checkpoint_ = false, sample_ = false;
    std::atomic<int> stop_ = 0;
};

} // namespace quell
