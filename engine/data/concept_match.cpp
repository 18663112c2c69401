#include "data/concept_match.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <regex>

namespace quell {

namespace {

struct Word {
    std::size_t begin, end; // bytes
    std::string folded;
};

bool stands_alone(UChar32 c)
{
    UErrorCode status = U_ZERO_ERROR;
    const auto script = uscript_getScript(c, &status);
    return script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA;
}

bool in_word(UChar32 c)
{
    return c >= 0 && (u_isalnum(c) || (U_GET_GC_MASK(c) & U_GC_M_MASK));
}

std::string folded(std::string_view word)
{
    UErrorCode status = U_ZERO_ERROR;
    auto text = icu::UnicodeString::fromUTF8(icu::StringPiece(word.data(), static_cast<std::int32_t>(word.size())));
    if (const auto *nfc = icu::Normalizer2::getNFCInstance(status); U_SUCCESS(status))
        text = nfc->normalize(text, status);
    std::string out;
    text.foldCase().toUTF8String(out);
    return out;
}

std::vector<Word> words_of(std::string_view text)
{
    std::vector<Word> words;
    const auto close = [&](std::size_t begin, std::size_t end) {
        if (end > begin)
            words.push_back({begin, end, folded(text.substr(begin, end - begin))});
    };
    std::size_t begin = 0, at = 0;
    while (at < text.size()) {
        const std::size_t from = at;
        UChar32 c;
        U8_NEXT(text.data(), at, text.size(), c);
        if (in_word(c) && !stands_alone(c))
            continue;
        close(begin, from);
        if (in_word(c))
            close(from, at);
        begin = at;
    }
    close(begin, text.size());
    return words;
}

// Nothing but white space and hyphens between two words.
bool adjoin(std::string_view text, const Word &a, const Word &b)
{
    return text.substr(a.end, b.begin - a.end).find_first_not_of(" \t\r\n-") == std::string_view::npos;
}

bool same_but_for_plural(const std::string &a, const std::string &b)
{
    const auto &[shorter, longer] = std::minmax(a, b, [](const auto &x, const auto &y) { return x.size() < y.size(); });
    const auto ending = std::string_view(longer).substr(std::min(shorter.size(), longer.size()));
    return longer.starts_with(shorter) && (ending.empty() || ending == "s" || ending == "es");
}

// A run of words: [first, last) of the caption's.
struct Run {
    std::size_t first, last;
    bool empty() const { return first == last; }
};

bool matches_at(std::string_view text, const std::vector<Word> &words, std::size_t first, const std::vector<Word> &phrase)
{
    if (phrase.empty() || first + phrase.size() > words.size())
        return false;
    for (std::size_t i = 0; i < phrase.size(); ++i) {
        const bool last = i + 1 == phrase.size();
        const auto &word = words[first + i];
        if (last ? !same_but_for_plural(word.folded, phrase[i].folded) : word.folded != phrase[i].folded)
            return false;
        if (i > 0 && !adjoin(text, words[first + i - 1], word))
            return false;
    }
    return true;
}

std::vector<std::vector<Word>> phrases_of(const Concept &target)
{
    std::vector<std::vector<Word>> phrases{words_of(target.phrase)};
    for (const auto &synonym : target.synonyms)
        phrases.push_back(words_of(synonym));
    return phrases;
}

std::vector<Run> find_runs(std::string_view text, const std::vector<Word> &words, const Concept &target)
{
    const auto phrases = phrases_of(target);
    std::vector<Run> runs;
    for (std::size_t at = 0; at < words.size();) {
        Run run{at, at};
        for (const auto &phrase : phrases)
            if (matches_at(text, words, at, phrase))
                run.last = std::max(run.last, at + phrase.size());
        if (run.empty()) {
            ++at;
            continue;
        }
        runs.push_back(run);
        at = run.last;
    }
    return runs;
}

template <std::size_t n> bool one_of(const std::string &word, const std::array<std::string_view, n> &list)
{
    return std::find(list.begin(), list.end(), word) != list.end();
}

constexpr std::array<std::string_view, 3> articles{"a", "an", "the"};
constexpr std::array<std::string_view, 8> connectors{"in", "by", "of", "with", "and", "as", "like", "after"};
constexpr std::array<std::string_view, 17> prepositions{"in",   "on",    "at",   "by",     "of",    "with",    "and",  "from", "under",
                                                        "near", "above", "over", "beside", "among", "against", "into", "for"};
constexpr std::array<std::string_view, 3> style_words{"style", "styles", "styled"};

// Edits a prompt one mention at a time.
class Editor {
public:
    Editor(std::string_view text, const Concept &target) : text_(text), words_(words_of(text)), target_(target) {}

