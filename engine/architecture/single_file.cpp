#include "architecture/single_file.h"

#include "architecture/compvis.h"

#include <algorithm>

namespace quell {
namespace {

constexpr std::string_view unet_prefix = "model.diffusion_model.", vae_prefix = "first_stage_model.", text_prefix = "cond_stage_model.";

struct Leftover {
    std::string_view start;
    const char *what;
};

// What files of the original code hold besides the model.
constexpr Leftover leftovers[] = {
    {"model_ema.", "averaged weights (model_ema.)"},
    {"first_stage_model.loss.", "the autoencoder's training loss"},
    {"cond_stage_model.logit_scale", "parts of CLIP that Stable Diffusion does not use"},
    {"cond_stage_model.text_projection", "parts of CLIP that Stable Diffusion does not use"},
    {"cond_stage_model.model.logit_scale", "parts of CLIP that Stable Diffusion does not use"},
    {"cond_stage_model.model.text_projection", "parts of CLIP that Stable Diffusion does not use"},
    {"cond_stage_model.model.attn_mask", "buffers"},
    {"cond_stage_model.model.transformer.resblocks.", "the text encoder's last block, which Stable Diffusion 2 does not use"},
    {"cond_stage_model.transformer.text_model.embeddings.position_ids", "buffers"},
    {"cond_stage_model.transformer.embeddings.position_ids", "buffers"},
    {"optimizer", "the optimizer's state"},
};

bool has(const Shapes &shapes, const std::string &key)
{
    return shapes.contains(key);
}

Shape shape_of(const Shapes &shapes, const std::string &key)
{
    const auto found = shapes.find(key);
    return found == shapes.end() ? Shape() : found->second;
}

// Size `dim` of a tensor; 0 if it is missing.
std::int64_t size_of(const Shapes &shapes, const std::string &key, std::size_t dim)
{
    const auto shape = shape_of(shapes, key);
    return dim < shape.size() ? shape[dim] : 0;
}

bool starts(const Shapes &shapes, std::string_view prefix)
{
    const auto first = shapes.lower_bound(std::string(prefix));
    return first != shapes.end() && first->first.starts_with(prefix);
}

// How many of list.0.tail, list.1.tail, … are there without a gap.
std::int64_t count_of(const Shapes &shapes, const std::string &list, const std::string &tail)
{
    std::int64_t count = 0;
    while (has(shapes, list + "." + std::to_string(count) + tail))
        ++count;
    return count;
}

// ── known families ──

const char *unet_family(bool linear)
{
    return linear ? R"({"_class_name": "UNet2DConditionModel", "sample_size": 64, "in_channels": 4, "out_channels": 4, "flip_sin_to_cos": true, "freq_shift": 0,
        "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"], "mid_block_type": "UNetMidBlock2DCrossAttn",
        "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"], "block_out_channels": [320, 640, 1280, 1280],
        "layers_per_block": 2, "transformer_layers_per_block": 1, "downsample_padding": 1, "act_fn": "silu", "norm_num_groups": 32, "norm_eps": 1e-05,
        "cross_attention_dim": 1024, "attention_head_dim": [5, 10, 20, 20], "use_linear_projection": true, "upcast_attention": false})"
                  : R"({"_class_name": "UNet2DConditionModel", "sample_size": 64, "in_channels": 4, "out_channels": 4, "flip_sin_to_cos": true, "freq_shift": 0,
        "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"], "mid_block_type": "UNetMidBlock2DCrossAttn",
        "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"], "block_out_channels": [320, 640, 1280, 1280],
        "layers_per_block": 2, "transformer_layers_per_block": 1, "downsample_padding": 1, "act_fn": "silu", "norm_num_groups": 32, "norm_eps": 1e-05,
        "cross_attention_dim": 768, "attention_head_dim": 8, "use_linear_projection": false, "upcast_attention": false})";
}

