#include "models/state_dict.h"

#include "formats/model_folder.h"
#include "formats/safetensors.h"

#include <array>
#include <cstdint>

namespace quell {
namespace {

constexpr std::array<std::pair<Dtype, torch::ScalarType>, 15> dtype_pairs = {{
    {Dtype::Bool, torch::kBool},
    {Dtype::U8, torch::kUInt8},
    {Dtype::I8, torch::kInt8},
    {Dtype::F8E4M3, torch::kFloat8_e4m3fn},
    {Dtype::F8E5M2, torch::kFloat8_e5m2},
    {Dtype::I16, torch::kInt16},
    {Dtype::U16, torch::kUInt16},
    {Dtype::F16, torch::kFloat16},
    {Dtype::BF16, torch::kBFloat16},
    {Dtype::I32, torch::kInt32},
    {Dtype::U32, torch::kUInt32},
    {Dtype::F32, torch::kFloat32},
    {Dtype::I64, torch::kInt64},
    {Dtype::U64, torch::kUInt64},
    {Dtype::F64, torch::kFloat64},
}};

torch::Tensor view_of(const std::shared_ptr<TensorFile> &file, const TensorInfo &info)
{
    const auto bytes = file->bytes(info);
    const auto view = torch::from_blob(bytes.data(), info.shape, [file](void *) {}, torch::dtype(scalar_type(info.dtype)));
    const bool aligned = reinterpret_cast<std::uintptr_t>(bytes.data()) % size_of(info.dtype) == 0;
    return aligned ? view : view.clone();
}

// The bytes of a tensor in a file's order; `kept` holds what had to be made for them.
Result<std::span<const std::byte>> gather(const torch::Tensor &tensor, torch::Tensor &kept, const fs::path &path)
{
    try {
        kept.reset(); // before the next is made
        kept = tensor.detach().cpu().contiguous();
        return std::span(static_cast<const std::byte *>(kept.const_data_ptr()), kept.nbytes());
    } catch (const c10::OutOfMemoryError &) {
        return fail(ErrorCode::OutOfMemory, "no memory left to gather the weights", path);
    } catch (const c10::Error &error) {
        return fail(ErrorCode::Internal, error.what_without_backtrace(), path);
    }
}

} // namespace

torch::ScalarType scalar_type(Dtype dtype)
{
    for (const auto &[ours, theirs] : dtype_pairs) {
        if (ours == dtype)
            return theirs;
    }
    return torch::ScalarType::Undefined;
}

Result<Dtype> dtype_of(torch::ScalarType type)
{
    for (const auto &[ours, theirs] : dtype_pairs) {
        if (theirs == type)
            return ours;
    }
    return fail(ErrorCode::Unsupported, std::string("safetensors files cannot hold the dtype ") + c10::toString(type));
}

Shapes shapes_of(const StateDict &tensors)
{
    Shapes shapes;
    for (const auto &[key, tensor] : tensors)
        shapes.emplace(key, tensor.sizes().vec());
    return shapes;
}

Result<StateDict> read_state_dict(const std::vector<std::shared_ptr<TensorFile>> &files)
{
    StateDict tensors;
    for (const auto &file : files) {
        for (const auto &info : file->tensors()) {
            if (!tensors.emplace(info.name, view_of(file, info)).second)
                return fail(ErrorCode::Malformed, "the tensor \"" + info.name + "\" is also in another file of the same weights", file->path());
        }
    }
    return tensors;
}

Result<StateDict> read_state_dict(const fs::path &file)
{
    QUELL_ASSIGN(const auto opened, open_tensor_file(file));
    return read_state_dict(std::vector{opened});
}

Result<StateDict> open_state_dict(const fs::path &folder)
{
    QUELL_ASSIGN(const auto paths, weight_files(folder));
    std::vector<std::shared_ptr<TensorFile>> files;
    for (const auto &path : paths) {
        QUELL_ASSIGN(auto file, open_tensor_file(path));
        files.push_back(std::move(file));
    }
    return read_state_dict(files);
}

Status write_state_dict(const fs::path &path, const StateDict &tensors, const std::map<std::string, std::string> &metadata)
{
    torch::Tensor gathered; // one tensor at a time: many lie otherwise than in a file
    std::vector<TensorBytes> to_write;
    for (const auto &[name, tensor] : tensors) {
        auto dtype = dtype_of(tensor.scalar_type());
        if (!dtype)
            return fail(dtype.error().code, dtype.error().message + "; it is that of \"" + name + "\"", path);
        to_write.push_back({name, *dtype, tensor.sizes().vec(), {}, [&tensor, &gathered, &path] { return gather(tensor, gathered, path); }});
    }
    return write_safetensors(path, std::move(to_write), metadata);
}

} // namespace quell
