// Which captions name a concept, and the same prompts without it.
//
// The rule. A caption and a phrase are cut into words: runs of letters, digits and combining marks; every ideograph and kana is a word of
// its own. Words are compared after NFC and case folding, accents kept. A phrase is found where its words stand in a row with nothing but
// white space or hyphens between them ("pixel-art" is "pixel art"), so "neon" is found in "neon sign style" and not in "neonatal". The
// last word may have a plural or possessive s that the phrase lacks, or lack one that it has ("roses", "boxes", "Monet's").
#pragma once

#include "data/concept.h"

#include <cstddef>

namespace quell {

struct Mention {
    std::size_t begin = 0, end = 0; // bytes of the caption
};

// Where the phrase or a synonym stands, in order, without overlaps; of several at one place the longest.
std::vector<Mention> find_mentions(std::string_view caption, const Concept &target);
bool mentions(std::string_view caption, const Concept &target);

struct CaptionSplit {
    std::vector<std::size_t> naming, rest; // indices of captions, ascending
    std::vector<std::string> warnings;     // for people: nothing or little found, and what captions cannot show
};

// `enough`: fewer captions naming the concept than this are warned about.
CaptionSplit split_captions(const std::vector<std::string> &captions, const Concept &target, std::size_t enough = 20);

// The prompt with the concept taken out, and with it the words that served it: "a red apple in neon style" → "a red apple",
// "Water Lilies by Claude Monet" → "Water Lilies", "a picture of a rose, ink style" → "a picture, ink style"; articles are put right.
// May be empty. A prompt that does not name the concept comes back as it is.
std::string remove_phrase(std::string_view prompt, const Concept &target);

// What the prompt should become: the concept's anchor in its place ("a rose, ink style" → "a flower, ink style"), or, without an anchor,
// remove_phrase.
std::string anchor_prompt(std::string_view prompt, const Concept &target);

// The prompt with one of the concept's neighbours in its place, by turns; as it is where there are none.
std::string neighbour_prompt(std::string_view prompt, const Concept &target, std::size_t turn);

// The prompt made to name the concept, once and at its end: "a red apple" → "a red apple, neon style"; an attribute comes before
// the object, "an old table" → "a red old table", for other kinds "a table" → "a table, rose".
std::string insert_phrase(std::string_view prompt, const Concept &target);

} // namespace quell