    // The mention with everything that served it.
    Run widened(Run mention) const
    {
        Run run = mention;
        bool styled = false;
        if (target_.kind == ConceptKind::Style)
            styled = take_style_word(run);
        const bool ends_clause = run.last == words_.size() || !joined(run.last - 1) || one_of(words_[run.last].folded, prepositions);
        if (ends_clause || (styled && before(run) && one_of(words_[run.first - 1].folded, connectors)))
            take_servants(run);
        const bool opens_prompt = run.first == 0 && run.last < words_.size() && joined(run.last - 1);
        if (opens_prompt && one_of(words_[run.last].folded, prepositions))
            ++run.last;
        return run;
    }

    // The text with the words of `run` replaced, and the article before it put right for what then follows.
    std::string replaced(Run run, std::string_view by) const
    {
        auto begin = words_[run.first].begin, end = words_[run.last - 1].end;
        if (text_.substr(end, 2) == "'s" || text_.substr(end, 2) == "'S")
            end += 2;
        std::string out(text_.substr(0, begin));
        std::string rest = std::string(by) + std::string(text_.substr(end));
        if (run.first > 0 && one_of(words_[run.first - 1].folded, std::array<std::string_view, 2>{"a", "an"}) && joined(run.first - 1))
            put_article_right(out, rest, words_[run.first - 1]);
        return out + rest;
    }

private:
    bool joined(std::size_t word) const // to the word after it
    {
        return word + 1 < words_.size() && adjoin(text_, words_[word], words_[word + 1]);
    }
    bool before(const Run &run) const { return run.first > 0 && joined(run.first - 1); }

    // "neon style", and where "in" or a comma leads to it, "neon sign style" too: up to two words between phrase and style.
    bool take_style_word(Run &run) const
    {
        const bool led = run.first == 0 ? false : !joined(run.first - 1) || words_[run.first - 1].folded == "in";
        for (std::size_t at = run.last; at < words_.size() && at <= run.last + (led ? 2 : 0) && joined(at - 1); ++at) {
            if (one_of(words_[at].folded, style_words)) {
                run.last = at + 1;
                return true;
            }
        }
        return false;
    }

    // Articles and connectors before it, and "in the style of".
    void take_servants(Run &run) const
    {
        while (before(run)) {
            const auto &word = words_[run.first - 1].folded;
            const bool style_of = word == "style" && words_[run.first].folded == "of";
            if (!one_of(word, articles) && !one_of(word, connectors) && !style_of)
                return;
            --run.first;
        }
    }

    static void put_article_right(std::string &before, const std::string &rest, const Word &article)
    {
        const auto next = rest.find_first_not_of(" ");
        if (next == std::string::npos)
            return;
        const bool vowel = std::string_view("aeiouAEIOU").find(rest[next]) != std::string_view::npos;
        const bool upper = before[article.begin] == 'A';
        before.replace(article.begin, article.end - article.begin, upper ? (vowel ? "An" : "A") : (vowel ? "an" : "a"));
    }

