#include "pruning/magnitude.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace quell {

namespace {

using torch::Tensor;

constexpr double tolerance = 0.005; // of the dense MACs
constexpr double cross_attention_weight = 3;

struct Moments {
    Tensor mean, variance; // per channel
};

// Standard normal nodes and weights: the trapezoidal rule, which converges geometrically here.
std::pair<Tensor, Tensor> normal_rule()
{
    const Tensor nodes = torch::linspace(-7, 7, 141, torch::kFloat64);
    return {nodes, torch::exp(-0.5 * nodes * nodes) * (0.1 / std::sqrt(2 * std::numbers::pi))};
}

// silu(scale·z + shift) for standard normal z.
Moments silu_moments(const Tensor &scale, const Tensor &shift)
{
    const auto [nodes, weights] = normal_rule();
    const Tensor y = torch::silu(scale.unsqueeze(1) * nodes + shift.unsqueeze(1));
    const Tensor mean = y.matmul(weights);
    return {mean, (y * y).matmul(weights) - mean * mean};
}

// value·gelu(gate), where (value, gate) = weight·(scale·z + shift) + bias is jointly normal: given the gate, the value is normal too.
Moments geglu_moments(const Tensor &weight, const Tensor &bias, const Tensor &scale, const Tensor &shift)
{
    const auto [nodes, weights] = normal_rule();
    const auto means = (weight.matmul(shift) + bias).chunk(2);
    const auto rows = (weight * scale).chunk(2);
    const Tensor gate_variance = rows[1].square().sum(1).clamp_min(1e-30), covariance = (rows[0] * rows[1]).sum(1);
    const Tensor left = (rows[0].square().sum(1) - covariance.square() / gate_variance).unsqueeze(1); // of the value, given the gate
    const Tensor deviation = gate_variance.sqrt();
    const Tensor gelu = torch::gelu(means[1].unsqueeze(1) + deviation.unsqueeze(1) * nodes);
    const Tensor value = means[0].unsqueeze(1) + (covariance / deviation).unsqueeze(1) * nodes;
    const Tensor mean = (value * gelu).matmul(weights);
    return {mean, ((value.square() + left) * gelu.square()).matmul(weights) - mean * mean};
}

class Reader {
public:
    explicit Reader(const StateDict &tensors) : tensors_(tensors) {}
    Tensor operator()(const std::string &key) const { return tensors_.at(key).detach().to(torch::kCPU, torch::kFloat64); }

private:
    const StateDict &tensors_;
};

std::string layer_of(const std::string &module) // "….transformer_blocks.0.ff" → "….transformer_blocks.0"
{
    return module.substr(0, module.rfind('.'));
}

bool is_cross(const GateVector &vector)
{
    return vector.module.ends_with(".attn2");
}

// Channel moments before the last layer of a resnet or feed-forward.
Moments moments_of(const Reader &read, const GateVector &vector)
{
    if (vector.kind == GateKind::ResnetGroup)
        return silu_moments(read(vector.module + ".norm2.weight"), read(vector.module + ".norm2.bias"));
    const std::string norm = layer_of(vector.module) + ".norm3", proj = vector.module + ".net.0.proj";
    return geglu_moments(read(proj + ".weight"), read(proj + ".bias"), read(norm + ".weight"), read(norm + ".bias"));
}

std::string last_layer(const GateVector &vector)
{
    return vector.module + (vector.kind == GateKind::ResnetGroup ? ".conv2" : ".net.2");
}

// Squared norm of output × value for each head: what it does to its input, whatever it attends to.
std::vector<double> head_energies(const Reader &read, const GateVector &vector)
{
    Tensor value = read(vector.module + ".to_v.weight");
    if (const Tensor scale = read(layer_of(vector.module) + ".norm1.weight"); !is_cross(vector) && scale.size(0) == value.size(1))
        value = value * scale;
    const Tensor out = read(vector.module + ".to_out.0.weight");
    std::vector<double> energies;
    for (std::int64_t head = 0; head < vector.count; ++head) {
        const std::int64_t begin = head * vector.channels;
        // ‖O·V‖² = ⟨OᵀO, VVᵀ⟩, which needs matrices of the head's width only.
        const Tensor o = out.narrow(1, begin, vector.channels), v = value.narrow(0, begin, vector.channels);
        energies.push_back((o.t().matmul(o) * v.matmul(v.t())).sum().item<double>());
    }
    return energies;
}

std::vector<double> channel_energies(const Reader &read, const GateVector &vector, const Tensor &variance)
{
    const Tensor weight = read(last_layer(vector) + ".weight").transpose(0, 1).flatten(1); // [channels, rest]
    const Tensor groups = (weight.square().sum(1) * variance).view({vector.count, vector.channels}).sum(1).contiguous();
    return {groups.data_ptr<double>(), groups.data_ptr<double>() + vector.count};
}

// Which part of each module's output reaches the UNet's output when every concatenation is shared out by channels.
std::map<std::string, double> output_reach(const UNetConfig &config)
{
    std::map<std::string, double> reach;
    const auto blocks = outline_of(config);
    std::vector<double> skips; // outermost first
    double through = 1;
    auto block = blocks.rbegin();
    for (; block != blocks.rend() && block->kind == BlockOutline::Kind::Up; ++block)
        for (std::size_t i = block->resnets.size(); i-- > 0;) {
            const ResnetOutline &resnet = block->resnets[i];
            reach[resnet.name] = through;
            if (i < block->attentions.size())
                reach[block->attentions[i].name] = through;
            const double skipped = static_cast<double>(resnet.skip) / resnet.in;
            skips.push_back(through * skipped);
            through *= 1 - skipped;
        }
    for (; block != blocks.rend(); ++block) {
        const bool down = block->kind == BlockOutline::Kind::Down;
        const auto join = [&] {
            if (down && !skips.empty()) {
                through += skips.back();
                skips.pop_back();
            }
        };
        if (block->sampler)
            join();
        for (std::size_t i = block->resnets.size(); i-- > 0;) {
            join();
            reach[block->resnets[i].name] = through;
            if (i < block->attentions.size())
                reach[block->attentions[i].name] = through;
        }
    }
    return reach;
}

// Closes gates one by one, keeping count of the MACs that are left.
class Pruner {
public:
    Pruner(const UNetParts &dense, const GateLayout &layout, double share, std::int64_t text_length)
        : layout_(layout), costs_(dense.config, text_length), shapes_(shapes_of(dense.tensors)), statistics_(gate_statistics(dense.tensors, layout)),
          scores_(gate_scores(statistics_, layout, dense.config)), gates_(open_gates(layout)), dense_(costs_.total(shapes_).macs),
          left_(dense_), goal_(static_cast<std::int64_t>(share * static_cast<double>(dense_)))
    {
    }

