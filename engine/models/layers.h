// Leaf modules: parameters straight from the weights, widths read off their shapes, compute dtype that of the parameters.
#pragma once

#include "models/weights.h"

namespace quell {

// A layer with a weight that can be prepared once it will not change any more.
class Freezable {
public:
    virtual ~Freezable() = default;
    // Replaces the weight by a form that only forward() can use.
    virtual void freeze() = 0;
};

class LinearImpl : public torch::nn::Module, public Freezable {
public:
    LinearImpl(const Weights &weights, std::int64_t in, std::int64_t out = -1, bool with_bias = true);
    torch::Tensor forward(const torch::Tensor &x);
    void freeze() override;
    // From here on x·(W + (alpha/rank)·B·A)ᵀ: parameters lora_A.weight [rank, in], drawn like peft's from `seed`, and lora_B.weight
    // [out, rank], zero.
    void add_adapter(std::int64_t rank, double alpha, std::uint64_t seed);
    torch::Tensor weight, bias;

private:
    bool prepacked_ = false;
    torch::Tensor down_, up_; // the adapter's A and B, if there is one
    double adapter_scale_ = 0;
};
TORCH_MODULE(Linear);

// Square kernels; the padding keeps the size at stride 1.
class Conv2dImpl : public torch::nn::Module, public Freezable {
public:
    Conv2dImpl(const Weights &weights, std::int64_t in, std::int64_t out = -1, std::int64_t kernel = 3, std::int64_t stride = 1,
               std::int64_t padding = -1);
    torch::Tensor forward(const torch::Tensor &x);
    void freeze() override;
    torch::Tensor weight, bias;

private:
    std::int64_t stride_, padding_;
    bool prepacked_ = false;
};
TORCH_MODULE(Conv2d);

class GroupNormImpl : public torch::nn::Module {
public:
    GroupNormImpl(const Weights &weights, std::int64_t groups, std::int64_t channels, double eps);
    torch::Tensor forward(const torch::Tensor &x); // norm alone
    torch::Tensor silu(const torch::Tensor &x);    // SiLU of the norm, fused
    torch::Tensor weight, bias;

private:
    std::int64_t groups_;
    double eps_;
};
TORCH_MODULE(GroupNorm);

class LayerNormImpl : public torch::nn::Module {
public:
    LayerNormImpl(const Weights &weights, std::int64_t channels, double eps = 1e-5);
    torch::Tensor forward(const torch::Tensor &x);
    torch::Tensor weight, bias;

private:
    double eps_;
};
TORCH_MODULE(LayerNorm);

// Multi-head attention with diffusers' names: to_q, to_k, to_v, to_out.0. `inner` width and its heads may be pruned.
class AttentionImpl : public torch::nn::Module {
public:
    AttentionImpl(const Weights &weights, std::int64_t channels, std::int64_t context, std::int64_t heads, bool qkv_bias = false,
                  bool upcast = false);
    // x [n, l, channels]; context [n, s, context] or x itself.
    torch::Tensor forward(const torch::Tensor &x, const torch::Tensor &context);
    void add_adapters(std::int64_t rank, double alpha, std::uint64_t seed); // to all four

private:
    std::int64_t heads_;
    bool upcast_;
    Linear to_q{nullptr}, to_k{nullptr}, to_v{nullptr}, to_out{nullptr};
};
TORCH_MODULE(Attention);

// A list whose children are named 0, 1, …, some of which may be absent (null): names must stay those of the dense model.
template <class Holder> class SparseListImpl : public torch::nn::Module {
public:
    void push_back(Holder child)
    {
        if (!child.is_empty())
            register_module(std::to_string(items_.size()), child);
        items_.push_back(std::move(child));
    }
    std::size_t size() const { return items_.size(); }
    Holder &operator[](std::size_t index) { return items_[index]; }

private:
    std::vector<Holder> items_;
};
template <class Holder> using SparseList = std::shared_ptr<SparseListImpl<Holder>>;

// No gradients for a module's parameters from now on, and its layers in the form that is fastest to run.
void freeze(torch::nn::Module &module);

// Rows of a weight's shape, or 0 where it is missing (the error is recorded in the weights).
std::int64_t rows_of(const Weights &weights, const std::string &name);

} // namespace quell
