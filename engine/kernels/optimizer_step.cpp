#include "kernels/optimizer_step.h"

#include "kernels/eight_bit.h"
#include "kernels/record.h"
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

// Where a parameter's rows are: fp32 updated in place (with a bf16 copy to keep up to date, if any), or bf16 alone.
struct Rows {
    float *fp32 = nullptr;
    simd::Bf16 *bf16 = nullptr;
    std::uint32_t rounding = 0;

    Rows(const Tensor &parameter, const Tensor &copy, std::uint32_t key) : rounding(key)
    {
        const bool master = parameter.scalar_type() == torch::kFloat32;
        fp32 = master ? parameter.data_ptr<float>() : nullptr;
        const Tensor &low = master ? copy : parameter;
        bf16 = low.defined() ? static_cast<simd::Bf16 *>(low.data_ptr()) : nullptr;
    }
    float *read(std::int64_t at, std::int64_t n, float *buffer) const
    {
        if (fp32)
            return fp32 + at;
        simd::widen(bf16 + at, buffer, n);
        return buffer;
    }
    void write(const float *values, std::int64_t at, std::int64_t n) const
    {
        if (fp32 && bf16)
            simd::narrow(values, bf16 + at, n);
        else if (!fp32)
            simd::narrow_stochastically(values, bf16 + at, n, rounding, at);
    }
};

struct FullRows {
    float *m, *v;

    explicit FullRows(const Moments &moments) : m(moments.m.data_ptr<float>()), v(moments.v.data_ptr<float>()) {}
    std::pair<float *, float *> read(std::int64_t at, std::int64_t, float *, float *) const { return {m + at, v + at}; }
    void write(const float *, const float *, std::int64_t, std::int64_t) const {}
};

struct EightBitRows {
    std::uint8_t *m, *v;
    float *m_scale, *v_scale;

    explicit EightBitRows(const Moments &moments)
        : m(moments.m.data_ptr<std::uint8_t>()), v(moments.v.data_ptr<std::uint8_t>()), m_scale(moments.m_scale.data_ptr<float>()), v_scale(moments.v_scale.data_ptr<float>())
    {
    }
    template <class F> static void each_block(std::int64_t at, std::int64_t n, const F &f)
    {
        for (std::int64_t i = 0; i < n; i += eight_bit::block)
            f(i, (at + i) / eight_bit::block, std::min(eight_bit::block, n - i));
    }
    std::pair<float *, float *> read(std::int64_t at, std::int64_t n, float *m_row, float *v_row) const
    {
        each_block(at, n, [&](auto i, auto block, auto length) {
            eight_bit::dequantise(eight_bit::Map::Signed, m + at + i, length, m_scale[block], m_row + i);
            eight_bit::dequantise(eight_bit::Map::Unsigned, v + at + i, length, v_scale[block], v_row + i);
        });
        return {m_row, v_row};
    }
    void write(const float *m_row, const float *v_row, std::int64_t at, std::int64_t n) const
    {
        each_block(at, n, [&](auto i, auto block, auto length) {
            eight_bit::quantise(eight_bit::Map::Signed, m_row + i, length, m + at + i, m_scale[block]);
            eight_bit::quantise(eight_bit::Map::Unsigned, v_row + i, length, v + at + i, v_scale[block]);
        });
    }
};

template <class G, class MomentRows> void adamw_cpu(const Tensor &p, const Tensor &g, const MomentRows &moments, const Tensor &copy, const AdamWStep &step)
{
    const auto k = coefficients(step);
    const Rows parameter(p, copy, step.rounding);
    const G *gp = static_cast<const G *>(g.const_data_ptr());
    at::parallel_for(0, (p.numel() + row - 1) / row, rows_a_task, [&](std::int64_t begin, std::int64_t end) {
        float p_buffer[row], g_buffer[row], m_buffer[row], v_buffer[row];
        for (auto r = begin; r < end; ++r) {
            const auto at = r * row, n = std::min(row, p.numel() - at);
            float *values = parameter.read(at, n, p_buffer);
            const auto [m, v] = moments.read(at, n, m_buffer, v_buffer);
            adamw_row(values, simd::read_row(gp + at, g_buffer, n), m, v, n, k);
            moments.write(m, v, at, n);
            parameter.write(values, at, n);
        }
    });
}

// The matrix as Adafactor sees it, in fixed slices of its rows, so that sums do not depend on the number of threads.
struct Slices {
    static constexpr std::int64_t count = 16;
    std::int64_t rows, columns;

