#include "kernels/linear.h"

#include "kernels/onednn.h"

namespace quell::kernels {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

Tensor rows(const Tensor &x)
{
    return x.reshape({-1, x.size(-1)});
}

class LinearFunction : public torch::autograd::Function<LinearFunction> {
public:
    static Tensor forward(AutogradContext *context, const Tensor &x, const Tensor &weight, const std::optional<Tensor> &bias)
    {
        context->save_for_backward({weight.requires_grad() ? x : Tensor(), x.requires_grad() ? weight : Tensor()}); // no more than the gradients need
        context->saved_data["biased"] = bias.has_value(); // only then does it count as an input
        return onednn_linear(x, weight, bias.value_or(Tensor()));
    }

    static variable_list backward(AutogradContext *context, const variable_list &gradients)
    {
        const auto saved = context->get_saved_variables();
        const Tensor &x = saved[0], &weight = saved[1], dy = rows(gradients[0]);
        Tensor dx, dweight, dbias;
        if (context->needs_input_grad(0))
            dx = torch::matmul(gradients[0], weight);
        if (context->needs_input_grad(1))
            dweight = dy.t().mm(rows(x));
        if (context->saved_data["biased"].toBool() && context->needs_input_grad(2))
            dbias = dy.sum(0);
        return {dx, dweight, dbias};
    }
};

// Values of a weight from which on oneDNN was the faster (AVX2); below, the two are the same or MKL is.
constexpr std::int64_t wide = 3 << 18;

bool pays(const Tensor &x, const Tensor &weight)
{
    return weight.numel() >= wide && x.device().is_cpu() && x.scalar_type() == torch::kFloat32 && weight.scalar_type() == torch::kFloat32 && x.numel() > 0 && at::globalContext().userEnabledMkldnn();
}

} // namespace

Tensor linear(const Tensor &x, const Tensor &weight, const Tensor &bias)
{
    if (!pays(x, weight))
        return torch::linear(x, weight, bias);
    const bool differentiated = torch::GradMode::is_enabled() && (x.requires_grad() || weight.requires_grad() || (bias.defined() && bias.requires_grad()));
    return differentiated ? LinearFunction::apply(x, weight, bias.defined() ? std::optional(bias) : std::nullopt) : onednn_linear(x, weight, bias);
}

} // namespace quell::kernels