// One number where a list repeats it, as configs of Stable Diffusion have it and as other programs expect it.
void shorten(Json &config, std::initializer_list<const char *> keys)
{
    for (const char *key : keys) {
        auto &value = config[key];
        if (value.is_array() && !value.empty() && std::all_of(value.begin(), value.end(), [&](const Json &item) { return item == value.front(); }))
            value = Json(value.front());
    }
}

Result<UNetConfig> derive_unet_config(const Shapes &shapes, bool linear, const std::string &place)
{
    QUELL_ASSIGN(const Json family, parse_json(unet_family(linear), "family"));
    QUELL_ASSIGN(const auto base, parse_unet_config(family, "family"));
    QUELL_ASSIGN(auto config, unet_config_of(base, shapes, place));
    shorten(config.source, {"layers_per_block", "transformer_layers_per_block", "attention_head_dim"});
    return parse_unet_config(config.source, place);
}

Json derive_autoencoder_config(const Shapes &shapes, std::int64_t levels, std::int64_t sample_size)
{
    std::vector<std::int64_t> channels;
    for (std::int64_t i = 0; i < levels; ++i)
        channels.push_back(size_of(shapes, "encoder.down_blocks." + std::to_string(i) + ".resnets.0.conv2.weight", 0));
    return {{"_class_name", "AutoencoderKL"},
            {"act_fn", "silu"},
            {"block_out_channels", channels},
            {"down_block_types", std::vector<std::string>(levels, "DownEncoderBlock2D")},
            {"in_channels", size_of(shapes, "encoder.conv_in.weight", 1)},
            {"latent_channels", size_of(shapes, "decoder.conv_in.weight", 1)},
            {"layers_per_block", count_of(shapes, "encoder.down_blocks.0.resnets", ".conv1.weight")},
            {"mid_block_add_attention", has(shapes, "decoder.mid_block.attentions.0.to_q.weight")},
            {"norm_num_groups", 32},
            {"out_channels", size_of(shapes, "decoder.conv_out.weight", 0)},
            {"sample_size", sample_size},
            {"scaling_factor", 0.18215},
            {"up_block_types", std::vector<std::string>(levels, "UpDecoderBlock2D")},
            {"use_post_quant_conv", has(shapes, "post_quant_conv.weight")},
            {"use_quant_conv", has(shapes, "quant_conv.weight")}};
}

Json derive_text_config(const Shapes &shapes, const std::string &prefix, bool open_clip)
{
    const auto vocabulary = size_of(shapes, prefix + "embeddings.token_embedding.weight", 0);
    const auto hidden = size_of(shapes, prefix + "embeddings.token_embedding.weight", 1);
    return {{"architectures", {"CLIPTextModel"}},
            {"attention_dropout", 0.0},
            {"bos_token_id", vocabulary - 2},
            {"eos_token_id", vocabulary - 1},
            {"hidden_act", open_clip ? "gelu" : "quick_gelu"},
            {"hidden_size", hidden},
            {"intermediate_size", size_of(shapes, prefix + "encoder.layers.0.mlp.fc1.weight", 0)},
            {"layer_norm_eps", 1e-05},
            {"max_position_embeddings", size_of(shapes, prefix + "embeddings.position_embedding.weight", 0)},
            {"model_type", "clip_text_model"},
            {"num_attention_heads", std::max<std::int64_t>(hidden / 64, 1)},
            {"num_hidden_layers", count_of(shapes, prefix + "encoder.layers", ".mlp.fc1.weight")},
            {"pad_token_id", open_clip ? 0 : vocabulary - 1},
            {"projection_dim", hidden},
            {"vocab_size", vocabulary}};
}

Json scheduler_config(Prediction prediction)
{
    const bool noise = prediction == Prediction::Epsilon;
    Json config{{"_class_name", noise ? "PNDMScheduler" : "DDIMScheduler"},
                {"beta_end", 0.012},
                {"beta_schedule", "scaled_linear"},
                {"beta_start", 0.00085},
                {"clip_sample", false},
                {"num_train_timesteps", 1000},
                {"prediction_type", name_of(prediction)},
                {"set_alpha_to_one", false},
                {"steps_offset", 1},
                {"trained_betas", nullptr}};
    if (noise)
        config["skip_prk_steps"] = true;
    return config;
}

