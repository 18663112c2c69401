#include "models/autoencoder_kl.h"

#include "models/layers.h"

namespace quell {
namespace {

using torch::Tensor;

constexpr double norm_eps = 1e-6;

class VaeResnetImpl : public torch::nn::Module {
public:
    VaeResnetImpl(const Weights &w, std::int64_t in, std::int64_t out, std::int64_t groups)
    {
        norm1 = register_module("norm1", GroupNorm(w / "norm1", groups, in, norm_eps));
        conv1 = register_module("conv1", Conv2d(w / "conv1", in, out));
        norm2 = register_module("norm2", GroupNorm(w / "norm2", groups, out, norm_eps));
        conv2 = register_module("conv2", Conv2d(w / "conv2", out, out));
        if (in != out)
            shortcut = register_module("conv_shortcut", Conv2d(w / "conv_shortcut", in, out, 1));
    }

    Tensor forward(const Tensor &x)
    {
        const Tensor h = conv2->forward(norm2->silu(conv1->forward(norm1->silu(x))));
        return (shortcut.is_empty() ? x : shortcut->forward(x)) + h;
    }

private:
    GroupNorm norm1{nullptr}, norm2{nullptr};
    Conv2d conv1{nullptr}, conv2{nullptr}, shortcut{nullptr};
};
TORCH_MODULE(VaeResnet);

// Single-head attention over positions, with a group norm of its own.
class VaeAttentionImpl : public torch::nn::Module {
public:
    VaeAttentionImpl(const Weights &w, std::int64_t channels, std::int64_t groups)
    {
        norm = register_module("group_norm", GroupNorm(w / "group_norm", groups, channels, norm_eps));
        attention = register_module("attention", Attention(w, channels, channels, 1, true));
    }

    Tensor forward(const Tensor &x)
    {
        const auto n = x.size(0), c = x.size(1), height = x.size(2), width = x.size(3);
        const Tensor h = norm->forward(x).permute({0, 2, 3, 1}).reshape({n, height * width, c});
        return x + attention->forward(h, h).reshape({n, height, width, c}).permute({0, 3, 1, 2});
    }

private:
    GroupNorm norm{nullptr};
    Attention attention{nullptr};
};
TORCH_MODULE(VaeAttention);

class VaeMidImpl : public torch::nn::Module {
public:
    VaeMidImpl(const Weights &w, std::int64_t channels, std::int64_t groups, bool attends)
    {
        first = register_module("first", VaeResnet(w / "resnets" / 0, channels, channels, groups));
        if (attends)
            attention = register_module("attention", VaeAttention(w / "attentions" / 0, channels, groups));
        second = register_module("second", VaeResnet(w / "resnets" / 1, channels, channels, groups));
    }

    Tensor forward(Tensor x)
    {
        x = first->forward(x);
        if (!attention.is_empty())
            x = attention->forward(x);
        return second->forward(x);
    }

private:
    VaeResnet first{nullptr}, second{nullptr};
    VaeAttention attention{nullptr};
};
TORCH_MODULE(VaeMid);

class EncoderImpl : public torch::nn::Module {
public:
    EncoderImpl(const Weights &w, const AutoencoderConfig &config)
    {
        const auto groups = config.norm_num_groups;
        auto width = config.block_out_channels.front();
        conv_in = register_module("conv_in", Conv2d(w / "conv_in", config.in_channels, width));
        for (std::size_t level = 0; level < config.block_out_channels.size(); ++level) {
            const auto block = w / "down_blocks" / level;
            const auto out = config.block_out_channels[level];
            for (std::int64_t i = 0; i < config.layers_per_block; ++i, width = out)
                resnets->push_back(VaeResnet(block / "resnets" / i, width, out, groups));
            const bool last = level + 1 == config.block_out_channels.size();
            downsamplers->push_back(last ? Conv2d(nullptr) : Conv2d(block / "downsamplers" / 0 / "conv", out, out, 3, 2, 0));
        }
        register_module("resnets", resnets);
        register_module("downsamplers", downsamplers);
        mid = register_module("mid", VaeMid(w / "mid_block", width, groups, config.mid_block_add_attention));
        norm_out = register_module("norm_out", GroupNorm(w / "conv_norm_out", groups, width, norm_eps));
        conv_out = register_module("conv_out", Conv2d(w / "conv_out", width, 2 * config.latent_channels));
    }

