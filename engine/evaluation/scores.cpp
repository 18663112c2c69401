#include "evaluation/scores.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace quell {

namespace {

using Rows = std::vector<std::int64_t>; // of drawings

Figure mean_of(const torch::Tensor &values)
{
    const auto n = values.numel();
    const auto wide = values.to(torch::kFloat64);
    const double mean = wide.mean().item<double>();
    const double half = n > 1 ? 1.959963984540054 * wide.std().item<double>() / std::sqrt(static_cast<double>(n)) : 0;
    return {mean, mean - half, mean + half, n};
}

Figure chance(std::size_t names)
{
    const double share = 1.0 / static_cast<double>(names);
    return {share, share, share, static_cast<std::int64_t>(names)};
}

struct Seen {
    std::string model;
    Sightings found;
};

class Scorer {
public:
    Scorer(const Recogniser &recogniser, const Concept &target, const Viewer &viewer) : recogniser_(recogniser), target_(target), viewer_(viewer) {}

    Result<Scores> score(const std::vector<DrawnPictures> &models, const torch::Tensor &real)
    {
        QUELL_TRY(look_at(models));
        if (real.defined() && target_.kind == ConceptKind::Style) {
            QUELL_ASSIGN(real_mean_, mean_direction(recogniser_, real));
        }
        Scores scores{target_, {}, floors(), {}};
        for (const auto &seen : seen_)
            scores.models.emplace_back(seen.model, figures_of(seen));
        for (const auto group : {PromptGroup::Target, PromptGroup::Other, PromptGroup::Plain})
            scores.pictures.emplace_back(name_of(group), static_cast<std::int64_t>(rows(group).size()));
        scores.pictures.emplace_back("real", real.defined() ? real.size(0) : 0);
        return scores;
    }

private:
    Status look_at(const std::vector<DrawnPictures> &models)
    {
        for (const auto &model : models) {
            if (by_name(model.model))
                return fail(ErrorCode::Mismatch, "two models have this name", model.model);
            QUELL_ASSIGN(auto found, viewer_.look(model.pictures, model.model));
            seen_.push_back({model.model, std::move(found)});
        }
        return {};
    }

    Figures figures_of(const Seen &seen) const
    {
        Figures figures;
        const auto share = [&](const char *name, PromptGroup group, const torch::Tensor &found) {
            if (!rows(group).empty())
                figures.emplace_back(name, wilson(hits(group, found)));
        };
        share("target_style", PromptGroup::Target, seen.found.style);
        share("target_object", PromptGroup::Target, seen.found.object);
        share("other_style", PromptGroup::Other, seen.found.style);
        share("other_object", PromptGroup::Other, seen.found.object);
        share("plain_object", PromptGroup::Plain, seen.found.object);
        add_retention(seen, figures);
        add_clip_scores(seen, figures);
        add_similarities(seen, figures);
        return figures;
    }

    void add_retention(const Seen &seen, Figures &figures) const
    {
        const auto *teacher = by_name("teacher");
        if (!teacher)
            return;
        const bool style = target_.kind == ConceptKind::Style;
        const auto kept = hits(PromptGroup::Target, style ? seen.found.object : seen.found.style);
        const auto whole = style ? hits(PromptGroup::Plain, teacher->found.object) : hits(PromptGroup::Target, teacher->found.style);
        if (kept.n > 0 && whole.successes > 0)
            figures.emplace_back("in_prompt_retention", ratio(kept, whole));
    }

    void add_clip_scores(const Seen &seen, Figures &figures) const
    {
        const auto &fit = seen.found.fit;
        figures.emplace_back("clip_score", mean_of(100 * fit));
        for (const auto group : {PromptGroup::Target, PromptGroup::Other})
            if (!rows(group).empty())
                figures.emplace_back(std::string(name_of(group)) + "_clip_score", mean_of(100 * at(fit, rows(group))));
        const auto *reference = by_name("reference");
        const auto &targets = rows(PromptGroup::Target);
        if (!reference || targets.empty())
            return;
        const auto worse = at(fit, targets) < at(reference->found.fit, targets);
        figures.emplace_back("cp", wilson({worse.sum().item<std::int64_t>(), worse.numel()}));
    }

    void add_similarities(const Seen &seen, Figures &figures) const
    {
        const auto &targets = rows(PromptGroup::Target);
        if (target_.kind != ConceptKind::Style || targets.empty())
            return;
        const auto features = at(seen.found.features, targets);
        if (real_mean_.defined())
            figures.emplace_back("style_similarity_to_real", mean_of(features.mv(real_mean_)));
        if (const auto *reference = by_name("reference"))
            figures.emplace_back("style_similarity_to_reference", mean_of((features * at(reference->found.features, targets)).sum(1)));
    }

    Figures floors() const
    {
        Figures floors;
        const auto *teacher = by_name("teacher");
        if (!teacher && !seen_.empty())
            teacher = &seen_.front();
        if (const auto &others = rows(PromptGroup::Other); teacher && real_mean_.defined() && !others.empty())
            floors.emplace_back("style_similarity_to_real", mean_of(at(teacher->found.features, others).mv(real_mean_)));
        const auto [targets, others] = same_object_and_latent();
        if (const auto *reference = by_name("reference"); reference && target_.kind == ConceptKind::Style && !targets.empty()) {
            const auto &features = reference->found.features;
            floors.emplace_back("style_similarity_to_reference", mean_of((at(features, targets) * at(features, others)).sum(1)));
        }
        floors.emplace_back("style_chance", chance(recogniser_.vocabulary().styles.size()));
        floors.emplace_back("object_chance", chance(recogniser_.vocabulary().objects.size()));
        return floors;
    }

