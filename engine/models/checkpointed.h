// Gradient checkpointing (arXiv 1604.06174): a piece of a model keeps its inputs alone and is run once more in the backward pass.
#pragma once

#include <torch/torch.h>

#include <functional>

namespace quell {

// A differentiable function of its inputs and of a module's parameters.
using Piece = std::function<torch::Tensor(const std::vector<torch::Tensor> &inputs)>;

// piece(inputs); with `on`, and where gradients are recorded, without keeping what is inside. Parameters of `module`, which must outlive
// the graph, get the same gradients either way, to the bit. An input that the piece uses twice receives the sum in one addition.
torch::Tensor checkpointed(bool on, const torch::nn::Module &module, Piece piece, const std::vector<torch::Tensor> &inputs);

} // namespace quell
