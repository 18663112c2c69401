// Opens a UNet, frozen as for drawing, and runs it: seconds to the end of the first pass and of a pass, and peak memory, as JSON.
// usage: bench_unet MODEL PIXELS BATCH PASSES
#include "kernels/device.h"
#include "models/unet.h"

#include <chrono>
#include <cstdio>
#include <fstream>

using namespace quell;
using Clock = std::chrono::steady_clock;

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    torch::NoGradGuard no_grad;
    torch::set_num_threads(2);
    kernels::keep_freed_memory(); // as the engine does
    const auto began = Clock::now();
    const auto seconds = [](Clock::time_point since) { return std::chrono::duration<double>(Clock::now() - since).count(); };
    const auto unet = UNet::open(argv[1], {torch::kFloat32});
    if (!unet) {
        std::fprintf(stderr, "%s\n", to_string(unet.error()).c_str());
        return 1;
    }
    unet->freeze();
    const auto opened = seconds(began);
    const std::int64_t side = std::atoll(argv[2]) / 8, batch = std::atoll(argv[3]), passes = std::atoll(argv[4]);
    const auto x = torch::randn({batch, unet->config().in_channels, side, side});
    const auto hidden = torch::randn({batch, 77, unet->config().cross_attention_dim});
    const auto pass = [&] { unet->forward(x, torch::tensor({std::int64_t{500}}), hidden); };
    pass();
    const auto first = seconds(began);
    std::vector<double> times;
    for (std::int64_t i = 0; i < passes; ++i) {
        const auto start = Clock::now();
        pass();
        times.push_back(seconds(start));
    }
    std::sort(times.begin(), times.end());
    // getrusage's would be the parent's where that was larger.
    std::ifstream status("/proc/self/status");
    long peak = 0;
    for (std::string word; status >> word && word != "VmHWM:";) {}
    status >> peak;
    std::printf("{\"open_s\": %.3f, \"first_s\": %.3f, \"pass_s\": %.3f, \"peak_mib\": %ld}\n", opened, first, times.empty() ? 0. : times[times.size() / 2], peak / 1024);
}
