// The config.json files of diffusers and transformers, as far as Quell runs them. Every key of a UNet's config is implemented or
// refused by name; keys that change nothing (versions, names, training-only values) are accepted.
#pragma once

#include "formats/json.h"

#include <cstdint>

namespace quell {

struct UNetConfig {
    std::int64_t sample_size = 0; // latent side length
    std::int64_t in_channels = 4, out_channels = 4;
    std::vector<std::string> down_block_types, up_block_types; // "CrossAttnDownBlock2D" | "DownBlock2D"; "CrossAttnUpBlock2D" | "UpBlock2D"
    std::string mid_block_type;                                // "UNetMidBlock2DCrossAttn", or empty for none
    std::vector<std::int64_t> block_out_channels;
    std::vector<std::int64_t> layers_per_block;             // one per block
    std::vector<std::int64_t> transformer_layers_per_block; // one per block
    std::vector<std::int64_t> heads; // one per block: diffusers' num_attention_heads or, by its historic misnomer, attention_head_dim
    std::int64_t cross_attention_dim = 0;
    std::int64_t norm_num_groups = 32;
    double norm_eps = 1e-5;
    bool use_linear_projection = false;
    bool flip_sin_to_cos = true;
    double freq_shift = 0;
    bool upcast_attention = false;
    bool only_cross_attention = false;
    std::int64_t downsample_padding = 1;
    bool gated = false; // of APTP's classes, which remove whole heads and groups
    Json source; // the config as read, written back unchanged on export

    std::size_t levels() const { return block_out_channels.size(); }
};

enum class AutoencoderKind { Kl, Tiny };

struct AutoencoderConfig {
    AutoencoderKind kind = AutoencoderKind::Kl;
    std::int64_t in_channels = 3, out_channels = 3, latent_channels = 4;
    double scaling_factor = 0.18215;
    double shift_factor = 0;
    // AutoencoderKL; of AutoencoderTiny `block_out_channels` says at each level the width of its wider side
    std::vector<std::int64_t> block_out_channels;
    std::int64_t layers_per_block = 1;
    std::int64_t norm_num_groups = 32;
    std::int64_t sample_size = 512;
    bool mid_block_add_attention = true, use_quant_conv = true, use_post_quant_conv = true;
    // AutoencoderTiny: residual blocks by level, of one width on each side
    std::vector<std::int64_t> encoder_blocks, decoder_blocks;
    std::int64_t encoder_channels = 64, decoder_channels = 64;
    std::int64_t upsampling_factor = 2; // between the decoder's levels

    // Pixels per latent element.
    std::int64_t reduction() const { return std::int64_t{1} << ((kind == AutoencoderKind::Kl ? block_out_channels : encoder_blocks).size() - 1); }
};

enum class Activation { QuickGelu, Gelu, GeluTanh };

struct ClipTextConfig {
    std::int64_t vocab_size = 0, hidden_size = 0, intermediate_size = 0, layers = 0, heads = 0, max_positions = 77;
    std::int64_t projection_dim = 0;
    double layer_norm_eps = 1e-5;
    Activation activation = Activation::QuickGelu;
    std::int64_t eos_token_id = 0; // 2 in old files means "the largest id", see transformers' CLIPTextTransformer
};

struct ClipVisionConfig {
    std::int64_t hidden_size = 0, intermediate_size = 0, layers = 0, heads = 0, image_size = 0, patch_size = 0, channels = 3;
    std::int64_t projection_dim = 0;
    double layer_norm_eps = 1e-5;
    Activation activation = Activation::QuickGelu;
};

struct ClipConfig {
    ClipTextConfig text;
    ClipVisionConfig vision;
    std::int64_t projection_dim = 0;
};

// preprocessor_config.json of an image processor: resize the shorter side, centre crop, normalise.
struct ImageProcessorConfig {
    std::int64_t shortest_edge = 224, crop_height = 224, crop_width = 224;
    std::vector<double> mean, std; // three each
    bool resize = true, center_crop = true;
    int resample = 3; // PIL's code: 2 bilinear, 3 bicubic
};

enum class Prediction { Epsilon, V, Sample };
const char *name_of(Prediction prediction); // diffusers' prediction_type
enum class BetaSchedule { Linear, ScaledLinear, SquaredCosine };
enum class TimestepSpacing { Leading, Trailing, Linspace };
// How noise becomes a picture (sampling/sampler.h). DpmSolverKarras is DpmSolver at Karras' noise levels.
enum class SamplerKind { Ddim, Pndm, Euler, EulerAncestral, DpmSolver, DpmSolverKarras };

// scheduler_config.json: the training noise schedule, and what samplers read of it.
struct SchedulerConfig {
    std::int64_t train_timesteps = 1000;
    double beta_start = 0.00085, beta_end = 0.012;
    BetaSchedule beta_schedule = BetaSchedule::ScaledLinear;
    bool rescale_betas_zero_snr = false; // arXiv 2305.08891
    Prediction prediction = Prediction::Epsilon;

    // The file's own sampler, or the Unsupported error that names what Quell lacks of it: such a file still tells the noise schedule.
    Result<SamplerKind> sampler = SamplerKind::Ddim;
    std::optional<TimestepSpacing> spacing; // left out: each sampler's own, as in diffusers
    std::int64_t steps_offset = 0;
    std::optional<bool> set_alpha_to_one;   // DDIM, PNDM; left out: each sampler's own
    bool clip_sample = false;               // DDIM
    double clip_sample_range = 1.0;
    bool karras_sigmas = false;             // Euler; DPM-Solver++ has a kind of its own
    std::optional<double> sigma_min, sigma_max; // of Karras' noise levels; left out: the schedule's ends
    bool final_sigma_zero = true;           // Euler, DPM-Solver++: the last step ends at no noise, not at the schedule's least
    bool lower_order_final = true, euler_at_final = false; // DPM-Solver++
};

// `place` names the file in errors. Unknown keys of diffusers' configs are an error (Unsupported); transformers' configs carry many that
// change nothing. Block types, activation functions and options that Quell does not run are refused by key and value. Keys that are left
// out mean what diffusers and transformers take them for.
Result<UNetConfig> parse_unet_config(const Json &json, const std::string &place);
Result<AutoencoderConfig> parse_autoencoder_config(const Json &json, const std::string &place);
Result<ClipTextConfig> parse_clip_text_config(const Json &json, const std::string &place);
Result<ClipConfig> parse_clip_config(const Json &json, const std::string &place);
Result<ImageProcessorConfig> parse_image_processor_config(const Json &json, const std::string &place);
Result<SchedulerConfig> parse_scheduler_config(const Json &json, const std::string &place);

} // namespace quell
