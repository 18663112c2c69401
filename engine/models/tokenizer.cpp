#include "models/tokenizer.h"

#include "formats/json.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <array>
#include <map>
#include <unordered_map>

namespace quell {
namespace {

using Id = std::int64_t;
using Vocabulary = std::unordered_map<std::string, Id>;

constexpr const char *end_of_word = "</w>";
constexpr std::size_t json_limit = 8u << 20; // twice what CLIP's takes; JSON takes up to thirty times its text in memory

// What the files say, before it is turned into tables.
struct SpecialToken {
    std::string content;
    bool normalized = false; // compared after normalisation instead of before
};

struct Files {
    Vocabulary vocabulary;
    std::vector<std::pair<std::string, std::string>> merges; // by rank
    std::vector<SpecialToken> added;
    SpecialToken start, end, unknown, padding;
    Id length = 0;
};

// GPT-2's bijection from bytes to printable characters: printable Latin-1 stands for itself, the rest is moved to U+0100 and up.
std::array<std::string, 256> byte_symbols()
{
    std::array<std::string, 256> symbols;
    UChar32 moved = 0x100;
    for (int byte = 0; byte < 256; ++byte) {
        const bool printable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte != 0xad);
        icu::UnicodeString(printable ? byte : moved++).toUTF8String(symbols[byte]);
    }
    return symbols;
}

Result<Vocabulary> parse_vocabulary(const SortedJson &json, const std::string &place)
{
    Vocabulary vocabulary;
    if (!json.is_object())
        return fail(ErrorCode::Malformed, "the vocabulary is not an object of tokens and ids", place);
    for (const auto &[token, id] : json.items()) {
        if (!id.is_number_unsigned())
            return fail(ErrorCode::Malformed, "the id of the token \"" + token + "\" is not a whole number", place);
        vocabulary[token] = id.get<Id>();
    }
    return vocabulary;
}

Status add_merge(Files &files, std::string_view text, const std::string &place)
{
    const auto space = text.find(' ');
    if (space == text.npos || space == 0 || space + 1 == text.size())
        return fail(ErrorCode::Malformed, "the merge \"" + std::string(text) + "\" is not two tokens", place);
    files.merges.emplace_back(text.substr(0, space), text.substr(space + 1));
    return {};
}

// Both layouts: "a b", and since transformers 4.45 ["a", "b"].
Status parse_merges(Files &files, const SortedJson &json, const std::string &place)
{
    for (const auto &merge : json) {
        if (merge.is_string()) {
            QUELL_TRY(add_merge(files, merge.get_ref<const std::string &>(), place));
        } else if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
            files.merges.emplace_back(merge[0].get<std::string>(), merge[1].get<std::string>());
        } else {
            return fail(ErrorCode::Malformed, "a merge is not two tokens", place);
        }
    }
    return {};
}

Status read_merges_text(Files &files, const fs::path &path)
{
    QUELL_ASSIGN(const std::string text, read_text(path));
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find('\n', begin), text.size());
        auto line = std::string_view(text).substr(begin, end - begin);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (!line.empty() && !line.starts_with("#version"))
            QUELL_TRY(add_merge(files, line, path));
        begin = end + 1;
    }
    return {};
}

// "<|endoftext|>" or {"content": "<|endoftext|>", "normalized": true, …}.
Result<SpecialToken> parse_special(const Json &json, const std::string &place)
{
    if (json.is_string())
        return SpecialToken{json.get<std::string>()};
    JsonReader reader(json, place);
    SpecialToken token{reader.text("content"), reader.boolean("normalized", false)};
    for (const char *option : {"lstrip", "rstrip", "single_word"}) {
        if (reader.boolean(option, false))
            reader.reject(option, "Quell does not run this option of special tokens");
    }
    QUELL_TRY(reader.status());
    return token;
}

Status read_tokenizer_json(Files &files, const fs::path &path)
{
    QUELL_ASSIGN(const std::string text, read_text(path, json_limit));
    QUELL_ASSIGN(const SortedJson json, parse_sorted_json(text, path));
    const auto model = json.is_object() && json.contains("model") ? json["model"] : SortedJson();
    if (!model.is_object() || model.value("type", SortedJson("BPE")) != "BPE" || model.value("end_of_word_suffix", SortedJson()) != end_of_word)
        return fail(ErrorCode::Unsupported, "not a byte-level BPE of CLIP's kind (model.type \"BPE\", end_of_word_suffix \"</w>\")", path);
    QUELL_ASSIGN(files.vocabulary, parse_vocabulary(model.value("vocab", SortedJson()), path));
    QUELL_TRY(parse_merges(files, model.value("merges", SortedJson::array()), path));
    for (const auto &token : json.value("added_tokens", SortedJson::array())) {
        QUELL_ASSIGN(auto special, parse_special(Json(token), path.string() + ": added_tokens"));
        files.added.push_back(std::move(special));
    }
    return {};
}

