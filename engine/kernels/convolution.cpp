#include "kernels/convolution.h"

#include "kernels/onednn.h"
#include "kernels/record.h"

#include <ATen/Parallel.h>

#include <algorithm>

namespace quell::kernels {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

constexpr auto last = torch::MemoryFormat::ChannelsLast;

struct Window {
    std::int64_t kernel, stride, padding;
};

// Values gathered at a time (32 MiB): enough for a fast product, and no more whatever the picture's size.
constexpr std::int64_t patch_values = 8 << 20;

// Filters from which on oneDNN's product is taken: it turns what was gathered first, for which each filter pays its part (AVX2, SD's shapes: an eighth faster).
constexpr std::int64_t many_filters = 640;

// The rows [first, end) of output positions as [(end − first)·width, k·k·channels]: what the kernel covers at each, zero outside of the picture.
// `height` and `width` are the output's. x is channels-last, so that a line of the kernel is one piece of memory.
Tensor patches(const Tensor &x, const Window &window, std::int64_t height, std::int64_t width, std::int64_t first, std::int64_t end)
{
    const auto channels = x.size(1), in_height = x.size(2), in_width = x.size(3), line = window.kernel * channels;
    Tensor gathered = torch::empty({(end - first) * width, window.kernel * line}, x.options());
    const float *from = x.const_data_ptr<float>();
    float *to = gathered.data_ptr<float>();
    at::parallel_for(first, end, 1, [&](std::int64_t begin, std::int64_t stop) {
        for (auto row = begin; row < stop; ++row) {
            const float *picture = from + row / height * in_height * in_width * channels;
            const auto top = row % height * window.stride - window.padding;
            float *patch = to + (row - first) * width * window.kernel * line;
            for (std::int64_t column = 0; column < width; ++column) {
                const auto left = column * window.stride - window.padding;
                const auto begin_x = std::max<std::int64_t>(left, 0), end_x = std::min(left + window.kernel, in_width);
                for (std::int64_t y = top; y < top + window.kernel; ++y, patch += line) {
                    if (y < 0 || y >= in_height) {
                        std::fill_n(patch, line, 0.f);
                        continue;
                    }
                    float *at = std::fill_n(patch, (begin_x - left) * channels, 0.f);
                    at = std::copy_n(picture + (y * in_width + begin_x) * channels, (end_x - begin_x) * channels, at);
                    std::fill_n(at, (left + window.kernel - end_x) * channels, 0.f);
                }
            }
        }
    });
    return gathered;
}

// Pixels as rows: a view.
Tensor pixels(const Tensor &x)
{
    return x.permute({0, 2, 3, 1}).reshape({-1, x.size(1)});
}

// Σ over output positions of dy ⊗ patch.
Tensor weight_gradient(const Tensor &x, const Tensor &dy, const Tensor &weight, const Window &window)
{
    QUELL_RECORD("quell::conv2d_weight_gradient");
    const Tensor columns = pixels(dy).t();
    const auto as_weight = [&](const Tensor &matrix) {
        return matrix.view({weight.size(0), window.kernel, window.kernel, weight.size(1)}).permute({0, 3, 1, 2});
    };
    if (window.kernel == 1 && window.stride == 1 && window.padding == 0)
        return as_weight(columns.mm(pixels(x)));
    const auto height = dy.size(2), width = dy.size(3), rows = dy.size(0) * height;
    const auto step = std::max<std::int64_t>(1, patch_values / (width * weight[0].numel()));
    Tensor sum;
    for (std::int64_t first = 0; first < rows; first += step) {
        const auto end = std::min(first + step, rows);
        const Tensor gathered = patches(x, window, height, width, first, end);
        const Tensor outputs = columns.slice(1, first * width, end * width);
        const Tensor part = weight.size(0) < many_filters ? outputs.mm(gathered) : onednn_linear(outputs.contiguous(), gathered.t(), {});
        sum = sum.defined() ? sum.add_(part) : part;
    }
    return as_weight(sum);
}

class Conv2dFunction : public torch::autograd::Function<Conv2dFunction> {
public:
    static Tensor forward(AutogradContext *context, const Tensor &x, const Tensor &weight, const Tensor &bias, std::int64_t stride, std::int64_t padding)
    {
        context->save_for_backward({x, weight});
        context->saved_data["stride"] = stride;
        context->saved_data["padding"] = padding;
        return torch::conv2d(x, weight, bias, stride, padding);
    }

    static variable_list backward(AutogradContext *context, const variable_list &gradients)
    {
        const auto saved = context->get_saved_variables();
        const Tensor &x = saved[0], &weight = saved[1], dy = gradients[0].contiguous(last);
        const Window window{weight.size(2), context->saved_data["stride"].toInt(), context->saved_data["padding"].toInt()};
        Tensor dx;
        if (context->needs_input_grad(0)) {
            const std::vector<std::int64_t> stride(2, window.stride), padding(2, window.padding), one(2, 1), none(2, 0);
            dx = std::get<0>(at::convolution_backward(dy, x, weight, at::OptionalIntArrayRef(), stride, padding, one, false, none, 1, {true, false, false}));
        }
        const Tensor dbias = context->needs_input_grad(2) ? pixels(dy).sum(0) : Tensor();
        return {dx, weight_gradient(x, dy, weight, window), dbias, Variable(), Variable()};
    }
};

// Of a contiguous weight, in fp32.
template <class T> Tensor turned(const Tensor &weight)
{
    Tensor result = torch::empty_like(weight, weight.options().dtype(torch::kFloat32).memory_format(last));
    const auto channels = weight.size(1), positions = weight.size(2) * weight.size(3), filter = channels * positions;
    at::parallel_for(0, weight.size(0), 1, [from = weight.const_data_ptr<T>(), to = result.data_ptr<float>(), channels, positions, filter](std::int64_t begin, std::int64_t end) {
        for (auto out = begin; out < end; ++out) {
            const T *source = from + out * filter;
            float *target = to + out * filter;
            for (std::int64_t position = 0; position < positions; ++position) {
                for (std::int64_t channel = 0; channel < channels; ++channel)
                    target[position * channels + channel] = static_cast<float>(source[channel * positions + position]);
            }
        }
    });
    return result;
}

} // namespace

Tensor conv2d(const Tensor &x, const Tensor &weight, const Tensor &bias, std::int64_t stride, std::int64_t padding)
{
    const bool trained = torch::GradMode::is_enabled() && weight.requires_grad();
    const bool known = x.device().is_cpu() && x.scalar_type() == torch::kFloat32 && weight.scalar_type() == torch::kFloat32 && x.is_contiguous(last) && weight.is_contiguous(last);
    return trained && known ? Conv2dFunction::apply(x, weight, bias, stride, padding) : torch::conv2d(x, weight, bias, stride, padding);
}

Tensor channels_last(const Tensor &weight, torch::ScalarType dtype)
{
    const bool plain = weight.device().is_cpu() && weight.is_contiguous() && !weight.is_contiguous(last);
    if (plain && dtype == torch::kFloat32) {
        switch (weight.scalar_type()) {
        case torch::kFloat32: return turned<float>(weight);
        case torch::kFloat16: return turned<c10::Half>(weight);
        case torch::kBFloat16: return turned<c10::BFloat16>(weight);
        default: break;
        }
    }
    return weight.to(dtype).contiguous(last);
}

} // namespace quell::kernels
