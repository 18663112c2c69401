#include "compare/bench.h"

#include "core/memory.h"
#include "core/sha256.h"
#include "data/concept_match.h"
#include "data/image_folder.h"
#include "editing/concept_states.h"
#include "evaluation/sheet.h"
#include "export/model_writer.h"
#include "formats/model_folder.h"
#include "run/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

namespace quell::compare {
namespace {

using torch::Tensor;
using Clock = std::chrono::steady_clock;

constexpr std::size_t near_styles = 2, near_objects = 5;
constexpr std::size_t edit_prompts = 64, prune_prompts = 32; // captions that an edit is given

std::string file_name(const std::string &text)
{
    std::string name;
    for (const char c : text)
        name += std::isalnum(static_cast<unsigned char>(c)) ? static_cast<char>(std::tolower(static_cast<unsigned char>(c))) : '-';
    return name;
}

// At most n of a list, spread over it.
template <class T> std::vector<T> spread(const std::vector<T> &all, std::size_t n)
{
    std::vector<T> some;
    for (std::size_t i = 0; i < std::min(n, all.size()); ++i)
        some.push_back(all[i * all.size() / std::min(n, all.size())]);
    return some;
}

Result<std::string> weights_digest(const fs::path &folder)
{
    QUELL_ASSIGN(const auto files, weight_files(folder));
    std::string digests;
    for (const auto &file : files) {
        QUELL_ASSIGN(const auto digest, sha256_of_file(file));
        digests += digest;
    }
    return sha256_of(digests);
}

// A result of training or editing, and what it took.
struct Made {
    fs::path model;
    std::int64_t evaluations = 0, peak_bytes = 0;
    double seconds = 0;
};

// All that one concept's models are looked at with.
struct Subject {
    Concept target;
    std::unique_ptr<RunSpec> spec; // what the drawers refer to
    std::optional<Viewer> viewer, target_viewer;
    std::optional<Drawer> drawer, target_drawer;
    std::vector<std::string> neighbours;
    Tensor real; // mean direction, may be undefined
    std::optional<Sightings> teacher;
};

class Bench {
public:
    Bench(const Plan &plan, const fs::path &folder, const fs::path &cache, const LoadOptions &compute, RunControl &control, const BenchObserver &observer)
        : plan_(plan), folder_(folder), cache_(cache), compute_(compute), control_(control), observer_(observer)
    {
    }

    Result<BenchOutcome> run()
    {
        QUELL_TRY(open());
        BenchOutcome outcome;
        for (const auto seed : plan_.seeds) {
            stage_.reset();
            for (std::size_t c = 0; c < subjects_.size(); ++c)
                QUELL_TRY(fill_seed(subjects_[c], cells_[c], seed));
            QUELL_ASSIGN(outcome, write_results());
        }
        return outcome;
    }

private:
    Status open()
    {
        QUELL_TRY(make_writable_folder(folder_));
        QUELL_ASSIGN(const auto text, read_text(plan_.file));
        QUELL_TRY(write_atomically(folder_ / "plan.json", text));
        QUELL_ASSIGN(const auto spec, base_run(plan_, plan_.concepts.front()));
        const auto &evaluation = spec.evaluation;
        if (evaluation.evaluator.empty() || evaluation.vocabulary.empty() || evaluation.templates.empty())
            return fail(ErrorCode::NotFound, "the run names no evaluator, so there are no figures; add evaluation.evaluator, .vocabulary and .templates", plan_.file.string());
        QUELL_ASSIGN(auto evaluator, Clip::open(evaluation.evaluator, {torch::kFloat32, compute_.device}));
        evaluator_.emplace(std::move(evaluator));
        QUELL_ASSIGN(auto vocabulary, read_vocabulary(evaluation.vocabulary, evaluation.templates));
        QUELL_ASSIGN(auto recogniser, Recogniser::create(embedder_of(*evaluator_), std::move(vocabulary)));
        recogniser_.emplace(std::move(recogniser));
        QUELL_ASSIGN(auto pipeline, Pipeline::open(spec.teacher, {torch::kFloat32, compute_.device}));
        pipeline_.emplace(std::move(pipeline));
        QUELL_ASSIGN(data_, open_image_folder(spec.lower.datasets.front().data));
        QUELL_TRY(note_models(spec));
        subjects_.resize(plan_.concepts.size());
        for (std::size_t c = 0; c < subjects_.size(); ++c)
            QUELL_TRY(prepare(subjects_[c], plan_.concepts[c]));
        return {};
    }

