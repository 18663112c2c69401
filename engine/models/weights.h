// How modules get their parameters: built from the tensors that are there, so that widths come from shapes and nothing is
// allocated twice or initialised for nothing.
#pragma once

#include "models/state_dict.h"

#include <memory>
#include <set>

namespace quell {

// How a model is loaded. Convolutions' weights and the activations are channels-last, which the CPU kernels work on.
// Norm parameters stay fp32 in every dtype: they are small, and their kernels want it so.
struct LoadOptions {
    torch::ScalarType dtype = torch::kFloat32; // of matrices, convolutions, their biases, and the activations
    torch::Device device = torch::kCPU;
};

// A view of a state dict below a prefix. Copies share the record of what was taken and of the first error: a module's constructor
// takes what it needs and its builder asks finish() once.
class Weights {
public:
    // `fresh`: the tensors view files that were opened for this alone, so that the memory of what is copied is let go of at once.
    Weights(StateDict tensors, LoadOptions options, std::string place, bool fresh = false);

    // The view of a child module: weights / "resnets" / 0.
    Weights operator/(const std::string &name) const;
    Weights operator/(std::size_t index) const { return *this / std::to_string(index); }

    bool has(const std::string &name) const;
    // The tensor `name`, converted to the load options (norms: fp32). `shape` gives the expected sizes, -1 where any will do.
    // A missing or misshapen tensor is recorded as an error naming the key, and an undefined tensor is returned.
    torch::Tensor take(const std::string &name, std::vector<std::int64_t> shape) const;
    torch::Tensor take_norm(const std::string &name, std::vector<std::int64_t> shape) const;
    // The stored shape of a tensor, for modules whose width is read off it; empty if missing (recorded as an error).
    std::vector<std::int64_t> shape(const std::string &name) const;
    // The full key of a name here, as in the file.
    std::string key(const std::string &name = {}) const;
    void reject(ErrorCode code, const std::string &name, std::string message) const; // records an error

    const LoadOptions &options() const { return shared_->options; }
    bool failed() const { return shared_->error.has_value(); }
    // The first recorded error, the first tensor that no module took, or a file that was cut short while it was read.
    Status finish() const;

private:
    struct Shared {
        StateDict tensors;
        LoadOptions options;
        std::string place;
        bool fresh;
        std::set<std::string> taken;
        std::optional<Error> error;
    };
    const torch::Tensor *find(const std::string &name) const; // a missing one is recorded as an error
    torch::Tensor take_as(const std::string &name, const std::vector<std::int64_t> &shape, torch::ScalarType dtype) const;
    std::shared_ptr<Shared> shared_;
    std::string prefix_;
};

} // namespace quell