    Result<Gates> run(const std::string &place)
    {
        for (const double floor : {0.4, 0.25})
            close_widths(floor);
        close_depths();
        if (done())
            return gates_;
        return fail(ErrorCode::Unsupported, "the gates reach no lower share of its MACs than " + std::to_string(static_cast<double>(left_) / dense_),
                    place);
    }

private:
    bool done() const { return left_ <= goal_; }
    // A gate so large that it would miss the goal by more than the tolerance is left to later rounds.
    bool overshoots(std::int64_t macs) const { return left_ - macs < goal_ - static_cast<std::int64_t>(tolerance * dense_); }

    // MACs of one gate of a vector: those of its rows and columns.
    std::int64_t gate_macs(const GateVector &vector) const
    {
        std::int64_t macs = 0;
        for (const GateVector::Region &region : vector.regions) {
            Shape shape = shapes_.at(region.key);
            shape[region.dim] = vector.channels;
            macs += costs_.of(region.key, shape).macs;
        }
        return macs;
    }

    void close_widths(double floor)
    {
        std::vector<std::pair<double, std::size_t>> order; // score, gate
        for (std::size_t gate = 0; gate < scores_.size(); ++gate)
            order.emplace_back(scores_[gate], gate);
        std::sort(order.begin(), order.end());
        std::vector<std::size_t> owner(layout_.width_count);
        for (std::size_t v = 0; v < layout_.widths.size(); ++v)
            std::fill_n(owner.begin() + layout_.widths[v].begin, layout_.widths[v].count, v);
        for (const auto &[score, gate] : order)
            if (!done() && gates_.width[gate])
                close_width(gate, layout_.widths[owner[gate]], floor);
    }

    void close_width(std::size_t gate, const GateVector &vector, double floor)
    {
        const auto first = gates_.width.begin() + vector.begin;
        const auto kept = std::count(first, first + vector.count, true);
        const std::int64_t macs = gate_macs(vector);
        if (kept - 1 < std::max(1., std::ceil(floor * vector.count)) || overshoots(macs))
            return;
        gates_.width[gate] = false;
        left_ -= macs;
    }

    // What is left of a module after its closed width gates.
    std::int64_t module_macs(const std::string &module) const
    {
        std::int64_t macs = 0;
        for (const auto &[key, shape] : shapes_)
            if (key.starts_with(module + "."))
                macs += costs_.of(key, shape).macs;
        for (const GateVector &vector : layout_.widths)
            if (vector.parent == module) {
                const auto first = gates_.width.begin() + vector.begin;
                macs -= std::count(first, first + vector.count, false) * gate_macs(vector);
            }
        return macs;
    }

