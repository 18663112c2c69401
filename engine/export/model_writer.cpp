#include "export/model_writer.h"

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

namespace quell {

namespace {

// Absolute, links resolved, without a trailing slash; need not exist.
fs::path resolved(const fs::path &path)
{
    std::error_code error;
    fs::path whole = fs::weakly_canonical(fs::absolute(path, error), error);
    if (error)
        whole = path.lexically_normal();
    return whole.has_filename() ? whole : whole.parent_path();
}

bool is_inside(const fs::path &path, const fs::path &folder)
{
    return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

bool is_model_folder(const fs::path &folder)
{
    std::error_code error;
    return fs::exists(folder / "model_index.json", error) || fs::exists(folder / "config.json", error);
}

Result<StateDict> converted(const UNetParts &unet, std::optional<torch::ScalarType> dtype)
{
    StateDict tensors;
    for (const auto &[key, tensor] : unet.tensors) {
        const bool convert = dtype && tensor.is_floating_point() && tensor.scalar_type() != *dtype;
        tensors[key] = convert ? tensor.to(*dtype) : tensor;
        if (convert && !torch::isfinite(tensors[key]).all().item<bool>())
            return fail(ErrorCode::Numerical, key + " has values that " + c10::toString(*dtype) + " cannot hold; choose another dtype", unet.place);
    }
    return tensors;
}

Status write_unet(const fs::path &folder, const UNetParts &unet, const WriteOptions &options)
{
    QUELL_TRY(make_writable_folder(folder));
    QUELL_ASSIGN(const StateDict tensors, converted(unet, options.dtype));
    QUELL_TRY(write_state_dict(folder / "diffusion_pytorch_model.safetensors", tensors, {{"format", "pt"}}));
    if (!unet.structure.empty() || !unet.structure.details.empty()) // a record without parts may still say how cut widths are read
        QUELL_TRY(write_atomically(folder / "structure.json", to_json(unet.structure).dump(2) + "\n"));
    return write_atomically(folder / "config.json", unet.config.source.dump(2) + "\n");
}

// Copies model_index.json and the components it names, but for the UNet. Links are followed.
Status copy_components(const fs::path &base, const fs::path &target)
{
    QUELL_ASSIGN(const Json index, read_json(base / "model_index.json"));
    fs::copy_file(base / "model_index.json", target / "model_index.json");
    for (const auto &[name, value] : index.items()) {
        const bool named = value.is_array() && value.size() == 2 && value[0].is_string() && name.find('/') == std::string::npos && name != "..";
        if (named && name != "unet" && fs::is_directory(base / name))
            fs::copy(base / name, target / name, fs::copy_options::recursive);
    }
    return {};
}

Status sync_file(const fs::path &path)
{
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = file >= 0 && ::fsync(file) == 0;
    if (file >= 0)
        ::close(file);
    return synced ? Status{} : fail(ErrorCode::Io, "cannot be written to the disk", path.string());
}

Status sync_tree(const fs::path &folder)
{
    for (const auto &entry : fs::recursive_directory_iterator(folder))
        QUELL_TRY(entry.is_directory() ? sync_folder(entry.path()) : sync_file(entry.path()));
    return sync_folder(folder);
}

// Puts `fresh` in the target's place; an older target is moved aside first and back if that fails.
Status put_in_place(const fs::path &fresh, const fs::path &target)
{
    const fs::path aside = fresh.string() + ".old";
    const bool replaces = fs::exists(target);
    if (replaces)
        fs::rename(target, aside);
    std::error_code error;
    fs::rename(fresh, target, error);
    if (error) {
        if (replaces)
            fs::rename(aside, target);
        return fail(ErrorCode::Io, "cannot be put in place: " + error.message(), target.string());
    }
    fs::remove_all(aside);
    return sync_folder(target.parent_path());
}

Status write_fresh(const fs::path &fresh, const fs::path &base, const UNetParts &unet, const WriteOptions &options)
{
    const bool pipeline = fs::exists(base / "model_index.json");
    QUELL_TRY(make_writable_folder(fresh));
    QUELL_TRY(write_unet(pipeline ? fresh / "unet" : fresh, unet, options));
    if (pipeline)
        QUELL_TRY(copy_components(base, fresh));
    return sync_tree(fresh);
}

} // namespace

Status check_target(const fs::path &target, const fs::path &base, const WriteOptions &options)
{
    std::error_code error;
    const fs::path to = resolved(target), from = resolved(base);
    if (is_inside(to, from) || is_inside(from, to))
        return fail(ErrorCode::Usage, "it is, holds or lies in the model that is read; choose another folder", target.string());
    if (!fs::exists(to, error) || (fs::is_directory(to, error) && fs::is_empty(to, error)))
        return {};
    if (!options.overwrite)
        return fail(ErrorCode::Usage, "there is something already; choose another folder or replace it with --overwrite", target.string());
    if (!is_model_folder(to))
        return fail(ErrorCode::Usage, "it is not a model folder, so it is not replaced", target.string());
    return {};
}

Status write_model(const fs::path &target, const fs::path &base, const UNetParts &unet, const WriteOptions &options)
{
    QUELL_TRY(check_target(target, base, options));
    const fs::path to = resolved(target);
    QUELL_TRY(make_writable_folder(to.parent_path()));
    const fs::path fresh = to.parent_path() / ("." + to.filename().string() + ".part-" + std::to_string(::getpid()));
    Status status;
    try {
        status = write_fresh(fresh, base, unet, options);
        if (status)
            status = put_in_place(fresh, to);
    } catch (const fs::filesystem_error &error) {
        status = fail(ErrorCode::Io, error.code().message(), error.path1().string());
    } catch (const c10::OutOfMemoryError &) {
        status = fail(ErrorCode::OutOfMemory, "no memory left to convert the weights", unet.place);
    }
    std::error_code ignored;
    fs::remove_all(fresh, ignored);
    return status;
}

} // namespace quell
