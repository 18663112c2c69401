#include "run/run_folder.h"

#include "core/utc.h"
#include "run/suppressed.h"

#include <cerrno>
#include <cstring>

namespace quell {
namespace {

// A line of a log. File names may hold any bytes; what is not UTF-8 is shown as U+FFFD.
std::string line_of(const Json &json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

Status rewrite(const fs::path &path, const std::vector<Json> &lines)
{
    std::string text;
    for (const auto &line : lines)
        text += line_of(line);
    return write_atomically(path, text);
}

// Whether nothing is there but what an engine at work keeps in a folder.
bool is_free(const fs::path &folder)
{
    std::error_code ignored;
    for (const auto &entry : fs::directory_iterator(folder, ignored)) {
        if (entry.path().stem() != "engine")
            return false;
    }
    return true;
}

} // namespace

Json made_by_run(const Json &spec, const fs::path &run)
{
    const auto named = [&](const char *key) { return spec.contains(key) && spec[key].is_string() ? fs::path(spec[key].get<std::string>()).filename().string() : std::string(); };
    Json concepts = Json::array();
    if (spec.contains("concepts") && suppresses(spec)) {
        for (const auto &one : spec["concepts"]) {
            if (one.is_object() && one.contains("name") && one["name"].is_string())
                concepts.push_back(one["name"]);
        }
    }
    return {{"version", QUELL_VERSION}, {"base", named("teacher")}, {"student", named("student")}, {"run", fs::absolute(run).lexically_normal().filename().string()}, {"concepts", std::move(concepts)}};
}

Result<std::vector<Json>> read_lines(const fs::path &path)
{
    QUELL_ASSIGN(const auto text, read_text(path, std::size_t{1} << 32));
    std::vector<Json> lines;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = text.find('\n', begin);
        if (end == std::string::npos)
            break; // torn
        auto line = parse_json(std::string_view(text).substr(begin, end - begin), path.string() + " line " + std::to_string(lines.size() + 1));
        if (!line)
            return tl::unexpected(line.error());
        lines.push_back(std::move(*line));
        begin = end + 1;
    }
    return lines;
}

Result<RunFolder> RunFolder::create(const fs::path &path, const Json &spec)
{
    if (!is_free(path))
        return fail(ErrorCode::Usage, "is not empty; choose another folder, or go on with the run in it: quell-engine resume", path.string());
    QUELL_TRY(make_writable_folder(path));
    QUELL_TRY(make_writable_folder(path / "checkpoints"));
    QUELL_TRY(write_atomically(path / "run.json", spec.dump(2) + "\n"));
    RunFolder folder(path);
    QUELL_TRY(folder.open_logs());
    return folder;
}

// Without a torn last line; seq goes on counting.
Status RunFolder::take_events()
{
    QUELL_ASSIGN(const auto events, read_lines(path_ / "events.ndjson"));
    QUELL_TRY(rewrite(path_ / "events.ndjson", events));
    if (!events.empty()) {
        seq_ = events.back().value("seq", std::int64_t{0});
        attempt_ = events.back().value("attempt", std::int64_t{0});
    }
    return {};
}

Result<RunFolder> RunFolder::reopen(const fs::path &path, std::int64_t step)
{
    RunFolder folder(path);
    QUELL_TRY(folder.take_events());
    if (folder.seq_ > 0)
        ++folder.attempt_;
    QUELL_ASSIGN(auto metrics, read_lines(path / "metrics.ndjson"));
    std::erase_if(metrics, [step](const Json &line) { return line.value("step", std::int64_t{0}) > step; });
    QUELL_TRY(rewrite(path / "metrics.ndjson", metrics));
    QUELL_TRY(folder.open_logs());
    return folder;
}

Result<RunFolder> RunFolder::extend(const fs::path &path)
{
    RunFolder folder(path);
    QUELL_TRY(folder.take_events());
    QUELL_TRY(folder.open_logs());
    return folder;
}

Status RunFolder::open_logs()
{
    for (auto [file, name] : {std::pair{&events_, "events.ndjson"}, std::pair{&metrics_, "metrics.ndjson"}}) {
        file->reset(std::fopen((path_ / name).c_str(), "ae"));
        if (!*file)
            return fail(ErrorCode::Io, std::strerror(errno), (path_ / name).string());
    }
    return {};
}

Status RunFolder::append(const File &file, const Json &line, const char *name) const
{
    const auto text = line_of(line);
    if (std::fwrite(text.data(), 1, text.size(), file.get()) != text.size() || std::fflush(file.get()) != 0)
        return fail(ErrorCode::Io, std::string(std::strerror(errno)) + "; make room and resume the run", (path_ / name).string());
    return {};
}

Result<Json> RunFolder::event(const std::string &type, Json fields)
{
    Json line{{"seq", ++seq_}, {"time", utc_now()}, {"attempt", attempt_}, {"type", type}};
    line.update(fields);
    QUELL_TRY(append(events_, line, "events.ndjson"));
    return line;
}

Status RunFolder::metrics(const Json &line)
{
    return append(metrics_, line, "metrics.ndjson");
}

} // namespace quell
