#include "kernels/norm.h"

#include "kernels/record.h"
#include "kernels/simd.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace quell::kernels {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

namespace plain {

Tensor group_norm(const Tensor &x, std::int64_t groups, const Tensor &weight, const Tensor &bias, double eps, Act act)
{
    const auto y = torch::group_norm(x.to(torch::kFloat32), groups, weight, bias, eps);
    return (act == Act::Silu ? torch::silu(y) : y).to(x.scalar_type());
}

Tensor layer_norm(const Tensor &x, const Tensor &weight, const Tensor &bias, double eps)
{
    return torch::layer_norm(x.to(torch::kFloat32), {x.size(-1)}, weight, bias, eps).to(x.scalar_type());
}

Tensor geglu(const Tensor &x)
{
    const auto halves = x.chunk(2, -1);
    return halves[0] * torch::gelu(halves[1]);
}

} // namespace plain

namespace {

using simd::Bf16;
using simd::read_row;
using simd::row_to_write;
using simd::write_row;

bool fused_type(const Tensor &x)
{
    return x.device().is_cpu() && (x.scalar_type() == torch::kFloat32 || x.scalar_type() == torch::kBFloat16);
}

template <class T> T *data(const Tensor &x)
{
    return static_cast<T *>(x.data_ptr());
}

// Copies a row of floats to where rows of either type lie.
void put_row(const float *row, float *y, std::int64_t n)
{
    std::copy_n(row, n, y);
}
void put_row(const float *row, Bf16 *y, std::int64_t n)
{
    simd::narrow(row, y, n);
}

// Zeroed work rows.
template <std::size_t count> class Rows {
public:
    explicit Rows(std::int64_t width) : width_(width), values_(count * width) {}
    float *operator[](std::size_t index) { return values_.data() + index * width_; }

private:
    std::int64_t width_;
    std::vector<float> values_;
};

// Calls f with a value of the kernel's element type.
template <class F> void with_type(const Tensor &x, F f)
{
    if (x.scalar_type() == torch::kBFloat16)
        f(Bf16{});
    else
        f(float{});
}

// ---- group norm over [n, positions, channels]: channels-last, so that every loop runs along channels ----

struct NormShape {
    std::int64_t n, positions, channels, groups;
    std::int64_t per_group() const { return channels / groups; }
};

QUELL_MULTIVERSION void add_sums(const float *x, std::int64_t n, float *sum, float *squares)
{
#pragma omp simd
    for (std::int64_t c = 0; c < n; ++c) {
        sum[c] += x[c];
        squares[c] += x[c] * x[c];
    }
}

QUELL_MULTIVERSION void affine(const float *x, float *y, std::int64_t n, const float *a, const float *b)
{
#pragma omp simd
    for (std::int64_t c = 0; c < n; ++c)
        y[c] = x[c] * a[c] + b[c];
}

QUELL_MULTIVERSION void affine_silu(const float *x, float *y, std::int64_t n, const float *a, const float *b)
{
#pragma omp simd
    for (std::int64_t c = 0; c < n; ++c) {
        const float z = x[c] * a[c] + b[c];
        y[c] = z * simd::sigmoid(z);
    }
}

// dz = dy·silu'(z)
QUELL_MULTIVERSION void silu_gradient(const float *x, const float *dy, float *dz, std::int64_t n, const float *a, const float *b)
{
#pragma omp simd
    for (std::int64_t c = 0; c < n; ++c) {
        const float z = x[c] * a[c] + b[c], s = simd::sigmoid(z);
        dz[c] = dy[c] * s * (1.f + z * (1.f - s));
    }
}

QUELL_MULTIVERSION void add_gradient_sums(const float *x, const float *dz, std::int64_t n, float *sum, float *sum_x)
{
#pragma omp simd
    for (std::int64_t c = 0; c < n; ++c) {
        sum[c] += dz[c];
        sum_x[c] += dz[c] * x[c];
    }
}

// dx = dz·a + x·k + l
QUELL_MULTIVERSION void input_gradient(const float *x, const float *dz, float *dx, std::int64_t n, const float *a, const float *k, const float *l)
{
#pragma omp simd
    for (std::int64_t c = 0; c < n; ++c)
        dx[c] = dz[c] * a[c] + x[c] * k[c] + l[c];
}

// The scale and shift of each channel, from a picture's statistics.
void channel_coefficients(const NormShape &shape, const float *mean, const float *rstd, const float *weight, const float *bias, float *a, float *b)
{
    for (std::int64_t c = 0; c < shape.channels; ++c) {
        const auto g = c / shape.per_group();
        a[c] = rstd[g] * weight[c];
        b[c] = bias[c] - mean[g] * a[c];
    }
}

template <class T>
void forward_picture(const NormShape &shape, const T *x, T *y, const float *weight, const float *bias, double eps, bool silu, float *mean, float *rstd)
{
    const auto channels = shape.channels;
    Rows<6> rows(channels);
    float *sum = rows[0], *squares = rows[1], *a = rows[2], *b = rows[3];
    for (std::int64_t p = 0; p < shape.positions; ++p)
        add_sums(read_row(x + p * channels, rows[4], channels), channels, sum, squares);
    const double count = static_cast<double>(shape.positions * shape.per_group());
    for (std::int64_t g = 0; g < shape.groups; ++g) {
        double s = 0, q = 0;
        for (std::int64_t c = g * shape.per_group(); c < (g + 1) * shape.per_group(); ++c) {
            s += sum[c];
            q += squares[c];
        }
        const double centre = s / count;
        mean[g] = static_cast<float>(centre);
        rstd[g] = static_cast<float>(1 / std::sqrt(std::max(q / count - centre * centre, 0.0) + eps));
    }
    channel_coefficients(shape, mean, rstd, weight, bias, a, b);
    for (std::int64_t p = 0; p < shape.positions; ++p) {
        float *out = row_to_write(y + p * channels, rows[5]);
        (silu ? affine_silu : affine)(read_row(x + p * channels, rows[4], channels), out, channels, a, b);
        write_row(out, y + p * channels, channels);
    }
}

// Adds to dweight and dbias of the calling thread.
template <class T>
void backward_picture(const NormShape &shape, const T *x, const T *dy, T *dx, const float *weight, const float *bias, bool silu, const float *mean,
                      const float *rstd, float *dweight, float *dbias)
{
    const auto channels = shape.channels;
    Rows<9> rows(channels);
    float *a = rows[0], *b = rows[1], *sum = rows[2], *sum_x = rows[3], *k = rows[4], *l = rows[5];
    channel_coefficients(shape, mean, rstd, weight, bias, a, b);
    // dx holds dz between the two passes.
    for (std::int64_t p = 0; p < shape.positions; ++p) {
        const float *row = read_row(x + p * channels, rows[6], channels), *dz = read_row(dy + p * channels, rows[7], channels);
        if (silu) {
            silu_gradient(row, dz, rows[8], channels, a, b);
            dz = rows[8];
        }
        add_gradient_sums(row, dz, channels, sum, sum_x);
        put_row(dz, dx + p * channels, channels);
    }
    const double count = static_cast<double>(shape.positions * shape.per_group());
    for (std::int64_t g = 0; g < shape.groups; ++g) {
        double s = 0, q = 0;
        for (std::int64_t c = g * shape.per_group(); c < (g + 1) * shape.per_group(); ++c) {
            s += static_cast<double>(weight[c]) * sum[c];
            q += static_cast<double>(weight[c]) * sum_x[c];
            dweight[c] += (sum_x[c] - mean[g] * sum[c]) * rstd[g];
            dbias[c] += sum[c];
        }
        const double slope = (s * mean[g] - q) * std::pow(static_cast<double>(rstd[g]), 3) / count;
        const double shift = -slope * mean[g] - s * rstd[g] / count;
        std::fill(k + g * shape.per_group(), k + (g + 1) * shape.per_group(), static_cast<float>(slope));
        std::fill(l + g * shape.per_group(), l + (g + 1) * shape.per_group(), static_cast<float>(shift));
    }
    for (std::int64_t p = 0; p < shape.positions; ++p) {
        float *out = row_to_write(dx + p * channels, rows[8]);
        input_gradient(read_row(x + p * channels, rows[6], channels), read_row(dx + p * channels, rows[7], channels), out, channels, a, k, l);
        write_row(out, dx + p * channels, channels);
    }
}

class GroupNormFunction : public torch::autograd::Function<GroupNormFunction> {
public:
    static Tensor forward(AutogradContext *context, const Tensor &x, std::int64_t groups, const Tensor &weight, const Tensor &bias, double eps, bool silu)
    {
        const NormShape shape{x.size(0), x.size(2) * x.size(3), x.size(1), groups};
        Tensor y = torch::empty_like(x), mean = torch::empty({shape.n, groups}, torch::kFloat32), rstd = torch::empty_like(mean);
        with_type(x, [&](auto type) {
            using T = decltype(type);
            const auto stride = shape.positions * shape.channels;
            at::parallel_for(0, shape.n, 1, [&](std::int64_t begin, std::int64_t end) {
                for (auto i = begin; i < end; ++i)
                    forward_picture(shape, data<T>(x) + i * stride, data<T>(y) + i * stride, data<float>(weight), data<float>(bias), eps, silu,
                                    data<float>(mean) + i * groups, data<float>(rstd) + i * groups);
            });
        });
        context->save_for_backward({x, weight, bias, mean, rstd});
        context->saved_data["groups"] = groups;
        context->saved_data["silu"] = silu;
        return y;
    }

