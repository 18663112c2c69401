// Closed-form edits of a UNet's cross-attention keys and values: seconds instead of a run. They serve as a preview, as a start for a run, and as the second
// stage of a baseline.
//
// Every to_k and to_v of attn2 is a matrix W over the text encoder's states, and each method asks the same of all of them: W'c = Wt for what is erased (c) and
// what takes its place (t), W'p = Wp for what is preserved. The solution is W' = W·A with one matrix A over states for all layers, so that cut rows (pruned
// heads) make no difference.
#pragma once

#include "pruning/unet_parts.h"

namespace quell {

enum class EditMethod {
    Uce,       // least squares with a pull towards W (arXiv 2308.14761)
    Rece,      // the same, then again for the states that bring the concept back through the edited layers (arXiv 2407.12383)
    NullSpace, // least squares among the edits that change nothing along the preserved states, but for their weakest directions (the idea of arXiv 2503.07392)
};

struct EditSpec {
    EditMethod method = EditMethod::Uce;
    double erase = 1, preserve = 1; // weights of the two demands
    double damping = 0.5;           // pull towards W
    std::int64_t rounds = 1;        // of Rece, after the first edit
    double ridge = 0.1;             // of Rece's search for returning states, as a share of the layers' mean square gain
    double rank = 1e-3;             // NullSpace: directions of the preserved states weaker than this share of the strongest are free
};

// States of the text encoder, one a row, of any float dtype: erase and towards [n, d] in pairs, preserve [m, d], m may be 0.
struct EditStates {
    torch::Tensor erase, towards, preserve;
};

// A, fp64 [d, d]. `gram`: ΣWᵀW over the layers; Rece only.
torch::Tensor edit_matrix(const EditSpec &spec, const EditStates &states, const torch::Tensor &gram);
// The UNet with A applied; all other tensors are those of `unet`. Mismatch, naming the tensor, if the states' width is not the layers'; Unsupported if there is no
// cross-attention to edit; Numerical if the system cannot be solved.
Result<UNetParts> edited(const UNetParts &unet, const EditSpec &spec, const EditStates &states);

} // namespace quell