    Tensor forward(const Tensor &pixels)
    {
        Tensor h = conv_in->forward(pixels);
        const auto layers = resnets->size() / downsamplers->size();
        for (std::size_t i = 0; i < resnets->size(); ++i) {
            h = (*resnets)[i]->forward(h);
            if (auto &down = (*downsamplers)[i / layers]; (i + 1) % layers == 0 && !down.is_empty())
                h = down->forward(torch::constant_pad_nd(h, {0, 1, 0, 1})); // padded at right and bottom only
        }
        return conv_out->forward(norm_out->silu(mid->forward(h)));
    }

private:
    Conv2d conv_in{nullptr}, conv_out{nullptr};
    SparseList<VaeResnet> resnets = std::make_shared<SparseListImpl<VaeResnet>>();
    SparseList<Conv2d> downsamplers = std::make_shared<SparseListImpl<Conv2d>>();
    VaeMid mid{nullptr};
    GroupNorm norm_out{nullptr};
};
TORCH_MODULE(Encoder);

class DecoderImpl : public torch::nn::Module {
public:
    DecoderImpl(const Weights &w, const AutoencoderConfig &config)
    {
        const auto groups = config.norm_num_groups;
        auto width = config.block_out_channels.back();
        const auto levels = config.block_out_channels.size();
        conv_in = register_module("conv_in", Conv2d(w / "conv_in", config.latent_channels, width));
        mid = register_module("mid", VaeMid(w / "mid_block", width, groups, config.mid_block_add_attention));
        for (std::size_t index = 0; index < levels; ++index) {
            const auto block = w / "up_blocks" / index;
            const auto out = config.block_out_channels[levels - 1 - index];
            for (std::int64_t i = 0; i <= config.layers_per_block; ++i, width = out)
                resnets->push_back(VaeResnet(block / "resnets" / i, width, out, groups));
            upsamplers->push_back(index + 1 == levels ? Conv2d(nullptr) : Conv2d(block / "upsamplers" / 0 / "conv", out, out));
        }
        register_module("resnets", resnets);
        register_module("upsamplers", upsamplers);
        norm_out = register_module("norm_out", GroupNorm(w / "conv_norm_out", groups, width, norm_eps));
        conv_out = register_module("conv_out", Conv2d(w / "conv_out", width, config.out_channels));
    }

    Tensor forward(const Tensor &latents)
    {
        Tensor h = mid->forward(conv_in->forward(latents));
        const auto layers = resnets->size() / upsamplers->size();
        for (std::size_t i = 0; i < resnets->size(); ++i) {
            h = (*resnets)[i]->forward(h);
            if (auto &up = (*upsamplers)[i / layers]; (i + 1) % layers == 0 && !up.is_empty())
                h = up->forward(torch::upsample_nearest2d(h, std::vector<std::int64_t>{h.size(2) * 2, h.size(3) * 2}));
        }
        return conv_out->forward(norm_out->silu(h));
    }

private:
    Conv2d conv_in{nullptr}, conv_out{nullptr};
    VaeMid mid{nullptr};
    SparseList<VaeResnet> resnets = std::make_shared<SparseListImpl<VaeResnet>>();
    SparseList<Conv2d> upsamplers = std::make_shared<SparseListImpl<Conv2d>>();
    GroupNorm norm_out{nullptr};
};
TORCH_MODULE(Decoder);

class AutoencoderKLImpl : public AutoencoderNet {
public:
    AutoencoderKLImpl(const Weights &w, const AutoencoderConfig &config)
    {
        encoder = register_module("encoder", Encoder(w / "encoder", config));
        decoder = register_module("decoder", Decoder(w / "decoder", config));
        const auto latent = config.latent_channels;
        if (config.use_quant_conv)
            quant_conv = register_module("quant_conv", Conv2d(w / "quant_conv", 2 * latent, 2 * latent, 1));
        if (config.use_post_quant_conv)
            post_quant_conv = register_module("post_quant_conv", Conv2d(w / "post_quant_conv", latent, latent, 1));
    }

    Posterior encode(const Tensor &pixels) override
    {
        Tensor moments = encoder->forward(pixels);
        if (!quant_conv.is_empty())
            moments = quant_conv->forward(moments);
        const auto halves = moments.chunk(2, 1);
        return {halves[0], halves[1]};
    }

    Tensor decode(const Tensor &latents) override
    {
        return decoder->forward(post_quant_conv.is_empty() ? latents : post_quant_conv->forward(latents));
    }

private:
    Encoder encoder{nullptr};
    Decoder decoder{nullptr};
    Conv2d quant_conv{nullptr}, post_quant_conv{nullptr};
};

} // namespace

std::shared_ptr<AutoencoderNet> make_autoencoder_kl(const Weights &weights, const AutoencoderConfig &config)
{
    return std::make_shared<AutoencoderKLImpl>(weights, config);
}

} // namespace quell
