#include "compare/table.h"

#include "core/random.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <tuple>

namespace quell::compare {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN(); // a figure that is not there
constexpr std::size_t teacher_row = 0, reference_row = 2;

using Weights = std::vector<double>; // how often each drawing was drawn

// Σ w·v / Σ w over drawings that `counts` lets through.
template <class Counts, class ValueOf> double weighted(const Weights &weights, Counts counts, ValueOf value_of)
{
    double sum = 0, all = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] > 0 && counts(i))
            sum += weights[i] * value_of(i), all += weights[i];
    }
    return all > 0 ? sum / all : nothing;
}

// The figures of one concept's cells under given weights.
class Figures {
public:
    explicit Figures(const ConceptCells &cells) : cells_(cells), style_(cells.target.kind == ConceptKind::Style)
    {
        for (std::size_t i = 0; i < cells.drawings.size(); ++i) {
            const auto &drawing = cells.drawings[i];
            const auto &name = style_ ? drawing.style : drawing.object;
            near_.push_back(drawing.group == PromptGroup::Other && std::find(cells.neighbours.begin(), cells.neighbours.end(), name) != cells.neighbours.end());
            target_place_.push_back(targets_);
            targets_ += drawing.group == PromptGroup::Target;
        }
    }

    // By column, of a row and a seed's place.
    std::vector<double> of(std::size_t row, std::size_t seed, const Weights &weights) const
    {
        const auto &cell = at(row, seed), &teacher = at(teacher_row, seed), &reference = at(reference_row, seed);
        const auto in = [&](PromptGroup group) { return [this, group](std::size_t i) { return cells_.drawings[i].group == group; }; };
        const auto target = in(PromptGroup::Target), other = in(PromptGroup::Other), plain = in(PromptGroup::Plain);
        const auto flag = [](const std::vector<char> &values) { return [&values](std::size_t i) { return static_cast<double>(values[i]); }; };
        const auto number = [](const std::vector<float> &values) { return [&values](std::size_t i) { return static_cast<double>(values[i]); }; };
        const auto &own = style_ ? cell.style : cell.object, &rest = style_ ? cell.object : cell.style;
        const double whole = style_ ? weighted(weights, plain, flag(teacher.object)) : weighted(weights, target, flag(teacher.style));
        const auto relearnt = [&](std::size_t i) { return static_cast<double>(cell.relearnt[target_place_[i]]); };
        return {weighted(weights, target, flag(own)),
                whole > 0 ? weighted(weights, target, flag(rest)) / whole : nothing,
                weighted(weights, [this](std::size_t i) { return near_[i] != 0; }, flag(own)),
                weighted(weights, other, flag(cell.style)),
                weighted(weights, other, flag(cell.object)),
                weighted(weights, plain, flag(cell.object)),
                100 * weighted(weights, [&](std::size_t i) { return other(i) || plain(i); }, number(cell.fit)),
                weighted(weights, target, [&](std::size_t i) { return static_cast<double>(cell.fit[i] < reference.fit[i]); }),
                similarity(cell, teacher, reference, weights),
                cell.relearnt.empty() ? nothing : weighted(weights, target, relearnt),
                1000 * cell.kernel_distance};
    }

    // Whether a column's share is of this drawing.
    bool counts(const Column &column, std::size_t i) const
    {
        const std::string_view name = column.name;
        if (name == "neighbours")
            return near_[i] != 0;
        const auto group = name == "styles" || name == "objects" ? PromptGroup::Other : name == "plain" ? PromptGroup::Plain : PromptGroup::Target;
        return cells_.drawings[i].group == group;
    }

private:
    const Cell &at(std::size_t row, std::size_t seed) const
    {
        const auto &cells = cells_.rows[row];
        return cells[std::min(seed, cells.size() - 1)]; // a single one stands for all seeds
    }

    double similarity(const Cell &cell, const Cell &teacher, const Cell &reference, const Weights &weights) const
    {
        if (!style_ || cell.real.empty() || teacher.real.empty() || reference.real.empty())
            return nothing;
        const auto mean = [&](const Cell &one, PromptGroup group) {
            return weighted(weights, [&](std::size_t i) { return cells_.drawings[i].group == group; }, [&](std::size_t i) { return static_cast<double>(one.real[i]); });
        };
        const double floor = mean(teacher, PromptGroup::Other);
        return (mean(cell, PromptGroup::Target) - floor) / (mean(reference, PromptGroup::Target) - floor);
    }

    const ConceptCells &cells_;
    bool style_;
    std::vector<char> near_;
    std::vector<std::size_t> target_place_; // of a target drawing among them
    std::size_t targets_ = 0;
};

