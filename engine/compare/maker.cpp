#include "compare/maker.h"

#include "core/memory.h"
#include "core/sha256.h"
#include "data/concept_match.h"
#include "data/concept_prompts.h"
#include "editing/concept_states.h"
#include "export/model_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <set>

namespace quell::compare {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t edit_prompts = 64, prune_prompts = 32; // captions that an edit is given

// At most n of a list, spread over it.
template <class T> std::vector<T> spread(const std::vector<T> &all, std::size_t n)
{
    std::vector<T> some;
    for (std::size_t i = 0; i < std::min(n, all.size()); ++i)
        some.push_back(all[i * all.size() / std::min(n, all.size())]);
    return some;
}

Error stopped(const std::string &what)
{
    return {ErrorCode::Cancelled, "stopped; the same command goes on", what};
}

} // namespace

std::string file_name(const std::string &text)
{
    std::string name;
    for (const char c : text)
        name += std::isalnum(static_cast<unsigned char>(c)) ? static_cast<char>(std::tolower(static_cast<unsigned char>(c))) : '-';
    return name;
}

Maker::Maker(const Plan &plan, const fs::path &folder, const fs::path &cache, const LoadOptions &compute, RunControl &control, const Pipeline &pipeline, const std::vector<ImageFolder> &data,
             TellProgress tell)
    : plan_(plan), folder_(folder), cache_(cache), compute_(compute), control_(control), pipeline_(pipeline), data_(data), tell_(std::move(tell))
{
}

Result<Made> Maker::trained(const RunSpec &spec, const fs::path &run)
{
    if (!fs::exists(run / "student")) {
        restart_peak_memory();
        RunObserver observer;
        observer.progress = tell_;
        observer.step = [&](std::int64_t step, const StepReport &, double) { if (tell_) tell_("training", step, spec.steps); };
        QUELL_ASSIGN(const auto outcome, fs::exists(run / "run.json") ? resume(run, cache_, control_, observer) : train(spec, run, cache_, control_, observer));
        if (!outcome.complete)
            return tl::unexpected(stopped(spec.name));
        QUELL_TRY(write_atomically(run / "peak.json", Json{{"bytes", peak_memory()}}.dump() + "\n"));
    }
    std::error_code ignored;
    fs::remove_all(run / "checkpoints", ignored); // the trained UNet is what is left to use
    Made made{run / "student", gradient_evaluations(spec.solver, spec.steps)};
    if (const auto peak = read_json(run / "peak.json"))
        made.peak_bytes = peak->value("bytes", std::int64_t(0));
    QUELL_ASSIGN(const auto lines, read_lines(run / "metrics.ndjson"));
    for (const auto &line : lines)
        made.seconds += line.value("seconds", 0.0);
    return made;
}

Result<Made> Maker::stage(std::int64_t seed, const fs::path &folder)
{
    QUELL_ASSIGN(const auto spec, stage_run(plan_, seed));
    return trained(spec, folder);
}

Result<Made> Maker::method(const Method &method, const Concept &target, std::int64_t seed, const std::optional<Made> &stage, const fs::path &folder)
{
    Made made;
    if (method.edit) {
        QUELL_ASSIGN(made, edited_model(*method.edit, target, seed, stage->model, folder / "model"));
    } else {
        QUELL_ASSIGN(const auto spec, method_run(plan_, method, target, seed, stage ? stage->model : fs::path()));
        QUELL_ASSIGN(made, trained(spec, folder / "run"));
    }
    if (stage) {
        made.evaluations += stage->evaluations, made.seconds += stage->seconds;
        made.peak_bytes = std::max(made.peak_bytes, stage->peak_bytes);
    }
    return made;
}

Result<Made> Maker::relearnt(const Concept &target, std::int64_t seed, const fs::path &model, const fs::path &folder)
{
    QUELL_ASSIGN(const auto pictures, relearning_pictures(target));
    QUELL_ASSIGN(const auto spec, relearning_run(plan_, seed, model, pictures));
    return trained(spec, folder);
}

