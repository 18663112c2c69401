#include "models/clip.h"

#include "architecture/component.h"
#include "kernels/attention.h"
#include "models/clip_tokenizer.h"
#include "models/layers.h"

#include <cmath>

namespace quell {
namespace {

using torch::Tensor;

Tensor activate(const Tensor &x, Activation activation)
{
    switch (activation) {
    case Activation::QuickGelu: return x * torch::sigmoid(1.702 * x);
    case Activation::Gelu: return torch::gelu(x);
    case Activation::GeluTanh: return torch::gelu(x, "tanh");
    }
    return x;
}

// What both towers share: the sizes of a pre-norm transformer.
struct TowerSizes {
    std::int64_t hidden, intermediate, layers, heads;
    double eps;
    Activation activation;
    bool causal;
};

class EncoderLayerImpl : public torch::nn::Module {
public:
    EncoderLayerImpl(const Weights &w, const TowerSizes &sizes) : sizes_(sizes)
    {
        const auto c = sizes.hidden;
        norm1 = register_module("layer_norm1", LayerNorm(w / "layer_norm1", c, sizes.eps));
        q = register_module("q_proj", Linear(w / "self_attn" / "q_proj", c, c));
        k = register_module("k_proj", Linear(w / "self_attn" / "k_proj", c, c));
        v = register_module("v_proj", Linear(w / "self_attn" / "v_proj", c, c));
        out = register_module("out_proj", Linear(w / "self_attn" / "out_proj", c, c));
        norm2 = register_module("layer_norm2", LayerNorm(w / "layer_norm2", c, sizes.eps));
        fc1 = register_module("fc1", Linear(w / "mlp" / "fc1", c, sizes.intermediate));
        fc2 = register_module("fc2", Linear(w / "mlp" / "fc2", sizes.intermediate, c));
    }

    Tensor forward(Tensor x)
    {
        const Tensor h = norm1->forward(x);
        x = x + out->forward(kernels::attention(q->forward(h), k->forward(h), v->forward(h), sizes_.heads, false, sizes_.causal));
        return x + fc2->forward(activate(fc1->forward(norm2->forward(x)), sizes_.activation));
    }

private:
    TowerSizes sizes_;
    LayerNorm norm1{nullptr}, norm2{nullptr};
    Linear q{nullptr}, k{nullptr}, v{nullptr}, out{nullptr}, fc1{nullptr}, fc2{nullptr};
};
TORCH_MODULE(EncoderLayer);

SparseList<EncoderLayer> encoder_layers(const Weights &w, const TowerSizes &sizes)
{
    auto layers = std::make_shared<SparseListImpl<EncoderLayer>>();
    for (std::int64_t i = 0; i < sizes.layers; ++i)
        layers->push_back(EncoderLayer(w / "encoder" / "layers" / i, sizes));
    return layers;
}

} // namespace

class ClipTextImpl : public torch::nn::Module {
public:
    ClipTextImpl(const Weights &w, const ClipTextConfig &config) : config_(config)
    {
        const TowerSizes sizes{config.hidden_size, config.intermediate_size, config.layers, config.heads, config.layer_norm_eps, config.activation, true};
        tokens = register_parameter("token_embedding", w.take("embeddings.token_embedding.weight", {config.vocab_size, config.hidden_size}));
        positions = register_parameter("position_embedding", w.take("embeddings.position_embedding.weight", {config.max_positions, config.hidden_size}));
        layers = encoder_layers(w, sizes);
        register_module("layers", layers);
        final_norm = register_module("final_layer_norm", LayerNorm(w / "final_layer_norm", config.hidden_size, config.layer_norm_eps));
    }

    Tensor forward(const Tensor &ids)
    {
        Tensor x = tokens.index_select(0, ids.reshape(-1)).view({ids.size(0), ids.size(1), -1}) + positions.narrow(0, 0, ids.size(1));
        for (std::size_t i = 0; i < layers->size(); ++i)
            x = (*layers)[i]->forward(x);
        return final_norm->forward(x);
    }

    // The state at the first end-of-text token; files older than its config entry mark it by the largest id.
    Tensor pooled(const Tensor &ids)
    {
        const Tensor at = config_.eos_token_id == 2 ? ids.argmax(-1) : ids.eq(config_.eos_token_id).to(torch::kInt).argmax(-1);
        const Tensor hidden = forward(ids);
        return hidden.index({torch::arange(ids.size(0), at.options()), at});
    }