// What is drawn anew together: the drawings of one object, or in an object concept's target group of one style, of all concepts.
class Units {
public:
    explicit Units(const std::vector<const ConceptCells *> &concepts)
    {
        for (const auto *cells : concepts) {
            auto &places = places_.emplace_back();
            for (const auto &drawing : cells->drawings) {
                const bool by_style = cells->target.kind != ConceptKind::Style && drawing.group == PromptGroup::Target;
                auto &known = names_[by_style];
                places.emplace_back(by_style, known.try_emplace(by_style ? drawing.style : drawing.object, known.size()).first->second);
            }
        }
    }

    // Weights of every concept's drawings: as many objects and styles as there are, each drawn by `below`(how many).
    template <class Below> std::vector<Weights> draw(Below below) const
    {
        std::array<Weights, 2> counts;
        for (std::size_t kind = 0; kind < counts.size(); ++kind) {
            counts[kind].assign(names_[kind].size(), 0);
            for (std::size_t k = 0; k < counts[kind].size(); ++k)
                ++counts[kind][below(counts[kind].size())];
        }
        std::vector<Weights> weights;
        for (const auto &places : places_) {
            auto &own = weights.emplace_back();
            for (const auto &[kind, unit] : places)
                own.push_back(counts[kind][unit]);
        }
        return weights;
    }

private:
    std::array<std::map<std::string, std::size_t>, 2> names_; // of objects and styles
    std::vector<std::vector<std::pair<bool, std::size_t>>> places_; // by concept and drawing
};

// Means over the concepts that have a figure.
class Mean {
public:
    void add(const std::vector<double> &values)
    {
        sums_.resize(values.size()), counts_.resize(values.size());
        for (std::size_t c = 0; c < values.size(); ++c) {
            if (!std::isnan(values[c]))
                sums_[c] += values[c], ++counts_[c];
        }
    }
    std::vector<double> value() const
    {
        std::vector<double> means;
        for (std::size_t c = 0; c < sums_.size(); ++c)
            means.push_back(counts_[c] > 0 ? sums_[c] / counts_[c] : nothing);
        return means;
    }

private:
    std::vector<double> sums_;
    std::vector<int> counts_;
};

using RowValues = std::vector<std::vector<double>>; // [row][column]

// One pass over everything, with the data as it is or resampled.
class Resampler {
public:
    explicit Resampler(const std::vector<const ConceptCells *> &concepts) : concepts_(concepts), units_(concepts)
    {
        for (const auto *cells : concepts)
            figures_.emplace_back(*cells);
    }

    RowValues as_it_is() const
    {
        std::vector<Weights> once;
        for (const auto *cells : concepts_)
            once.emplace_back(cells->drawings.size(), 1);
        return values(once, [](std::size_t seed) { return seed; });
    }

    RowValues resampled(std::mt19937_64 &generator) const
    {
        const auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(generator); };
        std::vector<std::size_t> seeds(seed_count());
        for (auto &seed : seeds)
            seed = below(seeds.size());
        return values(units_.draw(below), [&](std::size_t seed) { return seeds[seed]; });
    }

private:
    std::size_t seed_count() const { return concepts_.front()->rows[reference_row].size(); }

    template <class SeedAt> RowValues values(const std::vector<Weights> &weights, SeedAt seed_at) const
    {
        const auto rows = concepts_.front()->rows.size();
        std::vector<Mean> means(rows);
        for (std::size_t c = 0; c < figures_.size(); ++c) {
            for (std::size_t row = 0; row < rows; ++row) {
                Mean over_seeds;
                for (std::size_t seed = 0; seed < seed_count(); ++seed)
                    over_seeds.add(figures_[c].of(row, seed_at(seed), weights[c]));
                means[row].add(over_seeds.value());
            }
        }
        RowValues values;
        for (const auto &mean : means)
            values.push_back(mean.value());
        return values;
    }

    const std::vector<const ConceptCells *> &concepts_;
    std::vector<Figures> figures_;
    Units units_;
};

Figure with_interval(double value, std::vector<double> resamples, std::int64_t n)
{
    std::erase_if(resamples, [](double x) { return std::isnan(x); });
    if (resamples.empty())
        return {value, value, value, n};
    std::sort(resamples.begin(), resamples.end());
    const auto at = [&](double share) { return resamples[static_cast<std::size_t>(std::llround(share * static_cast<double>(resamples.size() - 1)))]; };
    return {value, at(0.025), at(0.975), n};
}

std::vector<TableRow> rows_with_costs(const std::vector<const ConceptCells *> &concepts)
{
    std::vector<TableRow> rows;
    for (std::size_t row = 0; row < concepts.front()->rows.size(); ++row) {
        TableRow result{concepts.front()->rows[row].front().method, {}};
        double cells = 0;
        for (const auto *one : concepts) {
            for (const auto &cell : one->rows[row]) {
                result.evaluations += static_cast<double>(cell.evaluations);
                result.seconds += cell.seconds;
                result.peak_bytes += static_cast<double>(cell.peak_bytes);
                ++cells;
            }
        }
        result.evaluations /= cells, result.seconds /= cells, result.peak_bytes /= cells;
        rows.push_back(std::move(result));
    }
    return rows;
}