Result<Made> Maker::edited_model(const Edit &edit, const Concept &target, std::int64_t seed, const fs::path &stage, const fs::path &folder)
{
    restart_peak_memory();
    const auto start = Clock::now();
    QUELL_ASSIGN(const auto unet, read_unet(stage));
    auto prune = std::holds_alternative<ConceptPruneSpec>(edit) ? std::get<ConceptPruneSpec>(edit) : ConceptPruneSpec();
    prune.seed = static_cast<std::uint64_t>(seed);
    QUELL_ASSIGN(const auto result, std::holds_alternative<EditSpec>(edit) ? closed_form(std::get<EditSpec>(edit), target, unet) : pruned(prune, target, unet, stage));
    Made made{folder};
    made.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    made.peak_bytes = peak_memory();
    QUELL_TRY(write_model(folder, stage, result, {torch::kHalf, true}));
    return made;
}

// Captions of the run's data that name the concept, or that do not.
std::vector<std::string> Maker::captions(const Concept &target, bool naming, std::size_t n) const
{
    std::set<std::string> distinct;
    for (const auto &folder : data_) {
        for (const auto &entry : folder.entries) {
            if (mentions(entry.caption, target) == naming)
                distinct.insert(entry.caption);
        }
    }
    return spread(std::vector<std::string>(distinct.begin(), distinct.end()), n);
}

// Prompts made of the concept if there are none.
std::vector<std::string> Maker::naming_captions(const Concept &target, std::size_t n) const
{
    auto naming = captions(target, true, n);
    return naming.empty() ? spread(concept_prompts(target), n) : naming;
}

Result<UNetParts> Maker::closed_form(const EditSpec &spec, const Concept &target, const UNetParts &unet) const
{
    QUELL_ASSIGN(const auto states, edit_states(pipeline_.text, {target}, naming_captions(target, edit_prompts), captions(target, false, edit_prompts)));
    return edited(unet, spec, states);
}

Result<UNetParts> Maker::pruned(ConceptPruneSpec spec, const Concept &target, const UNetParts &parts, const fs::path &model) const
{
    QUELL_ASSIGN(const auto unet, UNet::open(model, compute_));
    unet.freeze();
    const auto naming = naming_captions(target, prune_prompts);
    std::vector<std::string> without;
    for (const auto &prompt : naming)
        without.push_back(anchor_prompt(prompt, target));
    return concept_pruned(parts, unet, pipeline_, spec, naming, without, unet.config().sample_size * pipeline_.autoencoder.config().reduction());
}

// Pictures of the concept with their captions, the same for every model.
Result<fs::path> Maker::relearning_pictures(const Concept &target) const
{
    const auto key = sha256_of(to_json(target).dump()).substr(0, 8);
    const auto folder = folder_ / "pictures" / fmt::format("{}-{}-{}", file_name(target.name), plan_.relearning->pictures, key);
    std::vector<std::pair<fs::path, std::string>> naming; // and captions
    for (const auto &one : data_) {
        for (const auto &entry : one.entries) {
            if (mentions(entry.caption, target))
                naming.emplace_back(one.path(entry), entry.caption);
        }
    }
    if (naming.empty())
        return fail(ErrorCode::NotFound, "no picture of the run's data names it, so nothing can be relearnt from; leave relearning out", "concepts: " + target.name);
    std::error_code error;
    fs::remove_all(folder, error);
    QUELL_TRY(make_writable_folder(folder));
    std::size_t number = 0;
    for (const auto &[file, caption] : spread(naming, static_cast<std::size_t>(plan_.relearning->pictures))) {
        const auto name = fmt::format("{:03}", number++);
        fs::copy_file(file, folder / (name + file.extension().string()), error);
        if (error)
            return fail(ErrorCode::Io, error.message(), file.string());
        QUELL_TRY(write_atomically(folder / (name + ".txt"), caption + "\n"));
    }
    return folder;
}

} // namespace quell::compare
