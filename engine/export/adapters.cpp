#include "export/adapters.h"

#include "export/same_output.h"

#include <algorithm>
#include <unistd.h>

namespace quell {
namespace {

using torch::Tensor;

constexpr std::string_view down = ".lora_A.weight", up = ".lora_B.weight";
constexpr std::string_view kohya_down = ".lora_down.weight", kohya_up = ".lora_up.weight", kohya_alpha = ".alpha";

std::string without(const std::string &name, std::string_view tail)
{
    return name.substr(0, name.size() - tail.size());
}

std::string kohya_name(std::string module)
{
    std::replace(module.begin(), module.end(), '.', '_');
    return "lora_unet_" + module;
}

StateDict named(const Adapters &adapters, AdapterNames names)
{
    StateDict tensors;
    for (const auto &[name, tensor] : adapters) {
        const bool first = name.ends_with(down);
        if (names == AdapterNames::Peft) {
            tensors["unet." + name] = tensor;
            continue;
        }
        const auto module = kohya_name(without(name, first ? down : up));
        tensors[module + std::string(first ? kohya_down : kohya_up)] = tensor;
        if (first)
            tensors[module + std::string(kohya_alpha)] = torch::tensor(static_cast<float>(tensor.size(0)));
    }
    return tensors;
}

// Modules that may have adapters, by kohya's name.
std::map<std::string, std::string> kohya_modules(const UNetParts &unet)
{
    std::map<std::string, std::string> modules;
    for (const auto &[name, tensor] : unet.tensors) {
        if (name.ends_with(".weight"))
            modules[kohya_name(without(name, ".weight"))] = without(name, ".weight");
    }
    return modules;
}

// Each up matrix times alpha/rank; files of other programs have alphas of their own.
void scale(Adapters &adapters, const std::map<std::string, double> &alphas)
{
    for (const auto &[module, alpha] : alphas) {
        const auto found = adapters.find(module + std::string(up));
        if (found != adapters.end())
            found->second = found->second * (alpha / static_cast<double>(found->second.size(1)));
    }
}

} // namespace

Status write_adapters(const fs::path &path, const Adapters &adapters, AdapterNames names, const std::map<std::string, std::string> &metadata)
{
    return write_state_dict(path, named(adapters, names), metadata);
}

Result<Adapters> read_adapters(const fs::path &path, const UNetParts &unet)
{
    QUELL_ASSIGN(const auto tensors, read_state_dict(path));
    const auto modules = kohya_modules(unet);
    Adapters adapters;
    std::map<std::string, double> alphas;
    for (const auto &[name, tensor] : tensors) {
        const auto module = modules.find(name.substr(0, name.find('.')));
        if (name.starts_with("unet.") && (name.ends_with(down) || name.ends_with(up)))
            adapters[name.substr(5)] = tensor.to(torch::kFloat32);
        else if (module != modules.end() && name.ends_with(kohya_down))
            adapters[module->second + std::string(down)] = tensor.to(torch::kFloat32);
        else if (module != modules.end() && name.ends_with(kohya_up))
            adapters[module->second + std::string(up)] = tensor.to(torch::kFloat32);
        else if (module != modules.end() && name.ends_with(kohya_alpha) && tensor.numel() == 1)
            alphas[module->second] = tensor.item<double>();
        else
            return fail(ErrorCode::Mismatch, "is no adapter of this UNet", path.string() + ": " + name);
    }
    scale(adapters, alphas);
    return adapters;
}

Result<UNetParts> merged(UNetParts unet, const Adapters &adapters)
{
    torch::NoGradGuard no_grad;
    for (const auto &[name, first] : adapters) {
        if (!name.ends_with(down))
            continue;
        const auto module = without(name, down);
        const auto weight = unet.tensors.find(module + ".weight");
        const auto second = adapters.find(module + std::string(up));
        const bool fits = weight != unet.tensors.end() && second != adapters.end() && first.dim() == 2 && second->second.dim() == 2
            && second->second.size(1) == first.size(0) && weight->second.sizes() == c10::IntArrayRef({second->second.size(0), first.size(1)});
        if (!fits)
            return fail(ErrorCode::Mismatch, "the UNet has no weight that this adapter fits", unet.place + ": " + module);
        weight->second = weight->second.to(torch::kFloat32) + second->second.mm(first);
    }
    return unet;
}

Status export_adapters(const fs::path &target, const Adapters &adapters, AdapterNames names, const UNetParts &base, const WriteOptions &options)
{
    QUELL_TRY(check_file_target(target, options));
    const auto write = [&](const fs::path &fresh) -> Status {
        QUELL_TRY(write_adapters(fresh, adapters, names, {{"format", "pt"}, {"quell", options.made.dump()}}));
        QUELL_ASSIGN(const auto read, read_adapters(fresh, base));
        QUELL_ASSIGN(auto whole, merged(base, read));
        whole.place = target.string();
        return options.expected ? same_output(whole, *options.expected, output_tolerance(options.dtype)) : Status{};
    };
    return write_file(target, write);
}

} // namespace quell
