#include "run/comparison.h"

#include "run/drawer.h"

#include <algorithm>
#include <cstdio>

namespace quell {
namespace {

using torch::Tensor;

// The models of a run that can be drawn, in the order of the table.
std::vector<std::pair<std::string, fs::path>> models_of(const RunSpec &spec, const fs::path &run)
{
    std::vector<std::pair<std::string, fs::path>> models{{"teacher", spec.teacher}, {"pruned", spec.student}};
    if (!spec.reference.empty())
        models.emplace_back("reference", spec.reference);
    if (!spec.filtered.empty())
        models.emplace_back("filtered", spec.filtered);
    models.emplace_back("student", run / "student");
    return models;
}

Result<const Concept *> pick_concept(const RunSpec &spec, const std::string &name)
{
    for (const auto &item : spec.concepts) {
        if (name.empty() || item.name == name)
            return &item;
    }
    return fail(ErrorCode::Usage, spec.concepts.empty() ? "the run suppresses no concept" : "the run has no concept \"" + name + '"', "concepts");
}

// "target style 0.02": short enough for a column; the table has the intervals.
std::string sheet_line(std::string figure, const Figure &value)
{
    std::replace(figure.begin(), figure.end(), '_', ' ');
    char text[96];
    std::snprintf(text, sizeof text, "%s %.2f", figure.c_str(), value.value);
    return text;
}

class Comparer {
public:
    Comparer(const RunSpec &spec, const fs::path &run, const fs::path &cache, const LoadOptions &compute, const TellProgress &tell)
        : spec_(spec), run_(run), cache_(cache / "drawings"), compute_(compute), tell_(tell)
    {
    }

    Result<Comparison> run(const Concept &target)
    {
        if (spec_.evaluation.evaluator.empty())
            return fail(ErrorCode::NotFound, "names no evaluator, so there are no figures; add evaluation.evaluator, .vocabulary and .templates", (run_ / "run.json").string());
        if (!fs::exists(run_ / "student"))
            return fail(ErrorCode::NotFound, "the run is not complete: go on with it first (quell-engine resume)", run_.string());
        QUELL_ASSIGN(const auto evaluator, Clip::open(spec_.evaluation.evaluator, {torch::kFloat32, compute_.device}));
        QUELL_ASSIGN(auto vocabulary, read_vocabulary(spec_.evaluation.vocabulary, spec_.evaluation.templates));
        QUELL_ASSIGN(drawings_, comparison_prompts(target, vocabulary, spec_.evaluation.pictures));
        QUELL_ASSIGN(const auto recogniser, Recogniser::create(embedder_of(evaluator), std::move(vocabulary)));
        QUELL_ASSIGN(const auto pipeline, Pipeline::open(spec_.teacher, {torch::kFloat32, compute_.device}));
        const Drawer drawer(spec_, pipeline, drawings_, cache_, compute_, tell_);
        for (const auto &[name, path] : models_of(spec_, run_)) {
            QUELL_ASSIGN(auto pictures, drawer.drawn(name, path));
            models_.push_back({name, std::move(pictures)});
        }
        QUELL_ASSIGN(const Tensor real, real_pictures(spec_, target, models_.front().pictures.size(1)));
        QUELL_ASSIGN(auto scores, score(recogniser, target, drawings_, models_, real));
        Comparison comparison{std::move(scores), run_ / "scores.json", run_ / "sheet.png"};
        QUELL_TRY(write_atomically(comparison.scores_file, to_json(comparison.scores).dump(2) + "\n"));
        QUELL_TRY(write_sheet(comparison.sheet_file, make_sheet(target, comparison.scores)));
        return comparison;
    }

private:
    Sheet make_sheet(const Concept &target, const Scores &scores) const
    {
        Sheet sheet;
        sheet.title = "\"" + target.phrase + "\" suppressed: before and after";
        sheet.footer = to_text(spec_.evaluation.sampling) + ", seed " + std::to_string(spec_.seed) + ", the same latents for every model";
        for (const auto &[name, figures] : scores.models) {
            SheetColumn column{name, {}};
            for (const auto &[figure, value] : figures) {
                if (figure == "target_style" || figure == "target_object" || figure == "other_style" || figure == "other_object")
                    column.lines.push_back(sheet_line(figure, value));
            }
            sheet.columns.push_back(std::move(column));
        }
        for (const auto &[group, count] : {std::pair{PromptGroup::Target, 4}, {PromptGroup::Other, 4}, {PromptGroup::Plain, 2}})
            add_rows(sheet, group, count);
        return sheet;
    }

    // `count` drawings of a group, spread over it; the odd stride keeps to no single object or style.
    void add_rows(Sheet &sheet, PromptGroup group, int count) const
    {
        std::vector<std::size_t> members;
        for (std::size_t i = 0; i < drawings_.size(); ++i) {
            if (drawings_[i].group == group)
                members.push_back(i);
        }
        for (int k = 0; k < count && !members.empty(); ++k) {
            const auto i = members[(k * members.size() / count + 9 * k + 3) % members.size()];
            SheetRow row{name_of(group), drawings_[i].prompt, {}};
            for (const auto &model : models_)
                row.pictures.push_back(model.pictures[i]);
            sheet.rows.push_back(std::move(row));
        }
    }

    const RunSpec &spec_;
    fs::path run_, cache_;
    LoadOptions compute_;
    const TellProgress &tell_;
    std::vector<Drawing> drawings_;
    std::vector<DrawnPictures> models_;
};

} // namespace

Result<Comparison> compare_models(const fs::path &run, const std::string &concept_name, const fs::path &cache, const LoadOptions &compute,
                                  const TellProgress &progress)
try {
    QUELL_ASSIGN(const auto spec, read_run_spec(run / "run.json", presets_folder()));
    QUELL_ASSIGN(const Concept *target, pick_concept(spec, concept_name));
    return Comparer(spec, run, cache, compute, progress).run(*target);
} catch (const std::exception &error) {
    return fail(ErrorCode::Internal, error.what(), run.string());
}

} // namespace quell
