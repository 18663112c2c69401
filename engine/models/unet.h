// UNet2DConditionModel as in diffusers, of any pruned shape: block types and order come from the config, widths from the tensors,
// heads, groups and dropped parts from the structure record.
#pragma once

#include "architecture/unet_description.h"
#include "models/weights.h"

namespace quell {

class UNetImpl;

class UNet {
public:
    // `model` is a pipeline folder, a UNet folder or a single file.
    static Result<UNet> open(const fs::path &model, LoadOptions options);
    static Result<UNet> build(const UNetConfig &config, const StructureRecord &structure, StateDict tensors, LoadOptions options,
                              const std::string &place);

    struct Output {
        torch::Tensor sample;            // [n, out channels, h, w], in the compute dtype
        std::vector<torch::Tensor> taps; // one per name in tap_names(config()), if asked for
    };
    // x [n, in channels, h, w], t int64 [n] (or one element for all), hidden [n, length, cross_attention_dim]; any dtype, converted inside.
    Output forward(const torch::Tensor &x, const torch::Tensor &t, const torch::Tensor &hidden, bool with_taps = false) const;

    // Training keeps only the inputs of resnets, transformers and upsamplers and runs them once more for their gradients.
    void set_checkpointing(bool on) const;
    // Low-rank adapters (arXiv 2106.09685) on to_q, to_k, to_v and to_out.0 of every attention, which change nothing yet: parameters
    // "<module>.lora_A.weight" [rank, in], drawn from `seed`, and "<module>.lora_B.weight" [out, rank], zero. They add (alpha/rank)·B·A.
    void add_adapters(std::int64_t rank, double alpha, std::uint64_t seed) const;

    // Called by forward() for every feed-forward, with the key of its last weight ("….ff.net.2.weight") and what it is multiplied with [n, length,
    // width]; empty: no longer.
    using FeedForwardWatcher = std::function<void(const std::string &weight, const torch::Tensor &hidden)>;
    void watch_feed_forward(FeedForwardWatcher watcher) const;

    // No gradients from now on, and weights in the form that is fastest to run: for the teacher, and for drawing. parameters() is of no use
    // afterwards.
    void freeze() const;

    const UNetConfig &config() const { return config_; }
    const StructureRecord &structure() const { return structure_; }
    const LoadOptions &options() const { return options_; }
    // Parameters under their diffusers names. `parameters` shares storage with the model.
    std::vector<std::pair<std::string, torch::Tensor>> parameters() const;

private:
    static Result<UNet> assemble(const UNetConfig &config, const StructureRecord &structure, const Weights &weights, const std::string &place);
    UNet(UNetConfig config, StructureRecord structure, LoadOptions options, std::shared_ptr<UNetImpl> net);
    UNetConfig config_;
    StructureRecord structure_;
    LoadOptions options_;
    std::shared_ptr<UNetImpl> net_;
};

} // namespace quell
