#include "evaluation/sheet.h"

#include "data/image.h"

#include <opencv2/imgproc.hpp>

namespace quell {

namespace {

constexpr int margin = 24, gap = 10, label_width = 220;
constexpr int title_height = 44, line_height = 20, group_height = 38, footer_height = 30;
const cv::Scalar ink(32, 32, 36), faint(120, 120, 128), rule(214, 214, 220), empty_cell(243, 243, 246);

struct Font {
    double scale;
    int thickness;
    cv::Scalar colour;
};
const Font title_font{0.75, 2, ink}, head_font{0.6, 1, ink}, group_font{0.52, 1, ink}, text_font{0.46, 1, ink}, small_font{0.42, 1, faint};

// OpenCV's fonts know ASCII alone.
std::string ascii(const std::string &text)
{
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80)
            out += byte < 0x20 ? ' ' : c;
        else if (byte >= 0xC0)
            out += '?';
    }
    return out;
}

int width_of(const std::string &text, const Font &font)
{
    return cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, font.scale, font.thickness, nullptr).width;
}

// As much of the text as fits, with dots where it was cut.
std::string fitting(std::string text, const Font &font, int width)
{
    if (width_of(text, font) <= width)
        return text;
    while (!text.empty() && width_of(text + "...", font) > width)
        text.pop_back();
    return text + "...";
}

std::vector<std::string> wrapped(const std::string &text, const Font &font, int width, std::size_t most)
{
    std::vector<std::string> lines{""};
    for (std::size_t begin = 0, end = 0; begin < text.size(); begin = end + 1) {
        end = std::min(text.find(' ', begin), text.size());
        const auto word = text.substr(begin, end - begin);
        const auto longer = lines.back().empty() ? word : lines.back() + " " + word;
        if (width_of(longer, font) <= width || lines.back().empty())
            lines.back() = longer;
        else
            lines.push_back(word);
    }
    if (lines.size() > most) {
        lines.resize(most);
        lines.back() += " ...";
    }
    for (auto &line : lines)
        line = fitting(line, font, width);
    return lines;
}

class SheetPainter {
public:
    SheetPainter(const Sheet &sheet, int cell) : sheet_(sheet), cell_(cell) {}

    cv::Mat paint()
    {
        const int columns = static_cast<int>(sheet_.columns.size());
        const int width = 2 * margin + label_width + columns * (cell_ + gap);
        page_ = cv::Mat(page_height(), width, CV_8UC3, cv::Scalar::all(255));
        y_ = margin;
        write(fitting(ascii(sheet_.title), title_font, width - 2 * margin), margin, y_ + 22, title_font);
        y_ += title_height;
        paint_header();
        std::string group;
        for (const auto &row : sheet_.rows) {
            if (row.group != group)
                paint_group(group = row.group);
            paint_row(row);
        }
        if (!sheet_.footer.empty())
            write(fitting(ascii(sheet_.footer), small_font, width - 2 * margin), margin, y_ + 20, small_font);
        return page_;
    }

private:
    int header_height() const
    {
        std::size_t lines = 0;
        for (const auto &column : sheet_.columns)
            lines = std::max(lines, column.lines.size());
        return line_height * static_cast<int>(lines + 1) + gap;
    }

    int page_height() const
    {
        int height = 2 * margin + title_height + header_height() + (sheet_.footer.empty() ? 0 : footer_height);
        std::string group;
        for (const auto &row : sheet_.rows) {
            height += (row.group != group ? group_height : 0) + cell_ + gap;
            group = row.group;
        }
        return height;
    }

    int column_x(std::size_t column) const { return margin + label_width + static_cast<int>(column) * (cell_ + gap); }

    void write(const std::string &text, int x, int baseline, const Font &font)
    {
        cv::putText(page_, text, {x, baseline}, cv::FONT_HERSHEY_SIMPLEX, font.scale, font.colour, font.thickness, cv::LINE_AA);
    }

    void paint_header()
    {
        for (std::size_t c = 0; c < sheet_.columns.size(); ++c) {
            int baseline = y_ + 15;
            write(fitting(ascii(sheet_.columns[c].title), head_font, cell_), column_x(c), baseline, head_font);
            for (const auto &line : sheet_.columns[c].lines)
                write(fitting(ascii(line), small_font, cell_), column_x(c), baseline += line_height, small_font);
        }
        y_ += header_height();
    }

    void paint_group(const std::string &group)
    {
        cv::line(page_, {margin, y_ + 4}, {page_.cols - margin - gap, y_ + 4}, rule, 1);
        write(ascii(group), margin, y_ + 25, group_font);
        y_ += group_height;
    }

    void paint_row(const SheetRow &row)
    {
        const auto most = static_cast<std::size_t>(std::max(1, cell_ / line_height));
        int baseline = y_ + 16;
        for (const auto &line : wrapped(ascii(row.prompt), text_font, label_width - 2 * gap, most)) {
            write(line, margin, baseline, text_font);
            baseline += line_height;
        }
        for (std::size_t c = 0; c < sheet_.columns.size(); ++c)
            paint_picture(c < row.pictures.size() ? row.pictures[c] : torch::Tensor(), cv::Rect(column_x(c), y_, cell_, cell_));
        y_ += cell_ + gap;
    }

    void paint_picture(const torch::Tensor &picture, const cv::Rect &place)
    {
        if (!picture.defined()) {
            page_(place).setTo(empty_cell);
            return;
        }
        const auto rgb = picture.contiguous();
        const cv::Mat image(static_cast<int>(rgb.size(0)), static_cast<int>(rgb.size(1)), CV_8UC3, rgb.data_ptr());
        const double scale = static_cast<double>(cell_) / std::max(image.rows, image.cols);
        const cv::Size size(std::max(1, cvRound(image.cols * scale)), std::max(1, cvRound(image.rows * scale)));
        cv::Mat scaled;
        cv::resize(image, scaled, size, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
        const cv::Rect centred(place.x + (cell_ - size.width) / 2, place.y + (cell_ - size.height) / 2, size.width, size.height);
        scaled.copyTo(page_(centred));
        cv::rectangle(page_, centred, rule, 1); // white pictures need an edge on white paper
    }

    const Sheet &sheet_;
    const int cell_;
    cv::Mat page_;
    int y_ = 0;
};

} // namespace

torch::Tensor draw_sheet(const Sheet &sheet, int cell)
{
    const auto page = SheetPainter(sheet, cell).paint();
    return torch::from_blob(page.data, {page.rows, page.cols, 3}, torch::kUInt8).clone();
}

Status write_sheet(const fs::path &path, const Sheet &sheet, int cell)
{
    return write_png(path, draw_sheet(sheet, cell));
}

} // namespace quell