Status read_vocabulary(Files &files, const fs::path &folder)
{
    if (std::error_code ignored; fs::exists(folder / "tokenizer.json", ignored))
        return read_tokenizer_json(files, folder / "tokenizer.json");
    QUELL_ASSIGN(const std::string text, read_text(folder / "vocab.json", json_limit));
    QUELL_ASSIGN(const SortedJson json, parse_sorted_json(text, folder / "vocab.json"));
    QUELL_ASSIGN(files.vocabulary, parse_vocabulary(json, folder / "vocab.json"));
    return read_merges_text(files, folder / "merges.txt");
}

Result<Json> read_optional_json(const fs::path &path)
{
    auto json = read_json(path);
    if (!json && json.error().code == ErrorCode::NotFound)
        return Json::object();
    return json;
}

// tokenizer_config.json and special_tokens_map.json. As in transformers, added_tokens_decoder makes the other sources void.
Status read_special_tokens(Files &files, const fs::path &folder, const std::string &padding)
{
    QUELL_ASSIGN(const Json config, read_optional_json(folder / "tokenizer_config.json"));
    QUELL_ASSIGN(const Json map, read_optional_json(folder / "special_tokens_map.json"));
    JsonReader config_reader(config, folder / "tokenizer_config.json"), map_reader(map, folder / "special_tokens_map.json");
    files.length = config_reader.integer("model_max_length", 77);
    if (files.length < 3 || files.length > 4096)
        config_reader.reject("model_max_length", "from 3 to 4096 is expected");
    for (const char *side : {"padding_side", "truncation_side"})
        config_reader.choice(side, {"right"}, 0);
    const bool has_decoder = config_reader.has("added_tokens_decoder");
    QUELL_TRY(config_reader.status());
    QUELL_TRY(map_reader.status());
    if (has_decoder) {
        files.added.clear();
        for (const auto &[id, token] : config_reader.raw("added_tokens_decoder").items()) {
            QUELL_ASSIGN(auto special, parse_special(token, (folder / "tokenizer_config.json").string() + ": added_tokens_decoder"));
            files.added.push_back(std::move(special));
        }
    }

    const auto named = [&](const char *key, const char *fallback) -> Result<SpecialToken> {
        auto &reader = !has_decoder && map_reader.has(key) ? map_reader : config_reader;
        return reader.has(key) ? parse_special(reader.raw(key), folder.string() + ": " + key) : SpecialToken{fallback};
    };
    QUELL_ASSIGN(files.start, named("bos_token", "<|startoftext|>"));
    QUELL_ASSIGN(files.end, named("eos_token", "<|endoftext|>"));
    QUELL_ASSIGN(files.unknown, named("unk_token", "<|endoftext|>"));
    QUELL_ASSIGN(files.padding, named("pad_token", "<|endoftext|>"));
    if (!padding.empty())
        files.padding = {padding};
    // The last role of a token decides whether it is normalised, unless the files list it.
    std::map<std::string, SpecialToken> by_content;
    for (const auto &token : {files.start, files.end, files.unknown, files.padding})
        by_content[token.content] = token;
    for (const auto &token : files.added)
        by_content.erase(token.content);
    for (const auto &[content, token] : by_content)
        files.added.push_back(token);
    return {};
}

// CLIP's normaliser: NFC, each run of white space one space, lower case by code point without regard to context.
icu::UnicodeString normalized(const icu::UnicodeString &text)
{
    UErrorCode status = U_ZERO_ERROR;
    const auto composed = icu::Normalizer2::getNFCInstance(status)->normalize(text, status);
    icu::UnicodeString result;
    bool after_space = false;
    for (std::int32_t at = 0; at < composed.length(); at = composed.moveIndex32(at, 1)) {
        const auto c = composed.char32At(at);
        const bool space = u_isUWhiteSpace(c);
        if (c == 0x130) // the one letter whose lower case is two code points everywhere
            result.append(u'i').append(u'\u0307');
        else if (!space)
            result.append(u_tolower(c));
        else if (!after_space)
            result.append(u' ');
        after_space = space;
    }
    return result;
}

