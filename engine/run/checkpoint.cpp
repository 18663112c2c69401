#include "run/checkpoint.h"

#include "core/sha256.h"
#include "formats/json.h"

#include <algorithm>
#include <cstdio>

namespace quell {
namespace {

constexpr const char *files[] = {"student.safetensors", "solver.safetensors"};

fs::path folder_of(const fs::path &folder, std::int64_t step)
{
    char name[32];
    std::snprintf(name, sizeof name, "step-%06lld", static_cast<long long>(step));
    return folder / name;
}

Status verify(const fs::path &folder)
{
    QUELL_ASSIGN(const auto manifest, read_json(folder / "manifest.json"));
    for (const char *file : files) {
        QUELL_ASSIGN(const auto hash, sha256_of_file(folder / file));
        if (!manifest.contains("sha256") || manifest["sha256"].value(file, "") != hash)
            return fail(ErrorCode::Malformed, "does not match its manifest", (folder / file).string());
    }
    return {};
}

Status write_files(const fs::path &folder, const Checkpoint &checkpoint)
{
    QUELL_TRY(make_writable_folder(folder));
    QUELL_TRY(write_state_dict(folder / files[0], checkpoint.student));
    QUELL_TRY(write_state_dict(folder / files[1], checkpoint.solver));
    Json manifest{{"version", 1}, {"step", checkpoint.step}, {"sha256", Json::object()}};
    for (const char *file : files) {
        QUELL_ASSIGN(manifest["sha256"][file], sha256_of_file(folder / file));
    }
    QUELL_TRY(write_atomically(folder / "manifest.json", manifest.dump(2) + "\n"));
    return sync_folder(folder);
}

} // namespace

std::vector<std::int64_t> checkpoint_steps(const fs::path &folder)
{
    std::vector<std::int64_t> steps;
    std::error_code ignored;
    for (const auto &entry : fs::directory_iterator(folder, ignored)) {
        const auto name = entry.path().filename().string();
        if (name.starts_with("step-") && fs::exists(entry.path() / "manifest.json"))
            steps.push_back(std::strtoll(name.c_str() + 5, nullptr, 10));
    }
    std::sort(steps.begin(), steps.end());
    return steps;
}

Status write_checkpoint(const fs::path &folder, const Checkpoint &checkpoint, std::int64_t keep)
{
    std::error_code ignored;
    const auto target = folder_of(folder, checkpoint.step), temporary = folder / "writing";
    fs::remove_all(temporary, ignored);
    auto written = write_files(temporary, checkpoint);
    if (written)
        written = verify(temporary);
    if (!written) {
        fs::remove_all(temporary, ignored);
        return written;
    }
    fs::remove_all(target, ignored); // the same step, from an attempt that was given up
    std::error_code error;
    fs::rename(temporary, target, error);
    if (error)
        return fail(ErrorCode::Io, error.message(), target.string());
    QUELL_TRY(sync_folder(folder));
    const auto steps = checkpoint_steps(folder);
    for (std::size_t i = 0; i + keep < steps.size(); ++i)
        fs::remove_all(folder_of(folder, steps[i]), ignored);
    return {};
}

Result<Checkpoint> newest_checkpoint(const fs::path &folder)
{
    auto steps = checkpoint_steps(folder);
    std::string why;
    for (; !steps.empty(); steps.pop_back()) {
        const auto at = folder_of(folder, steps.back());
        if (const auto verified = verify(at); !verified) {
            why = to_string(verified.error());
            continue;
        }
        Checkpoint checkpoint{steps.back(), {}, {}};
        QUELL_ASSIGN(checkpoint.student, read_state_dict(at / files[0]));
        QUELL_ASSIGN(checkpoint.solver, read_state_dict(at / files[1]));
        return checkpoint;
    }
    return fail(ErrorCode::NotFound, why.empty() ? "there is no checkpoint yet" : "no checkpoint is whole: " + why, folder.string());
}

} // namespace quell
