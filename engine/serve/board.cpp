#include "serve/board.h"

#include <cstdint>
#include <sys/eventfd.h>

namespace quell {

Board::Board() : wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Board::set_state(EngineState state)
{
    {
        const std::lock_guard lock(mutex_);
        shown_.state = state;
        shown_.worked |= state != EngineState::Idle;
    }
    wake();
}

void Board::begin_attempt(std::int64_t step, std::int64_t steps)
{
    const std::lock_guard lock(mutex_);
    shown_.step = step;
    shown_.steps = steps;
    shown_.step_ended = Clock::now();
}

void Board::end_step(std::int64_t step)
{
    {
        const std::lock_guard lock(mutex_);
        shown_.step = step;
        shown_.step_ended = Clock::now();
    }
    wake();
}

void Board::set_progress(std::string what, std::int64_t done, std::int64_t total)
{
    {
        const std::lock_guard lock(mutex_);
        shown_.progress = {std::move(what), done, total, shown_.progress.version + 1};
    }
    wake();
}

void Board::end(int status)
{
    {
        const std::lock_guard lock(mutex_);
        shown_.end = status;
    }
    wake();
}

Board::Shown Board::shown() const
{
    const std::lock_guard lock(mutex_);
    return shown_;
}

void Board::wake()
{
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
}

void Board::slept() const
{
    std::uint64_t count;
    [[maybe_unused]] const auto got = ::read(wake_.get(), &count, sizeof count);
}

void Board::send_raw(std::string bytes)
{
    {
        const std::lock_guard lock(mutex_);
        raw_.push_back(std::move(bytes));
    }
    wake();
}

std::optional<std::string> Board::raw(std::size_t index) const
{
    const std::lock_guard lock(mutex_);
    if (index >= raw_.size())
        return {};
    return raw_[index];
}

std::size_t Board::raw_count() const
{
    const std::lock_guard lock(mutex_);
    return raw_.size();
}

} // namespace quell