    // What every cell depends on.
    Status note_models(const RunSpec &spec)
    {
        QUELL_ASSIGN(const auto teacher, unet_folder(spec.teacher));
        QUELL_ASSIGN(const auto student, unet_folder(spec.student));
        QUELL_ASSIGN(const auto teacher_digest, weights_digest(teacher));
        QUELL_ASSIGN(const auto student_digest, weights_digest(student));
        QUELL_ASSIGN(evaluator_digest_, weights_digest(spec.evaluation.evaluator));
        Json run = plan_.run;
        for (const char *key : {"name", "concepts", "samples", "checkpoints", "reference", "filtered", "threads", "device"})
            run.erase(key);
        common_ = {{"protocol", 1}, {"run", run}, {"models", {teacher_digest, student_digest, evaluator_digest_}}};
        return {};
    }

    Status prepare(Subject &subject, const Concept &target)
    {
        subject.target = target;
        QUELL_ASSIGN(auto spec, base_run(plan_, target));
        subject.spec = std::make_unique<RunSpec>(std::move(spec));
        const auto &words = recogniser_->vocabulary();
        QUELL_ASSIGN(const auto drawings, comparison_prompts(target, words, subject.spec->evaluation.pictures));
        std::vector<Drawing> targets;
        std::copy_if(drawings.begin(), drawings.end(), std::back_inserter(targets), [](const Drawing &drawing) { return drawing.group == PromptGroup::Target; });
        QUELL_ASSIGN(subject.viewer, Viewer::create(*recogniser_, drawings));
        QUELL_ASSIGN(subject.target_viewer, Viewer::create(*recogniser_, targets));
        const auto folder = cache_ / "drawings";
        subject.drawer.emplace(*subject.spec, *pipeline_, drawings, folder, compute_, observer_.progress);
        subject.target_drawer.emplace(*subject.spec, *pipeline_, targets, folder, compute_, observer_.progress);
        subject.drawer->cancelled = subject.target_drawer->cancelled = [this] { return control_.stopping(); };
        const bool style = target.kind == ConceptKind::Style;
        QUELL_ASSIGN(const auto name, known_name(target, style ? words.styles : words.objects));
        for (const auto &other : style ? recogniser_->near_styles(name, near_styles) : recogniser_->near_objects(name, words.objects.size())) {
            const bool drawn = style || std::find(words.drawn.begin(), words.drawn.end(), other) != words.drawn.end();
            if (drawn && subject.neighbours.size() < (style ? near_styles : near_objects))
                subject.neighbours.push_back(other);
        }
        cells_.push_back({target, drawings, subject.neighbours, std::vector<std::vector<Cell>>(3 + plan_.methods.size())});
        return {};
    }

    void tell(const std::string &what) const
    {
        if (observer_.began)
            observer_.began(what);
    }

    static std::string key_of(const Json &json) { return sha256_of(json.dump()).substr(0, 16); }

    Json stage_json(std::int64_t seed) const
    {
        return {{"common", common_}, {"evaluations", plan_.stage_evaluations}, {"settings", plan_.stage_settings}, {"seed", seed}};
    }

    // Trains unless it has been done; goes on where an earlier try ended.
    Result<Made> trained(const RunSpec &spec, const fs::path &run, const std::string &what)
    {
        if (!fs::exists(run / "student")) {
            restart_peak_memory();
            RunObserver observer;
            observer.progress = observer_.progress;
            observer.step = [&](std::int64_t step, const StepReport &, double) { if (observer_.progress) observer_.progress("training", step, spec.steps); };
            QUELL_ASSIGN(const auto outcome, fs::exists(run / "run.json") ? resume(run, cache_, control_, observer) : train(spec, run, cache_, control_, observer));
            if (!outcome.complete)
                return fail(ErrorCode::Cancelled, "stopped; the same command goes on", what);
            QUELL_TRY(write_atomically(run / "peak.json", Json{{"bytes", peak_memory()}}.dump() + "\n"));
        }
        std::error_code ignored;
        fs::remove_all(run / "checkpoints", ignored); // the trained UNet is what is left to use
        Made made{run / "student", gradient_evaluations(spec.solver, spec.steps), 0, 0};
        if (const auto peak = read_json(run / "peak.json"))
            made.peak_bytes = peak->value("bytes", std::int64_t(0));
        QUELL_ASSIGN(const auto lines, read_lines(run / "metrics.ndjson"));
        for (const auto &line : lines)
            made.seconds += line.value("seconds", 0.0);
        return made;
    }

