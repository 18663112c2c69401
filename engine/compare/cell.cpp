#include "compare/cell.h"

#include <cmath>

namespace quell::compare {

using torch::Tensor;

namespace {

std::string digits(const std::vector<char> &values)
{
    std::string text;
    for (const char value : values)
        text += value ? '1' : '0';
    return text;
}

std::vector<char> from_digits(const std::string &text)
{
    std::vector<char> values;
    for (const char digit : text)
        values.push_back(digit == '1');
    return values;
}

// To four places: enough for figures of three, and files stay short.
double rounded(double value)
{
    return std::round(value * 1e4) / 1e4;
}

Json list_of(const std::vector<float> &values)
{
    Json list = Json::array();
    for (const float value : values)
        list.push_back(rounded(value)); // a float has no four places of its own
    return list;
}

std::vector<float> floats(const std::vector<double> &values)
{
    return {values.begin(), values.end()};
}

// Rounded, so that what is read again is what was seen.
std::vector<float> floats_of(const Tensor &values)
{
    std::vector<float> list;
    const Tensor flat = values.to(torch::kFloat64).contiguous();
    for (std::int64_t i = 0; i < flat.numel(); ++i)
        list.push_back(static_cast<float>(rounded(flat.data_ptr<double>()[i])));
    return list;
}

} // namespace

std::vector<char> flags_of(const Tensor &values)
{
    const Tensor bytes = values.to(torch::kInt8).contiguous();
    const auto *data = bytes.data_ptr<std::int8_t>();
    return {data, data + bytes.numel()};
}

Json to_json(const Cell &cell)
{
    return {{"version", 1}, {"key", cell.key}, {"method", cell.method}, {"concept", cell.target}, {"seed", cell.seed}, {"evaluations", cell.evaluations},
            {"seconds", cell.seconds}, {"peak_bytes", cell.peak_bytes}, {"kernel_distance", cell.kernel_distance}, {"compute", cell.compute}, {"style", digits(cell.style)},
            {"object", digits(cell.object)}, {"fit", list_of(cell.fit)}, {"real", list_of(cell.real)}, {"relearnt", digits(cell.relearnt)}};
}

Result<Cell> read_cell(const fs::path &file)
{
    QUELL_ASSIGN(const auto json, read_json(file));
    JsonReader reader(json, file.string());
    reader.integer("version");
    Cell cell;
    cell.key = reader.text("key");
    cell.method = reader.text("method");
    cell.target = reader.text("concept");
    cell.seed = reader.integer("seed");
    cell.evaluations = reader.integer("evaluations");
    cell.seconds = reader.number("seconds");
    cell.peak_bytes = reader.integer("peak_bytes");
    cell.kernel_distance = reader.number("kernel_distance");
    cell.compute = reader.text("compute");
    cell.style = from_digits(reader.text("style"));
    cell.object = from_digits(reader.text("object"));
    cell.fit = floats(reader.numbers("fit"));
    cell.real = floats(reader.numbers("real"));
    cell.relearnt = from_digits(reader.text("relearnt"));
    QUELL_TRY(reader.status());
    if (cell.object.size() != cell.style.size() || cell.fit.size() != cell.style.size() || (!cell.real.empty() && cell.real.size() != cell.style.size()))
        return fail(ErrorCode::Malformed, "its lists differ in length", file.string());
    return cell;
}

void fill(Cell &cell, const Viewer &viewer, const Sightings &seen, const Sightings &teacher, const Tensor &real)
{
    cell.style = flags_of(seen.style);
    cell.object = flags_of(seen.object);
    cell.fit = floats_of(seen.fit);
    if (real.defined())
        cell.real = floats_of(seen.features.mv(real));
    auto rows = viewer.rows(PromptGroup::Other);
    rows.insert(rows.end(), viewer.rows(PromptGroup::Plain).begin(), viewer.rows(PromptGroup::Plain).end());
    const Tensor kept = torch::tensor(rows);
    cell.kernel_distance = kernel_distance(seen.features.index_select(0, kept), teacher.features.index_select(0, kept));
}

} // namespace quell::compare