enum class Class { Space, Letter, Number, Other };

Class class_of(UChar32 c)
{
    const auto mask = U_GET_GC_MASK(c);
    if (mask & U_GC_L_MASK)
        return Class::Letter;
    if (mask & U_GC_N_MASK)
        return Class::Number;
    return u_isUWhiteSpace(c) ? Class::Space : Class::Other;
}

std::int32_t run_length(const icu::UnicodeString &text, std::int32_t begin)
{
    const auto wanted = class_of(text.char32At(begin));
    auto end = text.moveIndex32(begin, 1);
    while (wanted != Class::Number && end < text.length() && class_of(text.char32At(end)) == wanted)
        end = text.moveIndex32(end, 1);
    return end - begin;
}

// Lengths of the pieces at `begin`, after CLIP's pattern
//   <\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+
// whose first two alternatives the byte-level splitter behind it cuts in three.
std::vector<std::int32_t> piece_lengths(const icu::UnicodeString &text, std::int32_t begin)
{
    const auto starts = [&](const char16_t *literal) {
        const icu::UnicodeString wanted(true, literal, -1);
        return text.compare(begin, wanted.length(), wanted) == 0;
    };
    if (starts(u"<|startoftext|>"))
        return {2, 11, 2};
    if (starts(u"<|endoftext|>"))
        return {2, 9, 2};
    for (const auto *suffix : {u"'s", u"'t", u"'re", u"'ve", u"'m", u"'ll", u"'d"}) {
        if (starts(suffix))
            return {static_cast<std::int32_t>(std::char_traits<char16_t>::length(suffix))};
    }
    return {run_length(text, begin)};
}

std::uint64_t pair_key(Id left, Id right)
{
    return std::uint64_t(left) << 32 | std::uint64_t(right);
}

} // namespace

struct Tokenizer::Data {
    struct Merge {
        std::size_t rank;
        Id result;
    };
    struct Added {
        icu::UnicodeString content;
        Id id;
    };
    std::array<Id, 256> byte_ids, last_byte_ids; // the latter at the end of a word
    std::unordered_map<std::uint64_t, Merge> merges;
    std::vector<Added> added, added_normalized; // looked for before and after normalisation
    Id start = 0, end = 0, padding = 0, length = 0, vocabulary = 0;

    Status build(const Files &files, const std::string &place);
    template <class OnText> void split(const icu::UnicodeString &text, const std::vector<Added> &tokens, std::vector<Id> &ids, OnText on_text) const;
    void add_words(const icu::UnicodeString &text, std::vector<Id> &ids) const;
    void add_word(std::string_view bytes, std::vector<Id> &ids) const;
};

Status Tokenizer::Data::build(const Files &files, const std::string &place)
{
    const auto id_of = [&](const std::string &token) -> Result<Id> {
        const auto found = files.vocabulary.find(token);
        if (found == files.vocabulary.end() || token.empty() || found->second > INT32_MAX)
            return fail(ErrorCode::Malformed, "the token \"" + token + "\" has no id in the vocabulary", place);
        return found->second;
    };
    QUELL_ASSIGN(start, id_of(files.start.content));
    QUELL_ASSIGN(end, id_of(files.end.content));
    QUELL_ASSIGN(padding, id_of(files.padding.content));
    QUELL_ASSIGN(const Id unknown, id_of(files.unknown.content));
    length = files.length;
    for (const auto &entry : files.vocabulary)
        vocabulary = std::max<Id>(vocabulary, entry.second + 1);
    for (std::size_t rank = 0; rank < files.merges.size(); ++rank) {
        const auto &[left, right] = files.merges[rank];
        QUELL_ASSIGN(const Id left_id, id_of(left));
        QUELL_ASSIGN(const Id right_id, id_of(right));
        QUELL_ASSIGN(const Id result, id_of(left + right));
        merges[pair_key(left_id, right_id)] = {rank, result};
    }
    const auto symbols = byte_symbols();
    for (std::size_t byte = 0; byte < symbols.size(); ++byte) {
        byte_ids[byte] = id_of(symbols[byte]).value_or(unknown);
        last_byte_ids[byte] = id_of(symbols[byte] + end_of_word).value_or(unknown);
    }
    for (const auto &token : files.added) {
        QUELL_ASSIGN(const Id id, id_of(token.content));
        const auto content = icu::UnicodeString::fromUTF8(token.content);
        if (token.normalized)
            added_normalized.push_back({normalized(content), id});
        else
            added.push_back({content, id});
    }
    return {};
}

