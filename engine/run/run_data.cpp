#include "run/run_data.h"

#include "core/random.h"
#include "data/cache_key.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <set>

namespace quell {
namespace {

using torch::Tensor;

at::Generator generator_for(std::uint64_t seed, std::string_view purpose, std::int64_t index)
{
    return at::detail::createCPUGenerator(derive_seed(seed, purpose, index));
}

// A caption of another picture made to name the concept: its own style (a neighbour) goes, the concept comes. An object takes its neighbour's place.
std::string renamed(const std::string &caption, const Concept &target)
{
    const bool in_place = target.kind == ConceptKind::Object || target.kind == ConceptKind::Person;
    std::string text = caption;
    for (const auto &neighbour : target.neighbours) {
        Concept other;
        other.kind = target.kind;
        other.phrase = neighbour;
        if (in_place && mentions(text, other)) {
            other.anchor = target.phrase;
            return anchor_prompt(text, other);
        }
        text = remove_phrase(text, other);
    }
    return insert_phrase(text, target);
}

// Which pictures go where.
struct Sorting {
    std::vector<std::int64_t> lower;
    std::vector<std::vector<std::int64_t>> naming; // per concept
    std::vector<std::int64_t> rest;                // naming no concept
};

Sorting sort_pictures(const std::vector<std::string> &captions, const RunSpec &spec, RunData::Summary &summary)
{
    Sorting sorting;
    std::set<std::int64_t> any;
    for (const auto &target : spec.concepts) {
        auto split = split_captions(captions, target);
        sorting.naming.emplace_back(split.naming.begin(), split.naming.end());
        any.insert(split.naming.begin(), split.naming.end());
        summary.naming.push_back(split.naming.size());
        summary.warnings.insert(summary.warnings.end(), split.warnings.begin(), split.warnings.end());
    }
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(captions.size()); ++i) {
        if (!any.contains(i))
            sorting.rest.push_back(i);
        if (!any.contains(i) || !spec.lower.exclude_concepts)
            sorting.lower.push_back(i);
    }
    return sorting;
}

} // namespace

std::int64_t encoded_at_once(const AutoencoderConfig &autoencoder, std::int64_t size)
{
    constexpr std::int64_t most = 8 << 20; // numbers in a result of the first level, which has the full size
    return std::clamp<std::int64_t>(most / (autoencoder.block_out_channels.front() * size * size), 1, 16);
}

Result<RunData> RunData::prepare(const RunSpec &spec, const Pipeline &pipeline, const LoadOptions &encoders, std::int64_t size,
                                 const fs::path &cache, const CacheHooks &hooks)
{
    RunData data(spec, pipeline);
    QUELL_ASSIGN(auto folder, open_image_folder(spec.lower.data));
    QUELL_TRY(exclude_unreadable(folder, hooks.cancelled));
    const auto captions = folder.captions();
    auto &summary = data.summary_;
    summary.pictures = captions.size();
    summary.excluded = folder.excluded;
    const auto sorting = sort_pictures(captions, spec, summary);
    summary.lower = sorting.lower.size();
    if (sorting.lower.empty())
        return fail(ErrorCode::Malformed, "no picture is left for the lower level: " + std::to_string(summary.excluded.size()) + " could not be used, " +
                        std::to_string(captions.size()) + " name a concept", spec.lower.data.string());

    std::vector<std::string> prompts{""};
    const auto row_of = [&](const std::string &prompt) { prompts.push_back(prompt); return static_cast<std::int64_t>(prompts.size()) - 1; };
    std::vector<std::int64_t> lower_prompt;
    for (const auto i : sorting.lower)
        lower_prompt.push_back(row_of(captions[i]));
    struct Prompts { std::vector<std::int64_t> named, anchor, neighbour; };
    std::vector<Prompts> upper_prompts;
    const auto source = spec.upper.objective.source;
    for (std::size_t c = 0; spec.upper.enabled && c < spec.concepts.size(); ++c) {
        const auto &target = spec.concepts[c];
        auto &upper = data.upper_.emplace_back();
        auto &rows = upper_prompts.emplace_back();
        upper.picture = source == UpperSource::Concept ? sorting.naming[c] : sorting.rest;
        if (upper.picture.empty())
            return fail(ErrorCode::Malformed, source == UpperSource::Concept ? "no caption names this concept; use upper.source \"other\", or check its phrase and synonyms"
                                                                             : "every picture names a concept; use upper.source \"concept\"",
                        "concepts: " + target.name);
        summary.upper += upper.picture.size();
        for (const auto i : upper.picture) {
            const auto named = source == UpperSource::Concept ? captions[i] : renamed(captions[i], target);
            rows.named.push_back(row_of(named));
            rows.anchor.push_back(row_of(anchor_prompt(named, target)));
            if (spec.upper.objective.neighbour > 0)
                rows.neighbour.push_back(row_of(neighbour_prompt(named, target, rows.neighbour.size())));
        }
    }

    LatentOptions latent_options{size, spec.lower.crop, spec.seed, spec.lower.flips, encoded_at_once(pipeline.autoencoder.config(), size), cache / "latents", {}};
    QUELL_ASSIGN(const auto vae_folder, component_folder(spec.teacher, "vae"));
    QUELL_ASSIGN(latent_options.autoencoder, autoencoder_key(vae_folder, encoders));
    QUELL_ASSIGN(data.latents_, encode_latents(folder, [&](const Tensor &pixels) { torch::NoGradGuard no_grad; return pipeline.autoencoder.encode(pixels); }, latent_options, hooks));
    TextOptions text_options{64, cache / "texts", {}};
    QUELL_ASSIGN(text_options.text_encoder, text_encoder_key(spec.teacher, encoders));
    QUELL_ASSIGN(data.texts_, encode_texts(prompts, [&](const std::vector<std::string> &some) { return pipeline.text.encode(some); }, text_options, hooks));

    const Tensor rows = data.texts_.rows(prompts);
    const auto pick = [&](const std::vector<std::int64_t> &which) { return rows.index_select(0, torch::tensor(which)); };
    data.empty_row_ = rows[0].item<std::int64_t>();
    data.lower_picture_ = torch::tensor(sorting.lower);
    data.lower_row_ = pick(lower_prompt);
    for (std::size_t c = 0; c < data.upper_.size(); ++c) {
        data.upper_[c].concept_row = pick(upper_prompts[c].named);
        data.upper_[c].anchor_row = pick(upper_prompts[c].anchor);
        if (!upper_prompts[c].neighbour.empty())
            data.upper_[c].neighbour_row = pick(upper_prompts[c].neighbour);
    }
    return data;
}

