#include "models/unet.h"

#include "core/random.h"
#include "kernels/norm.h"
#include "models/checkpointed.h"
#include "models/layers.h"

#include <cmath>

namespace quell {
namespace {

using torch::Tensor;

// What every block needs to know of the model while it is built.
struct BuildContext {
    const UNetConfig &config;
    const StructureRecord &structure;

    std::int64_t kept(const std::map<std::string, StructureRecord::Kept> &kept, const std::string &module, std::int64_t dense) const
    {
        const auto found = kept.find(module);
        return found == kept.end() ? dense : static_cast<std::int64_t>(found->second.kept.size());
    }
    bool dropped(const Weights &weights) const { return structure.dropped.contains(weights.key()); }
};

// What every layer is told besides its input.
struct Conditions {
    Tensor time_silu; // [n, time channels]
    Tensor hidden;    // text states, in the compute dtype
    bool checkpointing;
};

class ResnetImpl : public torch::nn::Module {
public:
    ResnetImpl(const Weights &w, const BuildContext &build, std::int64_t in, std::int64_t out, std::int64_t time_channels)
    {
        const auto &config = build.config;
        norm1 = register_module("norm1", GroupNorm(w / "norm1", config.norm_num_groups, in, config.norm_eps));
        conv1 = register_module("conv1", Conv2d(w / "conv1", in));
        const std::int64_t width = rows_of(w, "conv1.weight");
        time_emb_proj = register_module("time_emb_proj", Linear(w / "time_emb_proj", time_channels, width));
        const auto groups = build.kept(build.structure.resnet_groups, w.key(), config.norm_num_groups);
        norm2 = register_module("norm2", GroupNorm(w / "norm2", groups, width, config.norm_eps));
        conv2 = register_module("conv2", Conv2d(w / "conv2", width, out));
        if (in != out)
            conv_shortcut = register_module("conv_shortcut", Conv2d(w / "conv_shortcut", in, out, 1));
    }

    // The sum stays outside of what is checkpointed: gradients then add up in the same order with and without.
    Tensor forward(const Tensor &x, const Conditions &on)
    {
        const Tensor h = checkpointed(on.checkpointing, *this, [this](const auto &in) { return branch(in[0], in[1]); }, {x, on.time_silu});
        return shortcut(x) + h;
    }

    // Of an up block: x and a skip connection, side by side.
    Tensor forward(const Tensor &x, const Tensor &skip, const Conditions &on)
    {
        const Piece piece = [this](const auto &in) {
            const Tensor both = torch::cat({in[0], in[1]}, 1), h = branch(both, in[2]);
            return shortcut(both) + h;
        };
        return checkpointed(on.checkpointing, *this, piece, {x, skip, on.time_silu});
    }

private:
    Tensor branch(const Tensor &x, const Tensor &time_silu)
    {
        Tensor h = conv1->forward(norm1->silu(x));
        h = h + time_emb_proj->forward(time_silu).unsqueeze(-1).unsqueeze(-1);
        return conv2->forward(norm2->silu(h));
    }
    Tensor shortcut(const Tensor &x) { return conv_shortcut.is_empty() ? x : conv_shortcut->forward(x); }

    GroupNorm norm1{nullptr}, norm2{nullptr};
    Conv2d conv1{nullptr}, conv2{nullptr}, conv_shortcut{nullptr};
    Linear time_emb_proj{nullptr};
};
TORCH_MODULE(Resnet);

class FeedForwardImpl : public torch::nn::Module {
public:
    FeedForwardImpl(const Weights &w, std::int64_t channels)
    {
        auto first = std::make_shared<torch::nn::Module>();
        proj = first->register_module("proj", Linear(w / "net" / 0 / "proj", channels));
        out = Linear(w / "net" / 2, rows_of(w, "net.0.proj.weight") / 2, channels);
        auto net = std::make_shared<torch::nn::Module>();
        net->register_module("0", first);
        net->register_module("2", out);
        register_module("net", net);
    }

    Tensor forward(const Tensor &x)
    {
        const Tensor hidden = kernels::geglu(proj->forward(x));
        if (watcher)
            watcher(hidden);
        return out->forward(hidden);
    }

