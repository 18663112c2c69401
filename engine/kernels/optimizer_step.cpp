#include "kernels/optimizer_step.h"

#include "kernels/simd.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace quell::kernels {
namespace {

using torch::Tensor;

// The step's constants, in the precision of the loop.
struct Coefficients {
    float decay, b1, b2, c2, size, root, eps, scale;
};

Coefficients coefficients(const AdamWStep &step)
{
    const double first = 1 - std::pow(step.beta1, step.count), second = 1 - std::pow(step.beta2, step.count);
    return {static_cast<float>(1 - step.lr * step.weight_decay), static_cast<float>(1 - step.beta1), static_cast<float>(step.beta2),
            static_cast<float>(1 - step.beta2), static_cast<float>(step.lr / first), static_cast<float>(1 / std::sqrt(second)),
            static_cast<float>(step.eps), static_cast<float>(step.gradient_scale)};
}

QUELL_MULTIVERSION void adamw_row(float *p, const float *g, float *m, float *v, std::int64_t n, const Coefficients &k)
{
    const auto [decay, b1, b2, c2, size, root, eps, scale] = k;
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) {
        const float gradient = g[i] * scale;
        m[i] += b1 * (gradient - m[i]);
        v[i] = b2 * v[i] + c2 * gradient * gradient;
        p[i] = decay * p[i] - size * m[i] / (__builtin_sqrtf(v[i]) * root + eps);
    }
}

QUELL_MULTIVERSION float sum_of_squares(const float *x, std::int64_t n)
{
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t i = 0; i < n; ++i)
        sum += x[i] * x[i];
    return sum;
}

constexpr std::int64_t row = 1024, rows_a_task = 16;

template <class T> double squared_norm_cpu(const Tensor &x)
{
    const T *data = static_cast<const T *>(x.const_data_ptr());
    const auto rows = (x.numel() + row - 1) / row;
    std::vector<float> sums(rows);
    at::parallel_for(0, rows, rows_a_task, [&](std::int64_t begin, std::int64_t end) {
        float buffer[row];
        for (auto r = begin; r < end; ++r) {
            const auto n = std::min(row, x.numel() - r * row);
            sums[r] = sum_of_squares(simd::read_row(data + r * row, buffer, n), n);
        }
    });
    return std::accumulate(sums.begin(), sums.end(), 0.0);
}

template <class G> void adamw_cpu(const Tensor &p, const Tensor &g, const Tensor &m, const Tensor &v, const Tensor &copy, const AdamWStep &step)
{
    const auto k = coefficients(step);
    float *pp = p.data_ptr<float>(), *mp = m.data_ptr<float>(), *vp = v.data_ptr<float>();
    const G *gp = static_cast<const G *>(g.const_data_ptr());
    auto *cp = copy.defined() ? static_cast<simd::Bf16 *>(copy.data_ptr()) : nullptr;
    at::parallel_for(0, (p.numel() + row - 1) / row, rows_a_task, [&](std::int64_t begin, std::int64_t end) {
        float buffer[row];
        for (auto r = begin; r < end; ++r) {
            const auto at = r * row, n = std::min(row, p.numel() - at);
            adamw_row(pp + at, simd::read_row(gp + at, buffer, n), mp + at, vp + at, n, k);
            if (cp)
                simd::narrow(pp + at, cp + at, n);
        }
    });
}

void adamw_plain(const Tensor &p, const Tensor &gradient, const Tensor &m, const Tensor &v, const Tensor &copy, const AdamWStep &step)
{
    const Tensor g = gradient.to(p.scalar_type()) * step.gradient_scale;
    m.lerp_(g, 1 - step.beta1);
    v.mul_(step.beta2).addcmul_(g, g, 1 - step.beta2);
    const Tensor denominator = (v.sqrt() / std::sqrt(1 - std::pow(step.beta2, step.count))).add_(step.eps);
    p.mul_(1 - step.lr * step.weight_decay).addcdiv_(m, denominator, -step.lr / (1 - std::pow(step.beta1, step.count)));
    if (copy.defined())
        copy.copy_(p);
}

// The fused loop walks storage: all tensors must lie in it in the same order, without gaps.
bool fusable(const Tensor &p, const Tensor &g, const Tensor &m, const Tensor &v, const Tensor &copy)
{
    const auto like = [&](const Tensor &x) { return x.strides() == p.strides() && x.is_non_overlapping_and_dense(); };
    return p.device().is_cpu() && like(p) && like(g) && like(m) && like(v) && (!copy.defined() || (like(copy) && copy.scalar_type() == torch::kBFloat16));
}

} // namespace

void adamw_(const Tensor &p, const Tensor &gradient, const Tensor &m, const Tensor &v, const Tensor &copy, const AdamWStep &step)
{
    torch::NoGradGuard no_grad;
    // A gradient may come in another layout than its parameter.
    const Tensor g = gradient.strides() == p.strides() ? gradient : torch::empty_like(p, gradient.scalar_type()).copy_(gradient);
    if (fusable(p, g, m, v, copy)) {
        if (p.scalar_type() == torch::kFloat32 && g.scalar_type() == torch::kFloat32)
            return adamw_cpu<float>(p, g, m, v, copy, step);
        if (p.scalar_type() == torch::kFloat32 && g.scalar_type() == torch::kBFloat16)
            return adamw_cpu<simd::Bf16>(p, g, m, v, copy, step);
    }
    adamw_plain(p, g, m, v, copy, step);
}

double squared_norm(const Tensor &x)
{
    if (x.device().is_cpu() && x.is_non_overlapping_and_dense()) {
        if (x.scalar_type() == torch::kFloat32)
            return squared_norm_cpu<float>(x);
        if (x.scalar_type() == torch::kBFloat16)
            return squared_norm_cpu<simd::Bf16>(x);
    }
    return x.to(torch::kFloat64).square().sum().item<double>();
}

} // namespace quell::kernels
