#include "models/weights.h"

#include "core/mapped_file.h"
#include "kernels/convolution.h"

namespace quell {
namespace {

std::string shape_text(c10::IntArrayRef shape)
{
    std::string text = "[";
    for (auto size : shape)
        text += (text.size() > 1 ? ", " : "") + (size < 0 ? std::string("any") : std::to_string(size));
    return text + "]";
}

bool fits(c10::IntArrayRef found, c10::IntArrayRef expected)
{
    return found.size() == expected.size()
        && std::equal(found.begin(), found.end(), expected.begin(), [](auto have, auto want) { return want < 0 || have == want; });
}

} // namespace

Weights::Weights(StateDict tensors, LoadOptions options, std::string place, bool fresh)
    : shared_(std::make_shared<Shared>(Shared{std::move(tensors), options, std::move(place), fresh, {}, {}}))
{
}

Weights Weights::operator/(const std::string &name) const
{
    auto child = *this;
    child.prefix_ = key(name) + ".";
    return child;
}

bool Weights::has(const std::string &name) const
{
    return shared_->tensors.contains(key(name));
}

torch::Tensor Weights::take(const std::string &name, std::vector<std::int64_t> shape) const
{
    return take_as(name, shape, shared_->options.dtype);
}

torch::Tensor Weights::take_norm(const std::string &name, std::vector<std::int64_t> shape) const
{
    return take_as(name, shape, torch::kFloat32);
}

std::vector<std::int64_t> Weights::shape(const std::string &name) const
{
    const auto *tensor = find(name);
    return tensor ? tensor->sizes().vec() : std::vector<std::int64_t>();
}

std::string Weights::key(const std::string &name) const
{
    if (name.empty() && !prefix_.empty())
        return prefix_.substr(0, prefix_.size() - 1); // the module's own name, without the dot
    return prefix_ + name;
}

void Weights::reject(ErrorCode code, const std::string &name, std::string message) const
{
    if (!shared_->error)
        shared_->error = Error{code, std::move(message), shared_->place + ": " + key(name)};
}

Status Weights::finish() const
{
    if (shared_->error)
        return tl::unexpected<Error>(*shared_->error);
    for (const auto &[name, tensor] : shared_->tensors) {
        if (!shared_->taken.contains(name))
            return fail(ErrorCode::Mismatch, "unexpected tensor of shape " + shape_text(tensor.sizes()) + ": the config does not have this module",
                        shared_->place + ": " + name);
    }
    return mapped_files_intact(); // they may have been cut short while they were read
}

const torch::Tensor *Weights::find(const std::string &name) const
{
    const auto found = shared_->tensors.find(key(name));
    if (found != shared_->tensors.end())
        return &found->second;
    reject(ErrorCode::Mismatch, name, "this tensor is missing");
    return nullptr;
}

torch::Tensor Weights::take_as(const std::string &name, const std::vector<std::int64_t> &shape, torch::ScalarType dtype) const
{
    const auto *tensor = find(name);
    if (!tensor)
        return {};
    shared_->taken.insert(key(name));
    if (!fits(tensor->sizes(), shape)) {
        reject(ErrorCode::Mismatch, name, "its shape is " + shape_text(tensor->sizes()) + ", expected " + shape_text(shape));
        return {};
    }
    if (!tensor->is_floating_point()) {
        reject(ErrorCode::Unsupported, name, std::string("it holds ") + c10::toString(tensor->scalar_type()) + ", not floating-point numbers: quantised weights are not read; use the model's fp16 or fp32 files");
        return {};
    }
    try {
        auto moved = tensor->to(shared_->options.device);
        moved = moved.dim() == 4 ? kernels::channels_last(moved, dtype) : moved.to(dtype);
        if (shared_->fresh && !moved.is_alias_of(*tensor))
            release_pages({static_cast<const std::byte *>(tensor->const_data_ptr()), tensor->nbytes()});
        return moved;
    } catch (const c10::OutOfMemoryError &) {
        reject(ErrorCode::OutOfMemory, name, "no memory left for this tensor");
    } catch (const c10::Error &error) {
        reject(ErrorCode::Internal, name, error.what_without_backtrace());
    }
    return {};
}

} // namespace quell
