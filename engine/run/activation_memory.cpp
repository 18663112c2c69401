#include "run/activation_memory.h"

#include <algorithm>
#include <numeric>

namespace quell {
namespace {

constexpr std::int64_t explicit_scores = 512 * 512; // above it attention keeps no scores (kernels/attention.cpp)

std::int64_t elements_of(const Shape &shape)
{
    return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

class Walk {
public:
    Walk(const UNetConfig &config, const StructureRecord &structure, const Shapes &shapes, const PassSize &size, const TrainedNames &trained, std::int64_t rank)
        : config_(config), structure_(structure), shapes_(shapes), size_(size), trained_(trained), rank_(rank)
    {
    }

    std::vector<PassPiece> pieces()
    {
        auto config = config_;
        config.sample_size = size_.side;
        add_end("conv_in", {"conv_in.", "time_embedding."}, 0, config.block_out_channels.front());
        for (const auto &block : outline_of(config))
            add_block(block);
        add_end("conv_out", {"conv_norm_out.", "conv_out."}, 2 * config.block_out_channels.front(), config.out_channels);
        return std::move(pieces_);
    }

private:
    const Shape *shape(const std::string &name) const
    {
        const auto found = shapes_.find(name);
        return found == shapes_.end() ? nullptr : &found->second;
    }
    std::int64_t plane(std::int64_t side) const { return size_.n * side * side * size_.element; } // bytes of a channel

    std::int64_t trained_below(const std::string &prefix) const
    {
        std::int64_t sum = 0;
        for (auto at = shapes_.lower_bound(prefix); at != shapes_.end() && at->first.starts_with(prefix); ++at)
            sum += trained_(at->first) ? elements_of(at->second) : 0;
        return sum;
    }

    // Nothing is kept before the first parameter under training.
    void add(PassPiece piece)
    {
        reached_ = reached_ || piece.trained > 0;
        if (!reached_)
            piece.kept = piece.input = 0;
        pieces_.push_back(std::move(piece));
    }

    void add_end(const std::string &name, const std::vector<std::string> &prefixes, std::int64_t channels_kept, std::int64_t channels_out)
    {
        PassPiece piece{name};
        piece.kept = piece.input = plane(size_.side) * channels_kept;
        piece.output = plane(size_.side) * channels_out;
        for (const auto &prefix : prefixes)
            piece.trained += trained_below(prefix);
        add(piece);
    }

    void add_block(const BlockOutline &block)
    {
        const bool mid = block.kind == BlockOutline::Kind::Mid, up = block.kind == BlockOutline::Kind::Up;
        for (std::size_t i = 0; i < block.resnets.size(); ++i) {
            add_resnet(block.resnets[i], block.side, up);
            if (i < block.attentions.size() && (!mid || i == 0))
                add_attention(block.attentions[i], block.side);
        }
        if (block.sampler)
            add_sampler(block, up);
        pieces_.back().ends_block = true;
    }

    void add_resnet(const ResnetOutline &resnet, std::int64_t side, bool up)
    {
        const auto *first = shape(resnet.name + ".conv1.weight");
        if (!first)
            return;
        const auto width = (*first)[0], in = (*first)[1];
        PassPiece piece{resnet.name};
        piece.kept = plane(side) * 2 * (in + width); // input, both activated norms, the first convolution's result
        piece.input = plane(side) * (up ? in - resnet.skip : in); // a skip connection is kept by what made it
        piece.work = 2 * plane(side) * std::max({in, width, resnet.out}) + 2 * elements_of(*first) * size_.element;
        piece.trained = trained_below(resnet.name + '.');
        piece.output = plane(side) * resnet.out;
        add(piece);
    }

    std::int64_t heads_of(const std::string &attention, std::int64_t dense) const
    {
        const auto found = structure_.heads.find(attention);
        return found == structure_.heads.end() ? dense : static_cast<std::int64_t>(found->second.kept.size());
    }

    // A layer of linear inputs keeps its input only for its own weight's gradient.
    bool keeps_input(const std::string &layer) const { return trained_(layer + ".weight") || (rank_ > 0 && layer.find(".attn") != std::string::npos); }

    void add_attention_layer(PassPiece &piece, const std::string &name, std::int64_t heads, std::int64_t channels, std::int64_t positions, bool to_text)
    {
        const auto inner = (*shape(name + ".to_q.weight"))[0], e = size_.element;
        const auto context = to_text ? size_.text : positions;
        const auto query = size_.n * positions * e, key = size_.n * context * e;
        const bool scores = positions * context <= explicit_scores;
        const auto probabilities = size_.n * heads_of(name, heads) * positions * context * e;
        piece.kept += query * channels; // the norm's input
        if (keeps_input(name + ".to_q") || keeps_input(name + ".to_k") || keeps_input(name + ".to_v"))
            piece.kept += query * channels;
        piece.kept += query * inner + 2 * key * inner + (scores ? probabilities : query * inner);
        if (keeps_input(name + ".to_out.0"))
            piece.kept += query * inner;
        piece.work = std::max(piece.work, (scores ? 2 * probabilities : 0) + 3 * query * inner);
        for (const char *layer : {".to_q", ".to_k", ".to_v", ".to_out.0"}) {
            const auto &weight = *shape(name + layer + ".weight");
            piece.trained += rank_ * (weight[0] + weight[1]);
        }
    }

    void add_attention(const AttentionOutline &attention, std::int64_t side)
    {
        if (!shape(attention.name + ".proj_in.weight"))
            return;
        const auto positions = side * side, channels = attention.channels;
        const auto whole = plane(side) * channels;
        PassPiece piece{attention.name};
        piece.input = whole;
        piece.output = whole;
        const bool convolutions = !config_.use_linear_projection; // which keep their inputs always
        piece.kept = whole + (convolutions || keeps_input(attention.name + ".proj_in") ? whole : 0) + (convolutions || keeps_input(attention.name + ".proj_out") ? whole : 0);
        for (std::int64_t i = 0; i < attention.layers; ++i) {
            const auto layer = attention.layer(i);
            add_attention_layer(piece, layer + ".attn1", attention.heads, channels, positions, attention.only_cross);
            add_attention_layer(piece, layer + ".attn2", attention.heads, channels, positions, true);
            const auto hidden = (*shape(layer + ".ff.net.2.weight"))[1];
            piece.kept += whole + plane(side) * 2 * hidden; // the norm's input, what is gated
            piece.kept += keeps_input(layer + ".ff.net.0.proj") ? whole : 0;
            piece.kept += keeps_input(layer + ".ff.net.2") ? plane(side) * hidden : 0;
            piece.work = std::max(piece.work, plane(side) * 3 * hidden);
        }
        piece.trained += trained_below(attention.name + '.');
        add(piece);
    }

    void add_sampler(const BlockOutline &block, bool up)
    {
        PassPiece piece{block.name + (up ? ".upsamplers" : ".downsamplers")};
        const auto into = up ? block.sampled_side : block.side;
        piece.kept = plane(into) * block.channels;
        piece.input = plane(block.side) * block.channels;
        piece.work = 2 * piece.kept + 2 * 9 * block.channels * block.channels * size_.element;
        piece.trained = trained_below(piece.name + '.');
        piece.output = plane(block.sampled_side) * block.channels;
        add(piece);
    }

    const UNetConfig &config_;
    const StructureRecord &structure_;
    const Shapes &shapes_;
    const PassSize size_;
    const TrainedNames &trained_;
    const std::int64_t rank_;
    bool reached_ = false;
    std::vector<PassPiece> pieces_;
};

} // namespace

std::vector<PassPiece> pieces_of(const UNetConfig &config, const StructureRecord &structure, const Shapes &shapes, const PassSize &size,
                                 const TrainedNames &trained, std::int64_t rank)
{
    return Walk(config, structure, shapes, size, trained, rank).pieces();
}

std::int64_t training_peak(const std::vector<PassPiece> &pieces, bool checkpointing, bool taps, std::int64_t gradient, std::int64_t element)
{
    std::int64_t live = 0, gradients = 0, peak = 0;
    for (const auto &piece : pieces) {
        live += checkpointing ? piece.input : piece.kept;
        if (taps && piece.ends_block) // the teacher's, and in a low precision both in fp32; the student's own are mostly kept as it is
            live += piece.output + (element < 4 ? 2 * piece.output * 4 / element : 0);
    }
    for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece) {
        peak = std::max(peak, live + gradients + piece->work + (checkpointing ? piece->kept : 0));
        live -= checkpointing ? piece->input : piece->kept;
        gradients += piece->trained * gradient;
        peak = std::max(peak, live + gradients);
    }
    return peak;
}

std::int64_t forward_peak(const std::vector<PassPiece> &pieces)
{
    std::int64_t skips = 0, work = 0;
    for (const auto &piece : pieces) {
        work = std::max(work, piece.output + piece.work);
        skips += piece.name.starts_with("down_blocks.") && piece.name.find("resnets") != std::string::npos ? piece.output : 0;
    }
    return skips + work;
}

} // namespace quell