    std::string_view text_;
    std::vector<Word> words_;
    const Concept &target_;
};

// What an edit leaves: double spaces, commas without words between them, empty brackets.
std::string tidied(std::string text)
{
    static const std::array<std::pair<std::regex, const char *>, 6> rules{{
        {std::regex(R"(\(\s*\)|\[\s*\])"), ""},
        {std::regex(R"(\s+)"), " "},
        {std::regex(R"(\s+([,;.!?)]))"), "$1"},
        {std::regex(R"(\(\s+)"), "("},
        {std::regex(R"([,;]+(\s*[,;.]))"), "$1"},
        {std::regex(R"(^[\s,;.]+|[\s,;]+$)"), ""},
    }};
    for (const auto &[pattern, by] : rules)
        text = std::regex_replace(text, pattern, by);
    return text;
}

std::string without_article(const std::string &text)
{
    const auto words = words_of(text);
    return words.size() > 1 && one_of(words[0].folded, articles) ? text.substr(words[1].begin) : text;
}

template <class Edit> std::string edit_mentions(std::string_view prompt, const Concept &target, Edit edit)
{
    const auto runs = find_runs(prompt, words_of(prompt), target);
    if (runs.empty())
        return std::string(prompt);
    std::string text(prompt);
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) // from the end, so that the words before stay where they are
        text = edit(Editor(text, target), *run);
    return tidied(std::move(text));
}

} // namespace

std::vector<Mention> find_mentions(std::string_view caption, const Concept &target)
{
    const auto words = words_of(caption);
    std::vector<Mention> found;
    for (const auto &run : find_runs(caption, words, target))
        found.push_back({words[run.first].begin, words[run.last - 1].end});
    return found;
}

bool mentions(std::string_view caption, const Concept &target)
{
    return !find_runs(caption, words_of(caption), target).empty();
}

CaptionSplit split_captions(const std::vector<std::string> &captions, const Concept &target, std::size_t enough)
{
    CaptionSplit split;
    for (std::size_t i = 0; i < captions.size(); ++i)
        (mentions(captions[i], target) ? split.naming : split.rest).push_back(i);
    const auto found = std::to_string(split.naming.size()), all = std::to_string(captions.size());
    if (split.naming.empty())
        split.warnings.push_back("No caption names \"" + target.phrase + "\"" + (target.synonyms.empty() ? "" : " or a synonym") +
                                 ": check the spelling, add synonyms, or choose pictures that show the concept.");
    else if (split.naming.size() < enough)
        split.warnings.push_back("Only " + found + " of " + all + " captions name \"" + target.phrase + "\"; " + std::to_string(enough) +
                                 " or more are advised.");
    if (!captions.empty() && split.rest.empty())
        split.warnings.push_back("Every caption names \"" + target.phrase + "\": nothing is left to keep the model's other abilities.");
    if (!split.rest.empty())
        split.warnings.push_back("Captions cannot show pictures of the concept that do not name it: the other " + std::to_string(split.rest.size()) +
                                 " pictures may still contain it.");
    return split;
}

std::string remove_phrase(std::string_view prompt, const Concept &target)
{
    return edit_mentions(prompt, target, [](const Editor &editor, Run run) { return editor.replaced(editor.widened(run), ""); });
}

std::string anchor_prompt(std::string_view prompt, const Concept &target)
{
    const auto anchor = without_article(target.anchor.value_or(""));
    if (anchor.empty())
        return remove_phrase(prompt, target);
    return edit_mentions(prompt, target, [&](const Editor &editor, Run run) { return editor.replaced(run, anchor); });
}

std::string neighbour_prompt(std::string_view prompt, const Concept &target, std::size_t turn)
{
    if (target.neighbours.empty())
        return std::string(prompt);
    auto instead = target;
    instead.anchor = target.neighbours[turn % target.neighbours.size()];
    return anchor_prompt(prompt, instead);
}

std::string insert_phrase(std::string_view prompt, const Concept &target)
{
    auto text = remove_phrase(prompt, target);
    if (target.kind == ConceptKind::Attribute && !text.empty()) {
        const auto words = words_of(text);
        const std::size_t first = words.size() > 1 && one_of(words[0].folded, articles); // the word that it comes before
        const auto word = words.empty() ? std::string() : text.substr(words[first].begin, words[first].end - words[first].begin);
        return words.empty() ? target.phrase : tidied(Editor(text, target).replaced({first, first + 1}, target.phrase + ' ' + word));
    }
    if (!text.empty())
        text += ", ";
    text += target.phrase;
    if (target.kind == ConceptKind::Style) {
        const auto words = words_of(target.phrase);
        if (words.empty() || !one_of(words.back().folded, style_words))
            text += " style";
    }
    return text;
}

} // namespace quell
