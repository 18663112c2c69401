#include "models/autoencoder_tiny.h"

#include "models/layers.h"

namespace quell {
namespace {

using torch::Tensor;

// Between two levels: 3 × 3 without bias.
class LevelConvImpl : public torch::nn::Module {
public:
    LevelConvImpl(const Weights &w, std::int64_t channels, std::int64_t stride) : stride_(stride)
    {
        weight = register_parameter("weight", w.take("weight", {channels, channels, 3, 3}));
    }
    Tensor forward(const Tensor &x) { return torch::conv2d(x, weight, {}, stride_, 1); }

private:
    std::int64_t stride_;
    Tensor weight;
};
TORCH_MODULE(LevelConv);

class TinyBlockImpl : public torch::nn::Module {
public:
    TinyBlockImpl(const Weights &w, std::int64_t channels)
    {
        first = register_module("first", Conv2d(w / "conv" / 0, channels, channels));
        second = register_module("second", Conv2d(w / "conv" / 2, channels, channels));
        third = register_module("third", Conv2d(w / "conv" / 4, channels, channels));
    }
    Tensor forward(const Tensor &x) { return torch::relu(third->forward(torch::relu(second->forward(torch::relu(first->forward(x))))) + x); }

private:
    Conv2d first{nullptr}, second{nullptr}, third{nullptr};
};
TORCH_MODULE(TinyBlock);

// Both sides in one: what is read and written is numbered through, as in diffusers' Sequential.
struct Level {
    std::vector<TinyBlock> blocks;
    LevelConv conv{nullptr}; // to the next level; none after the decoder's last and before the encoder's first
};

class AutoencoderTinyImpl : public AutoencoderNet {
public:
    AutoencoderTinyImpl(const Weights &w, const AutoencoderConfig &config) : factor_(config.upsampling_factor)
    {
        make_encoder(w / "encoder" / "layers", config);
        make_decoder(w / "decoder" / "layers", config);
    }

    Posterior encode(const Tensor &pixels) override
    {
        Tensor h = encoder_in->forward((pixels + 1) / 2);
        for (auto &level : encoder) {
            if (!level.conv.is_empty())
                h = level.conv->forward(h);
            for (auto &block : level.blocks)
                h = block->forward(h);
        }
        const Tensor latents = encoder_out->forward(h);
        return {latents, torch::full_like(latents, -30)};
    }

    Tensor decode(const Tensor &latents) override
    {
        Tensor h = torch::relu(decoder_in->forward(torch::tanh(latents / 3) * 3));
        for (auto &level : decoder) {
            for (auto &block : level.blocks)
                h = block->forward(h);
            if (!level.conv.is_empty())
                h = level.conv->forward(torch::upsample_nearest2d(h, std::vector<std::int64_t>{h.size(2) * factor_, h.size(3) * factor_}));
        }
        return decoder_out->forward(h) * 2 - 1;
    }

private:
    template <class Layer> Layer add(const std::string &name, Layer layer) { return register_module(name, std::move(layer)); }

    void add_blocks(Level &level, const Weights &w, const std::string &side, std::int64_t count, std::int64_t channels, std::size_t &index)
    {
        for (std::int64_t i = 0; i < count; ++i, ++index)
            level.blocks.push_back(add(side + std::to_string(index), TinyBlock(w / index, channels)));
    }

    void make_encoder(const Weights &w, const AutoencoderConfig &config)
    {
        const auto channels = config.encoder_channels;
        encoder_in = add("encoder_in", Conv2d(w / 0, config.in_channels, channels));
        std::size_t index = 1;
        for (const auto count : config.encoder_blocks) {
            auto &level = encoder.emplace_back();
            if (encoder.size() > 1) {
                level.conv = add("encoder" + std::to_string(index), LevelConv(w / index, channels, 2));
                ++index;
            }
            add_blocks(level, w, "encoder", count, channels, index);
        }
        encoder_out = add("encoder_out", Conv2d(w / index, channels, config.latent_channels));
    }

    void make_decoder(const Weights &w, const AutoencoderConfig &config)
    {
        const auto channels = config.decoder_channels;
        decoder_in = add("decoder_in", Conv2d(w / 0, config.latent_channels, channels));
        std::size_t index = 2; // after the first convolution and its ReLU
        for (const auto count : config.decoder_blocks) {
            auto &level = decoder.emplace_back();
            add_blocks(level, w, "decoder", count, channels, index);
            if (decoder.size() == config.decoder_blocks.size())
                break;
            level.conv = add("decoder" + std::to_string(index + 1), LevelConv(w / (index + 1), channels, 1)); // after the enlargement
            index += 2;
        }
        decoder_out = add("decoder_out", Conv2d(w / index, channels, config.out_channels));
    }

    std::int64_t factor_;
    Conv2d encoder_in{nullptr}, encoder_out{nullptr}, decoder_in{nullptr}, decoder_out{nullptr};
    std::vector<Level> encoder, decoder;
};

} // namespace

std::shared_ptr<AutoencoderNet> make_autoencoder_tiny(const Weights &weights, const AutoencoderConfig &config)
{
    return std::make_shared<AutoencoderTinyImpl>(weights, config);
}

} // namespace quell
