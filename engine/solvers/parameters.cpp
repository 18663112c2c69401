#include "solvers/parameters.h"

#include "kernels/optimizer_step.h"

#include <cmath>
#include <utility>

namespace quell {

using torch::Tensor;

namespace {

bool is_low(const Tensor &x)
{
    return x.element_size() < 4;
}

// Eight bools to a byte, in logical order.
Tensor packed(const Tensor &bits)
{
    const Tensor bytes = torch::constant_pad_nd(bits.flatten().to(torch::kUInt8), {0, (8 - bits.numel() % 8) % 8}).view({-1, 8});
    Tensor sum = torch::zeros({bytes.size(0)}, bytes.options());
    for (int i = 0; i < 8; ++i)
        sum.bitwise_or_(bytes.select(1, i) * (1 << i));
    return sum;
}

Tensor unpacked(const Tensor &bytes, c10::IntArrayRef shape)
{
    const Tensor weights = torch::tensor({1, 2, 4, 8, 16, 32, 64, 128}, bytes.options());
    return (bytes.unsqueeze(1).bitwise_and(weights) != 0).flatten().narrow(0, 0, c10::multiply_integers(shape)).view(shape);
}

} // namespace

Parameters::Parameters(std::vector<std::pair<std::string, Tensor>> compute, const StateDict &masters)
{
    for (auto &[name, tensor] : compute) {
        const auto master = masters.find(name);
        const bool shared = master == masters.end() || !is_low(tensor);
        names_.push_back(name);
        masters_.push_back(shared ? tensor.detach() : torch::empty_like(tensor.detach(), torch::kFloat32).copy_(master->second));
        compute_.push_back(std::move(tensor));
    }
}

Tensor Parameters::copy(std::size_t index) const
{
    return masters_[index].scalar_type() == compute_[index].scalar_type() ? Tensor() : compute_[index].detach();
}

void Parameters::hold_zeros()
{
    zeros_.assign(size(), {});
    for (std::size_t i = 0; i < size(); ++i) {
        const Tensor zero = masters_[i] == 0;
        if (masters_[i].dim() >= 2 && zero.any().item<bool>())
            zeros_[i] = packed(zero);
    }
}

void Parameters::mask_gradients(const std::vector<Tensor> &masks)
{
    torch::NoGradGuard no_grad;
    sums_.resize(size());
    for (std::size_t i = 0; i < size(); ++i) {
        if (!masks[i].defined()) {
            sums_[i] = Tensor();
            compute_[i].mutable_grad() = Tensor();
            continue;
        }
        if (masks[i].dim() == 0)
            continue;
        for (const Tensor &gradient : {sums_[i], compute_[i].grad()}) {
            if (gradient.defined())
                Tensor(gradient).mul_(masks[i]);
        }
    }
}

void Parameters::fold_gradients()
{
    sums_.resize(size());
    for (std::size_t i = 0; i < size(); ++i) {
        const Tensor gradient = compute_[i].grad();
        if (!gradient.defined() || !is_low(gradient))
            continue;
        sums_[i] = sums_[i].defined() ? sums_[i].add_(gradient) : gradient.to(torch::kFloat32);
        compute_[i].mutable_grad() = Tensor();
    }
}

std::vector<Tensor> Parameters::take_gradients()
{
    std::vector<Tensor> gradients = std::exchange(sums_, {});
    gradients.resize(size());
    for (std::size_t i = 0; i < size(); ++i) {
        if (!gradients[i].defined())
            gradients[i] = compute_[i].grad();
        compute_[i].mutable_grad() = Tensor();
        if (gradients[i].defined() && !zeros_.empty() && zeros_[i].defined())
            gradients[i].masked_fill_(unpacked(zeros_[i], gradients[i].sizes()), 0);
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
    const auto wide = [](const Tensor &g) { return is_low(g) ? g.to(torch::kFloat32) : g; };
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i].defined() && b[i].defined())
            sum += torch::sum(wide(a[i]) * wide(b[i])).item<double>();
    }
    return sum;
}

} // namespace quell