// ── prediction ──

std::optional<Prediction> prediction_named(std::string_view name)
{
    if (name == "v" || name == "v_prediction" || name == "v-prediction")
        return Prediction::V;
    if (name == "eps" || name == "epsilon")
        return Prediction::Epsilon;
    if (name == "sample" || name == "x0")
        return Prediction::Sample;
    return {};
}

// "parameterization" of the original code's own config; left out it means epsilon.
std::optional<Prediction> prediction_beside(const fs::path &path)
{
    const auto text = read_text(fs::path(path).replace_extension(".yaml"), 1 << 20);
    if (!text)
        return {};
    const std::string key = "parameterization:";
    const auto at = text->find(key);
    if (at == std::string::npos)
        return text->find("target: ldm") == std::string::npos ? std::nullopt : std::optional(Prediction::Epsilon);
    auto value = text->substr(at + key.size(), text->find('\n', at) - at - key.size());
    std::erase_if(value, [](char c) { return c == ' ' || c == '"' || c == '\'' || c == '\r'; });
    return prediction_named(value);
}

// ── the reader ──

class Reader {
public:
    Reader(std::shared_ptr<TensorFile> file, std::optional<Prediction> asked)
        : file_(std::move(file)), place_(file_->path().string()), asked_(asked), shapes_(shapes_of(*file_))
    {
    }

    Result<SingleFile> read()
    {
        QUELL_TRY(read_metadata());
        if (starts(shapes_, "conditioner."))
            return fail(ErrorCode::Unsupported, "a Stable Diffusion XL file; Quell runs Stable Diffusion 1 and 2", place_);
        if (has(shapes_, "input_blocks.0.0.weight"))
            add_prefix();
        result_.layout = has(shapes_, "conv_in.weight") ? "diffusers" : "CompVis";
        if (result_.layout == "diffusers")
            QUELL_TRY(read_diffusers_unet());
        else
            QUELL_TRY(read_unet());
        if (starts(shapes_, vae_prefix))
            QUELL_TRY(read_autoencoder());
        if (starts(shapes_, text_prefix))
            QUELL_TRY(read_text_encoder());
        QUELL_TRY(check_leftovers());
        result_.padding = linear_ ? "!" : "<|endoftext|>";
        return std::move(result_);
    }

private:
    Status read_metadata()
    {
        const auto quell = file_->metadata().find("quell");
        if (quell == file_->metadata().end())
            return {};
        QUELL_ASSIGN(const Json json, parse_json(quell->second, place_ + ": metadata \"quell\""));
        JsonReader reader(json, place_ + ": metadata \"quell\"");
        if (reader.has("configs") && reader.raw("configs").is_object())
            configs_ = reader.raw("configs");
        if (reader.has("structure")) {
            QUELL_ASSIGN(result_.structure, parse_structure_record(reader.raw("structure"), place_ + ": metadata \"quell\""));
        }
        QUELL_TRY(reader.status());
        if (!configs_.empty())
            note("configs and prediction: as Quell wrote them into the file's metadata");
        return {};
    }

    void note(std::string text) { result_.notes.push_back(std::move(text)); }

    // The config that Quell's metadata has for a component; null if none.
    Json told(const std::string &component) const
    {
        return configs_.contains(component) ? configs_[component] : Json();
    }

    // A UNet alone, without the prefix that it has in a whole model.
    void add_prefix()
    {
        std::vector<TensorInfo> tensors = file_->tensors();
        for (auto &tensor : tensors)
            tensor.name = std::string(unet_prefix) + tensor.name;
        file_ = file_->view(std::move(tensors));
        shapes_ = shapes_of(*file_);
    }

