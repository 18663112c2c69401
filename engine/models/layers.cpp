#include "models/layers.h"

#include "core/random.h"
#include "kernels/attention.h"
#include "kernels/convolution.h"
#include "kernels/linear.h"
#include "kernels/norm.h"
#include "kernels/onednn.h"

#include <ATen/CPUGeneratorImpl.h>

#include <cmath>

namespace quell {

std::int64_t rows_of(const Weights &weights, const std::string &name)
{
    const auto shape = weights.shape(name);
    return shape.empty() ? 0 : shape[0];
}

LinearImpl::LinearImpl(const Weights &weights, std::int64_t in, std::int64_t out, bool with_bias)
{
    weight = register_parameter("weight", weights.take("weight", {out, in}));
    if (with_bias)
        bias = register_parameter("bias", weights.take("bias", {weight.defined() ? weight.size(0) : -1}));
}

torch::Tensor LinearImpl::forward(const torch::Tensor &x)
{
    const torch::Tensor y = prepacked_ ? kernels::onednn_linear(x, weight, bias) : kernels::linear(x, weight, bias);
    return down_.defined() ? y + adapter_scale_ * torch::linear(torch::linear(x, down_), up_) : y;
}

void LinearImpl::add_adapter(std::int64_t rank, double alpha, std::uint64_t seed)
{
    const auto generator = at::detail::createCPUGenerator(seed);
    const auto in = weight.size(1), out = weight.size(0);
    const double bound = 1 / std::sqrt(static_cast<double>(in)); // Kaiming's with slope √5
    const auto add = [&](const char *name, const torch::Tensor &value) {
        auto holder = std::make_shared<torch::nn::Module>();
        register_module(name, holder);
        return holder->register_parameter("weight", value.to(weight.options().requires_grad(false)));
    };
    down_ = add("lora_A", torch::empty({rank, in}).uniform_(-bound, bound, generator));
    up_ = add("lora_B", torch::zeros({out, rank}));
    adapter_scale_ = alpha / static_cast<double>(rank);
}

void LinearImpl::freeze()
{
    if (prepacked_ || !kernels::can_prepack(weight))
        return;
    // Both handles of the parameter, so that the plain weight goes.
    parameters_["weight"] = weight = kernels::prepack_linear(weight);
    prepacked_ = true;
}

Conv2dImpl::Conv2dImpl(const Weights &weights, std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride,
                       std::int64_t padding)
    : stride_(stride), padding_(padding < 0 ? kernel / 2 : padding)
{
    weight = register_parameter("weight", weights.take("weight", {out, in, kernel, kernel}));
    bias = register_parameter("bias", weights.take("bias", {weight.defined() ? weight.size(0) : -1}));
}

torch::Tensor Conv2dImpl::forward(const torch::Tensor &x)
{
    return prepacked_ ? kernels::onednn_conv2d(x, weight, bias, stride_, padding_) : kernels::conv2d(x, weight, bias, stride_, padding_);
}

void Conv2dImpl::freeze()
{
    if (prepacked_ || !kernels::can_prepack(weight))
        return;
    parameters_["weight"] = weight = kernels::prepack_conv2d(weight, stride_, padding_);
    prepacked_ = true;
}

void freeze(torch::nn::Module &module)
{
    module.eval();
    for (auto &parameter : module.parameters())
        parameter.set_requires_grad(false);
    for (const auto &child : module.modules()) {
        if (auto *layer = dynamic_cast<Freezable *>(child.get()))
            layer->freeze();
    }
}

GroupNormImpl::GroupNormImpl(const Weights &weights, std::int64_t groups, std::int64_t channels, double eps) : groups_(groups), eps_(eps)
{
    weight = register_parameter("weight", weights.take_norm("weight", {channels}));
    bias = register_parameter("bias", weights.take_norm("bias", {channels}));
    if (groups <= 0 || (weight.defined() && weight.size(0) % groups != 0))
        weights.reject(ErrorCode::Mismatch, "weight", "its channels do not divide into " + std::to_string(groups) + " groups");
}

torch::Tensor GroupNormImpl::forward(const torch::Tensor &x)
{
    return kernels::group_norm(x, groups_, weight, bias, eps_, kernels::Act::None);
}

torch::Tensor GroupNormImpl::silu(const torch::Tensor &x)
{
    return kernels::group_norm(x, groups_, weight, bias, eps_, kernels::Act::Silu);
}

LayerNormImpl::LayerNormImpl(const Weights &weights, std::int64_t channels, double eps) : eps_(eps)
{
    weight = register_parameter("weight", weights.take_norm("weight", {channels}));
    bias = register_parameter("bias", weights.take_norm("bias", {channels}));
}

torch::Tensor LayerNormImpl::forward(const torch::Tensor &x)
{
    return kernels::layer_norm(x, weight, bias, eps_);
}

AttentionImpl::AttentionImpl(const Weights &weights, std::int64_t channels, std::int64_t context, std::int64_t heads, bool qkv_bias,
                             bool upcast)
    : heads_(heads), upcast_(upcast)
{
    to_q = register_module("to_q", Linear(weights / "to_q", channels, -1, qkv_bias));
    const std::int64_t inner = to_q->weight.defined() ? to_q->weight.size(0) : -1;
    to_k = register_module("to_k", Linear(weights / "to_k", context, inner, qkv_bias));
    to_v = register_module("to_v", Linear(weights / "to_v", context, inner, qkv_bias));
    to_out = Linear(weights / "to_out" / 0, inner, channels);
    auto list = std::make_shared<SparseListImpl<Linear>>();
    list->push_back(to_out);
    register_module("to_out", list);
    if (heads <= 0 || (inner > 0 && inner % heads != 0))
        weights.reject(ErrorCode::Mismatch, "to_q.weight",
                       std::to_string(inner) + " rows do not divide into " + std::to_string(heads) + " heads; a structure.json beside the model says how many were kept");
}

void AttentionImpl::add_adapters(std::int64_t rank, double alpha, std::uint64_t seed)
{
    std::uint64_t index = 0;
    for (auto *layer : {to_q.get(), to_k.get(), to_v.get(), to_out.get()})
        layer->add_adapter(rank, alpha, derive_seed(seed, "adapter", index++));
}

torch::Tensor AttentionImpl::forward(const torch::Tensor &x, const torch::Tensor &context)
{
    return to_out->forward(kernels::attention(to_q->forward(x), to_k->forward(context), to_v->forward(context), heads_, upcast_));
}

} // namespace quell
