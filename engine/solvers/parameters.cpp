#include "solvers/parameters.h"

#include "kernels/optimizer_step.h"

#include <cmath>

namespace quell {

using torch::Tensor;

Parameters::Parameters(std::vector<std::pair<std::string, Tensor>> compute, const StateDict &masters)
{
    for (auto &[name, tensor] : compute) {
        const auto master = masters.find(name);
        const bool shared = master == masters.end() || master->second.scalar_type() == tensor.scalar_type();
        names_.push_back(name);
        masters_.push_back(shared ? tensor.detach() : torch::empty_like(tensor, master->second.scalar_type()).copy_(master->second));
        compute_.push_back(std::move(tensor));
    }
}

Tensor Parameters::copy(std::size_t index) const
{
    return masters_[index].scalar_type() == compute_[index].scalar_type() ? Tensor() : compute_[index].detach();
}

std::vector<Tensor> Parameters::take_gradients()
{
    std::vector<Tensor> gradients;
    for (auto &tensor : compute_) {
        gradients.push_back(tensor.grad());
        tensor.mutable_grad() = Tensor();
    }
    return gradients;
}

std::vector<Tensor> Parameters::snapshot() const
{
    std::vector<Tensor> copies;
    for (const auto &master : masters_)
        copies.push_back(master.clone());
    return copies;
}

void Parameters::publish(std::size_t index)
{
    torch::NoGradGuard no_grad;
    if (masters_[index].scalar_type() == compute_[index].scalar_type())
        compute_[index].set_data(masters_[index]);
    else
        compute_[index].copy_(masters_[index]);
}

void Parameters::exchange(std::vector<Tensor> &others)
{
    std::swap(masters_, others);
    for (std::size_t i = 0; i < size(); ++i)
        publish(i);
}

StateDict Parameters::to_state_dict() const
{
    StateDict tensors;
    for (std::size_t i = 0; i < size(); ++i)
        tensors[names_[i]] = masters_[i];
    return tensors;
}

Status Parameters::load(const StateDict &masters)
{
    torch::NoGradGuard no_grad;
    for (std::size_t i = 0; i < size(); ++i) {
        const auto found = masters.find(names_[i]);
        if (found == masters.end() || found->second.sizes() != masters_[i].sizes())
            return fail(ErrorCode::Mismatch, "these weights are not of this model", names_[i]);
        masters_[i].copy_(found->second);
        publish(i);
    }
    return {};
}

double norm(const std::vector<Tensor> &gradients)
{
    double sum = 0;
    for (const auto &gradient : gradients)
        sum += gradient.defined() ? kernels::squared_norm(gradient) : 0;
    return std::sqrt(sum);
}

double dot(const std::vector<Tensor> &a, const std::vector<Tensor> &b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i].defined() && b[i].defined())
            sum += torch::sum(a[i].to(torch::kFloat32) * b[i].to(torch::kFloat32)).item<double>();
    }
    return sum;
}

} // namespace quell