    // Where levels begin and which of them attend: all that the numbering of blocks depends on.
    Result<UNetConfig> numbering() const
    {
        const std::string in = std::string(unet_prefix) + "input_blocks", out = std::string(unet_prefix) + "output_blocks";
        UNetConfig config;
        config.layers_per_block = {0};
        for (std::int64_t n = 1;; ++n) {
            const auto block = in + "." + std::to_string(n) + ".0.";
            if (has(shapes_, block + "op.weight"))
                config.layers_per_block.push_back(0);
            else if (has(shapes_, block + "in_layers.2.weight"))
                ++config.layers_per_block.back();
            else
                break;
        }
        config.block_out_channels.resize(config.layers_per_block.size());
        std::int64_t n = 0;
        for (auto layers = config.layers_per_block.rbegin(); layers != config.layers_per_block.rend(); ++layers) {
            bool attends = false;
            for (std::int64_t end = n + *layers + 1; n < end; ++n)
                attends |= has(shapes_, out + "." + std::to_string(n) + ".1.norm.weight");
            config.up_block_types.push_back(attends ? "CrossAttnUpBlock2D" : "UpBlock2D");
        }
        const auto found = count_of(shapes_, out, ".0.in_layers.2.weight");
        if (config.levels() > 8 || found != n)
            return fail(ErrorCode::Mismatch, "the UNet has " + std::to_string(found) + " output_blocks where its input_blocks ask for " + std::to_string(n), place_);
        return config;
    }

    Status read_unet()
    {
        UNetConfig config;
        const Json said = told("unet");
        if (said.is_null()) {
            QUELL_ASSIGN(config, numbering());
        } else {
            QUELL_ASSIGN(config, parse_unet_config(said, place_ + ": metadata \"quell\""));
        }
        QUELL_ASSIGN(const auto weights, renamed(CompvisNames::unet(config), unet_prefix));
        return finish_unet(weights, said);
    }

    Status read_diffusers_unet()
    {
        std::set<std::string> modules = {"conv_in", "time_embedding", "down_blocks", "mid_block", "up_blocks", "conv_norm_out", "conv_out"};
        std::vector<TensorInfo> tensors;
        for (const auto &tensor : file_->tensors()) {
            if (modules.contains(tensor.name.substr(0, tensor.name.find('.')))) {
                tensors.push_back(tensor);
                used_.insert(tensor.name);
            }
        }
        return finish_unet(file_->view(std::move(tensors)), told("unet"));
    }

    Status finish_unet(const std::shared_ptr<TensorFile> &weights, const Json &said)
    {
        const Shapes shapes = shapes_of(*weights);
        const auto projection = std::find_if(shapes.begin(), shapes.end(), [](const auto &entry) { return entry.first.ends_with(".proj_in.weight"); });
        linear_ = projection != shapes.end() && projection->second.size() == 2;
        const auto prediction = find_prediction();
        result_.scheduler = told("scheduler").is_null() ? scheduler_config(prediction) : told("scheduler");
        if (asked_)
            result_.scheduler["prediction_type"] = name_of(*asked_);
        if (!said.is_null()) {
            result_.parts["unet"] = {said, weights};
            return {};
        }
        QUELL_ASSIGN(auto config, derive_unet_config(shapes, linear_, place_));
        side_ = resolution().value_or(linear_ && prediction == Prediction::V ? 96 : 64);
        config.source["sample_size"] = side_;
        config.source["upcast_attention"] = linear_ && prediction == Prediction::V;
        note(std::string("heads: ") + (linear_ ? "64 channels wide, as in Stable Diffusion 2" : "8 in each attention, as in Stable Diffusion 1") + " (the file does not tell)");
        result_.parts["unet"] = {config.source, weights};
        return {};
    }

