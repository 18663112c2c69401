// An open file, pipe or socket; closed on every way out.
#pragma once

#include <unistd.h>

#include <utility>

namespace quell {

class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() { reset(); }
    Descriptor(Descriptor &&other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor &operator=(Descriptor &&other) noexcept
    {
        reset(std::exchange(other.number_, -1));
        return *this;
    }

    int get() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }
    void reset(int number = -1)
    {
        if (number_ >= 0)
            ::close(number_);
        number_ = number;
    }

private:
    int number_ = -1;
};

} // namespace quell
