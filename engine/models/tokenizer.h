// CLIP's byte-level BPE tokenizer, as transformers 5's CLIPTokenizer: NFC, white space collapsed, lower case, no ftfy.
#pragma once

#include "core/files.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace quell {

class Tokenizer {
public:
    // Reads tokenizer.json, or vocab.json with merges.txt, and tokenizer_config.json (special tokens, model_max_length).
    // `padding`: a pad token in place of the folder's own.
    static Result<Tokenizer> open(const fs::path &folder, const std::string &padding = {});
    ~Tokenizer();
    Tokenizer(Tokenizer &&) noexcept;
    Tokenizer &operator=(Tokenizer &&) noexcept;

    std::int64_t length() const;       // model_max_length: ids per prompt
    std::int64_t end_of_text() const;  // id
    std::int64_t vocabulary() const;   // one more than the largest id
    // Start, tokens cut to length() − 2, end, padding. Always length() ids. `text` is UTF-8; invalid bytes become U+FFFD.
    std::vector<std::int64_t> encode(std::string_view text) const;

private:
    struct Data;
    explicit Tokenizer(std::unique_ptr<Data> data);
    std::unique_ptr<Data> data_;
};

} // namespace quell
