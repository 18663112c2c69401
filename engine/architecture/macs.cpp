#include "architecture/macs.h"

#include <numeric>

namespace quell {

const char *const macs_definition =
    "MACs are the multiply-accumulates of one UNet evaluation at batch 1 and the config's sample_size: convolutions, linear layers and both "
    "attention products (query x key, weights x value). Norms, activations, biases and additions are not counted.";

namespace {

bool contains(const std::string &text, const char *part)
{
    return text.find(part) != std::string::npos;
}

// The first `parts` dotted parts of a key.
std::string head_of(const std::string &key, int parts)
{
    std::size_t end = key.find('.');
    while (--parts > 0 && end != std::string::npos)
        end = key.find('.', end + 1);
    return key.substr(0, end);
}

bool numbered(const std::string &key)
{
    return key.starts_with("down_blocks.") || key.starts_with("up_blocks.");
}

std::string block_of(const std::string &key)
{
    return head_of(key, numbered(key) ? 2 : 1);
}

std::string module_of(const std::string &key)
{
    return head_of(key, numbered(key) ? 4 : key.starts_with("mid_block.") ? 3 : 1);
}

} // namespace

Cost &Cost::operator+=(const Cost &other)
{
    macs += other.macs;
    parameters += other.parameters;
    return *this;
}

CostModel::CostModel(const UNetConfig &config, std::int64_t text_length)
    : side_(config.sample_size), text_length_(text_length), only_cross_(config.only_cross_attention)
{
    for (BlockOutline &block : outline_of(config))
        blocks_.emplace(block.name, block);
}

Cost CostModel::of(const std::string &key, const Shape &shape) const
{
    Cost cost;
    cost.parameters = std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
    if (shape.size() < 2) // biases and norms
        return cost;
    if (key.starts_with("time_embedding.") || contains(key, ".time_emb_proj.")) { // once, not per position
        cost.macs = cost.parameters;
        return cost;
    }
    const auto block = blocks_.find(block_of(key));
    const bool sampler = contains(key, "samplers.");
    const std::int64_t side = block == blocks_.end() ? side_ : sampler ? block->second.sampled_side : block->second.side;
    const bool to_text = contains(key, ".attn2.") || (only_cross_ && block != blocks_.end() && block->second.kind != BlockOutline::Kind::Mid);
    const std::int64_t positions = side * side, context = to_text ? text_length_ : positions;
    const bool of_context = contains(key, ".to_k.") || contains(key, ".to_v.");
    cost.macs = cost.parameters * (of_context ? context : positions);
    if (contains(key, ".to_q."))
        cost.macs += 2 * shape.front() * positions * context;
    return cost;
}

Cost CostModel::total(const Shapes &shapes) const
{
    Cost sum;
    for (const auto &[key, shape] : shapes)
        sum += of(key, shape);
    return sum;
}

std::map<std::string, Cost> CostModel::by_module(const Shapes &shapes) const
{
    std::map<std::string, Cost> costs;
    for (const auto &[key, shape] : shapes)
        costs[module_of(key)] += of(key, shape);
    return costs;
}

std::map<std::string, Cost> CostModel::by_block(const Shapes &shapes) const
{
    std::map<std::string, Cost> costs;
    for (const auto &[key, shape] : shapes)
        costs[block_of(key)] += of(key, shape);
    return costs;
}

} // namespace quell