    torch::Device device() const { return tokens.device(); }

private:
    ClipTextConfig config_;
    Tensor tokens, positions;
    SparseList<EncoderLayer> layers;
    LayerNorm final_norm{nullptr};
};

class ClipVisionImpl : public torch::nn::Module {
public:
    ClipVisionImpl(const Weights &w, const ClipVisionConfig &config) : patch_(config.patch_size)
    {
        const TowerSizes sizes{config.hidden_size, config.intermediate_size, config.layers, config.heads, config.layer_norm_eps, config.activation, false};
        const auto side = config.image_size / config.patch_size;
        class_embedding = register_parameter("class_embedding", w.take("embeddings.class_embedding", {config.hidden_size}));
        patches = register_parameter("patch_embedding", w.take("embeddings.patch_embedding.weight", {config.hidden_size, config.channels, patch_, patch_}));
        positions = register_parameter("position_embedding", w.take("embeddings.position_embedding.weight", {side * side + 1, config.hidden_size}));
        pre_norm = register_module("pre_layrnorm", LayerNorm(w / "pre_layrnorm", config.hidden_size, config.layer_norm_eps)); // spelt so in the files
        layers = encoder_layers(w, sizes);
        register_module("layers", layers);
        post_norm = register_module("post_layernorm", LayerNorm(w / "post_layernorm", config.hidden_size, config.layer_norm_eps));
    }