    std::function<void(const Tensor &hidden)> watcher;

private:
    Linear proj{nullptr}, out{nullptr};
};
TORCH_MODULE(FeedForward);

class TransformerBlockImpl : public torch::nn::Module {
public:
    TransformerBlockImpl(const Weights &w, const BuildContext &build, std::int64_t channels, std::int64_t heads, bool only_cross)
        : only_cross_(only_cross)
    {
        const auto attention = [&](const std::string &name, std::int64_t context) {
            const auto kept = build.kept(build.structure.heads, (w / name).key(), heads);
            return register_module(name, Attention(w / name, channels, context, kept, false, build.config.upcast_attention));
        };
        norm1 = register_module("norm1", LayerNorm(w / "norm1", channels));
        attn1 = attention("attn1", only_cross ? build.config.cross_attention_dim : channels);
        norm2 = register_module("norm2", LayerNorm(w / "norm2", channels));
        attn2 = attention("attn2", build.config.cross_attention_dim);
        norm3 = register_module("norm3", LayerNorm(w / "norm3", channels));
        ff = register_module("ff", FeedForward(w / "ff", channels));
    }

    Tensor forward(Tensor x, const Tensor &hidden)
    {
        const Tensor normed = norm1->forward(x);
        x = x + attn1->forward(normed, only_cross_ ? hidden : normed);
        x = x + attn2->forward(norm2->forward(x), hidden);
        return x + ff->forward(norm3->forward(x));
    }

private:
    bool only_cross_; // attn1 attends to the text as well
    LayerNorm norm1{nullptr}, norm2{nullptr}, norm3{nullptr};
    Attention attn1{nullptr}, attn2{nullptr};
    FeedForward ff{nullptr};
};
TORCH_MODULE(TransformerBlock);

// Transformer2DModel over image positions; the projections are linear or 1×1 convolutions, in file as in diffusers.
class TransformerImpl : public torch::nn::Module {
public:
    TransformerImpl(const Weights &w, const BuildContext &build, std::int64_t channels, std::int64_t heads, std::int64_t layers, bool only_cross)
        : linear_(build.config.use_linear_projection)
    {
        norm = register_module("norm", GroupNorm(w / "norm", build.config.norm_num_groups, channels, 1e-6));
        if (linear_) {
            linear_in = register_module("proj_in", Linear(w / "proj_in", channels, channels));
            linear_out = register_module("proj_out", Linear(w / "proj_out", channels, channels));
        } else {
            conv_in = register_module("proj_in", Conv2d(w / "proj_in", channels, channels, 1));
            conv_out = register_module("proj_out", Conv2d(w / "proj_out", channels, channels, 1));
        }
        blocks = std::make_shared<SparseListImpl<TransformerBlock>>();
        for (std::int64_t i = 0; i < layers; ++i)
            blocks->push_back(TransformerBlock(w / "transformer_blocks" / i, build, channels, heads, only_cross));
        register_module("transformer_blocks", blocks);
    }

    Tensor forward(const Tensor &x, const Conditions &on)
    {
        return checkpointed(on.checkpointing, *this, [this](const auto &in) { return branch(in[0], in[1]); }, {x, on.hidden}) + x;
    }

private:
    Tensor branch(const Tensor &x, const Tensor &hidden)
    {
        const auto n = x.size(0), c = x.size(1), height = x.size(2), width = x.size(3);
        Tensor h = norm->forward(x);
        if (!linear_)
            h = conv_in->forward(h);
        h = h.permute({0, 2, 3, 1}).reshape({n, height * width, c}); // a view where the layout is channels-last
        if (linear_)
            h = linear_in->forward(h);
        for (std::size_t i = 0; i < blocks->size(); ++i)
            h = (*blocks)[i]->forward(h, hidden);
        if (linear_)
            h = linear_out->forward(h);
        h = h.reshape({n, height, width, c}).permute({0, 3, 1, 2});
        if (!linear_)
            h = conv_out->forward(h);
        return h;
    }

    bool linear_;
    GroupNorm norm{nullptr};
    Linear linear_in{nullptr}, linear_out{nullptr};
    Conv2d conv_in{nullptr}, conv_out{nullptr};
    SparseList<TransformerBlock> blocks;
};
TORCH_MODULE(Transformer);

// Downsampler or upsampler: a list of one module holding `conv`.
class ResampleImpl : public torch::nn::Module {
public:
    ResampleImpl(const Weights &w, std::int64_t channels, bool up, std::int64_t padding) : up_(up), padding_(padding)
    {
        conv = register_module("conv", Conv2d(w / "conv", channels, channels, 3, up ? 1 : 2, up ? 1 : padding));
    }

