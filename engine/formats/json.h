// JSON read strictly: no duplicate keys, bounded depth and size, errors that name file and line or key.
#pragma once

#include "core/files.h"

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace quell {

using Json = nlohmann::ordered_json; // keeps the order of keys; finding one is linear in their number
using SortedJson = nlohmann::json;   // for objects of many thousand keys: vocabularies, tensor headers

// At most 10,000 keys an object; Python's NaN and Infinity read as null. Errors: Malformed.
Result<Json> parse_json(std::string_view text, const std::string &place);
Result<SortedJson> parse_sorted_json(std::string_view text, const std::string &place);
Result<Json> read_json(const fs::path &path);

// A JSON object with typed, checked access. Every getter names the key in its error, and unknown_keys() finds what nobody asked for.
class JsonReader {
public:
    JsonReader(const Json &object, std::string place);

    // The first error met, if any: getters after it return their defaults, so that callers check once at the end.
    Status status() const;
    bool has(const std::string &key) const; // present and not null; marks the key as known

    // Required when no default is given; a wrong type or a non-finite number is an error.
    std::string text(const std::string &key, std::optional<std::string> fallback = {});
    std::int64_t integer(const std::string &key, std::optional<std::int64_t> fallback = {});
    double number(const std::string &key, std::optional<double> fallback = {});
    bool boolean(const std::string &key, std::optional<bool> fallback = {});
    std::vector<std::string> texts(const std::string &key, std::optional<std::vector<std::string>> fallback = {});
    std::vector<std::int64_t> integers(const std::string &key, std::optional<std::vector<std::int64_t>> fallback = {});
    std::vector<double> numbers(const std::string &key, std::optional<std::vector<double>> fallback = {});
    // The raw value, marked as known; null if absent.
    const Json &raw(const std::string &key);
    // One of `names`, as an index into it.
    int choice(const std::string &key, std::initializer_list<const char *> names, std::optional<int> fallback = {});

    void reject(const std::string &key, std::string why); // records an Unsupported error naming key and value
    // Records an Unsupported error for the first key that no getter was called for.
    void refuse_unknown_keys();

private:
    const Json *find(const std::string &key, bool required);
    void refuse_type(const std::string &key, const char *wanted, const Json &value);
    void record(ErrorCode code, std::string message);
    const Json *object_;
    std::string place_;
    mutable std::set<std::string> known_;
    std::optional<Error> error_;
};

} // namespace quell
