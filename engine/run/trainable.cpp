#include "run/trainable.h"

#include "architecture/component.h"
#include "core/random.h"

namespace quell {
namespace {

using torch::Tensor;

constexpr const char *down = ".lora_A.weight", *up = ".lora_B.weight";

Result<StateDict> student_file(const fs::path &student)
{
    QUELL_ASSIGN(const auto component, describe_component(student, "unet"));
    return read_state_dict(component.weights);
}

Tensor to_fp32(const Tensor &x)
{
    return x.to(torch::kCPU, torch::kFloat32);
}

} // namespace

Result<Parameters> make_trainable(const Training &training, std::uint64_t seed, const fs::path &student_folder, const UNet &student)
{
    student.set_checkpointing(training.checkpointing);
    if (training.scope == Scope::Lora)
        student.add_adapters(training.rank, training.alpha, derive_seed(seed, "adapters"));
    std::vector<std::pair<std::string, Tensor>> trained;
    for (auto &[name, tensor] : student.parameters()) {
        tensor.set_requires_grad(in_scope(training.scope, name));
        if (tensor.requires_grad())
            trained.emplace_back(name, tensor);
    }
    if (trained.empty())
        return fail(ErrorCode::Mismatch, "this student has no parameter in the training scope", student_folder.string());
    StateDict masters; // the values before they were rounded to the compute dtype
    const bool low = student.options().dtype != torch::kFloat32 && training.weights == WeightKeeping::Master;
    if (low && training.scope == Scope::Lora) {
        masters = StateDict(trained.begin(), trained.end());
    } else if (low) {
        QUELL_ASSIGN(masters, student_file(student_folder));
    }
    Parameters parameters(std::move(trained), masters);
    if (training.hold_zeros)
        parameters.hold_zeros();
    return parameters;
}

Result<StateDict> trained_weights(const Training &training, const fs::path &student_folder, const Parameters &trained)
{
    torch::NoGradGuard no_grad;
    const auto parameters = trained.to_state_dict();
    if (training.scope == Scope::Full)
        return parameters;
    QUELL_ASSIGN(auto whole, student_file(student_folder));
    for (const auto &[name, tensor] : parameters) {
        if (training.scope != Scope::Lora) {
            whole[name] = tensor;
        } else if (name.ends_with(down)) {
            const auto module = name.substr(0, name.size() - std::string_view(down).size());
            const Tensor change = to_fp32(parameters.at(module + up)).mm(to_fp32(tensor)) * (training.alpha / static_cast<double>(training.rank));
            auto &weight = whole.at(module + ".weight");
            weight = to_fp32(weight) + change;
        }
    }
    return whole;
}

Adapters trained_adapters(const Training &training, const Parameters &trained)
{
    Adapters adapters;
    for (const auto &[name, tensor] : trained.to_state_dict())
        adapters[name] = to_fp32(tensor) * (name.ends_with(up) ? training.alpha / static_cast<double>(training.rank) : 1.0);
    return adapters;
}

} // namespace quell