    Tensor forward(const Tensor &x, const Conditions &on, torch::IntArrayRef size = {})
    {
        const Piece piece = [this, size = size.vec()](const auto &in) { return resample(in[0], size); };
        return checkpointed(on.checkpointing && up_, *this, piece, {x}); // upsampling keeps four times its input
    }

private:
    Tensor resample(Tensor x, torch::IntArrayRef size)
    {
        if (up_) {
            const std::vector<std::int64_t> target = size.empty() ? std::vector<std::int64_t>{x.size(2) * 2, x.size(3) * 2} : size.vec();
            x = torch::upsample_nearest2d(x, target);
        } else if (padding_ == 0) {
            x = torch::constant_pad_nd(x, {0, 1, 0, 1});
        }
        return conv->forward(x);
    }

    bool up_;
    std::int64_t padding_;
    Conv2d conv{nullptr};
};
TORCH_MODULE(Resample);

Resample register_resampler(torch::nn::Module &block, const Weights &w, const std::string &name, std::int64_t channels, bool up,
                            std::int64_t padding)
{
    Resample sampler(w / name / 0, channels, up, padding);
    auto list = std::make_shared<SparseListImpl<Resample>>();
    list->push_back(sampler);
    block.register_module(name, list);
    return sampler;
}

// A block's resnets and, where its type has them, its attentions; either may have been dropped by pruning.
class LayersImpl {
public:
    SparseList<Resnet> resnets = std::make_shared<SparseListImpl<Resnet>>();
    SparseList<Transformer> attentions = std::make_shared<SparseListImpl<Transformer>>();

    void add_resnet(const Weights &w, const BuildContext &build, std::int64_t in, std::int64_t out, std::int64_t time_channels)
    {
        const auto at = w / "resnets" / resnets->size();
        resnets->push_back(build.dropped(at) ? Resnet(nullptr) : Resnet(at, build, in, out, time_channels));
    }
    void add_attention(const Weights &w, const BuildContext &build, std::int64_t channels, std::size_t level, bool only_cross)
    {
        const auto at = w / "attentions" / attentions->size();
        attentions->push_back(build.dropped(at) ? Transformer(nullptr)
                                                : Transformer(at, build, channels, build.config.heads[level],
                                                              build.config.transformer_layers_per_block[level], only_cross));
    }
    void register_in(torch::nn::Module &block)
    {
        block.register_module("resnets", resnets);
        if (attentions->size() > 0)
            block.register_module("attentions", attentions);
    }
    Tensor attend(std::size_t i, const Tensor &x, const Conditions &on)
    {
        return i < attentions->size() && !(*attentions)[i].is_empty() ? (*attentions)[i]->forward(x, on) : x;
    }
};

class DownBlockImpl : public torch::nn::Module {
public:
    DownBlockImpl(const Weights &w, const BuildContext &build, std::size_t level, std::int64_t in, std::int64_t time_channels)
    {
        const auto &config = build.config;
        const auto out = config.block_out_channels[level];
        const bool attends = config.down_block_types[level] == "CrossAttnDownBlock2D";
        for (std::int64_t i = 0; i < config.layers_per_block[level]; ++i) {
            layers.add_resnet(w, build, i == 0 ? in : out, out, time_channels);
            if (attends)
                layers.add_attention(w, build, out, level, config.only_cross_attention);
        }
        layers.register_in(*this);
        if (level + 1 < config.levels())
            downsampler = register_resampler(*this, w, "downsamplers", out, false, config.downsample_padding);
    }

    // Appends every layer's output to `skips`.
    Tensor forward(Tensor x, const Conditions &on, std::vector<Tensor> &skips)
    {
        for (std::size_t i = 0; i < layers.resnets->size(); ++i) {
            if (auto &resnet = (*layers.resnets)[i]; !resnet.is_empty())
                x = resnet->forward(x, on);
            x = layers.attend(i, x, on);
            skips.push_back(x);
        }
        if (!downsampler.is_empty())
            skips.push_back(x = downsampler->forward(x, on));
        return x;
    }

private:
    LayersImpl layers;
    Resample downsampler{nullptr};
};
TORCH_MODULE(DownBlock);

class MidBlockImpl : public torch::nn::Module {
public:
    MidBlockImpl(const Weights &w, const BuildContext &build, std::int64_t channels, std::int64_t time_channels)
    {
        const auto level = build.config.levels() - 1;
        layers.add_resnet(w, build, channels, channels, time_channels);
        layers.add_attention(w, build, channels, level, false); // diffusers' mid block knows no other
        layers.add_resnet(w, build, channels, channels, time_channels);
        layers.register_in(*this);
    }

