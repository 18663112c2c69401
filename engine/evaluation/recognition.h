// What the evaluator sees in a picture: its best match among all known objects in all known styles.
#pragma once

#include "evaluation/vocabulary.h"
#include "models/clip.h"

#include <functional>

namespace quell {

// A model that puts texts and pictures into one space, as unit vectors [n, d]. Pictures are uint8 [n, height, width, 3].
struct Embedder {
    std::function<torch::Tensor(const std::vector<std::string> &prompts)> texts;
    std::function<torch::Tensor(const torch::Tensor &pictures)> pictures;
};

// `clip` must outlive it.
inline Embedder embedder_of(const Clip &clip)
{
    return {[&clip](const std::vector<std::string> &prompts) { return clip.text_features(prompts); },
            [&clip](const torch::Tensor &pictures) { return clip.image_features(pictures); }};
}

struct Recognition {
    torch::Tensor object, style; // int64 [n], indices into the vocabulary: of the best match among all objects in all styles
    torch::Tensor plain_object;  // int64 [n]: of the best match among the objects named without a style
    torch::Tensor features;      // fp32 [n, d], unit vectors
};

// Prompt ensembles: a pair's text is the normalised sum of its prompts' features over the templates, as the evaluator was trained.
class Recogniser {
public:
    static Result<Recogniser> create(Embedder embedder, Vocabulary vocabulary);

    // In batches. Errors: Mismatch (pictures that are not uint8 [n, height, width, 3]), what the embedder throws.
    Result<Recognition> recognise(const torch::Tensor &pictures) const;
    // fp32 [n, d], unit vectors.
    Result<torch::Tensor> text_features(const std::vector<std::string> &prompts) const;

    // The `n` other styles (objects) of the vocabulary whose texts lie nearest to this one's, meant over all objects (styles); nearest first.
    std::vector<std::string> near_styles(const std::string &style, std::size_t n) const;
    std::vector<std::string> near_objects(const std::string &object, std::size_t n) const;

    const Vocabulary &vocabulary() const { return vocabulary_; }

private:
    Recogniser(Embedder embedder, Vocabulary vocabulary) : embedder_(std::move(embedder)), vocabulary_(std::move(vocabulary)) {}
    Embedder embedder_;
    Vocabulary vocabulary_;
    torch::Tensor pairs_;   // [objects × styles, d], styles fastest
    torch::Tensor objects_; // [objects, d]
};

} // namespace quell
