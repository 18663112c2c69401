// Before and after on one page: a row for each prompt, a column for each model, as a PNG to show around.
#pragma once

#include "core/files.h"

#include <torch/torch.h>

#include <string>
#include <vector>

namespace quell {

struct SheetColumn {
    std::string title;               // "reference"
    std::vector<std::string> lines;  // key figures below it, each one line: "style 0.02 [0.00-0.05]"
};

struct SheetRow {
    std::string group;  // a heading stands where it changes: "target", "neighbour", "unrelated"
    std::string prompt; // wrapped at the left
    std::vector<torch::Tensor> pictures; // one for each column, uint8 [height, width, 3]; an undefined one leaves its place empty
};

struct Sheet {
    std::string title, footer; // the footer for what makes it repeatable: seeds, steps, guidance
    std::vector<SheetColumn> columns;
    std::vector<SheetRow> rows;
};

// uint8 [height, width, 3]; `cell` is a picture's side in pixels: pictures are scaled to fit it. Text is ASCII; other characters are drawn as '?'.
torch::Tensor draw_sheet(const Sheet &sheet, int cell = 192);
Status write_sheet(const fs::path &path, const Sheet &sheet, int cell = 192);

} // namespace quell