    Tensor forward(Tensor x, const Conditions &on)
    {
        x = (*layers.resnets)[0]->forward(x, on);
        x = layers.attend(0, x, on);
        return (*layers.resnets)[1]->forward(x, on);
    }

private:
    LayersImpl layers;
};
TORCH_MODULE(MidBlock);

class UpBlockImpl : public torch::nn::Module {
public:
    // `level` counts from the top of the reversed lists, `in` is what comes from below, `skips` the widths of the skip connections, last first.
    UpBlockImpl(const Weights &w, const BuildContext &build, std::size_t index, std::int64_t in, std::vector<std::int64_t> &skips,
                std::int64_t time_channels)
    {
        const auto &config = build.config;
        const auto level = config.levels() - 1 - index;
        const auto out = config.block_out_channels[level];
        const bool attends = config.up_block_types[index] == "CrossAttnUpBlock2D";
        for (std::int64_t i = 0; i <= config.layers_per_block[level]; ++i) {
            layers.add_resnet(w, build, (i == 0 ? in : out) + skips.back(), out, time_channels);
            skips.pop_back();
            if (attends)
                layers.add_attention(w, build, out, level, config.only_cross_attention);
        }
        layers.register_in(*this);
        if (index + 1 < config.levels())
            upsampler = register_resampler(*this, w, "upsamplers", out, true, 1);
    }

    Tensor forward(Tensor x, const Conditions &on, std::vector<Tensor> &skips)
    {
        for (std::size_t i = 0; i < layers.resnets->size(); ++i) {
            // A dropped up resnet passes on what came from below and discards the skip (APTP).
            if (auto &resnet = (*layers.resnets)[i]; !resnet.is_empty())
                x = resnet->forward(x, skips.back(), on);
            skips.pop_back();
            x = layers.attend(i, x, on);
        }
        if (upsampler.is_empty())
            return x;
        // Odd sizes: the next skip says how large this level is.
        return upsampler->forward(x, on, skips.empty() ? torch::IntArrayRef{} : skips.back().sizes().slice(2));
    }

private:
    LayersImpl layers;
    Resample upsampler{nullptr};
};
TORCH_MODULE(UpBlock);

} // namespace

class UNetImpl : public torch::nn::Module {
public:
    UNetImpl(const Weights &w, const UNetConfig &config, const StructureRecord &structure) : config_(config), dtype_(w.options().dtype)
    {
        const BuildContext build{config, structure};
        const auto first = config.block_out_channels.front(), last = config.block_out_channels.back();
        const auto time_channels = first * 4;
        conv_in = register_module("conv_in", Conv2d(w / "conv_in", config.in_channels, first));
        auto embedding = std::make_shared<torch::nn::Module>();
        linear_1 = embedding->register_module("linear_1", Linear(w / "time_embedding" / "linear_1", first, time_channels));
        linear_2 = embedding->register_module("linear_2", Linear(w / "time_embedding" / "linear_2", time_channels, time_channels));
        register_module("time_embedding", embedding);

        std::vector<std::int64_t> skips{first};
        std::int64_t width = first;
        for (std::size_t level = 0; level < config.levels(); ++level) {
            down->push_back(DownBlock(w / "down_blocks" / level, build, level, width, time_channels));
            width = config.block_out_channels[level];
            skips.insert(skips.end(), config.layers_per_block[level] + (level + 1 < config.levels() ? 1 : 0), width);
        }
        register_module("down_blocks", down);
        if (!config.mid_block_type.empty())
            mid = register_module("mid_block", MidBlock(w / "mid_block", build, last, time_channels));
        for (std::size_t index = 0; index < config.levels(); ++index) {
            up->push_back(UpBlock(w / "up_blocks" / index, build, index, width, skips, time_channels));
            width = config.block_out_channels[config.levels() - 1 - index];
        }
        register_module("up_blocks", up);
        conv_norm_out = register_module("conv_norm_out", GroupNorm(w / "conv_norm_out", config.norm_num_groups, first, config.norm_eps));
        conv_out = register_module("conv_out", Conv2d(w / "conv_out", first, config.out_channels));

        const auto half = first / 2;
        frequencies_ = torch::exp(torch::arange(half, torch::kFloat64) * (-std::log(10000.0) / (half - config.freq_shift))).to(torch::kFloat32);
    }

