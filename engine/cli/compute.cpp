#include "cli/compute.h"

#include "kernels/device.h"

namespace quell::cli {

void ComputeArguments::add_to(CLI::App &command)
{
    command.add_option("--device", device, "auto, cpu or cuda:N")->capture_default_str();
    command.add_option("--precision", precision, "auto (the faster of the two here), fp32 or bf16")
        ->check(CLI::IsMember({"auto", "fp32", "bf16"}));
    command.add_option("--threads", threads, "Compute threads; 0: one a core")->check(CLI::Range(0, 1024));
}

Result<LoadOptions> ComputeArguments::resolve(const std::string &fallback) const
{
    if (threads > 0)
        torch::set_num_threads(threads);
    LoadOptions options;
    QUELL_ASSIGN(options.device, kernels::pick_device(device));
    options.dtype = kernels::pick_dtype(precision.empty() ? fallback : precision, options.device);
    return options;
}

} // namespace quell::cli