    // Latent side by the metadata's resolution ("768x768").
    std::optional<std::int64_t> resolution() const
    {
        const auto found = file_->metadata().find("modelspec.resolution");
        const auto pixels = found == file_->metadata().end() ? 0 : std::atoll(found->second.c_str());
        return pixels >= 64 && pixels <= 4096 ? std::optional(pixels / 8) : std::nullopt;
    }

    Prediction find_prediction()
    {
        const auto tell = [&](Prediction prediction, const std::string &why) {
            note(std::string("prediction: ") + (prediction == Prediction::V ? "v" : name_of(prediction)) + ", " + why);
            return prediction;
        };
        if (asked_)
            return tell(*asked_, "as asked for");
        if (const auto beside = prediction_beside(file_->path()))
            return tell(*beside, "by the .yaml beside the file");
        const auto &metadata = file_->metadata();
        if (const auto scheduler = told("scheduler"); scheduler.is_object() && scheduler.contains("prediction_type") && scheduler["prediction_type"].is_string()) {
            if (const auto named = prediction_named(scheduler["prediction_type"].get<std::string>()))
                return *named;
        }
        if (const auto found = metadata.find("modelspec.prediction_type"); found != metadata.end()) {
            if (const auto named = prediction_named(found->second))
                return tell(*named, "by the file's metadata");
        }
        if (has(shapes_, "v_pred"))
            return tell(Prediction::V, "by its tensor v_pred");
        if (!linear_)
            return tell(Prediction::Epsilon, "as in Stable Diffusion 1 (the file does not tell)");
        if (const auto steps = metadata.find("global_step"); steps != metadata.end() && steps->second == "875000")
            return tell(Prediction::Epsilon, "as in Stable Diffusion 2-base, by its 875,000 steps");
        return tell(Prediction::V, "as in Stable Diffusion 2 at 768 px (the file does not tell); --prediction epsilon, or a .yaml beside the file, says otherwise");
    }

    Status read_autoencoder()
    {
        const std::string encoder = std::string(vae_prefix) + "encoder.down";
        AutoencoderConfig numbering;
        numbering.block_out_channels.resize(count_of(shapes_, encoder, ".block.0.conv1.weight"));
        numbering.layers_per_block = count_of(shapes_, encoder + ".0.block", ".conv1.weight");
        if (numbering.block_out_channels.empty() || numbering.block_out_channels.size() > 8)
            return fail(ErrorCode::Mismatch, "the autoencoder has no encoder.down blocks that Quell knows", place_);
        QUELL_ASSIGN(const auto weights, renamed(CompvisNames::autoencoder(numbering), vae_prefix));
        const Json said = told("vae");
        result_.parts["vae"] = {said.is_null() ? derive_autoencoder_config(shapes_of(*weights), std::ssize(numbering.block_out_channels), 8 * side_) : said, weights};
        return {};
    }

    Status read_text_encoder()
    {
        const bool open_clip = starts(shapes_, "cond_stage_model.model.");
        auto layers = count_of(shapes_, "cond_stage_model.model.transformer.resblocks", ".ln_1.weight");
        // The original code runs all blocks but the last; a file without OpenCLIP's head was made from a text encoder that has lost it already.
        if (open_clip && (layers == 24 || has(shapes_, "cond_stage_model.model.text_projection")))
            --layers;
        QUELL_ASSIGN(const auto weights, renamed(open_clip ? CompvisNames::open_clip(layers) : CompvisNames::clip(), text_prefix));
        const Json said = told("text_encoder");
        const auto shapes = shapes_of(*weights);
        result_.parts["text_encoder"] = {said.is_null() ? derive_text_config(shapes, starts(shapes, "text_model.") ? "text_model." : "", open_clip) : said, weights};
        return {};
    }

    static Shapes shapes_of(const TensorFile &file)
    {
        Shapes shapes;
        for (const auto &tensor : file.tensors())
            shapes.emplace(tensor.name, tensor.shape);
        return shapes;
    }