// How many pictures a share is of; the same prompt from the same latent is one, whichever concepts it belongs to.
std::int64_t pictures_behind(const Column &column, const std::vector<const ConceptCells *> &concepts)
{
    std::set<std::tuple<std::string, std::string, std::string, std::uint64_t>> distinct;
    for (const auto *cells : concepts) {
        const Figures figures(*cells);
        for (std::size_t i = 0; i < cells->drawings.size(); ++i) {
            const auto &drawing = cells->drawings[i];
            if (figures.counts(column, i))
                distinct.emplace(drawing.prompt, drawing.object, drawing.style, drawing.latent);
        }
    }
    return static_cast<std::int64_t>(distinct.size());
}

// What resampling cannot tell where all resamples are alike.
void widen(Figure &share)
{
    if (share.low == share.high)
        share = wilson({std::llround(share.value * static_cast<double>(share.n)), share.n});
}

void widen_difference(Figure &apart)
{
    const double slack = wilson({0, apart.n}).high; // of no picture in which the rows differ otherwise
    if (apart.low == apart.high)
        apart.low = std::max(-1., apart.value - slack), apart.high = std::min(1., apart.value + slack);
}

Table make_table(const std::string &title, const std::vector<const ConceptCells *> &concepts, const std::string &against, std::int64_t resamples, std::uint64_t seed)
{
    const Resampler resampler(concepts);
    std::mt19937_64 generator(derive_seed(seed, "bootstrap"));
    const auto values = resampler.as_it_is();
    std::vector<RowValues> drawn;
    for (std::int64_t k = 0; k < resamples; ++k)
        drawn.push_back(resampler.resampled(generator));
    Table table{title, rows_with_costs(concepts)};
    std::vector<std::int64_t> pictures; // behind each column's share
    for (const auto &column : columns())
        pictures.push_back(column.share ? pictures_behind(column, concepts) : 0);
    const auto base = static_cast<std::size_t>(std::find_if(table.rows.begin(), table.rows.end(), [&](const TableRow &row) { return row.method == against; }) - table.rows.begin());
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        for (std::size_t c = 0; c < columns().size(); ++c) {
            std::vector<double> own, apart;
            for (const auto &one : drawn)
                own.push_back(one[row][c]), apart.push_back(one[row][c] - one[base][c]);
            auto &value = table.rows[row].values.emplace_back();
            if (std::isnan(values[row][c]))
                continue;
            const auto &column = columns()[c];
            const auto n = pictures[c];
            if (std::string_view(column.name) == "distance")
                own.clear(), apart.clear(); // of all pictures at once: two seeds alone tell no interval
            value = Value{with_interval(values[row][c], std::move(own), n), with_interval(values[row][c] - values[base][c], std::move(apart), n)};
            const bool by_definition = row == reference_row && std::string_view(column.name) == "cp";
            if (n > 0 && resamples > 0 && !by_definition)
                widen(value->figure);
            if (n > 0 && resamples > 0 && row != base)
                widen_difference(value->difference);
        }
    }
    return table;
}

// "0.50 [0.40, 0.60]"; a difference with signs.
std::string text_of(const Figure &figure, int decimals, bool is_signed)
{
    if (std::isnan(figure.value))
        return "";
    const double unit = std::pow(10., decimals);
    const auto number = [&](double value) {
        const double rounded = std::round(value * unit) / unit + 0.; // the last makes -0 a 0
        return is_signed ? fmt::format("{:+.{}f}", rounded, decimals) : fmt::format("{:.{}f}", rounded, decimals);
    };
    const bool exact = figure.low == figure.high;
    return number(figure.value) + (exact ? "" : " [" + number(figure.low) + ", " + number(figure.high) + ']');
}

std::string heading(bool with_costs)
{
    std::string titles = "| |", rule = "|---|";
    for (const auto &column : columns())
        titles += fmt::format(" {} |", column.title), rule += "---|";
    if (with_costs)
        titles += " gradient evaluations | seconds | peak, MiB |", rule += "---|---|---|";
    return titles + "\n" + rule + "\n";
}

Json to_json(const Figure &figure)
{
    return {{"value", figure.value}, {"low", figure.low}, {"high", figure.high}};
}

} // namespace

const std::vector<Column> &columns()
{
    static const std::vector<Column> all{
        {"suppressed", "concept recognised ↓", 2, true}, {"retained", "rest of the prompt ↑", 2, false}, {"neighbours", "neighbours ↑", 2, true},
        {"styles", "other styles ↑", 2, true}, {"objects", "their objects ↑", 2, true}, {"plain", "objects without a style ↑", 2, true}, {"clip", "CLIP ↑", 1, false},
        {"cp", "CP ↑", 2, true}, {"similarity", "style similarity ↓", 2, false}, {"relearnt", "after relearning ↓", 2, true}, {"distance", "distance from the teacher ↓", 0, false}};
    return all;
}

