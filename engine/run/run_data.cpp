#include "run/run_data.h"

#include "core/random.h"
#include "data/cache_key.h"
#include "data/concept_prompts.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>
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

// All datasets as one list of pictures.
struct Pictures {
    std::vector<ImageFolder> folders;
    std::vector<std::string> captions;
    std::vector<std::size_t> set; // whose picture each is
};

Result<Pictures> open_pictures(const RunSpec &spec, const std::function<bool()> &cancelled, RunData::Summary &summary)
{
    Pictures pictures;
    for (std::size_t set = 0; set < spec.lower.datasets.size(); ++set) {
        QUELL_ASSIGN(auto folder, open_image_folder(spec.lower.datasets[set].data));
        QUELL_TRY(exclude_unreadable(folder, cancelled));
        const auto captions = folder.captions();
        pictures.captions.insert(pictures.captions.end(), captions.begin(), captions.end());
        pictures.set.insert(pictures.set.end(), captions.size(), set);
        summary.excluded.insert(summary.excluded.end(), folder.excluded.begin(), folder.excluded.end());
        pictures.folders.push_back(std::move(folder));
    }
    summary.pictures = pictures.captions.size();
    return pictures;
}

// Which pictures go where.
struct Sorting {
    std::vector<std::vector<std::int64_t>> lower;  // per dataset
    std::vector<std::vector<std::int64_t>> naming; // per concept
    std::vector<std::int64_t> rest;                // naming no concept
};

Sorting sort_pictures(const Pictures &pictures, const RunSpec &spec, RunData::Summary &summary)
{
    const auto &captions = pictures.captions;
    Sorting sorting;
    sorting.lower.resize(spec.lower.datasets.size());
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
        const auto set = pictures.set[static_cast<std::size_t>(i)];
        const auto &dataset = spec.lower.datasets[set];
        if (dataset.weight > 0 && (!any.contains(i) || !dataset.exclude_concepts))
            sorting.lower[set].push_back(i);
    }
    return sorting;
}

Status check_lower(const Sorting &sorting, const Pictures &pictures, const RunSpec &spec)
{
    for (std::size_t set = 0; set < sorting.lower.size(); ++set) {
        const auto &folder = pictures.folders[set];
        if (sorting.lower[set].empty() && spec.lower.datasets[set].weight > 0)
            return fail(ErrorCode::Malformed, "no picture is left for the lower level: " + std::to_string(folder.excluded.size()) + " could not be used, " +
                            std::to_string(folder.entries.size()) + " name a concept", folder.root.string());
    }
    return {};
}

Result<Latents> encode_all(const Pictures &pictures, const LatentEncoder &encode, const LatentOptions &options, const CacheHooks &hooks)
{
    std::vector<Tensor> means, logvars;
    for (const auto &folder : pictures.folders) {
        QUELL_ASSIGN(auto latents, encode_latents(folder, encode, options, hooks));
        means.push_back(std::move(latents.mean));
        logvars.push_back(std::move(latents.logvar));
    }
    return means.size() == 1 ? Latents{means[0], logvars[0]} : Latents{torch::cat(means), torch::cat(logvars)};
}

} // namespace

std::int64_t encoded_at_once(const AutoencoderConfig &autoencoder, std::int64_t size)
{
    constexpr std::int64_t most = 8 << 20; // numbers in a result of the first level, which has the full size
    return std::clamp<std::int64_t>(most / (autoencoder.block_out_channels.front() * size * size), 1, 16);
}

std::vector<std::string> naming_prompts(const std::vector<std::string> &captions, const Concept &target)
{
    std::vector<std::string> prompts;
    for (const auto &caption : captions) {
        if (!mentions(caption, target))
            prompts.push_back(renamed(caption, target));
    }
    return prompts.empty() ? concept_prompts(target) : prompts;
}