    fs::path stage_folder(std::int64_t seed) const { return folder_ / "stages" / fmt::format("seed-{}-{}", seed, key_of(stage_json(seed))); }

    // Trained once a cell needs it.
    Result<Made> make_stage(std::int64_t seed)
    {
        if (!stage_) {
            QUELL_ASSIGN(const auto spec, stage_run(plan_, seed));
            tell(spec.name);
            QUELL_ASSIGN(stage_, trained(spec, stage_folder(seed), fmt::format("stage, seed {}", seed)));
        }
        return *stage_;
    }

    // What models are held against, drawn and read once a cell needs it.
    Status look_at_teacher(Subject &subject)
    {
        if (subject.teacher)
            return {};
        QUELL_ASSIGN(const Tensor pictures, subject.drawer->drawn("teacher", subject.spec->teacher));
        QUELL_ASSIGN(const Tensor real, real_pictures(*subject.spec, subject.target, pictures.size(1)));
        if (subject.target.kind == ConceptKind::Style && real.defined()) {
            QUELL_ASSIGN(subject.real, mean_direction(*recogniser_, real));
        }
        QUELL_ASSIGN(subject.teacher, subject.viewer->look(pictures, "teacher"));
        return {};
    }

    // Every row's cell of one concept and seed.
    Status fill_seed(Subject &subject, ConceptCells &cells, std::int64_t seed)
    {
        if (cells.rows[0].empty()) {
            QUELL_TRY(add_cell(subject, cells.rows[0], "teacher", 0, {{"common", common_}}, [&](const fs::path &) { return Result<Made>(Made{subject.spec->teacher}); }));
            QUELL_TRY(add_cell(subject, cells.rows[1], "pruned", 0, {{"common", common_}}, [&](const fs::path &) { return Result<Made>(Made{subject.spec->student}); }));
        }
        QUELL_TRY(add_cell(subject, cells.rows[2], "reference", seed, stage_json(seed), [&](const fs::path &) { return make_stage(seed); }));
        for (std::size_t m = 0; m < plan_.methods.size(); ++m) {
            const auto &method = plan_.methods[m];
            const bool follows = follows_stage(plan_, method);
            Json depends{{"common", common_}, {"seed", seed}, {"concept", to_json(subject.target)}, {"settings", method.settings}, {"edit", method.edit_json}, {"evaluations", plan_.evaluations}};
            if (follows)
                depends["stage"] = stage_json(seed);
            QUELL_TRY(add_cell(subject, cells.rows[3 + m], method.name, seed, std::move(depends), [&](const fs::path &folder) -> Result<Made> {
                Made stage;
                if (follows) {
                    QUELL_ASSIGN(stage, make_stage(seed));
                }
                QUELL_ASSIGN(auto made, method.edit ? edited_model(subject, method, seed, stage, folder) : run_model(subject, method, seed, stage, folder));
                if (follows) {
                    made.evaluations += stage.evaluations, made.seconds += stage.seconds;
                    made.peak_bytes = std::max(made.peak_bytes, stage.peak_bytes);
                }
                return made;
            }));
        }
        return {};
    }

