// The figures of a comparison and how sure they are.
#pragma once

#include "compare/cell.h"
#include "data/concept.h"
#include "evaluation/wilson.h"

namespace quell::compare {

// One concept's part: the same drawings for every model. `rows` in the order of the table; a row has a cell a seed, or a single one where no seed matters
// (teacher, pruned). The first three rows are teacher, pruned and reference.
struct ConceptCells {
    Concept target;
    std::vector<Drawing> drawings;
    std::vector<std::string> neighbours; // names of the nearest styles (objects)
    std::vector<std::vector<Cell>> rows;
};

// The figures, in the order of the columns; a figure that a concept's kind or the plan does not have is left out of the mean over concepts.
//   suppressed  share of the target prompts in which the concept is still recognised; lower is better
//   retained    what else the target prompts name, as a ratio to the teacher's (scores.h, in_prompt_retention)
//   neighbours  share of the other prompts that name one of the nearest styles (objects) in which it is recognised
//   styles, objects, plain    the same of all other prompts' styles, their objects, and the objects named without a style
//   clip        mean of 100 cos(picture, its prompt) over other and plain prompts
//   cp          share of the target prompts that the picture fits less than the reference's of the same seed does (arXiv 2405.19237)
//   similarity  of the target prompts to real pictures of the style: 0 the teacher's other pictures, 1 the reference of the same seed; lower is better
//   relearnt    share of the target prompts in which the concept is recognised after relearning; lower is better
//   distance    kernel distance to the teacher's pictures of other and plain prompts, times 1000 (sightings.h); without interval
struct Column {
    const char *name, *title;
    int decimals;
    bool share; // of drawings
};
const std::vector<Column> &columns();

struct Value {
    Figure figure;     // n, of a share: the pictures behind it
    Figure difference; // from the row `against`: paired, over the same resamples; NaN where that row has no such figure
};

struct TableRow {
    std::string method;
    std::vector<std::optional<Value>> values; // by column
    double evaluations = 0, seconds = 0, peak_bytes = 0; // means
};

struct Table {
    std::string title; // "all concepts", or a concept's name
    std::vector<TableRow> rows;
};

// All concepts (the mean of theirs), then each alone. 95 % percentile intervals of a paired bootstrap: prompts are drawn anew (those of one object, or in an object
// concept's target group of one style, together), and seeds, both the same for every row and every concept; 0 resamples: no intervals. Where all drawings of a share agree,
// resampling tells nothing, and the interval is Wilson's of the pictures behind it (one that several concepts have in common counts once); for a difference, of none
// among them in which the rows differ otherwise.
std::vector<Table> make_tables(const std::vector<ConceptCells> &concepts, const std::string &against, std::int64_t resamples = 2000, std::uint64_t seed = 1);

// The tables as Markdown, with `protocol`'s entries as a list below them; as CSV, a line a figure
// with the protocol's columns; as JSON.
std::string to_markdown(const std::vector<Table> &tables, const std::string &against, const Json &protocol);
std::string to_csv(const std::vector<Table> &tables, const Json &protocol);
Json to_json(const std::vector<Table> &tables, const std::string &against, const Json &protocol);

} // namespace quell::compare