    static const Leftover *leftover(const std::string &name)
    {
        const auto *found = std::find_if(std::begin(leftovers), std::end(leftovers), [&](const Leftover &one) { return name.starts_with(one.start); });
        return found == std::end(leftovers) ? nullptr : found;
    }

    // The component's tensors under the names that models have for them.
    Result<std::shared_ptr<TensorFile>> renamed(const CompvisNames &names, std::string_view prefix)
    {
        std::vector<TensorInfo> tensors;
        for (const auto &tensor : file_->tensors()) {
            if (!tensor.name.starts_with(prefix))
                continue;
            const auto keys = names.keys_of(tensor.name);
            if (leftover(tensor.name) && (keys.empty() || tensor.name.ends_with(".position_ids")))
                continue;
            if (keys.empty())
                return fail(ErrorCode::Unsupported, "Stable Diffusion 1 and 2 have no such tensor; Quell does not run this model", place_ + ": " + tensor.name);
            used_.insert(tensor.name);
            for (const auto &key : keys) {
                QUELL_ASSIGN(auto part, part_of(tensor, key, *names.find(key)));
                tensors.push_back(std::move(part));
            }
        }
        return file_->view(std::move(tensors));
    }

    Result<TensorInfo> part_of(TensorInfo tensor, const std::string &key, const CompvisTensor &place) const
    {
        if (place.parts > 1) {
            if (tensor.shape.empty() || tensor.shape[0] % place.parts != 0)
                return fail(ErrorCode::Mismatch, "its rows are not " + std::to_string(place.parts) + " parts of one size", place_ + ": " + tensor.name);
            const auto row = tensor.strides.empty() ? tensor.elements() / std::max<std::int64_t>(tensor.shape[0], 1) : tensor.strides[0];
            tensor.shape[0] /= place.parts;
            tensor.begin += static_cast<std::uint64_t>(place.part * tensor.shape[0] * row) * quell::size_of(tensor.dtype);
        }
        if (place.convolution && std::all_of(tensor.shape.begin() + std::min<std::ptrdiff_t>(2, std::ssize(tensor.shape)), tensor.shape.end(), [](auto size) { return size == 1; })) {
            tensor.shape.resize(2);
            if (!tensor.strides.empty())
                tensor.strides.resize(2);
        }
        tensor.name = key;
        return tensor;
    }

    Status check_leftovers()
    {
        std::map<std::string, std::int64_t> counts;
        for (const auto &[name, shape] : shapes_) {
            if (used_.contains(name))
                continue;
            const auto *known = leftover(name);
            ++counts[known ? known->what : name.find('.') == std::string::npos ? "the noise schedule's and other buffers" : "of other kinds (" + name.substr(0, name.find('.')) + ".…)"];
        }
        for (const auto &[what, count] : counts)
            note("not used: " + what + ", " + std::to_string(count) + (count == 1 ? " tensor" : " tensors"));
        return {};
    }

    std::shared_ptr<TensorFile> file_;
    const std::string place_;
    const std::optional<Prediction> asked_;
    Shapes shapes_;
    Json configs_ = Json::object();
    std::set<std::string> used_;
    bool linear_ = false; // projections of the UNet: Stable Diffusion 2
    std::int64_t side_ = 64;
    SingleFile result_;
};

} // namespace

bool is_single_file(const TensorFile &file)
{
    return file.find("model.diffusion_model.input_blocks.0.0.weight") || file.find("input_blocks.0.0.weight")
        || (file.find("conv_in.weight") && file.find("time_embedding.linear_1.weight"));
}

Result<SingleFile> open_single_file(const fs::path &path, std::optional<Prediction> prediction)
{
    QUELL_ASSIGN(auto file, open_tensor_file(path));
    if (!is_single_file(*file))
        return fail(ErrorCode::Unsupported, "holds no UNet of Stable Diffusion 1 or 2 (model.diffusion_model.… or conv_in.…); if it is another part of a model, open the folder it lies in",
                    path.string());
    return Reader(std::move(file), prediction).read();
}

} // namespace quell