    // Reads the cell, or makes and writes it. `make` is given the cell's folder.
    template <class Make> Status add_cell(Subject &subject, std::vector<Cell> &row, const std::string &method, std::int64_t seed, Json depends, Make make)
    {
        depends["concept"] = to_json(subject.target);
        depends["method"] = method;
        const bool relearns = plan_.relearning && method != "teacher" && method != "pruned";
        if (relearns)
            depends["relearning"] = {plan_.relearning->pictures, plan_.relearning->steps, plan_.relearning->settings};
        const auto key = key_of(depends), name = fmt::format("{}, {}, seed {}", subject.target.name, method, seed);
        const auto folder = folder_ / "cells" / fmt::format("{}-{}-{}-{}", file_name(subject.target.name), file_name(method), seed, key);
        if (auto known = read_cell(folder / "cell.json"); known && known->key == key && known->style.size() == subject.drawer->drawings().size()) {
            row.push_back(std::move(*known));
            return {};
        }
        if (control_.stopping())
            return fail(ErrorCode::Cancelled, "stopped; the same command goes on", name);
        QUELL_TRY(look_at_teacher(subject));
        tell(name);
        QUELL_TRY(make_writable_folder(folder));
        const Result<Made> made = make(folder);
        if (!made)
            return fail(made.error().code, to_string(made.error()), name);
        Cell cell;
        cell.key = key, cell.method = method, cell.target = subject.target.name, cell.seed = seed;
        cell.evaluations = made->evaluations, cell.seconds = made->seconds, cell.peak_bytes = made->peak_bytes;
        cell.compute = fmt::format("{}, {} threads", compute_.dtype == torch::kBFloat16 ? "bf16" : "fp32", torch::get_num_threads());
        QUELL_ASSIGN(const Tensor pictures, subject.drawer->drawn(method, made->model));
        QUELL_ASSIGN(const auto seen, subject.viewer->look(pictures, name));
        fill(cell, *subject.viewer, seen, *subject.teacher, subject.real);
        if (relearns)
            QUELL_TRY(relearn(subject, seed, made->model, folder, name, cell));
        QUELL_TRY(write_atomically(folder / "cell.json", to_json(cell).dump() + "\n"));
        row.push_back(std::move(cell));
        return {};
    }

    Result<Made> run_model(const Subject &subject, const Method &method, std::int64_t seed, const Made &stage, const fs::path &folder)
    {
        QUELL_ASSIGN(const auto spec, method_run(plan_, method, subject.target, seed, stage.model));
        return trained(spec, folder / "run", spec.name);
    }

    Result<Made> edited_model(const Subject &subject, const Method &method, std::int64_t seed, const Made &stage, const fs::path &folder)
    {
        Made made{folder / "model"};
        restart_peak_memory();
        const auto start = Clock::now();
        QUELL_ASSIGN(const auto unet, read_unet(stage.model));
        QUELL_ASSIGN(const auto result, std::holds_alternative<EditSpec>(*method.edit) ? closed_form(subject, std::get<EditSpec>(*method.edit), unet)
                                                                                       : pruned(subject, std::get<ConceptPruneSpec>(*method.edit), unet, stage.model, seed));
        made.seconds = std::chrono::duration<double>(Clock::now() - start).count();
        made.peak_bytes = peak_memory();
        QUELL_TRY(write_model(made.model, stage.model, result, {torch::kHalf, true}));
        return made;
    }

    // Captions of the run's data that name the concept, or that do not.
    std::vector<std::string> captions(const Concept &target, bool naming, std::size_t n) const
    {
        std::set<std::string> distinct;
        for (const auto &entry : data_.entries) {
            if (mentions(entry.caption, target) == naming)
                distinct.insert(entry.caption);
        }
        return spread(std::vector<std::string>(distinct.begin(), distinct.end()), n);
    }

    Result<UNetParts> closed_form(const Subject &subject, const EditSpec &spec, const UNetParts &unet) const
    {
        QUELL_ASSIGN(const auto states, edit_states(pipeline_->text, {subject.target}, captions(subject.target, true, edit_prompts), captions(subject.target, false, edit_prompts)));
        return edited(unet, spec, states);
    }