std::vector<Table> make_tables(const std::vector<ConceptCells> &concepts, const std::string &against, std::int64_t resamples, std::uint64_t seed)
{
    std::vector<const ConceptCells *> all;
    for (const auto &cells : concepts)
        all.push_back(&cells);
    std::vector<Table> tables{make_table("all concepts", all, against, resamples, seed)};
    for (const auto *cells : all) {
        if (all.size() > 1)
            tables.push_back(make_table(cells->target.name, {cells}, against, resamples, seed));
    }
    if (all.size() == 1)
        tables.front().title = all.front()->target.name;
    return tables;
}

std::string to_markdown(const std::vector<Table> &tables, const std::string &against, const Json &protocol)
{
    std::string text;
    for (const auto &table : tables) {
        text += "## " + table.title + "\n\n" + heading(true);
        for (const auto &row : table.rows) {
            text += "| " + row.method + " |";
            for (std::size_t c = 0; c < row.values.size(); ++c)
                text += ' ' + (row.values[c] ? text_of(row.values[c]->figure, columns()[c].decimals, false) : "") + " |";
            text += fmt::format(" {:.0f} | {:.0f} | {:.0f} |\n", row.evaluations, row.seconds, row.peak_bytes / (1 << 20));
        }
        text += "\nDifferences from *" + against + "*, over the same prompts and seeds:\n\n" + heading(false);
        for (const auto &row : table.rows) {
            if (row.method == against)
                continue;
            text += "| " + row.method + " |";
            for (std::size_t c = 0; c < row.values.size(); ++c)
                text += ' ' + (row.values[c] ? text_of(row.values[c]->difference, columns()[c].decimals, true) : "") + " |";
            text += "\n";
        }
        text += "\n";
    }
    text += "How these figures were made:\n\n";
    for (const auto &[key, value] : protocol.items())
        text += "* " + key + ": " + (value.is_string() ? value.get<std::string>() : value.dump()) + "\n";
    return text;
}

std::string to_csv(const std::vector<Table> &tables, const Json &protocol)
{
    const auto quoted = [](std::string text) {
        for (auto at = text.find('"'); at != std::string::npos; at = text.find('"', at + 2))
            text.insert(at, 1, '"');
        return '"' + text + '"';
    };
    std::string text = "concept,method,figure,value,low,high,difference,difference_low,difference_high", made;
    for (const char *key : {"sampler", "latents", "training seeds", "evaluator"}) {
        const auto value = protocol.value(key, Json(""));
        text += std::string(",") + key;
        made += ',' + quoted(value.is_string() ? value.get<std::string>() : value.dump());
    }
    text += '\n', made += '\n';
    for (const auto &table : tables) {
        for (const auto &row : table.rows) {
            const auto start = quoted(table.title) + ',' + quoted(row.method) + ',';
            for (std::size_t c = 0; c < row.values.size(); ++c) {
                if (!row.values[c])
                    continue;
                const auto &[figure, difference] = *row.values[c];
                const auto apart = std::isnan(difference.value) ? ",," : fmt::format("{:.6g},{:.6g},{:.6g}", difference.value, difference.low, difference.high);
                text += start + fmt::format("{},{:.6g},{:.6g},{:.6g},{}", columns()[c].name, figure.value, figure.low, figure.high, apart) + made;
            }
            for (const auto &[name, value] : {std::pair{"evaluations", row.evaluations}, {"seconds", row.seconds}, {"peak_bytes", row.peak_bytes}})
                text += start + fmt::format("{},{:.10g},,,,,", name, value) + made;
        }
    }
    return text;
}

Json to_json(const std::vector<Table> &tables, const std::string &against, const Json &protocol)
{
    Json json{{"version", 1}, {"against", against}, {"protocol", protocol}, {"tables", Json::array()}};
    for (const auto &table : tables) {
        Json rows = Json::array();
        for (const auto &row : table.rows) {
            Json item{{"method", row.method}, {"evaluations", row.evaluations}, {"seconds", row.seconds}, {"peak_bytes", row.peak_bytes}};
            for (std::size_t c = 0; c < row.values.size(); ++c) {
                if (row.values[c])
                    item[columns()[c].name] = {{"figure", to_json(row.values[c]->figure)}, {"difference", to_json(row.values[c]->difference)}};
            }
            rows.push_back(std::move(item));
        }
        json["tables"].push_back({{"concepts", table.title}, {"rows", std::move(rows)}});
    }
    return json;
}

} // namespace quell::compare
