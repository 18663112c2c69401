#include "editing/closed_form.h"

namespace quell {
namespace {

using torch::Tensor;

bool is_edited(const std::string &key)
{
    return key.ends_with(".attn2.to_k.weight") || key.ends_with(".attn2.to_v.weight");
}

Tensor wide(const Tensor &x)
{
    return x.to(torch::kCPU, torch::kFloat64);
}

// X·M⁻¹.
Tensor divided(const Tensor &x, const Tensor &m)
{
    return torch::linalg_solve(m.t(), x.t()).t();
}

Tensor unit(std::int64_t n)
{
    return torch::eye(n, torch::kFloat64);
}

// (λI + eΣtcᵀ + pΣppᵀ)(λI + eΣccᵀ + pΣppᵀ)⁻¹
Tensor least_squares(const EditSpec &spec, const Tensor &c, const Tensor &t, const Tensor &p)
{
    const Tensor kept = spec.damping * unit(c.size(1)) + spec.preserve * p.t().mm(p);
    return divided(kept + spec.erase * t.t().mm(c), kept + spec.erase * c.t().mm(c));
}

// What is orthogonal to the preserved states, as a projector.
Tensor null_space(const Tensor &p, double rank)
{
    const auto d = p.size(1);
    if (p.size(0) == 0)
        return unit(d);
    const auto [u, s, v] = torch::linalg_svd(p, false);
    const Tensor strong = v.index({s > rank * s[0]});
    return unit(d) - strong.t().mm(strong);
}

// I + eΣ(t − c)cᵀP(eΣccᵀP + λI)⁻¹
Tensor in_null_space(const EditSpec &spec, const Tensor &c, const Tensor &t, const Tensor &p)
{
    const Tensor free = c.mm(null_space(p, spec.rank));
    return unit(c.size(1)) + divided(spec.erase * (t - c).t().mm(free), spec.erase * free.t().mm(free) + spec.damping * unit(c.size(1)));
}

// The states that are to the edited layers what `c` was to the old ones: argmin Σ‖WAx − Wc‖² + r‖x‖², r being `ridge` times the layers' mean square gain.
// Long ones are shortened to c's length: no prompt gives longer states, and erasing them would tear up all others.
Tensor returning(const Tensor &a, const Tensor &gram, const Tensor &c, double ridge)
{
    const Tensor left = a.t().mm(gram), r = ridge * gram.diagonal().mean() * unit(a.size(0));
    const Tensor x = torch::linalg_solve(left.mm(a) + r, left.mm(c.t())).t();
    const Tensor most = c.norm(2, 1, true), length = x.norm(2, 1, true);
    return x * torch::minimum(torch::ones_like(length), most / length.clamp_min(1e-30));
}

Tensor gram_of(const StateDict &tensors)
{
    Tensor sum;
    for (const auto &[key, tensor] : tensors) {
        if (!is_edited(key))
            continue;
        const Tensor w = wide(tensor), square = w.t().mm(w);
        sum = sum.defined() ? sum + square : square;
    }
    return sum;
}

Status check_widths(const UNetParts &unet, std::int64_t width)
{
    bool any = false;
    for (const auto &[key, tensor] : unet.tensors) {
        if (!is_edited(key))
            continue;
        any = true;
        if (tensor.size(1) != width)
            return fail(ErrorCode::Mismatch, key + " takes states of " + std::to_string(tensor.size(1)) + " numbers, the text encoder gives " + std::to_string(width), unet.place);
    }
    return any ? Status{} : fail(ErrorCode::Unsupported, "it has no cross-attention to edit", unet.place);
}

} // namespace

Tensor edit_matrix(const EditSpec &spec, const EditStates &states, const Tensor &gram)
{
    const Tensor c = wide(states.erase), t = wide(states.towards), p = wide(states.preserve);
    if (spec.method == EditMethod::NullSpace)
        return in_null_space(spec, c, t, p);
    Tensor a = least_squares(spec, c, t, p);
    for (std::int64_t round = 0; spec.method == EditMethod::Rece && round < spec.rounds; ++round)
        a = a.mm(least_squares(spec, returning(a, gram, c, spec.ridge), t, p));
    return a;
}

Result<UNetParts> edited(const UNetParts &unet, const EditSpec &spec, const EditStates &states)
try {
    torch::NoGradGuard no_grad;
    QUELL_TRY(check_widths(unet, states.erase.size(1)));
    const Tensor a = edit_matrix(spec, states, spec.method == EditMethod::Rece ? gram_of(unet.tensors) : Tensor());
    if (!torch::isfinite(a).all().item<bool>())
        return fail(ErrorCode::Numerical, "the edit has no finite solution; raise its damping", unet.place);
    auto result = unet;
    for (auto &[key, tensor] : result.tensors) {
        if (is_edited(key))
            tensor = wide(tensor).mm(a).to(tensor.scalar_type());
    }
    return result;
} catch (const c10::Error &) { // LibTorch's word for a singular matrix
    return fail(ErrorCode::Numerical, "the edit has no solution; raise its damping", unet.place);
}

} // namespace quell