    template <class F> void each(const F &f) const
    {
        at::parallel_for(0, count, 1, [&](std::int64_t begin, std::int64_t end) {
            for (auto s = begin; s < end; ++s)
                f(s, rows * s / count, rows * (s + 1) / count);
        });
    }
};

QUELL_MULTIVERSION void add_squares(const float *g, float *sums, std::int64_t n)
{
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i)
        sums[i] += g[i] * g[i];
}

QUELL_MULTIVERSION void factored_row(float *p, const float *g, float *m, const float *column, float row_factor, std::int64_t n, const Coefficients &k)
{
    const auto [decay, b1, b2, c2, size, root, eps, scale] = k;
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) {
        m[i] += b1 * (g[i] * scale - m[i]);
        p[i] = decay * p[i] - size * m[i] / (__builtin_sqrtf(column[i] * row_factor) * root + eps);
    }
}

// v_row and v_column: running means of the squared gradient over columns and rows.
template <class G> void update_factors(const Tensor &g, const Moments &moments, const Slices &slices, const Coefficients &k)
{
    const auto rows = slices.rows, columns = slices.columns;
    const G *gp = static_cast<const G *>(g.const_data_ptr());
    float *v_row = moments.v_row.data_ptr<float>(), *v_column = moments.v_column.data_ptr<float>();
    const float squared = k.scale * k.scale;
    std::vector<float> sums(Slices::count * columns);
    slices.each([&](std::int64_t slice, std::int64_t begin, std::int64_t end) {
        std::vector<float> buffer(columns);
        for (auto r = begin; r < end; ++r) {
            const float *values = simd::read_row(gp + r * columns, buffer.data(), columns);
            v_row[r] = k.b2 * v_row[r] + k.c2 * squared * sum_of_squares(values, columns) / columns;
            add_squares(values, sums.data() + slice * columns, columns);
        }
    });
    for (std::int64_t c = 0; c < columns; ++c) {
        float sum = 0;
        for (std::int64_t slice = 0; slice < Slices::count; ++slice)
            sum += sums[slice * columns + c];
        v_column[c] = k.b2 * v_column[c] + k.c2 * squared * sum / rows;
    }
}

template <class G> void factored_cpu(const Tensor &p, const Tensor &g, const Moments &moments, const Tensor &copy, const AdamWStep &step)
{
    const auto k = coefficients(step);
    const Slices slices{p.size(0), p.numel() / p.size(0)};
    update_factors<G>(g, moments, slices, k);
    const float mean = moments.v_row.mean().item<float>();
    const float *v_row = moments.v_row.data_ptr<float>(), *v_column = moments.v_column.data_ptr<float>();
    float *m = moments.m.defined() ? moments.m.data_ptr<float>() : nullptr;
    const G *gp = static_cast<const G *>(g.const_data_ptr());
    const Rows parameter(p, copy, step.rounding);
    slices.each([&](std::int64_t, std::int64_t begin, std::int64_t end) {
        const auto columns = slices.columns;
        std::vector<float> p_buffer(columns), g_buffer(columns), m_buffer(columns);
        for (auto r = begin; r < end; ++r) {
            const auto at = r * columns;
            float *values = parameter.read(at, columns, p_buffer.data());
            const float *gradient = simd::read_row(gp + at, g_buffer.data(), columns);
            factored_row(values, gradient, m ? m + at : m_buffer.data(), v_column, mean > 0 ? v_row[r] / mean : 0, columns, k);
            parameter.write(values, at, columns);
        }
    });
}

template <class G> void step_cpu(const Tensor &p, const Tensor &g, const Moments &moments, const Tensor &copy, const AdamWStep &step)
{
    if (moments.v_row.defined())
        factored_cpu<G>(p, g, moments, copy, step);
    else if (moments.m_scale.defined())
        adamw_cpu<G>(p, g, EightBitRows(moments), copy, step);
    else
        adamw_cpu<G>(p, g, FullRows(moments), copy, step);
}

// The fused loops walk storage: all tensors must lie in it in the same order, without gaps.
bool fusable(const Tensor &p, const Tensor &g, const Moments &moments, const Tensor &copy)
{
    const auto like = [&](const Tensor &x) { return !x.defined() || x.dim() != p.dim() || (x.strides() == p.strides() && x.is_non_overlapping_and_dense()); };
    const bool fp32 = p.scalar_type() == torch::kFloat32, bf16 = p.scalar_type() == torch::kBFloat16;
    return p.device().is_cpu() && p.is_non_overlapping_and_dense() && like(g) && like(moments.m) && like(moments.v) && like(copy)
        && ((fp32 && (!copy.defined() || copy.scalar_type() == torch::kBFloat16)) || (bf16 && !copy.defined()));
}

