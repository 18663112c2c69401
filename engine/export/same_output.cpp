#include "export/same_output.h"

#include "models/unet.h"

namespace quell {
namespace {

using torch::Tensor;

Result<Tensor> output_of(const UNetParts &parts)
try {
    torch::NoGradGuard no_grad;
    QUELL_ASSIGN(const auto unet, UNet::build(parts.config, parts.structure, parts.tensors, {torch::kFloat32}, parts.place));
    const auto generator = at::detail::createCPUGenerator(1);
    const auto side = std::int64_t{2} << parts.config.levels(); // small, and every level has more than one pixel
    const auto x = torch::randn({1, parts.config.in_channels, side, side}, generator);
    const auto hidden = torch::randn({1, 77, parts.config.cross_attention_dim}, generator);
    return unet.forward(x, torch::tensor({std::int64_t{500}}), hidden).sample;
} catch (const c10::OutOfMemoryError &) {
    return fail(ErrorCode::OutOfMemory, "no memory left to compare what was written", parts.place);
}

// transformers' names differ by a prefix from version to version, and old files hold a buffer.
Result<StateDict> tensors_of(const fs::path &model, const std::string &name)
{
    QUELL_ASSIGN(const auto component, describe_component(model, name));
    QUELL_ASSIGN(const auto tensors, read_state_dict(component.weights));
    StateDict named;
    for (const auto &[key, tensor] : tensors) {
        if (!key.ends_with(".position_ids"))
            named[key.starts_with("text_model.") ? key.substr(11) : key] = tensor;
    }
    return named;
}

} // namespace

double output_tolerance(std::optional<torch::ScalarType> dtype)
{
    return dtype == torch::kBFloat16 ? 0.05 : dtype == torch::kHalf ? 0.01 : 1e-4;
}

Status same_output(const UNetParts &written, const UNetParts &expected, double tolerance)
{
    QUELL_ASSIGN(const Tensor ours, output_of(written));
    QUELL_ASSIGN(const Tensor theirs, output_of(expected));
    const double difference = ((ours - theirs).norm() / theirs.norm().clamp_min(1e-12)).item<double>();
    if (difference <= tolerance) // false for NaN
        return {};
    return fail(ErrorCode::CheckFailed, "opened again, its output differs from that of the model it was written from by " + std::to_string(difference) + " of its size; it was not kept",
                written.place);
}

Status same_output(const fs::path &written, const UNetParts &expected, double tolerance)
{
    QUELL_ASSIGN(const auto parts, read_unet(written));
    return same_output(parts, expected, tolerance);
}

Status same_component(const fs::path &written, const fs::path &base, const std::string &name)
{
    QUELL_ASSIGN(const auto ours, tensors_of(written, name));
    QUELL_ASSIGN(const auto theirs, tensors_of(base, name));
    for (const auto &[key, tensor] : theirs) {
        const auto found = ours.find(key);
        const bool same = found != ours.end() && found->second.numel() == tensor.numel() && torch::equal(found->second.reshape(tensor.sizes()), tensor);
        if (!same)
            return fail(ErrorCode::CheckFailed, name + ": " + key + " is not what it was written from; the file was not kept", written.string());
    }
    return {};
}

} // namespace quell