    static variable_list backward(AutogradContext *context, const variable_list &gradients)
    {
        const auto saved = context->get_saved_variables();
        const Tensor &x = saved[0], &weight = saved[1], &bias = saved[2], &mean = saved[3], &rstd = saved[4];
        const auto groups = context->saved_data["groups"].toInt();
        const bool silu = context->saved_data["silu"].toBool();
        const NormShape shape{x.size(0), x.size(2) * x.size(3), x.size(1), groups};
        const Tensor dy = gradients[0].contiguous(torch::MemoryFormat::ChannelsLast);
        Tensor dx = torch::empty_like(x);
        // A row for each picture keeps the sum's order, whatever the number of threads.
        Tensor dweight = torch::zeros({shape.n, shape.channels}, torch::kFloat32), dbias = torch::zeros_like(dweight);
        with_type(x, [&](auto type) {
            using T = decltype(type);
            const auto stride = shape.positions * shape.channels;
            at::parallel_for(0, shape.n, 1, [&](std::int64_t begin, std::int64_t end) {
                for (auto i = begin; i < end; ++i)
                    backward_picture(shape, data<T>(x) + i * stride, data<T>(dy) + i * stride, data<T>(dx) + i * stride, data<float>(weight),
                                     data<float>(bias), silu, data<float>(mean) + i * groups, data<float>(rstd) + i * groups,
                                     data<float>(dweight) + i * shape.channels, data<float>(dbias) + i * shape.channels);
            });
        });
        return {dx, Variable(), dweight.sum(0), dbias.sum(0), Variable(), Variable()};
    }
};

// ---- GEGLU over rows of [values | gates] ----

constexpr float inverse_root_2 = .70710678118654752f, inverse_root_2pi = .39894228040143268f;

QUELL_MULTIVERSION void gate_row(const float *x, float *y, std::int64_t width)
{
#pragma omp simd
    for (std::int64_t c = 0; c < width; ++c) {
        const float gate = x[width + c];
        const float cdf = .5f * (1.f + simd::erf(gate * inverse_root_2, simd::exp(-.5f * gate * gate)));
        y[c] = x[c] * gate * cdf;
    }
}

QUELL_MULTIVERSION void gate_row_gradient(const float *x, const float *dy, float *dx, std::int64_t width)
{
#pragma omp simd
    for (std::int64_t c = 0; c < width; ++c) {
        const float gate = x[width + c], gauss = simd::exp(-.5f * gate * gate);
        const float cdf = .5f * (1.f + simd::erf(gate * inverse_root_2, gauss));
        dx[c] = dy[c] * gate * cdf;
        dx[width + c] = dy[c] * x[c] * (cdf + gate * gauss * inverse_root_2pi);
    }
}

constexpr std::int64_t rows_a_task = 32;

class GegluFunction : public torch::autograd::Function<GegluFunction> {
public:
    static Tensor forward(AutogradContext *context, const Tensor &x)
    {
        auto sizes = x.sizes().vec();
        const auto width = sizes.back() /= 2;
        Tensor y = torch::empty(sizes, x.options());
        with_type(x, [&](auto type) {
            using T = decltype(type);
            at::parallel_for(0, y.numel() / width, rows_a_task, [&](std::int64_t begin, std::int64_t end) {
                Rows<3> rows(width);
                for (auto i = begin; i < end; ++i) {
                    T *to = data<T>(y) + i * width;
                    float *out = row_to_write(to, rows[2]);
                    gate_row(read_row(data<T>(x) + 2 * i * width, rows[0], 2 * width), out, width);
                    write_row(out, to, width);
                }
            });
        });
        context->save_for_backward({x});
        return y;
    }

