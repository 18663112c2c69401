#include "cli/model_output.h"

namespace quell::cli {

void OutputArguments::add_to(CLI::App &command)
{
    command.add_option("out", folder, "Folder or file to write; must not exist, or be an empty folder")->required();
    command.add_option("--dtype", dtype, "Of the UNet's weights (default: as they are)")->check(CLI::IsMember({"fp32", "fp16", "bf16"}));
    command.add_flag("--overwrite", overwrite, "Replace a model folder that is there");
    command.add_flag("--json", json, "Print JSON");
}

WriteOptions OutputArguments::options() const
{
    WriteOptions options;
    options.overwrite = overwrite;
    if (!dtype.empty())
        options.dtype = dtype == "fp32" ? torch::kFloat32 : dtype == "fp16" ? torch::kFloat16 : torch::kBFloat16;
    return options;
}

} // namespace quell::cli
