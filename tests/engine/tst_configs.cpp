#include "formats/configs.h"

#include <QTest>

using namespace quell;

namespace {

using Integers = std::vector<std::int64_t>;

// Written by diffusers_configs.py.
const Json &configs()
{
    static const Json json = *read_json(fs::path(QUELL_SOURCE_DIR) / "tests/engine/data/diffusers_configs.json");
    return json;
}

Json with(Json json, const std::string &key, Json value)
{
    json[key] = std::move(value);
    return json;
}

template <class Parse> std::string problem_of(Parse parse, const Json &json)
{
    const auto config = parse(json, "config.json");
    return config ? "none" : to_string(config.error());
}

std::string problem_with(const std::string &key, Json value)
{
    return problem_of(parse_unet_config, with(configs()["unets"]["sd2"], key, std::move(value)));
}

} // namespace

class ConfigsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void reads_stable_diffusion_1()
    {
        const auto config = parse_unet_config(configs()["unets"]["sd1"], "config.json");
        QVERIFY2(config, config ? "" : to_string(config.error()).c_str());
        QVERIFY(config->block_out_channels == Integers({320, 640, 1280, 1280}));
        QVERIFY(config->heads == Integers({8, 8, 8, 8}));
        QVERIFY(config->layers_per_block == Integers({2, 2, 2, 2}));
        QCOMPARE(config->cross_attention_dim, 768);
        QCOMPARE(config->sample_size, 64);
        QCOMPARE(config->mid_block_type, std::string("UNetMidBlock2DCrossAttn"));
        QVERIFY(!config->use_linear_projection && !config->upcast_attention);
        QCOMPARE(config->source.dump(), configs()["unets"]["sd1"].dump());
    }

    void reads_stable_diffusion_2()
    {
        const auto config = parse_unet_config(configs()["unets"]["sd2"], "config.json");
        QVERIFY(config);
        QVERIFY(config->heads == Integers({5, 10, 20, 20}));
        QCOMPARE(config->cross_attention_dim, 1024);
        QVERIFY(config->use_linear_projection && config->upcast_attention);
    }

    void reads_bk_sdm()
    {
        const auto small = parse_unet_config(configs()["unets"]["bk_sdm_small"], "config.json");
        QVERIFY(small);
        QVERIFY(small->mid_block_type.empty());
        QVERIFY(small->layers_per_block == Integers({1, 1, 1, 1}));
        const auto tiny = parse_unet_config(configs()["unets"]["bk_sdm_tiny"], "config.json");
        QVERIFY(tiny);
        QCOMPARE(tiny->levels(), 3u);
        const auto uneven = parse_unet_config(configs()["unets"]["uneven"], "config.json");
        QVERIFY(uneven);
        QVERIFY(uneven->transformer_layers_per_block == Integers({1, 2, 3, 1}));
        QVERIFY(parse_unet_config(configs()["unets"]["bk_sdm_base"], "config.json"));
    }

    // Old files hold few keys; what is left out means what diffusers takes it for.
    void reads_short_configs()
    {
        const Json old = {{"block_out_channels", {32, 64}},
                          {"down_block_types", {"CrossAttnDownBlock2D", "DownBlock2D"}},
                          {"up_block_types", {"UpBlock2D", "CrossAttnUpBlock2D"}}};
        const auto config = parse_unet_config(old, "config.json");
        QVERIFY(config);
        QVERIFY(config->heads == Integers({8, 8}));
        QCOMPARE(config->cross_attention_dim, 1280);
        QCOMPARE(config->norm_num_groups, 32);
        QCOMPARE(config->mid_block_type, std::string("UNetMidBlock2DCrossAttn"));
        const auto with_heads = parse_unet_config(with(old, "num_attention_heads", {2, 4}), "config.json");
        QVERIFY(with_heads->heads == Integers({2, 4}));
    }

    void foreign_options_are_refused_by_key_and_value_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        const std::pair<const char *, const char *> options[] = {
            {"act_fn", "\"gelu\""},
            {"addition_embed_type", "\"text_time\""},
            {"addition_time_embed_dim", "256"},
            {"attention_head_dim", "7"},
            {"attention_head_dim", "[5, 10]"},
            {"attention_type", "\"gated\""},
            {"block_out_channels", "[320, 641, 1280, 1280]"},
            {"center_input_sample", "true"},
            {"class_embed_type", "\"timestep\""},
            {"class_embeddings_concat", "true"},
            {"conv_in_kernel", "1"},
            {"conv_out_kernel", "5"},
            {"cross_attention_dim", "[1024, 1024, 768, 1024]"},
            {"cross_attention_norm", "\"layer_norm\""},
            {"down_block_types", "[\"CrossAttnDownBlock2DHalfGated\", \"DownBlock2D\", \"DownBlock2D\", \"DownBlock2D\"]"},
            {"downsample_padding", "2"},
            {"dropout", "0.1"},
            {"dual_cross_attention", "true"},
            {"encoder_hid_dim_type", "\"text_proj\""},
            {"gated_ff", "true"},
            {"layers_per_block", "0"},
            {"mid_block_only_cross_attention", "true"},
            {"mid_block_scale_factor", "1.4"},
            {"mid_block_type", "\"UNetMidBlock2D\""},
            {"norm_num_groups", "33"},
            {"num_class_embeds", "10"},
            {"only_cross_attention", "[true, true, true, false]"},
            {"resnet_out_scale_factor", "0.5"},
            {"resnet_skip_time_act", "true"},
            {"resnet_time_scale_shift", "\"scale_shift\""},
            {"reverse_transformer_layers_per_block", "[1, 1, 1, 1]"},
            {"time_cond_proj_dim", "256"},
            {"time_embedding_type", "\"fourier\""},
            {"timestep_post_act", "\"silu\""},
            {"transformer_layers_per_block", "[[1, 2], 1, 1, 1]"},
            {"up_block_types", "[\"UpBlock2D\"]"},
        };
        for (const auto &[key, value] : options)
            QTest::newRow(qPrintable(QString("%1 %2").arg(key, value))) << QString(key) << QString(value);
    }

    void foreign_options_are_refused_by_key_and_value()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        const auto problem = problem_with(key.toStdString(), Json::parse(value.toStdString()));
        QVERIFY2(problem.starts_with("config.json: "), problem.c_str());
        QVERIFY2(key == "block_out_channels" || problem.find("\"" + key.toStdString() + "\"") != std::string::npos, problem.c_str());
    }

    void neutral_values_and_notes_are_accepted()
    {
        QCOMPARE(problem_with("_any_note", 1), std::string("none"));
        QCOMPARE(problem_with("mid_block_scale_factor", 1.0), std::string("none"));
        QCOMPARE(problem_with("time_embedding_dim", 1280), std::string("none"));
        QCOMPARE(problem_with("only_cross_attention", {false, false, false, false}), std::string("none"));
        QCOMPARE(problem_with("sample_size", {64, 64}), std::string("none"));
    }

    void reads_autoencoders()
    {
        const auto &vae = configs()["vae"];
        const auto config = parse_autoencoder_config(vae, "config.json");
        QVERIFY2(config, config ? "" : to_string(config.error()).c_str());
        QVERIFY(config->block_out_channels == Integers({128, 256, 512, 512}));
        QCOMPARE(config->layers_per_block, 2);
        QCOMPARE(config->reduction(), 8);
        QCOMPARE(config->scaling_factor, 0.18215);
        QCOMPARE(config->shift_factor, 0.0);
        QVERIFY(config->mid_block_add_attention && config->use_quant_conv);
        QVERIFY(problem_of(parse_autoencoder_config, with(vae, "latents_mean", {0.1})).find("\"latents_mean\"") != std::string::npos);
        QVERIFY(problem_of(parse_autoencoder_config, with(vae, "scaling_factor", 0)).find("\"scaling_factor\"") != std::string::npos);
        QVERIFY(problem_of(parse_autoencoder_config, with(vae, "layers_per_block", 1 << 20)).find("\"layers_per_block\"") != std::string::npos);
        QVERIFY(problem_of(parse_autoencoder_config, with(vae, "surprise", 0)).find("\"surprise\"") != std::string::npos);
        QVERIFY(problem_of(parse_autoencoder_config, configs()["unets"]["sd1"]) != "none");
        QVERIFY(problem_of(parse_autoencoder_config, with(vae, "_class_name", "VQModel")).find("VQModel") != std::string::npos);
    }

    void reads_tiny_autoencoders()
    {
        const auto &vae = configs()["tiny_vae"];
        const auto config = parse_autoencoder_config(vae, "config.json");
        QVERIFY2(config, config ? "" : to_string(config.error()).c_str());
        QVERIFY(config->kind == AutoencoderKind::Tiny);
        QVERIFY(config->encoder_blocks == Integers({1, 3, 3, 3}) && config->decoder_blocks == Integers({3, 3, 3, 1}));
        QCOMPARE(config->encoder_channels, 64);
        QCOMPARE(config->reduction(), 8);
        QCOMPARE(config->scaling_factor, 1.0);
        QVERIFY(config->block_out_channels == Integers({64, 64, 64, 64}));
        QVERIFY(parse_autoencoder_config({{"_class_name", "AutoencoderTiny"}}, "config.json")->decoder_blocks == Integers({3, 3, 3, 1}));
        const Json refused = {{"act_fn", "gelu"}, {"upsample_fn", "bilinear"}, {"encoder_block_out_channels", {64, 64, 64, 32}},
                              {"decoder_block_out_channels", {64, 64}}, {"num_encoder_blocks", Json::array()}, {"num_decoder_blocks", {3, 3, 3, -1}},
                              {"upsampling_scaling_factor", 4}, {"scaling_factor", 0}, {"surprise", 1}};
        for (const auto &[key, value] : refused.items()) {
            const auto problem = problem_of(parse_autoencoder_config, with(vae, key, value));
            QVERIFY2(problem.find("\"" + key + "\"") != std::string::npos, problem.c_str());
        }
    }

    void reads_clip()
    {
        const auto config = parse_clip_config(configs()["clip"], "config.json");
        QVERIFY2(config, config ? "" : to_string(config.error()).c_str());
        QCOMPARE(config->text.vocab_size, 49408);
        QCOMPARE(config->text.hidden_size, 512);
        QCOMPARE(config->text.heads, 8);
        QCOMPARE(config->text.max_positions, 77);
        QCOMPARE(config->text.eos_token_id, 49407);
        QCOMPARE(config->vision.layers, 12);
        QCOMPARE(config->vision.patch_size, 32);
        QCOMPARE(config->projection_dim, 512);

        const auto old = parse_clip_config({{"projection_dim", 768}, {"text_config", {{"hidden_size", 512}}}, {"text_config_dict", {{"hidden_size", 768}}}},
                                           "config.json");
        QCOMPARE(old->text.hidden_size, 768);
        QCOMPARE(old->projection_dim, 768);

        // Stable Diffusion 2's text encoder, as Stability published it.
        const Json sd2 = {{"architectures", {"CLIPTextModel"}}, {"bos_token_id", 0}, {"eos_token_id", 2}, {"hidden_act", "gelu"}, {"hidden_size", 1024},
                          {"intermediate_size", 4096}, {"layer_norm_eps", 1e-5}, {"max_position_embeddings", 77}, {"num_attention_heads", 16},
                          {"num_hidden_layers", 23}, {"pad_token_id", 1}, {"projection_dim", 512}, {"torch_dtype", "float32"}, {"vocab_size", 49408}};
        const auto text = parse_clip_text_config(sd2, "config.json");
        QVERIFY(text);
        QCOMPARE(text->layers, 23);
        QCOMPARE(text->eos_token_id, 2);
        QVERIFY(text->activation == Activation::Gelu);
        QVERIFY(parse_clip_text_config(with(sd2, "hidden_act", "gelu_new"), "config.json")->activation == Activation::GeluTanh);
        QVERIFY(problem_of(parse_clip_text_config, with(sd2, "hidden_act", "relu")).find("\"hidden_act\" is \"relu\"") != std::string::npos);
        for (const auto &layers : {Json(0), Json(1 << 20)})
            QVERIFY(problem_of(parse_clip_text_config, with(sd2, "num_hidden_layers", layers)).find("\"num_hidden_layers\"") != std::string::npos);
        QVERIFY(problem_of(parse_clip_text_config, with(sd2, "num_attention_heads", 15)).find("must divide") != std::string::npos);
    }

    void reads_image_processors()
    {
        const auto config = parse_image_processor_config(configs()["image_processor"], "preprocessor_config.json");
        QVERIFY2(config, config ? "" : to_string(config.error()).c_str());
        QCOMPARE(config->shortest_edge, 224);
        QCOMPARE(config->crop_width, 224);
        QCOMPARE(config->resample, 3);
        QCOMPARE(config->mean[0], 0.48145466);
        const Json old = {{"crop_size", 336}, {"size", 336}, {"resample", 2}};
        QCOMPARE(parse_image_processor_config(old, "p")->crop_height, 336);
        QCOMPARE(parse_image_processor_config(old, "p")->shortest_edge, 336);
        QVERIFY(problem_of(parse_image_processor_config, with(old, "do_normalize", false)).find("\"do_normalize\"") != std::string::npos);
        QVERIFY(problem_of(parse_image_processor_config, with(old, "resample", 0)).find("\"resample\"") != std::string::npos);
        QVERIFY(problem_of(parse_image_processor_config, with(old, "size", {{"height", 1}, {"width", 1}})).find("\"shortest_edge\"") != std::string::npos);
        QVERIFY(problem_of(parse_image_processor_config, with(old, "image_std", {1, 0, 1})).find("\"image_std\"") != std::string::npos);
    }

    void reads_the_noise_schedule_of_every_scheduler()
    {
        QVERIFY(configs()["schedulers"].size() >= 10);
        for (const auto &scheduler : configs()["schedulers"]) {
            const auto config = parse_scheduler_config(scheduler, scheduler["_class_name"].get<std::string>());
            QVERIFY2(config, config ? "" : to_string(config.error()).c_str());
            QCOMPARE(config->train_timesteps, 1000);
            QCOMPARE(config->beta_start, 0.00085);
            QVERIFY(config->beta_schedule == BetaSchedule::ScaledLinear);
            QVERIFY(config->prediction == Prediction::Epsilon);
        }
    }

    void reads_what_ddim_needs()
    {
        const Json sd2 = {{"_class_name", "DDIMScheduler"}, {"beta_end", 0.012}, {"beta_schedule", "scaled_linear"}, {"beta_start", 0.00085},
                          {"clip_sample", false}, {"num_train_timesteps", 1000}, {"prediction_type", "v_prediction"}, {"set_alpha_to_one", false},
                          {"skip_prk_steps", true}, {"steps_offset", 1}, {"trained_betas", nullptr}};
        const auto config = parse_scheduler_config(sd2, "scheduler_config.json");
        QVERIFY(config);
        QVERIFY(config->prediction == Prediction::V);
        QVERIFY(!config->spacing.has_value()); // left to the sampler
        QCOMPARE(config->steps_offset, 1);
        QVERIFY(config->set_alpha_to_one == false && !config->clip_sample);

        const auto problem = [&](const char *key, Json value) { return problem_of(parse_scheduler_config, with(sd2, key, std::move(value))); };
        const Json refused = {{"_class_name", "LCMScheduler"}, {"trained_betas", {0.1}}, {"thresholding", true}, {"prediction_type", "flow_prediction"},
                              {"beta_schedule", "sigmoid"}, {"variance_type", "learned"}, {"use_flow_sigmas", true},
                              {"steps_offset", -1}, {"beta_end", 0}, {"timestep_spacing", "even"}, {"final_sigmas_type", "some"}, {"surprise", 1}};
        for (const auto &[key, value] : refused.items())
            QVERIFY2(problem(key.c_str(), value).find("\"" + key + "\"") != std::string::npos, problem(key.c_str(), value).c_str());
        const auto pndm = parse_scheduler_config({{"_class_name", "PNDMScheduler"}}, "scheduler_config.json");
        QVERIFY(!pndm->clip_sample && !pndm->set_alpha_to_one.has_value() && !pndm->spacing.has_value()); // left to the sampler
        QCOMPARE(pndm->beta_end, 0.02);
    }

    // The class decides the sampler; what Quell does not draw as is named, and the noise schedule is read all the same.
    void reads_the_sampler()
    {
        const auto sampler_of = [](const char *name, Json options) {
            options["_class_name"] = name;
            return parse_scheduler_config(options, "s")->sampler;
        };
        // Stable Diffusion 1.x's file, as it is.
        const Json sd1 = {{"_diffusers_version", "0.6.0"}, {"beta_end", 0.012}, {"beta_schedule", "scaled_linear"}, {"beta_start", 0.00085}, {"clip_sample", false},
                          {"num_train_timesteps", 1000}, {"set_alpha_to_one", false}, {"skip_prk_steps", true}, {"steps_offset", 1}, {"trained_betas", nullptr}};
        QVERIFY(sampler_of("PNDMScheduler", sd1) == SamplerKind::Pndm);
        QVERIFY(sampler_of("DDIMScheduler", sd1) == SamplerKind::Ddim);
        QVERIFY(sampler_of("EulerDiscreteScheduler", sd1) == SamplerKind::Euler);
        QVERIFY(sampler_of("EulerAncestralDiscreteScheduler", sd1) == SamplerKind::EulerAncestral);
        QVERIFY(sampler_of("DPMSolverMultistepScheduler", sd1) == SamplerKind::DpmSolver);
        QVERIFY(sampler_of("DPMSolverMultistepScheduler", {{"use_karras_sigmas", true}}) == SamplerKind::DpmSolverKarras);
        const auto lacks = [&](const char *name, Json options, const char *what) {
            const auto sampler = sampler_of(name, std::move(options));
            return !sampler && sampler.error().code == ErrorCode::Unsupported && sampler.error().message.find(what) != std::string::npos;
        };
        QVERIFY(lacks("UniPCMultistepScheduler", sd1, "UniPCMultistepScheduler"));
        QVERIFY(lacks("PNDMScheduler", {}, "skip_prk_steps"));
        QVERIFY(lacks("EulerDiscreteScheduler", {{"interpolation_type", "log_linear"}}, "log_linear"));
        QVERIFY(lacks("EulerDiscreteScheduler", {{"timestep_type", "continuous"}}, "continuous"));
        QVERIFY(lacks("DPMSolverMultistepScheduler", {{"algorithm_type", "sde-dpmsolver++"}}, "sde-dpmsolver++"));
        QVERIFY(lacks("DPMSolverMultistepScheduler", {{"solver_order", 3}}, "solver_order"));
        QVERIFY(lacks("DPMSolverMultistepScheduler", {{"lambda_min_clipped", -5.1}}, "lambda_min_clipped"));
    }
};

QTEST_APPLESS_MAIN(ConfigsTest)
#include "tst_configs.moc"
