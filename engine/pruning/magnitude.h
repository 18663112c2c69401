// Choosing gates by what their weights contribute, without data, and cutting a UNet down to a share of its multiply-accumulates.
#pragma once

#include "architecture/macs.h"
#include "pruning/slice.h"

namespace quell {

// What a gate's channels add to their module's output, taken from the weights. Inputs of a norm are normalised, so behind its affine they are
// close to a normal distribution: the moments of SiLU and GEGLU follow in closed form or by quadrature, and no forward pass is needed.
struct GateStatistics {
    std::vector<double> energy;      // per width gate: variance that it adds to the output, summed over output channels
    std::map<std::string, torch::Tensor> mean; // resnet or feed-forward module → mean of each channel before conv2 or net.2 (fp64)
};
GateStatistics gate_statistics(const StateDict &dense, const GateLayout &layout);

// Higher is kept longer: the gate's share of its module's energy (so layers compare), times the fourth root of the part of the module's output
// that reaches the UNet's output past the skip connections, times 3 for cross-attention, which carries the prompt.
std::vector<double> gate_scores(const GateStatistics &statistics, const GateLayout &layout, const UNetConfig &config);

// Closes gates, lowest score first, until at most `share` of the dense MACs is left, and not less than share − 0.5 % unless one gate is larger.
// Every module keeps 40 % of its parts; where that does not do, 25 %; and only then whole modules go through their depth gates, the least
// energetic branch first. At least one head stays. Errors: Usage if share is not in (0, 1]; Unsupported, naming the lowest share, if out of reach.
Result<Gates> gates_for_share(const UNetParts &dense, const GateLayout &layout, double share, std::int64_t text_length);

// The dense model with the means of what closed gates contribute added to the biases behind them, so that cutting them shifts nothing.
Result<UNetParts> fold_means(const UNetParts &dense, const GateLayout &layout, const Gates &gates);

// All of it: choose, fold, slice. The record's details hold the target share and both costs.
Result<UNetParts> prune_to_share(const UNetParts &dense, double share, std::int64_t text_length);

} // namespace quell