    Result<UNetParts> pruned(const Subject &subject, ConceptPruneSpec spec, const UNetParts &parts, const fs::path &model, std::int64_t seed) const
    {
        QUELL_ASSIGN(const auto unet, UNet::open(model, compute_));
        unet.freeze();
        spec.seed = static_cast<std::uint64_t>(seed);
        const auto naming = captions(subject.target, true, prune_prompts);
        std::vector<std::string> without;
        for (const auto &prompt : naming)
            without.push_back(anchor_prompt(prompt, subject.target));
        const auto size = subject.spec->size > 0 ? subject.spec->size : unet.config().sample_size * pipeline_->autoencoder.config().reduction();
        return concept_pruned(parts, unet, *pipeline_, spec, naming, without, size);
    }

    // Pictures of the concept with their captions, the same for every model.
    Result<fs::path> relearning_pictures(const Concept &target) const
    {
        const auto folder = folder_ / "pictures" / fmt::format("{}-{}", file_name(target.name), plan_.relearning->pictures);
        std::vector<const ImageEntry *> naming;
        for (const auto &entry : data_.entries) {
            if (mentions(entry.caption, target))
                naming.push_back(&entry);
        }
        if (naming.empty())
            return fail(ErrorCode::NotFound, "no picture of the run's data names \"" + target.phrase + "\", so nothing can be relearnt from; leave relearning out", data_.root.string());
        QUELL_TRY(make_writable_folder(folder));
        std::size_t number = 0;
        for (const auto *entry : spread(naming, static_cast<std::size_t>(plan_.relearning->pictures))) {
            const auto name = fmt::format("{:03}", number++);
            std::error_code error;
            fs::copy_file(data_.path(*entry), folder / (name + entry->file.extension().string()), fs::copy_options::overwrite_existing, error);
            if (error)
                return fail(ErrorCode::Io, error.message(), data_.path(*entry).string());
            QUELL_TRY(write_atomically(folder / (name + ".txt"), entry->caption + "\n"));
        }
        return folder;
    }

    Status relearn(const Subject &subject, std::int64_t seed, const fs::path &model, const fs::path &folder, const std::string &name, Cell &cell)
    {
        QUELL_ASSIGN(const auto pictures, relearning_pictures(subject.target));
        QUELL_ASSIGN(const auto spec, relearning_run(plan_, seed, model, pictures));
        tell(name + ", relearning");
        QUELL_ASSIGN(const auto made, trained(spec, folder / "relearning", name + ", relearning"));
        QUELL_ASSIGN(const Tensor drawn, subject.target_drawer->drawn("after relearning", made.model));
        QUELL_ASSIGN(const auto seen, subject.target_viewer->look(drawn, name));
        const Tensor found = (subject.target.kind == ConceptKind::Style ? seen.style : seen.object).to(torch::kInt8).contiguous();
        cell.relearnt.assign(found.data_ptr<std::int8_t>(), found.data_ptr<std::int8_t>() + found.numel());
        return {};
    }

    Json protocol() const
    {
        const auto &spec = *subjects_.front().spec;
        std::set<std::string> computes;
        Json pictures = Json::object(), neighbours = Json::object();
        for (const auto &part : cells_) {
            pictures[part.target.name] = part.drawings.size();
            neighbours[part.target.name] = part.neighbours;
            for (const auto &row : part.rows)
                for (const auto &cell : row)
                    computes.insert(cell.compute);
        }
        Json seeds = Json::array();
        for (const auto &cell : cells_.front().rows[2])
            seeds.push_back(cell.seed);
        Json json{{"version", QUELL_VERSION}, {"sampler", fmt::format("DDIM, {} steps, guidance {}", spec.evaluation.steps, spec.evaluation.guidance)},
                  {"latents", fmt::format("seed {}, the same for every model", spec.seed)}, {"pictures of each model", pictures}, {"neighbours", neighbours}, {"training seeds", seeds},
                  {"evaluator", "SHA-256 " + evaluator_digest_}, {"budget", fmt::format("{} gradient evaluations, {} of them in the stage", plan_.evaluations, plan_.stage_evaluations)},
                  {"intervals", "95 %, paired bootstrap over prompts (by object) and training seeds, 2000 resamples"}, {"computed in", computes}};
        if (plan_.relearning)
            json["relearning"] = fmt::format("{} steps of plain fine-tuning on {} pictures of the concept", plan_.relearning->steps, plan_.relearning->pictures);
        return json;
    }

