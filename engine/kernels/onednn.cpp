#include "kernels/onednn.h"

#include <ATen/core/dispatch/Dispatcher.h>

namespace quell::kernels {
namespace {

using torch::Tensor;

// LibTorch has these operators for its compiler alone: there is no C++ function to call.
template <class... Arguments> Tensor call(const c10::OperatorHandle &op, Arguments &&...arguments)
{
    torch::jit::Stack stack{c10::IValue(std::forward<Arguments>(arguments))...};
    op.callBoxed(stack);
    return stack.front().toTensor();
}

c10::OperatorHandle find(const char *name)
{
    return c10::Dispatcher::singleton().findSchemaOrThrow(name, "");
}

c10::IValue optional_tensor(const Tensor &x)
{
    return x.defined() ? c10::IValue(x) : c10::IValue();
}

std::vector<std::int64_t> twice(std::int64_t value)
{
    return {value, value};
}

const c10::List<std::optional<at::Scalar>> no_scalars;

// oneDNN refuses bf16 without AVX-512 (or AVX-NE-CONVERT); LibTorch then computes without it.
bool processor_blocks_bf16()
{
    static const bool blocks = [] {
        try {
            prepack_conv2d(torch::ones({1, 1, 1, 1}, torch::kBFloat16), 1, 0);
            return true;
        } catch (const c10::Error &) {
            return false;
        }
    }();
    return blocks;
}

} // namespace

bool can_prepack(const Tensor &weight)
{
    // Not fp32: a linear layer gains little, for a second copy of weights that lie in a mapped file, and the blocking of a convolution depends on
    // the picture's size and sometimes the batch. Where that differs from the one guessed ahead oneDNN blocks anew in every call, by a path of up to
    // a hundred times a product's time.
    return weight.device().is_cpu() && weight.scalar_type() == torch::kBFloat16 && processor_blocks_bf16();
}

Tensor prepack_linear(const Tensor &weight)
{
    static const auto op = find("mkldnn::_reorder_linear_weight");
    return call(op, weight.detach().contiguous(), c10::IValue());
}

Tensor prepack_conv2d(const Tensor &weight, std::int64_t stride, std::int64_t padding)
{
    static const auto op = find("mkldnn::_reorder_convolution_weight");
    return call(op, weight.detach(), twice(padding), twice(stride), twice(1), std::int64_t{1}, c10::IValue());
}

Tensor onednn_linear(const Tensor &x, const Tensor &weight, const Tensor &bias)
{
    static const auto op = find("mkldnn::_linear_pointwise");
    return call(op, x, weight, optional_tensor(bias), "none", no_scalars, "");
}

Tensor onednn_conv2d(const Tensor &x, const Tensor &weight, const Tensor &bias, std::int64_t stride, std::int64_t padding)
{
    static const auto op = find("mkldnn::_convolution_pointwise");
    return call(op, x, weight, optional_tensor(bias), twice(padding), twice(stride), twice(1), std::int64_t{1}, "none", no_scalars, "");
}

} // namespace quell::kernels
