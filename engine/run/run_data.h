// A run's data: sorted between the levels, encoded once, and cut into batches that depend on (seed, index) alone.
#pragma once

#include "data/concept_match.h"
#include "data/latent_cache.h"
#include "data/text_cache.h"
#include "run/run_spec.h"
#include "sampling/pipeline.h"

namespace quell {

// Pictures that the autoencoder is given at once: so few that a result at the full size stays within 32 MiB, for its memory not to exceed the training's.
std::int64_t encoded_at_once(const AutoencoderConfig &autoencoder, std::int64_t size);

// What a concept's pictures are made from: captions that do not name it, made to name it; without captions its kind's own prompts.
std::vector<std::string> naming_prompts(const std::vector<std::string> &captions, const Concept &target);

class RunData {
public:
    // What the sorting found.
    struct Summary {
        std::size_t pictures = 0, lower = 0, upper = 0; // usable pictures, and how many each level draws from
        std::vector<std::size_t> naming;                // for each concept, pictures whose captions name it
        std::vector<ExcludedFile> excluded;
        std::vector<std::string> warnings;
    };

    // Opens the datasets' folders, sorts their captions by the concepts, encodes what is not cached yet below `cache`. Every dataset has its folder by now (made_pictures.h). `spec` and `pipeline` must outlive
    // the data; `encoders` is how the pipeline was loaded.
    static Result<RunData> prepare(const RunSpec &spec, const Pipeline &pipeline, const LoadOptions &encoders, std::int64_t size, const fs::path &cache,
                                   const CacheHooks &hooks);

    const Summary &summary() const { return summary_; }
    // Batch `index` of the lower level, noised; on the CPU. Its parts have the datasets' shares.
    NoisyBatch lower_batch(std::int64_t index) const;
    // The frozen probe batch: lower pictures without dropout, times stratified over the schedule.
    NoisyBatch probe_batch(std::int64_t n) const;
    // Batch `index` of the upper level; concepts take turns. With sources `denoise…` x is pure noise and t the window's random end; with
    // `noise` it is the window's last time.
    UpperBatch upper_batch(std::int64_t index) const;

private:
    RunData(const RunSpec &spec, const Pipeline &pipeline) : spec_(&spec), pipeline_(&pipeline) {}
    struct UpperPrompts { // of one concept
        std::vector<std::int64_t> picture; // whose latents are noised
        torch::Tensor concept_row, anchor_row, neighbour_row; // the last where neighbours are held
        std::int64_t phrase_row = 0; // of the concept's phrase alone; EraseFrom only
    };
    // `n` members of a set of `size`, as a shuffled endless sequence cut into batches.
    torch::Tensor members(std::string_view purpose, std::int64_t size, std::int64_t n, std::int64_t index) const;
    torch::Tensor sample_latents(const torch::Tensor &pictures, at::Generator &generator) const;
    NoisyBatch noised(const torch::Tensor &z, const torch::Tensor &t, const torch::Tensor &rows, at::Generator &generator) const;

    const RunSpec *spec_;
    const Pipeline *pipeline_;
    Summary summary_;
    Latents latents_;
    TextStates texts_;
    struct LowerSet { // of one dataset
        torch::Tensor picture, row; // int64: indices into latents_ and texts_
    };
    struct LowerMembers {
        torch::Tensor picture, row;
        std::vector<std::int64_t> parts; // of each dataset
    };
    // n members, of each dataset its share, in a shuffled order of its own.
    LowerMembers lower_members(const std::string &purpose, std::int64_t n, std::int64_t index) const;
    NoisyBatch lower_noised(const LowerMembers &who, const torch::Tensor &z, const torch::Tensor &t, const torch::Tensor &rows, at::Generator &generator) const;
    std::vector<LowerSet> lower_;
    std::vector<UpperPrompts> upper_;
    std::int64_t empty_row_ = 0;
};

} // namespace quell
