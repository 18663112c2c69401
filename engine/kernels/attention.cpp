#include "kernels/attention.h"

#include <cmath>

namespace quell::kernels {
namespace {

using torch::Tensor;

// Above this many scores a head, materialising them costs more than the flash kernel.
constexpr std::int64_t explicit_scores = 512 * 512;

Tensor split_heads(const Tensor &x, std::int64_t heads)
{
    return x.view({x.size(0), x.size(1), heads, x.size(2) / heads}).transpose(1, 2);
}

Tensor explicit_attention(const Tensor &q, const Tensor &k, const Tensor &v)
{
    const auto n = q.size(0), heads = q.size(1), l = q.size(2), d = q.size(3);
    const auto flat = [&](const Tensor &x) { return x.reshape({n * heads, x.size(2), d}); };
    // The scale rides on the product.
    const Tensor none = torch::empty({1, 1, 1}, q.options());
    const Tensor scores = torch::baddbmm(none, flat(q), flat(k).transpose(1, 2), 0, 1 / std::sqrt(static_cast<double>(d)));
    return torch::bmm(torch::softmax(scores, -1), flat(v)).view({n, heads, l, d});
}

} // namespace

Tensor attention(const Tensor &q, const Tensor &k, const Tensor &v, std::int64_t heads, bool upcast, bool causal)
{
    const auto dtype = q.scalar_type();
    const auto prepare = [&](const Tensor &x) { return split_heads(upcast ? x.to(torch::kFloat32) : x, heads); };
    const Tensor a = prepare(q), b = prepare(k), c = prepare(v);
    const bool small = q.device().is_cpu() && !causal && q.size(1) * k.size(1) <= explicit_scores;
    const Tensor out = small ? explicit_attention(a, b, c) : torch::scaled_dot_product_attention(a, b, c, {}, 0.0, causal);
    return out.transpose(1, 2).reshape({q.size(0), q.size(1), q.size(2)}).to(dtype);
}

} // namespace quell::kernels