    void close_depths()
    {
        std::vector<std::pair<double, std::size_t>> order; // score of the branch, depth gate
        for (std::size_t i = 0; i < layout_.depths.size(); ++i) {
            double score = 0;
            for (const GateVector &vector : layout_.widths)
                if (vector.parent == layout_.depths[i])
                    for (std::int64_t gate = 0; gate < vector.count; ++gate)
                        score += gates_.width[vector.begin + gate] ? scores_[vector.begin + gate] : 0;
            order.emplace_back(score, i);
        }
        std::sort(order.begin(), order.end());
        for (const auto &[score, depth] : order)
            if (!done()) {
                gates_.depth[depth] = false;
                left_ -= module_macs(layout_.depths[depth]);
            }
    }

    const GateLayout &layout_;
    CostModel costs_;
    Shapes shapes_;
    GateStatistics statistics_;
    std::vector<double> scores_;
    Gates gates_;
    std::int64_t dense_, left_, goal_;
};

} // namespace

GateStatistics gate_statistics(const StateDict &dense, const GateLayout &layout)
{
    torch::NoGradGuard no_grad;
    const Reader read(dense);
    GateStatistics statistics;
    for (const GateVector &vector : layout.widths) {
        std::vector<double> energies;
        if (vector.kind == GateKind::Head) {
            energies = head_energies(read, vector);
        } else {
            const Moments moments = moments_of(read, vector);
            energies = channel_energies(read, vector, moments.variance);
            statistics.mean.emplace(vector.module, moments.mean);
        }
        statistics.energy.insert(statistics.energy.end(), energies.begin(), energies.end());
    }
    return statistics;
}

std::vector<double> gate_scores(const GateStatistics &statistics, const GateLayout &layout, const UNetConfig &config)
{
    const auto reach = output_reach(config);
    std::vector<double> scores = statistics.energy;
    for (const GateVector &vector : layout.widths) {
        const auto first = scores.begin() + vector.begin, last = first + vector.count;
        const double mean = std::accumulate(first, last, 0.) / vector.count;
        const double weight = std::pow(reach.at(vector.parent), 0.25) * (is_cross(vector) ? cross_attention_weight : 1);
        std::for_each(first, last, [&](double &score) { score *= mean > 0 ? weight / mean : 0; });
    }
    return scores;
}

Result<Gates> gates_for_share(const UNetParts &dense, const GateLayout &layout, double share, std::int64_t text_length)
{
    if (!(share > 0 && share <= 1))
        return fail(ErrorCode::Usage, "the share of MACs to keep must lie above 0 and not above 1", dense.place);
    QUELL_TRY(expect_shapes(shapes_of(dense.tensors), dense_shapes(dense.config), dense.place));
    return Pruner(dense, layout, share, text_length).run(dense.place);
}

Result<UNetParts> fold_means(const UNetParts &dense, const GateLayout &layout, const Gates &gates)
{
    QUELL_TRY(expect_shapes(shapes_of(dense.tensors), dense_shapes(dense.config), dense.place));
    torch::NoGradGuard no_grad;
    const Reader read(dense.tensors);
    UNetParts folded = dense;
    for (const GateVector &vector : layout.widths) {
        const auto first = gates.width.begin() + vector.begin;
        if (vector.kind == GateKind::Head || std::find(first, first + vector.count, false) == first + vector.count)
            continue;
        Tensor mean = moments_of(read, vector).mean.clone();
        for (std::int64_t gate = 0; gate < vector.count; ++gate)
            if (gates.width[vector.begin + gate])
                mean.narrow(0, gate * vector.channels, vector.channels).zero_();
        const Tensor weight = read(last_layer(vector) + ".weight"); // [out, channels] or [out, channels, 3, 3]
        Tensor &bias = folded.tensors.at(last_layer(vector) + ".bias");
        bias = (read(last_layer(vector) + ".bias") + weight.view({weight.size(0), weight.size(1), -1}).sum(2).matmul(mean)).to(bias.scalar_type());
    }
    return folded;
}

Result<UNetParts> prune_to_share(const UNetParts &dense, double share, std::int64_t text_length)
{
    if (!dense.structure.empty())
        return fail(ErrorCode::Unsupported, "it is pruned already; prune the dense model that it came from", dense.place);
    const GateLayout layout = gate_layout(dense.config);
    QUELL_ASSIGN(const Gates gates, gates_for_share(dense, layout, share, text_length));
    QUELL_ASSIGN(const UNetParts folded, fold_means(dense, layout, gates));
    QUELL_ASSIGN(UNetParts pruned, slice(folded, gates));
    const CostModel costs(dense.config, text_length);
    const Cost before = costs.total(shapes_of(dense.tensors)), after = costs.total(shapes_of(pruned.tensors));
    pruned.structure.origin = "quell prune --gates magnitude";
    pruned.structure.details = Json{{"target_share", share}, {"text_length", text_length}, {"macs_before", before.macs}, {"macs_after", after.macs},
                                    {"parameters_before", before.parameters}, {"parameters_after", after.parameters}};
    return pruned;
}

} // namespace quell
