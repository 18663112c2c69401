// The weights under training.
#pragma once

#include "models/state_dict.h"

namespace quell {

// Masters (fp32, or fp64 for small problems) and the copies that the model computes with. Where the dtypes agree the two are one and the
// same tensor; a bf16 model has bf16 copies, whose gradients the optimizer reads as they are (autocast without its casts in every step).
// A bf16 parameter without a master is its own; the optimizer then rounds it stochastically.
class Parameters {
public:
    // `compute` are the model's own parameters under training; `masters` their values in full precision, by name and of any dtype. A name
    // without a master, or a compute tensor that is as wide, is its own master.
    Parameters(std::vector<std::pair<std::string, torch::Tensor>> compute, const StateDict &masters);

    std::size_t size() const { return names_.size(); }
    const std::vector<std::string> &names() const { return names_; }
    const std::vector<torch::Tensor> &masters() const { return masters_; }
    // The copy an optimizer must keep up to date, or undefined where master and copy are one.
    torch::Tensor copy(std::size_t index) const;

    // What is exactly zero in a matrix or convolution now stays zero: its gradients are zero from here on.
    void hold_zeros();
    // Keeps of the gradients in the model what `masks` lets through, one a parameter: an undefined mask clears the gradient, one without dimensions leaves
    // it, another is multiplied with it.
    void mask_gradients(const std::vector<torch::Tensor> &masks);
    // Between the parts of a batch: what has gathered in the model in less than fp32 is added up in fp32.
    void fold_gradients();
    // Takes the gradients out of the model (undefined where none flowed).
    std::vector<torch::Tensor> take_gradients();
    // Copies of the masters.
    std::vector<torch::Tensor> snapshot() const;
    // Exchanges the masters for `others` (in place, both ways): two sets of weights in one model.
    void exchange(std::vector<torch::Tensor> &others);
    StateDict to_state_dict() const;
    // Sets all masters and copies; Mismatch if a name or shape is not as here.
    Status load(const StateDict &masters);

private:
    void publish(std::size_t index);
    std::vector<std::string> names_;
    std::vector<torch::Tensor> compute_, masters_;
    std::vector<torch::Tensor> sums_;  // of gradients, fp32; none unless folded
    std::vector<torch::Tensor> zeros_; // bits, packed, 1 where a zero is held; undefined where there is none
};

// √Σ‖g‖² and Σ⟨a, b⟩ over lists of gradients, undefined ones counting as zero.
double norm(const std::vector<torch::Tensor> &gradients);
double dot(const std::vector<torch::Tensor> &a, const std::vector<torch::Tensor> &b);

} // namespace quell
