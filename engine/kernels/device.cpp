#include "kernels/device.h"

#include "core/log.h"

#include <ATen/Version.h>

#include <chrono>
#include <cmath>
#include <fstream>
#include <malloc.h>
#include <unistd.h>
#include <thread>

#ifdef QUELL_CUDA
#include <cuda_runtime_api.h>
#endif

namespace quell::kernels {
namespace {

std::string cpu_name()
{
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("model name"))
            return line.substr(line.find(':') + 2);
    }
    return "unknown processor";
}

std::int64_t physical_memory()
{
    return static_cast<std::int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGE_SIZE);
}

double product_seconds(torch::ScalarType dtype)
{
    torch::NoGradGuard no_grad;
    const auto a = torch::ones({256, 256}, dtype);
    double best = 1e9;
    for (int i = 0; i < 4; ++i) {
        const auto start = std::chrono::steady_clock::now();
        torch::mm(a, a);
        best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return best;
}

} // namespace

std::vector<DeviceInfo> devices()
{
    std::vector<DeviceInfo> found{{"cpu", cpu_name() + ", " + std::to_string(std::thread::hardware_concurrency()) + " cores", physical_memory(),
                                   at::get_cpu_capability()}};
#ifdef QUELL_CUDA
    int count = 0;
    if (cudaGetDeviceCount(&count) != cudaSuccess)
        count = 0;
    for (int i = 0; i < count; ++i) {
        cudaDeviceProp properties{};
        if (cudaGetDeviceProperties(&properties, i) == cudaSuccess)
            found.push_back({"cuda:" + std::to_string(i), properties.name, static_cast<std::int64_t>(properties.totalGlobalMem),
                             std::to_string(properties.major) + '.' + std::to_string(properties.minor)});
    }
#endif
    return found;
}

std::string cuda_state()
{
#ifdef QUELL_CUDA
    int count = 0;
    const auto status = cudaGetDeviceCount(&count);
    if (status != cudaSuccess)
        return std::string("built with CUDA, but no device can be used: ") + cudaGetErrorString(status);
    return "built with CUDA, " + std::to_string(count) + " device(s)";
#else
    return "built without CUDA (configure with -DQUELL_CUDA=ON)";
#endif
}

Result<torch::Device> pick_device(const std::string &name)
{
    const auto found = devices();
    if (name == "cpu")
        return torch::Device(torch::kCPU);
    if (name == "auto")
        return torch::Device(found.size() > 1 ? found[1].name : "cpu");
    const std::string wanted = name == "cuda" ? "cuda:0" : name;
    if (!wanted.starts_with("cuda:"))
        return fail(ErrorCode::Usage, "unknown device '" + name + "'; use auto, cpu or cuda:N", "--device");
    for (const auto &device : found) {
        if (device.name == wanted)
            return torch::Device(wanted);
    }
    return fail(ErrorCode::NotFound, "there is no device '" + wanted + "' here (" + cuda_state() + "); use --device cpu", "--device");
}

double bf16_speedup()
{
    static const double ratio = product_seconds(torch::kFloat32) / product_seconds(torch::kBFloat16);
    return ratio;
}

void keep_freed_memory()
{
    mallopt(M_MMAP_MAX, 0); // no threshold that glibc takes keeps the gradient of a large convolution
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mallopt(M_TOP_PAD, 64 << 20);
}

void return_freed_memory()
{
    mallopt(M_MMAP_MAX, 65536); // glibc's own
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
}

torch::ScalarType pick_dtype(const std::string &precision, torch::Device device)
{
    if (precision == "fp32")
        return torch::kFloat32;
    const bool pays = !device.is_cpu() || bf16_speedup() > 1;
    if (precision == "bf16" && !pays)
        log_warning("bf16 is " + std::to_string(std::lround(1 / bf16_speedup())) + " times slower than fp32 on this processor");
    return precision == "bf16" || pays ? torch::kBFloat16 : torch::kFloat32;
}

} // namespace quell::kernels
