#include "kernels/norm.h"

namespace quell::kernels {
namespace plain {

torch::Tensor group_norm(const torch::Tensor &x, std::int64_t groups, const torch::Tensor &weight, const torch::Tensor &bias, double eps,
                         Act act)
{
    const auto y = torch::group_norm(x.to(torch::kFloat32), groups, weight, bias, eps);
    return (act == Act::Silu ? torch::silu(y) : y).to(x.scalar_type());
}

torch::Tensor layer_norm(const torch::Tensor &x, const torch::Tensor &weight, const torch::Tensor &bias, double eps)
{
    return torch::layer_norm(x.to(torch::kFloat32), {x.size(-1)}, weight, bias, eps).to(x.scalar_type());
}

torch::Tensor geglu(const torch::Tensor &x)
{
    const auto halves = x.chunk(2, -1);
    return halves[0] * torch::gelu(halves[1]);
}

} // namespace plain

torch::Tensor group_norm(const torch::Tensor &x, std::int64_t groups, const torch::Tensor &weight, const torch::Tensor &bias, double eps,
                         Act act)
{
    return plain::group_norm(x, groups, weight, bias, eps, act);
}

torch::Tensor layer_norm(const torch::Tensor &x, const torch::Tensor &weight, const torch::Tensor &bias, double eps)
{
    return plain::layer_norm(x, weight, bias, eps);
}

torch::Tensor geglu(const torch::Tensor &x)
{
    return plain::geglu(x);
}

} // namespace quell::kernels
