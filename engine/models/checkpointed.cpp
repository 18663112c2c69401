#include "models/checkpointed.h"

#include <algorithm>

namespace quell {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct KeptPiece : torch::CustomClassHolder {
    explicit KeptPiece(Piece p) : piece(std::move(p)) {}
    Piece piece;
};

class CheckpointFunction : public torch::autograd::Function<CheckpointFunction> {
public:
    // `switched_on` requires a gradient, so that the result does even where only parameters inside do.
    static Tensor forward(AutogradContext *context, const c10::intrusive_ptr<KeptPiece> &kept, const Tensor & /*switched_on*/, at::TensorList inputs)
    {
        context->save_for_backward(inputs.vec());
        context->saved_data["piece"] = c10::IValue::make_capsule(kept);
        return kept->piece(inputs.vec());
    }

    static variable_list backward(AutogradContext *context, const variable_list &gradients)
    {
        variable_list inputs;
        for (const auto &saved : context->get_saved_variables())
            inputs.push_back(saved.detach().requires_grad_(saved.requires_grad()));
        const auto kept = c10::static_intrusive_pointer_cast<KeptPiece>(context->saved_data["piece"].toCapsule());
        {
            torch::AutoGradMode enable(true);
            const Tensor again = kept->piece(inputs);
            torch::autograd::backward({again}, {gradients[0]});
        }
        variable_list out{Tensor(), Tensor()};
        for (const auto &input : inputs)
            out.push_back(input.grad());
        return out;
    }
};

bool any_requires_grad(const std::vector<Tensor> &tensors)
{
    return std::any_of(tensors.begin(), tensors.end(), [](const Tensor &tensor) { return tensor.requires_grad(); });
}

} // namespace

Tensor checkpointed(bool on, const torch::nn::Module &module, Piece piece, const std::vector<Tensor> &inputs)
{
    if (!on || !torch::GradMode::is_enabled() || !(any_requires_grad(inputs) || any_requires_grad(module.parameters())))
        return piece(inputs);
    const Tensor switched_on = torch::empty({0}).requires_grad_();
    return CheckpointFunction::apply(c10::make_intrusive<KeptPiece>(std::move(piece)), switched_on, at::TensorList(inputs));
}

} // namespace quell