// A gradient may come in another layout than its parameter.
Tensor in_layout_of(const Tensor &p, const Tensor &gradient)
{
    return gradient.strides() == p.strides() ? gradient : torch::empty_like(p, gradient.scalar_type()).copy_(gradient);
}

// Elements in the order of storage.
Tensor flat(const Tensor &x)
{
    return x.as_strided({x.numel()}, {1});
}

Tensor by_block(const Tensor &x)
{
    const auto n = x.numel(), blocks = (n + eight_bit::block - 1) / eight_bit::block;
    return torch::constant_pad_nd(x, {0, blocks * eight_bit::block - n}).view({blocks, eight_bit::block});
}

Tensor numbers_of(eight_bit::Map map, const Tensor &like)
{
    auto numbers = eight_bit::numbers(map);
    return torch::from_blob(numbers.data(), {256}, torch::kFloat32).clone().to(like.device());
}

Tensor dequantised(eight_bit::Map map, const Tensor &codes, const Tensor &scale)
{
    const Tensor values = by_block(numbers_of(map, codes).index_select(0, codes.to(torch::kInt64)));
    return (values * scale.unsqueeze(1)).flatten().narrow(0, 0, codes.numel());
}

void quantise_(eight_bit::Map map, const Tensor &x, const Tensor &codes, const Tensor &scale)
{
    const Tensor blocks = by_block(x), numbers = numbers_of(map, x);
    scale.copy_(blocks.abs().amax(1));
    const Tensor inverse = torch::where(scale > 0, 1 / scale, torch::zeros_like(scale));
    const Tensor scaled = (blocks * inverse.unsqueeze(1)).flatten().narrow(0, 0, x.numel());
    const Tensor midpoints = (numbers.narrow(0, 0, 255) + numbers.narrow(0, 1, 255)) / 2;
    const Tensor nearest = torch::bucketize(scaled.contiguous(), midpoints);
    codes.copy_(map == eight_bit::Map::Unsigned ? torch::maximum(nearest, (scaled > 0).to(torch::kInt64)) : nearest);
}

Tensor updated_second_moment(const Tensor &p, const Tensor &g, const Moments &moments, const AdamWStep &step)
{
    const Tensor square = g.square();
    const double c2 = 1 - step.beta2;
    if (moments.v_row.defined()) {
        const Tensor matrix = flat(square).view({p.size(0), -1});
        moments.v_row.lerp_(matrix.mean(1), c2);
        moments.v_column.lerp_(matrix.mean(0), c2);
        const Tensor product = torch::outer(moments.v_row / moments.v_row.mean().clamp_min(1e-38), moments.v_column);
        Tensor v = torch::empty_like(g);
        flat(v).copy_(product.flatten());
        return v;
    }
    if (!moments.v_scale.defined())
        return moments.v.mul_(step.beta2).add_(square, c2);
    Tensor v = torch::empty_like(g);
    flat(v).copy_(dequantised(eight_bit::Map::Unsigned, moments.v, moments.v_scale));
    v.mul_(step.beta2).add_(square, c2);
    quantise_(eight_bit::Map::Unsigned, flat(v), moments.v, moments.v_scale);
    return v;
}

Tensor updated_first_moment(const Tensor &g, const Moments &moments, const AdamWStep &step)
{
    if (!moments.m.defined())
        return g;
    if (!moments.m_scale.defined())
        return moments.m.lerp_(g, 1 - step.beta1);
    Tensor m = torch::empty_like(g);
    flat(m).copy_(dequantised(eight_bit::Map::Signed, moments.m, moments.m_scale));
    m.lerp_(g, 1 - step.beta1);
    quantise_(eight_bit::Map::Signed, flat(m), moments.m, moments.m_scale);
    return m;
}

// Below this a parameter's state is not worth a loss of precision.
constexpr std::int64_t least_quantised = 4096;

bool is_matrix(const Tensor &p)
{
    return p.dim() >= 2 && p.size(0) > 1 && p.stride(0) * p.size(0) == p.numel() && p.is_non_overlapping_and_dense();
}

} // namespace

