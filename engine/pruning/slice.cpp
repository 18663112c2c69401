#include "pruning/slice.h"

#include <algorithm>

namespace quell {

namespace {

bool below(const std::string &key, const std::string &module)
{
    return key.size() > module.size() && key[module.size()] == '.' && key.starts_with(module);
}

std::vector<std::string> dropped_modules(const GateLayout &layout, const Gates &gates)
{
    std::vector<std::string> modules;
    for (std::size_t i = 0; i < layout.depths.size(); ++i)
        if (!gates.depth[i])
            modules.push_back(layout.depths[i]);
    return modules;
}

bool is_below_any(const std::string &key, const std::vector<std::string> &modules)
{
    return std::any_of(modules.begin(), modules.end(), [&](const std::string &module) { return below(key, module); });
}

// Adds the channels of the vector's open gates to the cuts of each parameter it controls.
void add_cuts(std::map<std::string, Cut> &cuts, const GateVector &vector, const Gates &gates)
{
    for (const GateVector::Region &region : vector.regions) {
        Cut &cut = cuts[region.key];
        cut.dim = region.dim;
        for (std::int64_t gate = 0; gate < vector.count; ++gate)
            for (std::int64_t i = 0; gates.width[vector.begin + gate] && i < vector.channels; ++i)
                cut.kept.push_back(region.offset + gate * vector.channels + i);
    }
}

// Some module that keeps no part of itself and is not dropped; empty if there is none.
std::string emptied_module(const GateLayout &layout, const Gates &gates, const std::vector<std::string> &dropped)
{
    for (const GateVector &vector : layout.widths) {
        const auto first = gates.width.begin() + vector.begin;
        const bool empty = std::find(first, first + vector.count, true) == first + vector.count;
        if (empty && std::find(dropped.begin(), dropped.end(), vector.parent) == dropped.end())
            return vector.module;
    }
    return {};
}

} // namespace

std::map<std::string, Cut> cuts_of(const GateLayout &layout, const Gates &gates)
{
    const auto dropped = dropped_modules(layout, gates);
    std::map<std::string, Cut> cuts;
    for (const GateVector &vector : layout.widths) {
        const auto first = gates.width.begin() + vector.begin;
        const bool whole = std::find(first, first + vector.count, false) == first + vector.count;
        if (!whole && std::find(dropped.begin(), dropped.end(), vector.parent) == dropped.end())
            add_cuts(cuts, vector, gates);
    }
    return cuts;
}

Shapes sliced_shapes(const UNetConfig &config, const Gates &gates)
{
    const GateLayout layout = gate_layout(config);
    const auto dropped = dropped_modules(layout, gates);
    Shapes shapes = dense_shapes(config);
    std::erase_if(shapes, [&](const auto &entry) { return is_below_any(entry.first, dropped); });
    for (const auto &[key, cut] : cuts_of(layout, gates))
        shapes.at(key)[cut.dim] = std::ssize(cut.kept);
    return shapes;
}

Result<UNetParts> slice(const UNetParts &dense, const Gates &gates)
{
    QUELL_TRY(expect_shapes(shapes_of(dense.tensors), dense_shapes(dense.config), dense.place));
    const GateLayout layout = gate_layout(dense.config);
    const auto dropped = dropped_modules(layout, gates);
    if (const std::string module = emptied_module(layout, gates, dropped); !module.empty())
        return fail(ErrorCode::Mismatch, "the gates keep nothing of it; keep one part at least, or drop the whole", dense.place + ": " + module);
    const auto cuts = cuts_of(layout, gates);
    UNetParts pruned{dense.config, record_of(layout, gates), {}, dense.place};
    for (const auto &[key, tensor] : dense.tensors) {
        if (is_below_any(key, dropped))
            continue;
        const auto cut = cuts.find(key);
        pruned.tensors.emplace(key, cut == cuts.end() ? tensor : tensor.index_select(cut->second.dim, torch::tensor(cut->second.kept)));
    }
    return pruned;
}

} // namespace quell
