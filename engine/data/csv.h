// Comma-separated values as RFC 4180 has them.
#pragma once

#include "core/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace quell {

struct CsvRow {
    std::size_t line = 0; // where it begins, from 1
    std::vector<std::string> fields;
};

// Quoted fields may hold commas, line breaks and doubled quotes; lines end with LF or CRLF; a byte order mark is passed over, and so are
// empty lines. Malformed, by line: a quote inside an unquoted field, text after a closing quote, a quote never
// closed, a lone carriage return.
Result<std::vector<CsvRow>> parse_csv(std::string_view text, const std::string &place);

} // namespace quell
