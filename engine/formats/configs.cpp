#include "formats/configs.h"

#include <algorithm>
#include <cmath>
#include <regex>

namespace quell {
namespace {

using Integers = std::vector<std::int64_t>;

constexpr std::int64_t layers_limit = 128; // of a CLIP tower: modules are built before tensors are missed

// Diffusers writes its own notes under keys that begin with an underscore.
void accept_underscored(JsonReader &reader, const Json &json)
{
    for (const auto &[key, value] : json.items()) {
        if (key.starts_with("_"))
            reader.has(key);
    }
}

// Options that Quell does not run: any other value than the one that switches them off is refused.
void require_neutral(JsonReader &reader, std::initializer_list<std::pair<const char *, Json>> neutral)
{
    for (const auto &[key, value] : neutral) {
        if (reader.has(key) && reader.raw(key) != value)
            reader.reject(key, "Quell runs only " + value.dump() + " here");
    }
}

// APTP's classes are diffusers' with gates that leave no trace in a pruned model: the same config under plain names.
Json without_gates(Json json)
{
    static const std::regex gated("(Width)?(Half)?(Depth)?Gated$");
    const auto plain = [](Json &type) {
        if (type.is_string())
            type = std::regex_replace(type.get<std::string>(), gated, "");
    };
    for (const char *key : {"down_block_types", "up_block_types"}) {
        if (json.contains(key) && json[key].is_array())
            std::for_each(json[key].begin(), json[key].end(), plain);
    }
    if (json.contains("mid_block_type"))
        plain(json["mid_block_type"]);
    json["_class_name"] = "UNet2DConditionModel";
    json.erase("gated_ff");
    json.erase("ff_gate_width");
    return json;
}

bool is_gated(const Json &json)
{
    const auto name = json.is_object() ? json.value("_class_name", Json()) : Json();
    return name == "UNet2DConditionModelPruned" || name == "UNet2DConditionModelGated";
}

// A number for all blocks, or a list with one for each.
Integers per_block(JsonReader &reader, const std::string &key, std::size_t blocks, std::int64_t fallback)
{
    if (!reader.raw(key).is_array())
        return Integers(blocks, reader.integer(key, fallback));
    auto values = reader.integers(key);
    if (values.size() != blocks)
        reader.reject(key, "one value for each of the " + std::to_string(blocks) + " blocks is expected");
    values.resize(blocks, fallback);
    return values;
}

// A number for all blocks, or a list that repeats one value.
std::int64_t same_for_all(JsonReader &reader, const std::string &key, std::size_t blocks, std::int64_t fallback)
{
    const auto values = per_block(reader, key, blocks, fallback);
    if (std::any_of(values.begin(), values.end(), [&](auto value) { return value != values.front(); }))
        reader.reject(key, "Quell runs only one value for all blocks");
    return values.empty() ? fallback : values.front();
}

void require_range(JsonReader &reader, const std::string &key, const Integers &values, std::int64_t low, std::int64_t high)
{
    if (std::any_of(values.begin(), values.end(), [&](auto value) { return value < low || value > high; }))
        reader.reject(key, "from " + std::to_string(low) + " to " + std::to_string(high) + " is expected");
}

void require_block_types(JsonReader &reader, const std::string &key, const std::vector<std::string> &types, std::size_t blocks,
                         std::initializer_list<std::string_view> known)
{
    if (types.size() != blocks)
        reader.reject(key, "as many types as block_out_channels has entries (" + std::to_string(blocks) + ") are expected");
    for (const auto &type : types) {
        if (std::find(known.begin(), known.end(), type) == known.end())
            reader.reject(key, "Quell does not know the block type \"" + type + "\"");
    }
}

Integers read_channels(JsonReader &reader)
{
    auto channels = reader.integers("block_out_channels");
    if (channels.empty() || channels.size() > 8)
        reader.reject("block_out_channels", "1 to 8 entries are expected");
    require_range(reader, "block_out_channels", channels, 1, 1 << 16);
    return channels;
}

std::int64_t read_groups(JsonReader &reader, const Integers &channels)
{
    const auto groups = reader.integer("norm_num_groups", 32);
    if (groups < 1 || std::any_of(channels.begin(), channels.end(), [&](auto count) { return count % groups != 0; }))
        reader.reject("norm_num_groups", "it must divide every entry of block_out_channels");
    return groups;
}

std::string read_mid_block_type(JsonReader &reader, const Json &json)
{
    const std::string cross_attention = "UNetMidBlock2DCrossAttn";
    if (json.contains("mid_block_type") && !reader.has("mid_block_type"))
        return {};
    const auto type = reader.text("mid_block_type", cross_attention);
    if (type != cross_attention)
        reader.reject("mid_block_type", "Quell knows \"" + cross_attention + "\" and null");
    return type;
}

Integers read_heads(JsonReader &reader, const UNetConfig &config)
{
    const std::string key = reader.has("num_attention_heads") ? "num_attention_heads" : "attention_head_dim";
    const auto heads = per_block(reader, key, config.levels(), 8);
    reader.has("attention_head_dim");
    require_range(reader, key, heads, 1, 1 << 10);
    const auto has_attention = [&](std::size_t level) {
        return config.down_block_types[level].starts_with("CrossAttn") || config.up_block_types[config.levels() - 1 - level].starts_with("CrossAttn")
            || (level + 1 == config.levels() && !config.mid_block_type.empty());
    };
    for (std::size_t level = 0; reader.status() && level < config.levels(); ++level) {
        if (has_attention(level) && config.block_out_channels[level] % heads[level] != 0)
            reader.reject(key, "the heads of a block must divide its block_out_channels");
    }
    return heads;
}

bool read_only_cross_attention(JsonReader &reader, std::size_t blocks)
{
    const auto &value = reader.raw("only_cross_attention");
    if (value.is_null() || value.is_boolean())
        return reader.boolean("only_cross_attention", false);
    if (value != Json(std::vector<bool>(blocks, false)))
        reader.reject("only_cross_attention", "Quell runs only one value for all blocks");
    return false;
}

void refuse_foreign_unet_options(JsonReader &reader, std::int64_t first_channels)
{
    require_neutral(reader, {{"addition_embed_type", nullptr},
                             {"addition_time_embed_dim", nullptr},
                             {"attention_type", "default"},
                             {"center_input_sample", false},
                             {"class_embed_type", nullptr},
                             {"class_embeddings_concat", false},
                             {"conv_in_kernel", 3},
                             {"conv_out_kernel", 3},
                             {"cross_attention_norm", nullptr},
                             {"dropout", 0},
                             {"dual_cross_attention", false},
                             {"encoder_hid_dim", nullptr},
                             {"encoder_hid_dim_type", nullptr},
                             {"mid_block_only_cross_attention", false},
                             {"mid_block_scale_factor", 1},
                             {"num_class_embeds", nullptr},
                             {"projection_class_embeddings_input_dim", nullptr},
                             {"resnet_out_scale_factor", 1},
                             {"resnet_skip_time_act", false},
                             {"resnet_time_scale_shift", "default"},
                             {"reverse_transformer_layers_per_block", nullptr},
                             {"time_cond_proj_dim", nullptr},
                             {"time_embedding_act_fn", nullptr},
                             {"time_embedding_dim", 4 * first_channels},
                             {"time_embedding_type", "positional"},
                             {"timestep_post_act", nullptr}});
    reader.choice("act_fn", {"silu", "swish"}, 0);
    reader.has("addition_embed_type_num_heads"); // of an addition embedding, which is refused
}

Activation read_activation(JsonReader &reader)
{
    switch (reader.choice("hidden_act", {"quick_gelu", "gelu", "gelu_new", "gelu_pytorch_tanh"}, 0)) {
    case 0: return Activation::QuickGelu;
    case 1: return Activation::Gelu;
    default: return Activation::GeluTanh;
    }
}

std::int64_t read_heads_of_tower(JsonReader &reader, std::int64_t hidden_size, std::int64_t fallback)
{
    const auto heads = reader.integer("num_attention_heads", fallback);
    if (heads < 1 || hidden_size % heads != 0)
        reader.reject("num_attention_heads", "it must divide hidden_size (" + std::to_string(hidden_size) + ")");
    return heads;
}

std::int64_t positive(JsonReader &reader, const std::string &key, std::optional<std::int64_t> fallback, std::int64_t most = 1 << 24)
{
    const auto value = reader.integer(key, fallback);
    require_range(reader, key, {value}, 1, most);
    return value;
}

Result<ClipVisionConfig> parse_clip_vision_config(const Json &json, const std::string &place)
{
    JsonReader reader(json, place);
    ClipVisionConfig config;
    config.hidden_size = positive(reader, "hidden_size", 768);
    config.intermediate_size = positive(reader, "intermediate_size", 3072);
    config.layers = positive(reader, "num_hidden_layers", 12, layers_limit);
    config.heads = read_heads_of_tower(reader, config.hidden_size, 12);
    config.image_size = positive(reader, "image_size", 224);
    config.patch_size = positive(reader, "patch_size", 32);
    config.channels = positive(reader, "num_channels", 3);
    config.projection_dim = positive(reader, "projection_dim", 512);
    config.layer_norm_eps = reader.number("layer_norm_eps", 1e-5);
    config.activation = read_activation(reader);
    QUELL_TRY(reader.status());
    return config;
}

// Old files have "…_config_dict", which replaces "…_config".
Json tower_config(JsonReader &reader, const std::string &key)
{
    for (const auto &name : {key + "_dict", key}) {
        if (reader.has(name))
            return reader.raw(name);
    }
    return Json::object();
}

// Old image processors give one number where newer ones give an object of sides.
Json as_object(const Json &size, std::initializer_list<const char *> sides)
{
    if (size.is_object())
        return size;
    Json object = Json::object();
    for (const char *side : sides)
        object[side] = size.is_null() ? Json(224) : size;
    return object;
}

Result<AutoencoderConfig> parse_autoencoder_kl(JsonReader &reader)
{
    AutoencoderConfig config;
    config.block_out_channels = read_channels(reader);
    const auto levels = config.block_out_channels.size();
    require_block_types(reader, "down_block_types", reader.texts("down_block_types"), levels, {"DownEncoderBlock2D"});
    require_block_types(reader, "up_block_types", reader.texts("up_block_types"), levels, {"UpDecoderBlock2D"});
    config.layers_per_block = positive(reader, "layers_per_block", 1, 64);
    config.norm_num_groups = read_groups(reader, config.block_out_channels);
    config.scaling_factor = reader.number("scaling_factor", 0.18215);
    config.sample_size = same_for_all(reader, "sample_size", 2, 32);
    config.mid_block_add_attention = reader.boolean("mid_block_add_attention", true);
    config.use_quant_conv = reader.boolean("use_quant_conv", true);
    config.use_post_quant_conv = reader.boolean("use_post_quant_conv", true);
    require_neutral(reader, {{"latents_mean", nullptr}, {"latents_std", nullptr}});
    reader.choice("act_fn", {"silu", "swish"}, 0);
    return config;
}

// The blocks of each level of one side ("encoder", "decoder"), and the one width they all have: diffusers' layers fit no other.
Integers read_tiny_side(JsonReader &reader, const std::string &side, Integers fallback, std::int64_t &width)
{
    const auto blocks_key = "num_" + side + "_blocks", channels_key = side + "_block_out_channels";
    auto blocks = reader.integers(blocks_key, fallback);
    if (blocks.empty() || blocks.size() > 8)
        reader.reject(blocks_key, "1 to 8 entries are expected");
    require_range(reader, blocks_key, blocks, 0, 64);
    const auto channels = reader.integers(channels_key, Integers(fallback.size(), 64));
    if (channels.size() != blocks.size() || Integers(channels.size(), channels.empty() ? 0 : channels.front()) != channels)
        reader.reject(channels_key, "one width is expected, repeated as often as " + blocks_key + " has entries");
    require_range(reader, channels_key, channels, 1, 1 << 16);
    width = channels.empty() ? 1 : channels.front();
    return blocks;
}

Result<AutoencoderConfig> parse_autoencoder_tiny(JsonReader &reader)
{
    AutoencoderConfig config;
    config.kind = AutoencoderKind::Tiny;
    config.encoder_blocks = read_tiny_side(reader, "encoder", {1, 3, 3, 3}, config.encoder_channels);
    config.decoder_blocks = read_tiny_side(reader, "decoder", {3, 3, 3, 1}, config.decoder_channels);
    config.upsampling_factor = reader.integer("upsampling_scaling_factor", 2);
    require_range(reader, "upsampling_scaling_factor", {config.upsampling_factor}, 1, 8);
    QUELL_TRY(reader.status());
    if (std::pow(config.upsampling_factor, config.decoder_blocks.size() - 1) != config.reduction())
        reader.reject("upsampling_scaling_factor", "the decoder must enlarge as much as the encoder reduces (" + std::to_string(config.reduction()) + ")");
    config.block_out_channels = Integers(config.decoder_blocks.size(), std::max(config.encoder_channels, config.decoder_channels)); // tells what pictures take
    config.scaling_factor = reader.number("scaling_factor", 1);
    reader.choice("act_fn", {"relu"}, 0);
    reader.choice("upsample_fn", {"nearest"}, 0);
    for (const char *key : {"block_out_channels",                  // the decoder's once more
                            "latent_magnitude", "latent_shift"}) // of latents kept as 8-bit pictures
        reader.has(key);
    return config;
}

struct SchedulerClass {
    const char *name;
    std::optional<SamplerKind> sampler; // none: Quell reads the noise schedule alone
};
constexpr SchedulerClass scheduler_classes[] = {
    {"DDIMScheduler", SamplerKind::Ddim},
    {"PNDMScheduler", SamplerKind::Pndm},
    {"EulerDiscreteScheduler", SamplerKind::Euler},
    {"EulerAncestralDiscreteScheduler", SamplerKind::EulerAncestral},
    {"DPMSolverMultistepScheduler", SamplerKind::DpmSolver},
    {"DDPMScheduler", {}},
    {"DEISMultistepScheduler", {}},
    {"DPMSolverSinglestepScheduler", {}},
    {"HeunDiscreteScheduler", {}},
    {"KDPM2AncestralDiscreteScheduler", {}},
    {"KDPM2DiscreteScheduler", {}},
    {"LMSDiscreteScheduler", {}},
    {"UniPCMultistepScheduler", {}},
};

// What the file's own sampler is, if Quell draws as it does. All options of diffusers' schedulers become known.
Result<SamplerKind> read_sampler(JsonReader &reader, const SchedulerClass &scheduler)
{
    for (const char *key : {"disable_corrector", "dynamic_thresholding_ratio", "flow_shift", "noise_sampler_seed", "predict_x0", "sample_max_value",
                            "shift_terminal", "solver_p", "time_shift_type"})
        reader.has(key);
    struct Option {
        SamplerKind sampler;
        const char *key;
        Json only; // the value that Quell runs, diffusers' own if the key is left out
    };
    const std::vector<Option> options = {{SamplerKind::Euler, "interpolation_type", "linear"},
                                         {SamplerKind::Euler, "timestep_type", "discrete"},
                                         {SamplerKind::Euler, "use_beta_sigmas", false},
                                         {SamplerKind::Euler, "use_exponential_sigmas", false},
                                         {SamplerKind::DpmSolver, "algorithm_type", "dpmsolver++"},
                                         {SamplerKind::DpmSolver, "lambda_min_clipped", nullptr},
                                         {SamplerKind::DpmSolver, "solver_order", 2},
                                         {SamplerKind::DpmSolver, "solver_type", "midpoint"},
                                         {SamplerKind::DpmSolver, "use_beta_sigmas", false},
                                         {SamplerKind::DpmSolver, "use_exponential_sigmas", false},
                                         {SamplerKind::DpmSolver, "use_lu_lambdas", false}};
    const auto lacks = [&](const std::string &what) {
        return fail(ErrorCode::Unsupported, "Quell has no sampler for the pipeline's " + what + "; choose one of its own");
    };
    std::optional<std::string> lacking;
    for (const auto &[sampler, key, only] : options) {
        if (reader.has(key) && scheduler.sampler == sampler && reader.raw(key) != only)
            lacking = std::string(scheduler.name) + " with \"" + key + "\": " + reader.raw(key).dump();
    }
    if (!reader.boolean("skip_prk_steps", false) && scheduler.sampler == SamplerKind::Pndm)
        lacking = std::string(scheduler.name) + " with \"skip_prk_steps\": false";
    if (lacking || !scheduler.sampler)
        return lacks(lacking.value_or(scheduler.name));
    const bool karras = reader.boolean("use_karras_sigmas", false);
    return scheduler.sampler == SamplerKind::DpmSolver && karras ? SamplerKind::DpmSolverKarras : *scheduler.sampler;
}

std::optional<double> optional_number(JsonReader &reader, const std::string &key)
{
    return reader.has(key) ? std::optional(reader.number(key)) : std::nullopt;
}

} // namespace

Result<UNetConfig> parse_unet_config(const Json &source, const std::string &place)
{
    const Json json = is_gated(source) ? without_gates(source) : source;
    JsonReader reader(json, place);
    QUELL_TRY(reader.status());
    UNetConfig config;
    config.block_out_channels = read_channels(reader);
    QUELL_TRY(reader.status());
    const auto levels = config.levels();
    config.down_block_types = reader.texts("down_block_types");
    config.up_block_types = reader.texts("up_block_types");
    require_block_types(reader, "down_block_types", config.down_block_types, levels, {"CrossAttnDownBlock2D", "DownBlock2D"});
    require_block_types(reader, "up_block_types", config.up_block_types, levels, {"CrossAttnUpBlock2D", "UpBlock2D"});
    config.mid_block_type = read_mid_block_type(reader, json);
    config.sample_size = same_for_all(reader, "sample_size", 2, 64);
    config.in_channels = positive(reader, "in_channels", 4);
    config.out_channels = positive(reader, "out_channels", 4);
    config.layers_per_block = per_block(reader, "layers_per_block", levels, 2);
    require_range(reader, "layers_per_block", config.layers_per_block, 1, 64);
    config.transformer_layers_per_block = per_block(reader, "transformer_layers_per_block", levels, 1);
    require_range(reader, "transformer_layers_per_block", config.transformer_layers_per_block, 1, 64);
    config.cross_attention_dim = same_for_all(reader, "cross_attention_dim", levels, 1280);
    require_range(reader, "cross_attention_dim", {config.cross_attention_dim}, 1, 1 << 16);
    config.norm_num_groups = read_groups(reader, config.block_out_channels);
    config.norm_eps = reader.number("norm_eps", 1e-5);
    config.use_linear_projection = reader.boolean("use_linear_projection", false);
    config.flip_sin_to_cos = reader.boolean("flip_sin_to_cos", true);
    config.freq_shift = reader.number("freq_shift", 0);
    config.upcast_attention = reader.boolean("upcast_attention", false);
    config.only_cross_attention = read_only_cross_attention(reader, levels);
    config.downsample_padding = reader.integer("downsample_padding", 1);
    require_range(reader, "downsample_padding", {config.downsample_padding}, 0, 1);
    refuse_foreign_unet_options(reader, config.block_out_channels.front());
    QUELL_TRY(reader.status());
    config.heads = read_heads(reader, config);
    accept_underscored(reader, json);
    reader.refuse_unknown_keys();
    QUELL_TRY(reader.status());
    config.gated = is_gated(source);
    config.source = json;
    return config;
}

Result<AutoencoderConfig> parse_autoencoder_config(const Json &json, const std::string &place)
{
    JsonReader reader(json, place);
    QUELL_TRY(reader.status());
    const bool tiny = reader.choice("_class_name", {"AutoencoderKL", "AutoencoderTiny"}, 0) == 1;
    QUELL_ASSIGN(auto config, tiny ? parse_autoencoder_tiny(reader) : parse_autoencoder_kl(reader));
    config.in_channels = positive(reader, "in_channels", 3);
    config.out_channels = positive(reader, "out_channels", 3);
    config.latent_channels = positive(reader, "latent_channels", 4);
    config.shift_factor = reader.number("shift_factor", 0);
    if (config.scaling_factor == 0)
        reader.reject("scaling_factor", "latents are divided by it");
    reader.has("force_upcast"); // Quell's autoencoder always runs in fp32
    accept_underscored(reader, json);
    reader.refuse_unknown_keys();
    QUELL_TRY(reader.status());
    return config;
}

Result<ClipTextConfig> parse_clip_text_config(const Json &json, const std::string &place)
{
    JsonReader reader(json, place);
    ClipTextConfig config;
    config.vocab_size = positive(reader, "vocab_size", 49408);
    config.hidden_size = positive(reader, "hidden_size", 512);
    config.intermediate_size = positive(reader, "intermediate_size", 2048);
    config.layers = positive(reader, "num_hidden_layers", 12, layers_limit);
    config.heads = read_heads_of_tower(reader, config.hidden_size, 8);
    config.max_positions = positive(reader, "max_position_embeddings", 77);
    config.projection_dim = positive(reader, "projection_dim", 512);
    config.layer_norm_eps = reader.number("layer_norm_eps", 1e-5);
    config.activation = read_activation(reader);
    config.eos_token_id = reader.integer("eos_token_id", 49407);
    QUELL_TRY(reader.status());
    return config;
}

Result<ClipConfig> parse_clip_config(const Json &json, const std::string &place)
{
    JsonReader reader(json, place);
    QUELL_TRY(reader.status());
    ClipConfig config;
    QUELL_ASSIGN(config.text, parse_clip_text_config(tower_config(reader, "text_config"), place + ": text_config"));
    QUELL_ASSIGN(config.vision, parse_clip_vision_config(tower_config(reader, "vision_config"), place + ": vision_config"));
    config.projection_dim = positive(reader, "projection_dim", 512);
    QUELL_TRY(reader.status());
    return config;
}

Result<ImageProcessorConfig> parse_image_processor_config(const Json &json, const std::string &place)
{
    JsonReader reader(json, place);
    QUELL_TRY(reader.status());
    ImageProcessorConfig config;
    config.resize = reader.boolean("do_resize", true);
    config.center_crop = reader.boolean("do_center_crop", true);
    config.resample = static_cast<int>(reader.integer("resample", 3));
    if (config.resample != 2 && config.resample != 3)
        reader.reject("resample", "Quell resizes bilinearly (2) or bicubically (3)");
    config.mean = reader.numbers("image_mean", std::vector{0.48145466, 0.4578275, 0.40821073});
    config.std = reader.numbers("image_std", std::vector{0.26862954, 0.26130258, 0.27577711});
    if (config.mean.size() != 3 || config.std.size() != 3 || std::count(config.std.begin(), config.std.end(), 0) > 0)
        reader.reject("image_std", "image_mean and image_std are three numbers each, the latter not 0");
    require_neutral(reader, {{"do_rescale", true}, {"do_normalize", true}});
    if (std::abs(reader.number("rescale_factor", 1.0 / 255) * 255 - 1) > 1e-6)
        reader.reject("rescale_factor", "Quell rescales by 1/255");

    const Json size = as_object(reader.raw("size"), {"shortest_edge"});
    JsonReader size_reader(size, place + ": size");
    config.shortest_edge = positive(size_reader, "shortest_edge", {});
    const Json crop = as_object(reader.raw("crop_size"), {"height", "width"});
    JsonReader crop_reader(crop, place + ": crop_size");
    config.crop_height = positive(crop_reader, "height", {});
    config.crop_width = positive(crop_reader, "width", {});
    QUELL_TRY(reader.status());
    QUELL_TRY(size_reader.status());
    QUELL_TRY(crop_reader.status());
    return config;
}

const char *name_of(Prediction prediction)
{
    return prediction == Prediction::Epsilon ? "epsilon" : prediction == Prediction::V ? "v_prediction" : "sample";
}

Result<SchedulerConfig> parse_scheduler_config(const Json &json, const std::string &place)
{
    JsonReader reader(json, place);
    QUELL_TRY(reader.status());
    const auto name = reader.text("_class_name", "DDIMScheduler");
    const auto scheduler = std::find_if(std::begin(scheduler_classes), std::end(scheduler_classes), [&](const auto &known) { return known.name == name; });
    if (scheduler == std::end(scheduler_classes)) {
        reader.reject("_class_name", "Quell does not know this scheduler");
        QUELL_TRY(reader.status());
    }
    SchedulerConfig config;
    config.train_timesteps = reader.integer("num_train_timesteps", 1000);
    require_range(reader, "num_train_timesteps", {config.train_timesteps}, 1, 100'000);
    config.beta_start = reader.number("beta_start", 0.0001);
    config.beta_end = reader.number("beta_end", 0.02);
    if (config.beta_start <= 0 || config.beta_end < config.beta_start || config.beta_end >= 1)
        reader.reject("beta_end", "0 < beta_start <= beta_end < 1 is expected");
    config.beta_schedule = static_cast<BetaSchedule>(reader.choice("beta_schedule", {"linear", "scaled_linear", "squaredcos_cap_v2"}, 0));
    config.rescale_betas_zero_snr = reader.boolean("rescale_betas_zero_snr", false);
    config.prediction = static_cast<Prediction>(reader.choice("prediction_type", {"epsilon", "v_prediction", "sample"}, 0));
    if (const int spacing = reader.choice("timestep_spacing", {"leading", "trailing", "linspace"}, -1); spacing >= 0)
        config.spacing = static_cast<TimestepSpacing>(spacing);
    config.steps_offset = reader.integer("steps_offset", 0);
    require_range(reader, "steps_offset", {config.steps_offset}, 0, config.train_timesteps - 1);
    if (reader.has("set_alpha_to_one"))
        config.set_alpha_to_one = reader.boolean("set_alpha_to_one");
    // Left out, it means what the file's class takes it for: a model of another sampler is not clipped when DDIM draws it.
    config.clip_sample = reader.boolean("clip_sample", name == "DDIMScheduler" || name == "DDPMScheduler");
    config.clip_sample_range = reader.number("clip_sample_range", 1.0);
    config.sampler = read_sampler(reader, *scheduler);
    config.karras_sigmas = reader.boolean("use_karras_sigmas", false);
    config.sigma_min = optional_number(reader, "sigma_min");
    config.sigma_max = optional_number(reader, "sigma_max");
    config.final_sigma_zero = reader.choice("final_sigmas_type", {"zero", "sigma_min"}, 0) == 0;
    config.lower_order_final = reader.boolean("lower_order_final", true);
    config.euler_at_final = reader.boolean("euler_at_final", false);
    require_neutral(reader, {{"thresholding", false}, {"trained_betas", nullptr}, {"use_dynamic_shifting", false}, {"use_flow_sigmas", false}});
    if (const auto &variance = reader.raw("variance_type"); variance == "learned" || variance == "learned_range")
        reader.reject("variance_type", "Quell does not run models that predict a variance");
    accept_underscored(reader, json);
    reader.refuse_unknown_keys();
    QUELL_TRY(reader.status());
    return config;
}

} // namespace quell
