#include "data/csv.h"

#include <algorithm>

namespace quell {

namespace {

class CsvReader {
public:
    CsvReader(std::string_view text, std::string place) : text_(text), place_(std::move(place))
    {
        if (text_.starts_with("\xEF\xBB\xBF"))
            at_ = 3;
    }

    bool at_end() const { return at_ == text_.size(); }

    Result<CsvRow> row()
    {
        CsvRow row{line_, {}};
        while (true) {
            QUELL_ASSIGN(auto field, peek() == '"' ? quoted() : plain());
            row.fields.push_back(std::move(field));
            if (peek() != ',')
                break;
            ++at_;
        }
        if (!end_line())
            return malformed("text after a closing quote, or a lone carriage return");
        return row;
    }

private:
    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    tl::unexpected<Error> malformed(const char *why) const
    {
        return fail(ErrorCode::Malformed, why, place_ + ":" + std::to_string(line_));
    }

    bool end_line()
    {
        if (at_end())
            return true;
        if (text_.substr(at_, 2) == "\r\n")
            ++at_;
        if (text_[at_] != '\n')
            return false;
        ++at_;
        ++line_;
        return true;
    }

    Result<std::string> plain()
    {
        const auto end = std::min(text_.find_first_of(",\r\n\"", at_), text_.size());
        const auto field = text_.substr(at_, end - at_);
        at_ = end;
        if (peek() == '"')
            return malformed("a quote inside a field that is not quoted; quote the field and double the quote");
        return std::string(field);
    }

    Result<std::string> quoted()
    {
        std::string field;
        for (++at_; !at_end(); ++at_) {
            if (text_[at_] == '"') {
                ++at_;
                if (peek() != '"')
                    return field;
            }
            line_ += text_[at_] == '\n';
            field += text_[at_];
        }
        return malformed("a quoted field is never closed");
    }

    std::string_view text_;
    std::string place_;
    std::size_t at_ = 0, line_ = 1;
};

} // namespace

Result<std::vector<CsvRow>> parse_csv(std::string_view text, const std::string &place)
{
    CsvReader reader(text, place);
    std::vector<CsvRow> rows;
    while (!reader.at_end()) {
        QUELL_ASSIGN(auto row, reader.row());
        if (row.fields.size() > 1 || !row.fields[0].empty())
            rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace quell
