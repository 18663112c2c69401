#include "compare/bench.h"

#include "compare/maker.h"
#include "compare/subject.h"
#include "core/sha256.h"
#include "data/cache_key.h"
#include "evaluation/sheet.h"
#include "formats/model_folder.h"
#include "formats/weight_digests.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace quell::compare {
namespace {

using torch::Tensor;

constexpr std::size_t own_rows = 3; // teacher, pruned and reference, before the methods'

Result<std::string> weights_digest(const fs::path &folder)
{
    QUELL_ASSIGN(const auto digests, weight_digests(folder));
    return sha256_of(digests);
}

std::string key_of(const Json &json)
{
    return sha256_of(json.dump()).substr(0, 16);
}

// By names and captions: the same pictures made again may differ in their bytes.
std::string key_of_pictures(const ImageFolder &folder)
{
    Json entries = Json::array();
    for (const auto &entry : folder.entries)
        entries.push_back({entry.file.generic_string(), entry.caption});
    return key_of(entries);
}

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
                QUELL_TRY(fill_seed(*subjects_[c], cells_[c], seed));
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
        for (const auto &set : spec.lower.datasets) {
            if (!set.data.empty()) {
                QUELL_ASSIGN(auto folder, open_image_folder(set.data));
                data_.push_back(std::move(folder));
            }
        }
        QUELL_TRY(note_common(spec));
        maker_.emplace(plan_, folder_, cache_, compute_, control_, *pipeline_, data_, observer_.progress);
        look_.emplace(Look{*recogniser_, *pipeline_, cache_ / "drawings", compute_, observer_.progress, [this] { return control_.stopping(); }});
        return prepare_subjects();
    }

    // What every cell depends on, wherever it lies. `protocol` counts up when a default or the way of scoring changes.
    Status note_common(const RunSpec &spec)
    {
        QUELL_ASSIGN(const auto teacher, unet_folder(spec.teacher));
        QUELL_ASSIGN(const auto student, unet_folder(spec.student));
        QUELL_ASSIGN(const auto vae, component_folder(spec.teacher, "vae"));
        QUELL_ASSIGN(const auto teacher_digest, weights_digest(teacher));
        QUELL_ASSIGN(const auto student_digest, weights_digest(student));
        QUELL_ASSIGN(const auto vae_digest, autoencoder_key(vae, {}));
        QUELL_ASSIGN(const auto text_digest, text_encoder_key(spec.teacher, {}));
        QUELL_ASSIGN(evaluator_digest_, weights_digest(spec.evaluation.evaluator));
        QUELL_ASSIGN(const auto vocabulary, read_json(spec.evaluation.vocabulary));
        QUELL_ASSIGN(const auto templates, read_json(spec.evaluation.templates));
        QUELL_ASSIGN(const auto run, settings_without_places());
        Json pictures = Json::array();
        for (const auto &folder : data_)
            pictures.push_back(key_of_pictures(folder));
        common_ = {{"protocol", 2}, {"run", run}, {"models", {teacher_digest, vae_digest, text_digest, student_digest, evaluator_digest_}},
                   {"pictures", pictures}, {"vocabulary", {vocabulary, templates}}};
        return {};
    }

    // The run with its preset, without what no figure depends on and without paths, in whose place stands what lies there.
    Result<Json> settings_without_places() const
    {
        QUELL_ASSIGN(Json run, with_preset(plan_.run, plan_.file.string(), plan_.presets));
        for (const char *key : {"name", "preset", "from_preset", "concepts", "checkpoints", "reference", "filtered", "threads", "device", "teacher", "student"})
            run.erase(key);
        for (const auto &[section, keys] : {std::pair{"samples", std::vector{"every", "target", "neighbour", "unrelated"}}, {"evaluation", {"evaluator", "vocabulary", "templates", "drawings"}},
                                            {"lower", {"data"}}}) {
            for (const char *key : keys)
                if (run.contains(section))
                    run[section].erase(key);
        }
        if (run.contains("lower") && run["lower"].contains("datasets")) {
            for (auto &set : run["lower"]["datasets"])
                set.erase("data");
        }
        return run;
    }

    Status prepare_subjects()
    {
        for (const auto &target : plan_.concepts) {
            QUELL_ASSIGN(auto spec, base_run(plan_, target));
            QUELL_ASSIGN(auto subject, Subject::create(std::move(spec), target, *look_));
            cells_.push_back({target, subject->drawings(), subject->neighbours(), std::vector<std::vector<Cell>>(own_rows + plan_.methods.size())});
            subjects_.push_back(std::move(subject));
        }
        return {};
    }

    void tell(const std::string &what) const
    {
        if (observer_.began)
            observer_.began(what);
    }

    Json stage_json(std::int64_t seed) const
    {
        return {{"common", common_}, {"evaluations", plan_.stage_evaluations}, {"settings", plan_.stage_settings}, {"seed", seed}};
    }

    fs::path stage_folder(std::int64_t seed) const { return folder_ / "stages" / fmt::format("seed-{}-{}", seed, key_of(stage_json(seed))); }

    // Trained once a cell needs it.
    Result<Made> stage(std::int64_t seed)
    {
        if (!stage_) {
            tell(fmt::format("stage, seed {}", seed));
            QUELL_ASSIGN(stage_, maker_->stage(seed, stage_folder(seed)));
        }
        return *stage_;
    }

    // Every row's cell of one concept and seed.
    Status fill_seed(Subject &subject, ConceptCells &cells, std::int64_t seed)
    {
        if (cells.rows[0].empty()) {
            const auto given = [](const fs::path &model) { return [model](const fs::path &) { return Result<Made>(Made{model}); }; };
            QUELL_TRY(add_cell(subject, cells.rows[0], "teacher", 0, {{"common", common_}}, given(subject.spec().teacher)));
            QUELL_TRY(add_cell(subject, cells.rows[1], "pruned", 0, {{"common", common_}}, given(subject.spec().student)));
        }
        QUELL_TRY(add_cell(subject, cells.rows[2], "reference", seed, stage_json(seed), [&](const fs::path &) { return stage(seed); }));
        for (std::size_t m = 0; m < plan_.methods.size(); ++m) {
            const auto &method = plan_.methods[m];
            const bool follows = method.follows_stage;
            Json depends{{"common", common_}, {"seed", seed}, {"concept", to_json(subject.target())}, {"settings", method.settings}, {"edit", method.edit_json}, {"evaluations", plan_.evaluations}};
            if (follows)
                depends["stage"] = stage_json(seed);
            QUELL_TRY(add_cell(subject, cells.rows[own_rows + m], method.name, seed, std::move(depends), [&](const fs::path &folder) -> Result<Made> {
                std::optional<Made> before;
                if (follows) {
                    QUELL_ASSIGN(before, stage(seed));
                }
                return maker_->method(method, subject.target(), seed, before, folder);
            }));
        }
        return {};
    }

    fs::path cell_folder(const std::string &target, const std::string &method, std::int64_t seed, const std::string &key) const
    {
        return folder_ / "cells" / fmt::format("{}-{}-{}-{}", file_name(target), file_name(method), seed, key);
    }

    // Reads the cell, or makes and writes it. `make` is given the cell's folder.
    template <class Make> Status add_cell(Subject &subject, std::vector<Cell> &row, const std::string &method, std::int64_t seed, Json depends, Make make)
    {
        depends["concept"] = to_json(subject.target());
        depends["method"] = method;
        const bool relearns = plan_.relearning && method != "teacher" && method != "pruned";
        if (relearns)
            depends["relearning"] = {plan_.relearning->pictures, plan_.relearning->steps, plan_.relearning->settings};
        Cell cell;
        cell.key = key_of(depends), cell.method = method, cell.target = subject.target().name, cell.seed = seed;
        const auto folder = cell_folder(cell.target, method, seed, cell.key);
        if (auto known = read_cell(folder / "cell.json"); known && known->key == cell.key && known->style.size() == subject.drawings().size()) {
            row.push_back(std::move(*known));
            return {};
        }
        const auto name = fmt::format("{}, {}, seed {}", cell.target, method, seed);
        if (control_.stopping())
            return fail(ErrorCode::Cancelled, "stopped; the same command goes on", name);
        tell(name);
        QUELL_TRY(make_writable_folder(folder));
        const Result<Made> made = make(folder);
        if (!made)
            return made.error().code == ErrorCode::Cancelled ? tl::unexpected(made.error()) : fail(made.error().code, to_string(made.error()), name);
        cell.evaluations = made->evaluations, cell.seconds = made->seconds, cell.peak_bytes = made->peak_bytes;
        cell.compute = fmt::format("{}, {} threads", compute_.dtype == torch::kBFloat16 ? "bf16" : "fp32", torch::get_num_threads());
        QUELL_TRY(subject.look_at(method, made->model, cell));
        if (relearns) {
            tell(name + ", relearning");
            QUELL_ASSIGN(const auto again, maker_->relearnt(subject.target(), seed, made->model, folder / "relearning"));
            QUELL_TRY(subject.look_again("after relearning", again.model, cell));
        }
        QUELL_TRY(write_atomically(folder / "cell.json", to_json(cell).dump() + "\n"));
        row.push_back(std::move(cell));
        return {};
    }

    Json protocol() const
    {
        const auto &spec = subjects_.front()->spec();
        std::set<std::string> computes;
        Json pictures = Json::object(), neighbours = Json::object(), seeds = Json::array();
        for (const auto &part : cells_) {
            pictures[part.target.name] = part.drawings.size();
            neighbours[part.target.name] = part.neighbours;
            for (const auto &row : part.rows)
                for (const auto &cell : row)
                    computes.insert(cell.compute);
        }
        for (const auto &cell : cells_.front().rows[2])
            seeds.push_back(cell.seed);
        Json json{{"version", QUELL_VERSION}, {"sampler", to_text(spec.evaluation.sampling)},
                  {"latents", fmt::format("seed {}, the same for every model", spec.seed)}, {"pictures of each model", pictures}, {"neighbours", neighbours}, {"training seeds", seeds},
                  {"evaluator", "SHA-256 " + evaluator_digest_}, {"budget", fmt::format("{} gradient evaluations, {} of them in the stage", plan_.evaluations, plan_.stage_evaluations)},
                  {"intervals", "95 %, paired bootstrap over prompts (by object) and training seeds, 2000 resamples"}, {"computed in", computes}};
        if (plan_.relearning)
            json["relearning"] = fmt::format("{} steps of plain fine-tuning on {} pictures of the concept (or as many as there are)", plan_.relearning->steps, plan_.relearning->pictures);
        return json;
    }

    Result<BenchOutcome> write_results()
    {
        BenchOutcome outcome{make_tables(cells_, plan_.against), protocol(), folder_ / "comparison.md", folder_ / "comparison.csv", folder_ / "comparison.json", folder_ / "sheet.png"};
        QUELL_TRY(write_atomically(outcome.markdown, to_markdown(outcome.tables, plan_.against, outcome.protocol)));
        QUELL_TRY(write_atomically(outcome.csv, to_csv(outcome.tables, outcome.protocol)));
        QUELL_TRY(write_atomically(outcome.json, to_json(outcome.tables, plan_.against, outcome.protocol).dump(2) + "\n"));
        QUELL_ASSIGN(const auto sheet, make_sheet());
        QUELL_TRY(write_sheet(outcome.sheet, sheet, 128));
        return outcome;
    }

    // Where a row's model lies, of its first seed.
    fs::path model_of(const Subject &subject, const Cell &cell) const
    {
        if (cell.method == "teacher" || cell.method == "pruned")
            return cell.method == "teacher" ? subject.spec().teacher : subject.spec().student;
        if (cell.method == "reference")
            return stage_folder(cell.seed) / "student";
        const auto folder = cell_folder(cell.target, cell.method, cell.seed, cell.key);
        return fs::exists(folder / "model") ? folder / "model" : folder / "run/student";
    }

    Result<Sheet> make_sheet() const
    {
        Sheet sheet;
        sheet.title = "Before and after, by method";
        sheet.footer = fmt::format("{}, training seed {}, the same latents for every model", to_text(subjects_.front()->spec().evaluation.sampling), plan_.seeds.front());
        for (const auto &row : cells_.front().rows) {
            const auto &name = row.front().method;
            const auto space = std::min(name.find(' '), name.size()); // columns are narrow: a name's first word, and the rest below
            sheet.columns.push_back({name.substr(0, space), {name.substr(std::min(space + 1, name.size()))}});
        }
        for (std::size_t c = 0; c < subjects_.size(); ++c) {
            std::vector<Tensor> pictures;
            for (const auto &row : cells_[c].rows) {
                pictures.emplace_back();
                if (const auto model = model_of(*subjects_[c], row.front()); fs::exists(model)) { // else only its cell was handed over
                    QUELL_ASSIGN(pictures.back(), subjects_[c]->drawn(row.front().method, model));
                }
            }
            add_rows(sheet, *subjects_[c], pictures);
        }
        return sheet;
    }

    static void add_rows(Sheet &sheet, const Subject &subject, const std::vector<Tensor> &pictures)
    {
        for (const auto &[group, count] : {std::pair{PromptGroup::Target, std::size_t{3}}, {PromptGroup::Other, std::size_t{2}}}) {
            const auto &rows = subject.viewer().rows(group);
            for (std::size_t k = 0; k < count && !rows.empty(); ++k) {
                const auto i = rows[(k * rows.size() / count + 9 * k + 3) % rows.size()]; // the odd stride keeps to no single object or style
                SheetRow row{subject.target().name, subject.drawings()[static_cast<std::size_t>(i)].prompt, {}};
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
    std::vector<ImageFolder> data_; // of the run's datasets that are folders
    std::optional<Maker> maker_;
    std::optional<Look> look_;
    std::string evaluator_digest_;
    Json common_;
    std::vector<std::unique_ptr<Subject>> subjects_;
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
