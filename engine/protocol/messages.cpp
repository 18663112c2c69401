#include "protocol/messages.h"

#include <algorithm>
#include <array>

namespace quell {
namespace {

constexpr std::array state_names{"idle", "preparing", "running", "paused", "stopping", "scoring"};

void no_fields(JsonReader &) {}

void check_start(JsonReader &request)
{
    if (!request.raw("spec").is_object())
        request.reject("spec", "must be a JSON object");
    request.text("base");
}

void check_stop(JsonReader &request)
{
    request.choice("mode", {"after-step", "now"});
}

void check_sample(JsonReader &request)
{
    if (request.texts("prompts", std::vector<std::string>()).size() > sample_prompts_limit)
        request.reject("prompts", "at most " + std::to_string(sample_prompts_limit) + " at a time");
}

void check_evaluate(JsonReader &request)
{
    request.text("concept", "");
}

void check_subscribe(JsonReader &request)
{
    for (const char *key : {"seq", "step"}) {
        if (request.integer(key, 0) < 0)
            request.reject(key, "must not be negative");
    }
}

struct RequestType {
    std::string_view name;
    void (*check)(JsonReader &request);
};

constexpr std::array<RequestType, 11> request_types{{{"start", check_start}, {"resume", no_fields}, {"pause", no_fields}, {"stop", check_stop},
                                                     {"checkpoint", no_fields}, {"sample", check_sample}, {"evaluate", check_evaluate},
                                                     {"subscribe", check_subscribe}, {"detach", no_fields}, {"ping", no_fields}, {"shutdown", no_fields}}};

} // namespace

const char *name_of(EngineState state)
{
    return state_names[static_cast<std::size_t>(state)];
}

std::optional<EngineState> engine_state(std::string_view name)
{
    const auto found = std::find(state_names.begin(), state_names.end(), name);
    if (found == state_names.end())
        return {};
    return static_cast<EngineState>(found - state_names.begin());
}

std::vector<std::string> request_names()
{
    std::vector<std::string> names;
    for (const auto &type : request_types)
        names.emplace_back(type.name);
    return names;
}

Json answer(std::int64_t id, Json fields)
{
    Json message{{"type", "answer"}, {"id", id}, {"ok", true}};
    message.update(fields);
    return message;
}

Json refusal(std::int64_t id, const Error &error)
{
    return {{"type", "answer"}, {"id", id}, {"ok", false}, {"code", name_of(error.code)}, {"message", error.message}, {"place", error.place}};
}

Status status_of(const Json &answer)
{
    JsonReader reader(answer, "answer");
    const auto type = reader.text("type");
    reader.integer("id");
    const bool ok = reader.boolean("ok");
    QUELL_TRY(reader.status());
    if (type != "answer")
        return fail(ErrorCode::Malformed, "its type is \"" + type + '"', "answer");
    if (ok)
        return {};
    const auto code = reader.text("code"), message = reader.text("message"), place = reader.text("place", "");
    QUELL_TRY(reader.status());
    for (int i = 0; i <= static_cast<int>(ErrorCode::Cancelled); ++i) {
        if (code == name_of(static_cast<ErrorCode>(i)))
            return fail(static_cast<ErrorCode>(i), message, place);
    }
    return fail(ErrorCode::Malformed, "the code \"" + code + "\" is unknown; the engine said: " + message, "answer");
}

Status check_request(const Json &request)
{
    JsonReader reader(request, "request");
    const auto type = reader.text("type");
    if (reader.integer("id") < 0)
        reader.reject("id", "must not be negative");
    QUELL_TRY(reader.status());
    const auto known = std::find_if(request_types.begin(), request_types.end(), [&](const RequestType &item) { return item.name == type; });
    if (known == request_types.end()) {
        reader.reject("type", "there is no such request");
        return reader.status();
    }
    known->check(reader);
    reader.refuse_unknown_keys();
    return reader.status();
}

} // namespace quell