    // Target drawings, and beside each an other drawing of the same object from the same latent.
    std::pair<Rows, Rows> same_object_and_latent() const
    {
        std::map<std::pair<std::string, std::uint64_t>, std::int64_t> others;
        for (const auto row : rows(PromptGroup::Other))
            others.emplace(std::pair(drawings()[row].object, drawings()[row].latent), row);
        std::pair<Rows, Rows> pairs;
        for (const auto row : rows(PromptGroup::Target)) {
            const auto other = others.find({drawings()[row].object, drawings()[row].latent});
            if (other == others.end())
                continue;
            pairs.first.push_back(row);
            pairs.second.push_back(other->second);
        }
        return pairs;
    }

    Proportion hits(PromptGroup group, const torch::Tensor &found) const
    {
        const auto share = at(found, rows(group));
        return {share.sum().item<std::int64_t>(), share.numel()};
    }

    static torch::Tensor at(const torch::Tensor &values, const Rows &rows)
    {
        return values.index_select(0, torch::tensor(rows, torch::kInt64));
    }

    const std::vector<Drawing> &drawings() const { return viewer_.drawings(); }
    const Rows &rows(PromptGroup group) const { return viewer_.rows(group); }

    const Seen *by_name(const std::string &model) const
    {
        const auto found = std::find_if(seen_.begin(), seen_.end(), [&](const Seen &seen) { return seen.model == model; });
        return found == seen_.end() ? nullptr : &*found;
    }

    const Recogniser &recogniser_;
    const Concept &target_;
    const Viewer &viewer_;
    torch::Tensor real_mean_;       // [d], a unit vector
    std::vector<Seen> seen_;
};

Json to_json(const Figure &figure)
{
    return {{"value", figure.value}, {"low", figure.low}, {"high", figure.high}, {"n", figure.n}};
}

Json to_json(const Figures &figures)
{
    Json json = Json::object();
    for (const auto &[name, figure] : figures)
        json[name] = to_json(figure);
    return json;
}

// Columns of a terminal: characters, not bytes.
std::size_t width_of(const std::string &text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string with_decimals(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, std::abs(value) < 9.995 ? "%.2f" : "%.1f", value);
    return text;
}

std::string cell(const Figure &figure)
{
    return with_decimals(figure.value) + " [" + with_decimals(figure.low) + "–" + with_decimals(figure.high) + "]";
}

const Figure *find(const Figures &figures, const std::string &name)
{
    const auto found = std::find_if(figures.begin(), figures.end(), [&](const auto &entry) { return entry.first == name; });
    return found == figures.end() ? nullptr : &found->second;
}

std::string layout(const std::vector<std::vector<std::string>> &rows)
{
    std::vector<std::size_t> widths(rows[0].size());
    for (const auto &row : rows)
        for (std::size_t c = 0; c < row.size(); ++c)
            widths[c] = std::max(widths[c], width_of(row[c]));
    std::string out;
    for (const auto &row : rows) {
        std::string line;
        for (std::size_t c = 0; c < row.size(); ++c) {
            const std::string space(widths[c] - width_of(row[c]), ' ');
            line += (c ? "  " : "") + (c ? space + row[c] : row[c] + space); // names left, figures right
        }
        out += line + "\n";
    }
    return out;
}

} // namespace

Result<Scores> score(const Recogniser &recogniser, const Concept &target, const std::vector<Drawing> &drawings,
                     const std::vector<DrawnPictures> &models, const torch::Tensor &real)
{
    QUELL_ASSIGN(const auto viewer, Viewer::create(recogniser, drawings));
    return Scorer(recogniser, target, viewer).score(models, real);
}

Json to_json(const Scores &scores)
{
    Json models = Json::object(), pictures = Json::object();
    for (const auto &[name, figures] : scores.models)
        models[name] = to_json(figures);
    for (const auto &[name, count] : scores.pictures)
        pictures[name] = count;
    return {{"version", 1}, {"concept", to_json(scores.target)}, {"models", models}, {"floors", to_json(scores.floors)}, {"pictures", pictures}};
}

std::string to_table(const Scores &scores)
{
    if (scores.models.empty())
        return {};
    auto columns = scores.models;
    columns.emplace_back("floor", scores.floors);
    std::vector<std::vector<std::string>> rows{{scores.target.phrase}};
    for (const auto &[model, figures] : columns)
        rows[0].push_back(model);
    rows[0].push_back("n");
    for (const auto &[name, first] : scores.models.front().second) { // all models have the same figures
        std::vector<std::string> row{name};
        for (const auto &[model, figures] : columns) {
            const auto *figure = find(figures, name);
            row.push_back(figure ? cell(*figure) : "");
        }
        row.push_back(std::to_string(first.n));
        rows.push_back(std::move(row));
    }
    return layout(rows);
}

} // namespace quell
