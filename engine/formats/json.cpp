#include "formats/json.h"

#include <algorithm>
#include <cmath>

namespace quell {
namespace {

constexpr std::size_t depth_limit = 64;
constexpr std::size_t file_limit = 4u << 20; // ten times the largest there is; JSON takes up to thirty times its text in memory

// Walks through a text before it is built: nlohmann's own reader keeps the last of two equal keys and knows no depth limit.
class StrictWalk : public nlohmann::json_sax<nlohmann::json> {
public:
    StrictWalk(std::string_view text, std::size_t key_limit) : text_(text), key_limit_(key_limit) {}

    const std::string &problem() const { return problem_; }

    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(std::int64_t) override { return true; }
    bool number_unsigned(std::uint64_t) override { return true; }
    bool number_float(double, const std::string &) override { return true; }
    bool string(std::string &) override { return true; }
    bool binary(binary_t &) override { return true; }
    bool start_object(std::size_t) override { return enter(); }
    bool start_array(std::size_t) override { return enter(); }
    bool end_object() override { return leave(); }
    bool end_array() override { return leave(); }

    bool key(std::string &name) override
    {
        auto &seen = keys_.back();
        if (!seen.insert(name).second)
            return refuse("the key \"" + name + "\" occurs twice in one object");
        if (seen.size() > key_limit_)
            return refuse("an object has more than " + std::to_string(key_limit_) + " keys");
        return true;
    }

    bool parse_error(std::size_t position, const std::string &, const nlohmann::detail::exception &error) override
    {
        const auto line = 1 + std::count(text_.begin(), text_.begin() + std::min(position, text_.size()), '\n');
        std::string reason = error.what();
        if (const auto at = reason.find("while parsing"); at != std::string::npos)
            reason.erase(0, at);
        return refuse("line " + std::to_string(line) + " is not JSON: " + reason);
    }

private:
    bool enter()
    {
        keys_.emplace_back();
        return keys_.size() <= depth_limit || refuse("nested deeper than " + std::to_string(depth_limit) + " levels");
    }
    bool leave()
    {
        keys_.pop_back();
        return true;
    }
    bool refuse(std::string problem)
    {
        problem_ = std::move(problem);
        return false;
    }