Tensor RunData::members(std::string_view purpose, std::int64_t size, std::int64_t n, std::int64_t index) const
{
    std::vector<Tensor> parts;
    for (std::int64_t at = index * n, end = at + n; at < end;) {
        const auto epoch = at / size, begin = at % size, count = std::min(end - at, size - begin);
        auto generator = generator_for(spec_->seed, purpose, epoch);
        parts.push_back(torch::randperm(size, generator, torch::kInt64).narrow(0, begin, count));
        at += count;
    }
    return torch::cat(parts);
}

Tensor RunData::sample_latents(const Tensor &pictures, at::Generator &generator) const
{
    const auto variants = latents_.mean.size(1);
    const Tensor rows = pictures * variants + torch::randint(0, variants, {pictures.size(0)}, generator, torch::kInt64);
    const Tensor mean = latents_.mean.flatten(0, 1).index_select(0, rows), logvar = latents_.logvar.flatten(0, 1).index_select(0, rows);
    const Tensor noise = torch::randn(mean.sizes(), generator, torch::kFloat32);
    return pipeline_->autoencoder.scaled(mean + (0.5 * logvar).exp() * noise);
}

NoisyBatch RunData::noised(const Tensor &z, const Tensor &t, const Tensor &rows, at::Generator &generator) const
{
    const auto &schedule = pipeline_->schedule;
    const Tensor noise = torch::randn(z.sizes(), generator, torch::kFloat32);
    return {schedule.add_noise(z, noise, t), t, texts_.states.index_select(0, rows), schedule.target(z, noise, t),
            schedule.min_snr_weight(t, spec_->lower.weights.snr_gamma)};
}

NoisyBatch RunData::lower_batch(std::int64_t index) const
{
    const auto n = spec_->lower.batch;
    const Tensor who = members("lower order", lower_picture_.size(0), n, index);
    auto generator = generator_for(spec_->seed, "lower batch", index);
    const Tensor z = sample_latents(lower_picture_.index_select(0, who), generator);
    const Tensor t = torch::randint(0, pipeline_->schedule.config().train_timesteps, {n}, generator, torch::kInt64);
    const Tensor dropped = torch::rand({n}, generator, torch::kFloat32) < spec_->lower.caption_dropout;
    const Tensor rows = torch::where(dropped, torch::full({n}, empty_row_, torch::kInt64), lower_row_.index_select(0, who));
    return noised(z, t, rows, generator);
}

NoisyBatch RunData::probe_batch(std::int64_t n) const
{
    const Tensor who = members("probe order", lower_picture_.size(0), n, 0);
    auto generator = generator_for(spec_->seed, "probe", 0);
    const Tensor z = sample_latents(lower_picture_.index_select(0, who), generator);
    const Tensor t = ((torch::arange(n, torch::kFloat64) + 0.5) * pipeline_->schedule.config().train_timesteps / n).to(torch::kInt64);
    return noised(z, t, lower_row_.index_select(0, who), generator);
}

UpperBatch RunData::upper_batch(std::int64_t index) const
{
    const auto n = spec_->upper.batch, concepts = static_cast<std::int64_t>(upper_.size());
    const auto &objective = spec_->upper.objective;
    const auto &upper = upper_[index % concepts];
    const Tensor who = members("upper order " + std::to_string(index % concepts), upper.picture.size(), n, index / concepts);
    auto generator = generator_for(spec_->seed, "upper batch", index);
    const auto last = std::min(objective.t_max, pipeline_->schedule.config().train_timesteps);
    const bool denoise = objective.source == UpperSource::Denoise || objective.source == UpperSource::DenoiseTeacher, noise = objective.source == UpperSource::Noise;
    // Partial denoising ends at one time for the whole batch.
    const Tensor t = noise ? torch::full({n}, last - 1, torch::kInt64)
        : denoise ? torch::randint(objective.t_min, last, {1}, generator, torch::kInt64).expand({n}).contiguous()
                  : torch::randint(objective.t_min, last, {n}, generator, torch::kInt64);
    const Tensor z = sample_latents(torch::tensor(upper.picture).index_select(0, who), generator);
    const auto states = [&](const Tensor &rows) { return texts_.states.index_select(0, rows.index_select(0, who)); };
    UpperBatch batch{noised(z, t, upper.concept_row.index_select(0, who), generator), states(upper.anchor_row), texts_.states.narrow(0, empty_row_, 1),
                     upper.neighbour_row.defined() ? states(upper.neighbour_row) : Tensor(), spec_->concepts[index % concepts].weight};
    if (denoise || noise)
        batch.noisy.x = torch::randn(z.sizes(), generator, torch::kFloat32);
    return batch;
}

} // namespace quell