    Result<BenchOutcome> write_results()
    {
        BenchOutcome outcome{make_tables(cells_, plan_.against), protocol(), folder_ / "comparison.md", folder_ / "comparison.csv", folder_ / "comparison.json", folder_ / "sheet.png"};
        QUELL_TRY(write_atomically(outcome.markdown, to_markdown(outcome.tables, plan_.against, outcome.protocol)));
        QUELL_TRY(write_atomically(outcome.csv, to_csv(outcome.tables)));
        QUELL_TRY(write_atomically(outcome.json, to_json(outcome.tables, plan_.against, outcome.protocol).dump(2) + "\n"));
        QUELL_ASSIGN(const auto sheet, make_sheet());
        QUELL_TRY(write_sheet(outcome.sheet, sheet, 128));
        return outcome;
    }

    // Where a row's model lies, of its first seed.
    fs::path model_of(const Subject &subject, const Cell &cell) const
    {
        if (cell.method == "teacher" || cell.method == "pruned")
            return cell.method == "teacher" ? subject.spec->teacher : subject.spec->student;
        if (cell.method == "reference")
            return stage_folder(cell.seed) / "student";
        const auto folder = folder_ / "cells" / fmt::format("{}-{}-{}-{}", file_name(subject.target.name), file_name(cell.method), cell.seed, cell.key);
        return fs::exists(folder / "model") ? folder / "model" : folder / "run/student";
    }

    Result<Sheet> make_sheet() const
    {
        Sheet sheet;
        sheet.title = "Before and after, by method";
        const auto &evaluation = subjects_.front().spec->evaluation;
        sheet.footer = fmt::format("DDIM {} steps, guidance {}, training seed {}, the same latents for every model", evaluation.steps, evaluation.guidance, plan_.seeds.front());
        for (const auto &row : cells_.front().rows)
            sheet.columns.push_back({row.front().method, {}});
        for (std::size_t c = 0; c < subjects_.size(); ++c) {
            std::vector<Tensor> pictures;
            for (const auto &row : cells_[c].rows) {
                pictures.emplace_back();
                if (const auto model = model_of(subjects_[c], row.front()); fs::exists(model)) { // else only its cell was handed over
                    QUELL_ASSIGN(pictures.back(), subjects_[c].drawer->drawn(row.front().method, model));
                }
            }
            add_rows(sheet, subjects_[c], pictures);
        }
        return sheet;
    }

    static void add_rows(Sheet &sheet, const Subject &subject, const std::vector<Tensor> &pictures)
    {
        for (const auto &[group, count] : {std::pair{PromptGroup::Target, 3}, {PromptGroup::Other, 2}}) {
            const auto &rows = subject.viewer->rows(group);
            for (std::size_t k = 0; k < static_cast<std::size_t>(count) && !rows.empty(); ++k) {
                const auto i = rows[(k * rows.size() / static_cast<std::size_t>(count) + 9 * k + 3) % rows.size()]; // the odd stride keeps to no single object or style
                SheetRow row{subject.target.name, subject.drawer->drawings()[static_cast<std::size_t>(i)].prompt, {}};
                for (const auto &drawn : pictures)
                    row.pictures.push_back(drawn.defined() ? drawn[i] : Tensor());
                sheet.rows.push_back(std::move(row));
            }
        }
    }

    const Plan &plan_;
    const fs::path folder_, cache_;
    const LoadOptions compute_;
    RunControl &control_;
    const BenchObserver &observer_;
    std::optional<Clip> evaluator_;
    std::optional<Recogniser> recogniser_;
    std::optional<Pipeline> pipeline_;
    ImageFolder data_;
    std::string evaluator_digest_;
    Json common_;
    std::vector<Subject> subjects_;
    std::vector<ConceptCells> cells_; // by subject
    std::optional<Made> stage_;       // of the seed that is at work
};

} // namespace

Result<BenchOutcome> carry_out(const Plan &plan, const fs::path &folder, const fs::path &cache, const LoadOptions &compute, RunControl &control, const BenchObserver &observer)
try {
    return Bench(plan, folder, cache, compute, control, observer).run();
} catch (const std::exception &error) {
    return fail(ErrorCode::Internal, error.what(), folder.string());
}

} // namespace quell::compare