    UNet::Output forward(const Tensor &x, const Tensor &t, const Tensor &hidden, bool with_taps)
    {
        UNet::Output output;
        const auto dtype = dtype_;
        const auto keep = [&](const Tensor &tap) {
            if (with_taps)
                output.taps.push_back(tap);
        };
        const Conditions on{time_embedding(t, x.size(0), dtype), hidden.to(dtype), checkpointing};
        Tensor h = conv_in->forward(x.to(dtype).contiguous(torch::MemoryFormat::ChannelsLast));
        std::vector<Tensor> skips{h};
        for (std::size_t i = 0; i < down->size(); ++i)
            keep(h = (*down)[i]->forward(h, on, skips));
        if (!mid.is_empty())
            keep(h = mid->forward(h, on));
        for (std::size_t i = 0; i < up->size(); ++i)
            keep(h = (*up)[i]->forward(h, on, skips));
        output.sample = conv_out->forward(conv_norm_out->silu(h));
        return output;
    }

    bool checkpointing = false;

private:
    // SiLU of the time embedding: every resnet wants just that, so it is taken once. [n, time channels]
    Tensor time_embedding(const Tensor &t, std::int64_t n, torch::ScalarType dtype)
    {
        const Tensor angles = t.to(torch::kFloat32).reshape({-1, 1}) * frequencies_.to(t.device());
        const Tensor sine = angles.sin(), cosine = angles.cos();
        const Tensor wave = config_.flip_sin_to_cos ? torch::cat({cosine, sine}, 1) : torch::cat({sine, cosine}, 1);
        const Tensor embedding = linear_2->forward(torch::silu(linear_1->forward(wave.to(dtype))));
        return torch::silu(embedding).expand({n, -1});
    }

    UNetConfig config_;
    torch::ScalarType dtype_;
    Conv2d conv_in{nullptr}, conv_out{nullptr};
    Linear linear_1{nullptr}, linear_2{nullptr};
    SparseList<DownBlock> down = std::make_shared<SparseListImpl<DownBlock>>();
    MidBlock mid{nullptr};
    SparseList<UpBlock> up = std::make_shared<SparseListImpl<UpBlock>>();
    GroupNorm conv_norm_out{nullptr};
    Tensor frequencies_;
};

UNet::UNet(UNetConfig config, StructureRecord structure, LoadOptions options, std::shared_ptr<UNetImpl> net)
    : config_(std::move(config)), structure_(std::move(structure)), options_(options), net_(std::move(net))
{
}

Result<UNet> UNet::open(const fs::path &model, LoadOptions options)
{
    QUELL_ASSIGN(auto description, describe_unet(model));
    QUELL_ASSIGN(auto tensors, read_state_dict(description.weights));
    const auto place = description.folder.string();
    return assemble(description.config, description.structure, Weights(std::move(tensors), options, place, true), place);
}

Result<UNet> UNet::build(const UNetConfig &config, const StructureRecord &structure, StateDict tensors, LoadOptions options,
                         const std::string &place)
{
    return assemble(config, structure, Weights(std::move(tensors), options, place), place);
}

Result<UNet> UNet::assemble(const UNetConfig &config, const StructureRecord &structure, const Weights &weights, const std::string &place)
try {
    auto net = std::make_shared<UNetImpl>(weights, config, structure);
    QUELL_TRY(weights.finish());
    return UNet(config, structure, weights.options(), std::move(net));
} catch (const std::exception &error) {
    return fail(ErrorCode::Internal, error.what(), place);
}

UNet::Output UNet::forward(const torch::Tensor &x, const torch::Tensor &t, const torch::Tensor &hidden, bool with_taps) const
{
    return net_->forward(x, t, hidden, with_taps);
}

void UNet::set_checkpointing(bool on) const
{
    net_->checkpointing = on;
}

void UNet::add_adapters(std::int64_t rank, double alpha, std::uint64_t seed) const
{
    std::uint64_t index = 0;
    for (const auto &module : net_->modules()) {
        if (auto *attention = dynamic_cast<AttentionImpl *>(module.get()))
            attention->add_adapters(rank, alpha, derive_seed(seed, "adapters", index++));
    }
}

void UNet::watch_feed_forward(FeedForwardWatcher watcher) const
{
    for (const auto &item : net_->named_modules()) {
        auto *forward = dynamic_cast<FeedForwardImpl *>(item.value().get());
        if (!forward)
            continue;
        if (watcher)
            forward->watcher = [watcher, key = item.key() + ".net.2.weight"](const Tensor &hidden) { watcher(key, hidden); };
        else
            forward->watcher = {};
    }
}

void UNet::freeze() const
{
    quell::freeze(*net_);
}

std::vector<std::pair<std::string, torch::Tensor>> UNet::parameters() const
{
    std::vector<std::pair<std::string, torch::Tensor>> all;
    for (const auto &item : net_->named_parameters())
        all.emplace_back(item.key(), item.value());
    return all;
}

} // namespace quell