// Ids for the tokens found in `text`, the longest first; what lies between goes to `on_text`.
template <class OnText>
void Tokenizer::Data::split(const icu::UnicodeString &text, const std::vector<Added> &tokens, std::vector<Id> &ids, OnText on_text) const
{
    std::int32_t begin = 0;
    for (std::int32_t at = 0; at < text.length();) {
        const Added *longest = nullptr;
        for (const auto &token : tokens) {
            if (text.compare(at, token.content.length(), token.content) == 0 && (!longest || token.content.length() > longest->content.length()))
                longest = &token;
        }
        if (longest) {
            on_text(text.tempSubStringBetween(begin, at));
            ids.push_back(longest->id);
            at = begin = at + longest->content.length();
        } else {
            ++at;
        }
    }
    on_text(text.tempSubStringBetween(begin, text.length()));
}

void Tokenizer::Data::add_words(const icu::UnicodeString &text, std::vector<Id> &ids) const
{
    for (std::int32_t at = 0; at < text.length() && std::ssize(ids) < length;) {
        if (class_of(text.char32At(at)) == Class::Space) {
            at = text.moveIndex32(at, 1);
            continue;
        }
        for (auto count : piece_lengths(text, at)) {
            std::string bytes;
            text.tempSubString(at, count).toUTF8String(bytes);
            add_word(bytes, ids);
            at += count;
        }
    }
}

// Byte pair encoding: the pair of the lowest rank is joined wherever it stands, until no pair has a rank.
void Tokenizer::Data::add_word(std::string_view bytes, std::vector<Id> &ids) const
{
    std::vector<Id> parts;
    for (unsigned char byte : bytes)
        parts.push_back(byte_ids[byte]);
    parts.back() = last_byte_ids[static_cast<unsigned char>(bytes.back())];
    for (;;) {
        const Merge *best = nullptr;
        std::uint64_t best_pair = 0;
        for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
            const auto found = merges.find(pair_key(parts[i], parts[i + 1]));
            if (found != merges.end() && (!best || found->second.rank < best->rank)) {
                best = &found->second;
                best_pair = found->first;
            }
        }
        if (!best)
            break;
        std::size_t kept = 0;
        for (std::size_t i = 0; i < parts.size(); ++kept) {
            const bool joined = i + 1 < parts.size() && pair_key(parts[i], parts[i + 1]) == best_pair;
            parts[kept] = joined ? best->result : parts[i];
            i += joined ? 2 : 1;
        }
        parts.resize(kept);
    }
    ids.insert(ids.end(), parts.begin(), parts.end());
}

Tokenizer::Tokenizer(std::unique_ptr<Data> data) : data_(std::move(data)) {}
Tokenizer::~Tokenizer() = default;
Tokenizer::Tokenizer(Tokenizer &&) noexcept = default;
Tokenizer &Tokenizer::operator=(Tokenizer &&) noexcept = default;

Result<Tokenizer> Tokenizer::open(const fs::path &folder, const std::string &padding)
{
    Files files;
    QUELL_TRY(read_vocabulary(files, folder));
    QUELL_TRY(read_special_tokens(files, folder, padding));
    auto data = std::make_unique<Data>();
    QUELL_TRY(data->build(files, folder));
    return Tokenizer(std::move(data));
}

std::int64_t Tokenizer::length() const
{
    return data_->length;
}

std::int64_t Tokenizer::end_of_text() const
{
    return data_->end;
}

std::int64_t Tokenizer::vocabulary() const
{
    return data_->vocabulary;
}

std::vector<std::int64_t> Tokenizer::encode(std::string_view text) const
{
    std::vector<Id> ids = {data_->start};
    const auto utf16 = icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
    data_->split(utf16, data_->added, ids, [&](const icu::UnicodeString &between) {
        data_->split(normalized(between), data_->added_normalized, ids, [&](const icu::UnicodeString &words) { data_->add_words(words, ids); });
    });
    ids.resize(std::min<std::size_t>(ids.size(), data_->length - 1));
    ids.push_back(data_->end);
    ids.resize(data_->length, data_->padding);
    return ids;
}

} // namespace quell
