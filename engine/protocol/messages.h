// The messages, as JSON objects with a "type". What both sides must agree on stands here and nowhere else.
//
// From the engine:
//   hello      {protocol: [major, minor], version, pid, nonce, folder, state, devices: [{name, description, kind, threads, memory}], capabilities: [text]}
//              first message of a connection. Another major: the studio refuses, saying which of the two is older.
//   answer     {id, ok: true, …} or {id, ok: false, code, message, place}: one for each request; code is a name_of(ErrorCode)
//   event      {event: {seq, time, attempt, type, …}}: a line of events.ndjson, written there before it is sent. Of one too large for a
//              frame the large fields are left out and named in "shortened".
//   metrics    {rows: [{step, seconds, lower: {…}, upper: {…}, gradient_cosine, lambda, value_gap}]}: lines of metrics.ndjson, some at a time. After a
//              "started" event they go on behind the step it names: a new attempt repeats steps.
//   progress   {what, done, total}: the latest only, at most ten a second
//   heartbeat  {state, step, steps, step_age, memory, memory_peak}: every second from the I/O thread, whatever the compute thread does;
//              step_age: seconds since the last step ended (or the attempt began), memory in bytes
//   bye        {code}: the exit status to come; nothing follows
//
// Requests {type, id, …}, each answered once, in any order:
//   start      {spec: {…}, base}: freeze spec as run.json in the engine's folder and run it; relative paths in it are taken from `base`
//   resume     go on: unpauses a paused run, else starts a new attempt from the newest checkpoint that verifies
//   pause      after the step at hand
//   stop       {mode: "after-step" | "now"}: finish the step and write a checkpoint, or give the step up; then the engine ends
//   checkpoint now
//   sample     {prompts: [text]}: after the step at hand (or while paused), with the run's latents; none: the run's own prompts
//   evaluate   {concept}: score a complete run (writes scores.json and sheet.png, event "scores" with the "scores"; a failure is a "warning")
//   subscribe  {seq, step}: events from seq on and metrics from step on, then all that follows. Without it a connection gets neither.
//   detach     the engine lives on without this connection: it answers {socket} and listens there
//   ping
//   shutdown   end the process; a running run is stopped as by after-step first
#pragma once

#include "formats/json.h"

#include <string_view>

namespace quell {

constexpr int protocol_major = 1, protocol_minor = 0;

// What an engine is doing, as in hello and heartbeat.
enum class EngineState { Idle, Preparing, Running, Paused, Stopping, Scoring };
const char *name_of(EngineState state); // "idle", "preparing", …
std::optional<EngineState> engine_state(std::string_view name);

// Files in a run folder that belong to the process at work on it.
constexpr std::string_view socket_name = "engine.sock"; // mode 0600; only while detached
constexpr std::string_view lock_name = "engine.lock";   // held with flock while an engine lives; {"pid", "nonce"} inside

constexpr std::size_t sample_prompts_limit = 64;

// All types of requests: hello's capabilities.
std::vector<std::string> request_names();

Json answer(std::int64_t id, Json fields = Json::object());
Json refusal(std::int64_t id, const Error &error);
// The error of an answer, if it is one. Malformed answers are Malformed errors.
Status status_of(const Json &answer);

// Checks a request's shape: an object with a text "type" that is known and an "id" from 0 on; fields of the right type, no unknown ones.
// The error names the field.
Status check_request(const Json &request);

} // namespace quell