    Tensor forward(const Tensor &pixels)
    {
        const Tensor grid = torch::conv2d(pixels.to(patches.scalar_type()), patches, {}, patch_).flatten(2).transpose(1, 2);
        Tensor x = torch::cat({class_embedding.expand({grid.size(0), 1, -1}), grid}, 1) + positions;
        x = pre_norm->forward(x);
        for (std::size_t i = 0; i < layers->size(); ++i)
            x = (*layers)[i]->forward(x);
        return post_norm->forward(x.select(1, 0));
    }

private:
    std::int64_t patch_;
    Tensor class_embedding, patches, positions;
    LayerNorm pre_norm{nullptr}, post_norm{nullptr};
    SparseList<EncoderLayer> layers;
};

namespace {

Tensor tokenize_all(const Tokenizer &tokenizer, const std::vector<std::string> &prompts)
{
    std::vector<std::int64_t> ids;
    for (const auto &prompt : prompts) {
        const auto row = tokenizer.encode(prompt);
        ids.insert(ids.end(), row.begin(), row.end());
    }
    return torch::tensor(ids).view({static_cast<std::int64_t>(prompts.size()), tokenizer.length()});
}

struct TokenizerPlace {
    fs::path folder;
    std::string padding; // in place of the folder's own; empty: as it is
};

// A single file has no tokenizer: both generations of Stable Diffusion have CLIP's, and differ in the pad token.
Result<TokenizerPlace> tokenizer_of(const fs::path &model, const fs::path &asked)
{
    if (!asked.empty())
        return TokenizerPlace{asked, {}};
    if (!is_file(model))
        return component_folder(model, "tokenizer").map([](const fs::path &folder) { return TokenizerPlace{folder, {}}; });
    QUELL_ASSIGN(const auto single, open_single_file(model));
    QUELL_ASSIGN(const auto folder, clip_tokenizer_folder());
    return TokenizerPlace{folder, single.padding};
}

} // namespace

Result<TextEncoder> TextEncoder::open(const fs::path &model, LoadOptions options, const fs::path &tokenizer_folder)
try {
    QUELL_ASSIGN(const auto component, describe_component(model, "text_encoder"));
    QUELL_ASSIGN(const auto config, parse_clip_text_config(component.config, component.config_place));
    QUELL_ASSIGN(const auto place, tokenizer_of(model, tokenizer_folder));
    QUELL_ASSIGN(auto tokenizer, Tokenizer::open(place.folder, place.padding));
    if (is_file(model) && tokenizer.vocabulary() != config.vocab_size)
        return fail(ErrorCode::Mismatch, "the text encoder has " + std::to_string(config.vocab_size) + " tokens, the tokenizer " + std::to_string(tokenizer.vocabulary()) +
                        "; give the model's own with --tokenizer", model.string());
    if (tokenizer.length() > config.max_positions)
        return fail(ErrorCode::Mismatch, "the tokenizer makes " + std::to_string(tokenizer.length()) + " ids, the text encoder has " +
                        std::to_string(config.max_positions) + " positions", component.place);
    QUELL_ASSIGN(auto tensors, read_state_dict(component.weights));
    tensors.erase("text_model.embeddings.position_ids"); // a buffer of older files
    const bool prefixed = tensors.contains("text_model.embeddings.token_embedding.weight");
    const Weights weights(std::move(tensors), options, component.place, true);
    auto tower = std::make_shared<ClipTextImpl>(prefixed ? weights / "text_model" : weights, config);
    QUELL_TRY(weights.finish());
    freeze(*tower);
    return TextEncoder(std::move(tokenizer), std::move(tower));
} catch (const std::exception &error) {
    return fail(ErrorCode::Internal, error.what(), model.string());
}

Tensor TextEncoder::tokenize(const std::vector<std::string> &prompts) const
{
    return tokenize_all(tokenizer_, prompts);
}

Tensor TextEncoder::encode(const std::vector<std::string> &prompts) const
{
    return hidden(tokenize(prompts));
}

Tensor TextEncoder::hidden(const Tensor &ids) const
{
    torch::NoGradGuard no_grad;
    return tower_->forward(ids.to(tower_->device()));
}

Result<Clip> Clip::open(const fs::path &folder, LoadOptions options)
try {
    QUELL_ASSIGN(const auto json, read_json(folder / "config.json"));
    QUELL_ASSIGN(const auto config, parse_clip_config(json, (folder / "config.json").string()));
    QUELL_ASSIGN(const auto processor_json, read_json(folder / "preprocessor_config.json"));
    QUELL_ASSIGN(auto tokenizer, Tokenizer::open(folder));
    QUELL_ASSIGN(auto tensors, open_state_dict(folder));
    tensors.erase("text_model.embeddings.position_ids");
    tensors.erase("vision_model.embeddings.position_ids");

    Clip clip(std::move(tokenizer));
    QUELL_ASSIGN(clip.processor_, parse_image_processor_config(processor_json, (folder / "preprocessor_config.json").string()));
    const Weights weights(std::move(tensors), options, folder.string(), true);
    clip.text_ = std::make_shared<ClipTextImpl>(weights / "text_model", config.text);
    clip.vision_ = std::make_shared<ClipVisionImpl>(weights / "vision_model", config.vision);
    clip.text_projection_ = weights.take("text_projection.weight", {config.projection_dim, config.text.hidden_size});
    clip.visual_projection_ = weights.take("visual_projection.weight", {config.projection_dim, config.vision.hidden_size});
    const Tensor scale = weights.take_norm("logit_scale", {});
    QUELL_TRY(weights.finish());
    clip.logit_scale_ = std::exp(scale.item<double>());
    freeze(*clip.text_);
    freeze(*clip.vision_);
    return clip;
} catch (const std::exception &error) {
    return fail(ErrorCode::Internal, error.what(), folder.string());
}

Tensor Clip::text_features(const std::vector<std::string> &prompts) const
{
    torch::NoGradGuard no_grad;
    const Tensor pooled = text_->pooled(tokenize_all(tokenizer_, prompts).to(text_->device()));
    return torch::nn::functional::normalize(torch::linear(pooled, text_projection_).to(torch::kFloat32),
                                            torch::nn::functional::NormalizeFuncOptions().dim(-1));
}

Tensor Clip::image_features(const Tensor &pixels) const
{
    torch::NoGradGuard no_grad;
    Tensor x = pixels.to(visual_projection_.device()).permute({0, 3, 1, 2}).to(torch::kFloat32);
    if (const auto shorter = std::min(x.size(2), x.size(3)); processor_.resize && shorter != processor_.shortest_edge) {
        const double ratio = static_cast<double>(processor_.shortest_edge) / shorter;
        const std::vector<std::int64_t> size{std::lround(x.size(2) * ratio), std::lround(x.size(3) * ratio)};
        x = (processor_.resample == 2 ? at::_upsample_bilinear2d_aa(x, size, false) : at::_upsample_bicubic2d_aa(x, size, false)).round().clamp(0, 255);
    }
    if (processor_.center_crop) {
        const auto h = std::min(processor_.crop_height, x.size(2)), w = std::min(processor_.crop_width, x.size(3));
        x = x.narrow(2, (x.size(2) - h) / 2, h).narrow(3, (x.size(3) - w) / 2, w);
    }
    const auto row = [&](const std::vector<double> &values) { return torch::tensor(values, torch::kFloat32).view({1, 3, 1, 1}).to(x.device()); };
    x = (x / 255 - row(processor_.mean)) / row(processor_.std);
    return torch::nn::functional::normalize(torch::linear(vision_->forward(x), visual_projection_).to(torch::kFloat32),
                                            torch::nn::functional::NormalizeFuncOptions().dim(-1));
}

} // namespace quell
