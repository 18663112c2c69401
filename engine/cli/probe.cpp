#include "cli/command.h"
#include "kernels/device.h"

#include <fmt/format.h>

namespace quell::cli {
namespace {

Outcome probe(bool as_json)
{
    const double speedup = kernels::bf16_speedup();
    Json json{{"version", QUELL_VERSION}, {"torch", TORCH_VERSION}, {"cuda", kernels::cuda_state()}, {"threads", torch::get_num_threads()},
              {"bf16_speedup_on_cpu", speedup}, {"devices", Json::array()}};
    std::string text = fmt::format("quell-engine {} with LibTorch {}, {}\n", QUELL_VERSION, TORCH_VERSION, kernels::cuda_state());
    for (const auto &device : kernels::devices()) {
        json["devices"].push_back({{"name", device.name}, {"description", device.description}, {"memory", device.memory}, {"capability", device.capability}});
        text += fmt::format("{:<8} {} · {:.1f} GiB · {}\n", device.name, device.description, device.memory / 1073741824.0, device.capability);
    }
    text += fmt::format("bf16 products on the CPU are {:.2g} times as fast as fp32: precision auto is {}\n", speedup, speedup > 1 ? "bf16" : "fp32");
    print_data(as_json, json, text);
    return {};
}

} // namespace

void add_probe(CLI::App &app, Outcome &outcome)
{
    auto json = std::make_shared<bool>(false);
    auto *command = app.add_subcommand("probe", "Lists devices with memory and capability, and what precision pays here.");
    command->add_flag("--json", *json, "Print JSON");
    command->callback([json, &outcome] { outcome = probe(*json); });
}

} // namespace quell::cli
