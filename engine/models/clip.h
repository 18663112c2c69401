// CLIP's towers as in transformers: CLIPTextModel (the pipeline's text encoder) and CLIPModel (the evaluator).
#pragma once

#include "formats/configs.h"
#include "models/tokenizer.h"
#include "models/weights.h"

namespace quell {

class ClipTextImpl;
class ClipVisionImpl;

// The text tower with its tokenizer: what turns prompts into the UNet's conditioning.
class TextEncoder {
public:
    // text_encoder/ and tokenizer/ of a diffusers pipeline, or a single file with CLIP's tokenizer (clip_tokenizer_folder). `tokenizer_folder`: another
    // one in its place.
    static Result<TextEncoder> open(const fs::path &model, LoadOptions options, const fs::path &tokenizer_folder = {});

    const Tokenizer &tokenizer() const { return tokenizer_; }
    // int64 [n, length].
    torch::Tensor tokenize(const std::vector<std::string> &prompts) const;
    // Last hidden state after the final layer norm, [n, length, hidden]; no attention mask but the causal one.
    torch::Tensor encode(const std::vector<std::string> &prompts) const;
    torch::Tensor hidden(const torch::Tensor &ids) const;

private:
    TextEncoder(Tokenizer tokenizer, std::shared_ptr<ClipTextImpl> tower) : tokenizer_(std::move(tokenizer)), tower_(std::move(tower)) {}
    Tokenizer tokenizer_;
    std::shared_ptr<ClipTextImpl> tower_;
};

// The evaluator: a CLIPModel folder with tokenizer and preprocessor_config.json.
class Clip {
public:
    static Result<Clip> open(const fs::path &folder, LoadOptions options);

    // Unit vectors [n, projection].
    torch::Tensor text_features(const std::vector<std::string> &prompts) const;
    // `pixels`: uint8 [n, height, width, 3], resized, cropped and normalised as the folder's preprocessor says. Unit vectors [n, projection].
    torch::Tensor image_features(const torch::Tensor &pixels) const;
    double logit_scale() const { return logit_scale_; } // already exponentiated

private:
    Clip(Tokenizer tokenizer) : tokenizer_(std::move(tokenizer)) {}
    Tokenizer tokenizer_;
    std::shared_ptr<ClipTextImpl> text_;
    std::shared_ptr<ClipVisionImpl> vision_;
    torch::Tensor text_projection_, visual_projection_;
    ImageProcessorConfig processor_;
    double logit_scale_ = 1;
};

} // namespace quell