Moments make_moments(const Tensor &p, MomentFormat format, bool momentum)
{
    const bool wide = p.scalar_type() == torch::kFloat64;
    const auto fp32 = p.options().dtype(torch::kFloat32).requires_grad(false);
    const auto like_parameter = [&] { return torch::zeros_like(p, wide ? p.options().requires_grad(false) : fp32); };
    Moments moments;
    if (format == MomentFormat::EightBit && !wide && p.numel() >= least_quantised && p.is_non_overlapping_and_dense()) {
        const auto blocks = (p.numel() + eight_bit::block - 1) / eight_bit::block;
        moments.m = torch::full({p.numel()}, 127, fp32.dtype(torch::kUInt8)); // the code of 0
        moments.v = torch::zeros({p.numel()}, fp32.dtype(torch::kUInt8));
        moments.m_scale = torch::zeros({blocks}, fp32);
        moments.v_scale = torch::zeros({blocks}, fp32);
    } else if (format == MomentFormat::Factored && !wide && is_matrix(p)) {
        moments.m = momentum ? like_parameter() : Tensor();
        moments.v_row = torch::zeros({p.size(0)}, fp32);
        moments.v_column = torch::zeros({p.numel() / p.size(0)}, fp32);
    } else {
        moments.m = like_parameter();
        moments.v = like_parameter();
    }
    return moments;
}

void plain::adamw_(const Tensor &p, const Tensor &gradient, const Moments &moments, const Tensor &copy, const AdamWStep &step)
{
    torch::NoGradGuard no_grad;
    const auto wide = p.scalar_type() == torch::kFloat64 ? torch::kFloat64 : torch::kFloat32;
    const Tensor g = in_layout_of(p, gradient).to(wide) * step.gradient_scale;
    const Tensor m = updated_first_moment(g, moments, step), v = updated_second_moment(p, g, moments, step);
    const Tensor denominator = (v.sqrt() / std::sqrt(1 - std::pow(step.beta2, step.count))).add_(step.eps);
    const double first = 1 - std::pow(step.beta1, step.count);
    if (p.scalar_type() == torch::kBFloat16)
        return plain::round_stochastically_(p, (p.to(wide) * (1 - step.lr * step.weight_decay)).addcdiv_(m, denominator, -step.lr / first), step.rounding);
    p.mul_(1 - step.lr * step.weight_decay).addcdiv_(m, denominator, -step.lr / first);
    if (copy.defined())
        copy.copy_(p);
}

void plain::round_stochastically_(const Tensor &parameter, const Tensor &value, std::uint32_t key)
{
    torch::NoGradGuard no_grad;
    constexpr std::int64_t low = 0xffffffff;
    Tensor hash = (torch::arange(parameter.numel(), parameter.options().dtype(torch::kInt64).requires_grad(false)) + static_cast<std::int64_t>(key)) & low;
    const auto mix = [&](std::int64_t shift, std::int64_t factor) { hash = ((hash ^ hash.bitwise_right_shift(shift)) * factor) & low; };
    mix(16, 0x7feb352d);
    mix(15, 0x846ca68b);
    const Tensor bits = flat(in_layout_of(parameter, value.to(torch::kFloat32))).view(torch::kInt32).to(torch::kInt64);
    flat(parameter).view(torch::kInt16).copy_(((bits + hash.bitwise_right_shift(16)).bitwise_right_shift(16)).to(torch::kInt16));
}

void adamw_(const Tensor &p, const Tensor &gradient, const Moments &moments, const Tensor &copy, const AdamWStep &step)
{
    QUELL_RECORD("quell::adamw");
    torch::NoGradGuard no_grad;
    const Tensor g = in_layout_of(p, gradient);
    if (fusable(p, g, moments, copy)) {
        if (g.scalar_type() == torch::kFloat32)
            return step_cpu<float>(p, g, moments, copy, step);
        if (g.scalar_type() == torch::kBFloat16)
            return step_cpu<simd::Bf16>(p, g, moments, copy, step);
    }
    plain::adamw_(p, g, moments, copy, step);
}

void round_stochastically_(const Tensor &parameter, const Tensor &value, std::uint32_t key)
{
    QUELL_RECORD("quell::round_stochastically");
    torch::NoGradGuard no_grad;
    const Tensor x = in_layout_of(parameter, value.to(torch::kFloat32));
    if (!parameter.device().is_cpu() || !parameter.is_non_overlapping_and_dense())
        return plain::round_stochastically_(parameter, x, key);
    simd::narrow_stochastically(x.data_ptr<float>(), static_cast<simd::Bf16 *>(parameter.data_ptr()), x.numel(), key, 0);
}

double squared_norm(const Tensor &x)
{
    QUELL_RECORD("quell::squared_norm");
    if (x.device().is_cpu() && x.is_non_overlapping_and_dense()) {
        if (x.scalar_type() == torch::kFloat32)
            return squared_norm_cpu<float>(x);
        if (x.scalar_type() == torch::kBFloat16)
            return squared_norm_cpu<simd::Bf16>(x);
    }
    return x.to(torch::kFloat64).square().sum().item<double>();
}

} // namespace quell::kernels