    std::string_view text_;
    std::size_t key_limit_;
    std::vector<std::set<std::string>> keys_; // of the objects and lists around the current place
    std::string problem_;
};

template <class J> Result<J> parse_strictly(std::string_view text, const std::string &place, std::size_t key_limit)
{
    StrictWalk walk(text, key_limit);
    if (!nlohmann::json::sax_parse(text, &walk))
        return fail(ErrorCode::Malformed, walk.problem(), place);
    return J::parse(text);
}

// Python writes NaN, Infinity and -Infinity, which JSON does not have (a multistep scheduler's lambda_min_clipped): null, outside texts.
std::string without_python_constants(std::string_view text)
{
    std::string clean;
    bool in_text = false;
    for (std::size_t at = 0; at < text.size();) {
        const auto rest = text.substr(at);
        const std::size_t constant = rest.starts_with("-Infinity") ? 9 : rest.starts_with("Infinity") ? 8 : rest.starts_with("NaN") ? 3 : 0;
        if (constant && !in_text) {
            clean += "null";
            at += constant;
            continue;
        }
        const std::size_t taken = in_text && rest.starts_with('\\') ? 2 : 1;
        in_text ^= rest.starts_with('"');
        clean += rest.substr(0, taken);
        at += taken;
    }
    return clean;
}

// A value as shown in errors.
std::string shown(const Json &value)
{
    auto text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
    return text.size() <= 60 ? text : text.substr(0, 57) + "...";
}

bool is_integer(const Json &value)
{
    return value.is_number_integer() && (!value.is_number_unsigned() || value.get<std::uint64_t>() <= std::uint64_t(INT64_MAX));
}

} // namespace

Result<Json> parse_json(std::string_view text, const std::string &place)
{
    if (text.find("Infinity") != text.npos || text.find("NaN") != text.npos)
        return parse_strictly<Json>(without_python_constants(text), place, 10'000);
    return parse_strictly<Json>(text, place, 10'000);
}

Result<SortedJson> parse_sorted_json(std::string_view text, const std::string &place)
{
    return parse_strictly<SortedJson>(text, place, 1'000'000);
}

Result<Json> read_json(const fs::path &path)
{
    QUELL_ASSIGN(const std::string text, read_text(path, file_limit));
    return parse_json(text, path.string());
}

JsonReader::JsonReader(const Json &object, std::string place) : object_(&object), place_(std::move(place))
{
    if (!object.is_object())
        error_ = Error{ErrorCode::Malformed, "must be a JSON object, not " + shown(object), place_};
}

Status JsonReader::status() const
{
    if (error_)
        return tl::unexpected<Error>(*error_);
    return {};
}

bool JsonReader::has(const std::string &key) const
{
    known_.insert(key);
    return object_->is_object() && object_->contains(key) && !object_->at(key).is_null();
}

const Json *JsonReader::find(const std::string &key, bool required)
{
    if (has(key))
        return error_ ? nullptr : &object_->at(key);
    if (required)
        record(ErrorCode::Malformed, "the key \"" + key + "\" is missing");
    return nullptr;
}

std::string JsonReader::text(const std::string &key, std::optional<std::string> fallback)
{
    const auto *value = find(key, !fallback);
    if (value && value->is_string())
        return value->get<std::string>();
    if (value)
        refuse_type(key, "a text", *value);
    return fallback.value_or("");
}

std::int64_t JsonReader::integer(const std::string &key, std::optional<std::int64_t> fallback)
{
    const auto *value = find(key, !fallback);
    if (value && is_integer(*value))
        return value->get<std::int64_t>();
    if (value)
        refuse_type(key, "a whole number", *value);
    return fallback.value_or(0);
}

double JsonReader::number(const std::string &key, std::optional<double> fallback)
{
    const auto *value = find(key, !fallback);
    if (value && value->is_number() && std::isfinite(value->get<double>()))
        return value->get<double>();
    if (value)
        refuse_type(key, "a finite number", *value);
    return fallback.value_or(0);
}

bool JsonReader::boolean(const std::string &key, std::optional<bool> fallback)
{
    const auto *value = find(key, !fallback);
    if (value && value->is_boolean())
        return value->get<bool>();
    if (value)
        refuse_type(key, "true or false", *value);
    return fallback.value_or(false);
}

std::vector<std::string> JsonReader::texts(const std::string &key, std::optional<std::vector<std::string>> fallback)
{
    const auto *value = find(key, !fallback);
    if (value && value->is_array() && std::all_of(value->begin(), value->end(), [](const Json &item) { return item.is_string(); }))
        return value->get<std::vector<std::string>>();
    if (value)
        refuse_type(key, "a list of texts", *value);
    return fallback.value_or(std::vector<std::string>());
}

std::vector<std::int64_t> JsonReader::integers(const std::string &key, std::optional<std::vector<std::int64_t>> fallback)
{
    const auto *value = find(key, !fallback);
    if (value && value->is_array() && std::all_of(value->begin(), value->end(), is_integer))
        return value->get<std::vector<std::int64_t>>();
    if (value)
        refuse_type(key, "a list of whole numbers", *value);
    return fallback.value_or(std::vector<std::int64_t>());
}

std::vector<double> JsonReader::numbers(const std::string &key, std::optional<std::vector<double>> fallback)
{
    const auto *value = find(key, !fallback);
    if (value && value->is_array() && std::all_of(value->begin(), value->end(), [](const Json &item) { return item.is_number(); }))
        return value->get<std::vector<double>>();
    if (value)
        refuse_type(key, "a list of numbers", *value);
    return fallback.value_or(std::vector<double>());
}

const Json &JsonReader::raw(const std::string &key)
{
    static const Json null;
    return has(key) ? object_->at(key) : null;
}

int JsonReader::choice(const std::string &key, std::initializer_list<const char *> names, std::optional<int> fallback)
{
    const auto *value = find(key, !fallback);
    if (!value)
        return fallback.value_or(0);
    std::string known;
    int index = 0;
    for (const char *name : names) {
        if (*value == name)
            return index;
        known += (index++ ? ", \"" : "\"") + std::string(name) + "\"";
    }
    record(ErrorCode::Unsupported, "\"" + key + "\" is " + shown(*value) + "; known here: " + known);
    return fallback.value_or(0);
}

void JsonReader::reject(const std::string &key, std::string why)
{
    record(ErrorCode::Unsupported, "\"" + key + "\" is " + shown(raw(key)) + ": " + why);
}

void JsonReader::refuse_unknown_keys()
{
    if (!object_->is_object())
        return;
    for (const auto &[key, value] : object_->items()) {
        if (!known_.contains(key))
            return record(ErrorCode::Unsupported, "unknown key \"" + key + "\" with the value " + shown(value));
    }
}

void JsonReader::refuse_type(const std::string &key, const char *wanted, const Json &value)
{
    record(ErrorCode::Malformed, "\"" + key + "\" must be " + wanted + ", not " + shown(value));
}

void JsonReader::record(ErrorCode code, std::string message)
{
    if (!error_)
        error_ = Error{code, std::move(message), place_};
}

} // namespace quell