    static variable_list backward(AutogradContext *context, const variable_list &gradients)
    {
        const Tensor x = context->get_saved_variables()[0], dy = gradients[0].contiguous();
        const auto width = x.size(-1) / 2;
        Tensor dx = torch::empty_like(x);
        with_type(x, [&](auto type) {
            using T = decltype(type);
            at::parallel_for(0, dy.numel() / width, rows_a_task, [&](std::int64_t begin, std::int64_t end) {
                Rows<5> rows(width);
                for (auto i = begin; i < end; ++i) {
                    T *to = data<T>(dx) + 2 * i * width;
                    float *out = row_to_write(to, rows[3]);
                    gate_row_gradient(read_row(data<T>(x) + 2 * i * width, rows[0], 2 * width), read_row(data<T>(dy) + i * width, rows[2], width), out, width);
                    write_row(out, to, 2 * width);
                }
            });
        });
        return {dx};
    }
};

} // namespace

Tensor group_norm(const Tensor &x, std::int64_t groups, const Tensor &weight, const Tensor &bias, double eps, Act act)
{
    if (!fused_type(x) || x.dim() != 4 || weight.scalar_type() != torch::kFloat32 || !x.is_contiguous(torch::MemoryFormat::ChannelsLast))
        return plain::group_norm(x, groups, weight, bias, eps, act);
    QUELL_RECORD("quell::group_norm");
    return GroupNormFunction::apply(x, groups, weight, bias, eps, act == Act::Silu);
}

Tensor layer_norm(const Tensor &x, const Tensor &weight, const Tensor &bias, double eps)
{
    // LibTorch's own kernel mixes fp32 parameters with bf16 input on the CPU.
    return fused_type(x) ? torch::layer_norm(x, {x.size(-1)}, weight, bias, eps) : plain::layer_norm(x, weight, bias, eps);
}

Tensor geglu(const Tensor &x)
{
    if (!fused_type(x))
        return plain::geglu(x);
    QUELL_RECORD("quell::geglu");
    return GegluFunction::apply(x.contiguous());
}

} // namespace quell::kernels