Result<RunData> RunData::prepare(const RunSpec &spec, const Pipeline &pipeline, const LoadOptions &encoders, std::int64_t size,
                                 const fs::path &cache, const CacheHooks &hooks)
{
    const auto last = pipeline.schedule.config().train_timesteps;
    if (spec.upper.enabled && spec.upper.objective.t_min >= last)
        return fail(ErrorCode::Mismatch, "the teacher's schedule ends before it, at " + std::to_string(last - 1), "upper: t_min");
    RunData data(spec, pipeline);
    auto &summary = data.summary_;
    QUELL_ASSIGN(const auto pictures, open_pictures(spec, hooks.cancelled, summary));
    const auto &captions = pictures.captions;
    const auto sorting = sort_pictures(pictures, spec, summary);
    QUELL_TRY(check_lower(sorting, pictures, spec));

    std::vector<std::string> prompts{""};
    const auto row_of = [&](const std::string &prompt) { prompts.push_back(prompt); return static_cast<std::int64_t>(prompts.size()) - 1; };
    std::vector<std::vector<std::int64_t>> lower_prompts;
    for (const auto &set : sorting.lower) {
        summary.lower += set.size();
        auto &rows = lower_prompts.emplace_back();
        for (const auto i : set)
            rows.push_back(row_of(captions[i]));
    }
    struct Prompts { std::vector<std::int64_t> named, anchor, neighbour; std::int64_t phrase = 0; };
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
        if (spec.upper.objective.kind == UpperKind::EraseFrom)
            rows.phrase = row_of(target.phrase);
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
    QUELL_ASSIGN(data.latents_, encode_all(pictures, [&](const Tensor &pixels) { torch::NoGradGuard no_grad; return pipeline.autoencoder.encode(pixels); }, latent_options, hooks));
    TextOptions text_options{64, cache / "texts", {}};
    QUELL_ASSIGN(text_options.text_encoder, text_encoder_key(spec.teacher, encoders));
    QUELL_ASSIGN(data.texts_, encode_texts(prompts, [&](const std::vector<std::string> &some) { return pipeline.text.encode(some); }, text_options, hooks));

    const Tensor rows = data.texts_.rows(prompts);
    const auto pick = [&](const std::vector<std::int64_t> &which) { return rows.index_select(0, torch::tensor(which)); };
    data.empty_row_ = rows[0].item<std::int64_t>();
    for (std::size_t set = 0; set < sorting.lower.size(); ++set)
        data.lower_.push_back({torch::tensor(sorting.lower[set], torch::kInt64), pick(lower_prompts[set])});
    for (std::size_t c = 0; c < data.upper_.size(); ++c) {
        data.upper_[c].concept_row = pick(upper_prompts[c].named);
        data.upper_[c].anchor_row = pick(upper_prompts[c].anchor);
        data.upper_[c].phrase_row = rows[upper_prompts[c].phrase].item<std::int64_t>();
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
    return {schedule.add_noise(z, noise, t), t, texts_.states.index_select(0, rows), schedule.target(z, noise, t), torch::ones({t.size(0)}), {}};
}

RunData::LowerMembers RunData::lower_members(const std::string &purpose, std::int64_t n, std::int64_t index) const
{
    const auto &sets = spec_->lower.datasets;
    double sum = 0, before = 0;
    for (const auto &set : sets)
        sum += set.weight;
    LowerMembers who;
    std::vector<Tensor> pictures, rows;
    for (std::size_t k = 0; k < sets.size(); ++k) {
        const auto start = std::llround(static_cast<double>(n) * before / sum);
        before += sets[k].weight;
        who.parts.push_back(std::llround(static_cast<double>(n) * before / sum) - start);
        if (who.parts.back() == 0)
            continue;
        const Tensor some = members(k == 0 ? purpose : purpose + ' ' + std::to_string(k), lower_[k].picture.size(0), who.parts.back(), index);
        pictures.push_back(lower_[k].picture.index_select(0, some));
        rows.push_back(lower_[k].row.index_select(0, some));
    }
    who.picture = torch::cat(pictures), who.row = torch::cat(rows);
    return who;
}

NoisyBatch RunData::lower_noised(const LowerMembers &who, const Tensor &z, const Tensor &t, const Tensor &rows, at::Generator &generator) const
{
    auto batch = noised(z, t, rows, generator);
    batch.parts = who.parts;
    std::int64_t start = 0;
    for (std::size_t k = 0; k < who.parts.size(); start += who.parts[k++]) {
        const Tensor part = batch.weight.narrow(0, start, who.parts[k]);
        part.copy_(pipeline_->schedule.min_snr_weight(t.narrow(0, start, who.parts[k]), spec_->lower.datasets[k].weights.snr_gamma));
    }
    return batch;
}

NoisyBatch RunData::lower_batch(std::int64_t index) const
{
    const auto n = spec_->lower.batch;
    const auto who = lower_members("lower order", n, index);
    auto generator = generator_for(spec_->seed, "lower batch", index);
    const Tensor z = sample_latents(who.picture, generator);
    const Tensor t = torch::randint(0, pipeline_->schedule.config().train_timesteps, {n}, generator, torch::kInt64);
    const Tensor dropped = torch::rand({n}, generator, torch::kFloat32) < spec_->lower.caption_dropout;
    return lower_noised(who, z, t, torch::where(dropped, torch::full({n}, empty_row_, torch::kInt64), who.row), generator);
}

NoisyBatch RunData::probe_batch(std::int64_t n) const
{
    const auto who = lower_members("probe order", n, 0);
    auto generator = generator_for(spec_->seed, "probe", 0);
    const Tensor z = sample_latents(who.picture, generator);
    std::vector<Tensor> times; // over the whole schedule in each dataset
    for (const auto part : who.parts)
        times.push_back(((torch::arange(part, torch::kFloat64) + 0.5) * pipeline_->schedule.config().train_timesteps / std::max<std::int64_t>(part, 1)).to(torch::kInt64));
    return lower_noised(who, z, torch::cat(times), who.row, generator);
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
                     upper.neighbour_row.defined() ? states(upper.neighbour_row) : Tensor(), spec_->concepts[index % concepts].weight,
                     objective.kind == UpperKind::EraseFrom ? texts_.states.narrow(0, upper.phrase_row, 1) : Tensor()};
    if (denoise || noise)
        batch.noisy.x = torch::randn(z.sizes(), generator, torch::kFloat32);
    return batch;
}

} // namespace quell
