// What the evaluator sees in drawings, one by one: all figures about a model are means of this.
#pragma once

#include "evaluation/prompts.h"
#include "evaluation/recognition.h"

namespace quell {

struct Sightings {
    torch::Tensor style, object; // bool [n]: whether what the drawing's prompt names is recognised; in the plain group the object among those without a style
    torch::Tensor fit;           // fp32 [n]: cosine between a picture and its prompt
    torch::Tensor features;      // fp32 [n, d], unit vectors
};

// Looks at models' pictures of the same drawings. `recogniser` must outlive it.
class Viewer {
public:
    // Mismatch: no drawings, or a name that the vocabulary lacks.
    static Result<Viewer> create(const Recogniser &recogniser, std::vector<Drawing> drawings);

    // `pictures`: uint8 [n, height, width, 3], one a drawing; `name` is the model's in errors. Errors: Mismatch, what Recogniser gives.
    Result<Sightings> look(const torch::Tensor &pictures, const std::string &name) const;

    const std::vector<Drawing> &drawings() const { return drawings_; }
    // Of a group: int64 indices of its drawings, ascending; may be empty.
    const std::vector<std::int64_t> &rows(PromptGroup group) const { return rows_[static_cast<int>(group)]; }

private:
    Viewer(const Recogniser &recogniser, std::vector<Drawing> drawings) : recogniser_(&recogniser), drawings_(std::move(drawings)) {}
    const Recogniser *recogniser_;
    std::vector<Drawing> drawings_;
    torch::Tensor style_, object_, plain_; // int64 [n], indices into the vocabulary (style −1 without one); bool [n]
    std::vector<std::int64_t> rows_[3];
    torch::Tensor prompts_; // [n, d]
};

// The direction of the mean feature of pictures that show one thing, a unit vector [d].
Result<torch::Tensor> mean_direction(const Recogniser &recogniser, const torch::Tensor &pictures);

// How far two models' pictures of the same drawings lie apart as distributions: the unbiased estimate of the squared maximum mean discrepancy with the cubic
// kernel (⟨x, y⟩ + 1)³ over unit features (KID's kernel, arXiv 1801.01401, scaled for unit vectors). `a`, `b` [n, d], n ≥ 2; row i of both is the same drawing, and
// pairs of one drawing are left out on both sides, so that equal sets give 0.
double kernel_distance(const torch::Tensor &a, const torch::Tensor &b);

} // namespace quell
