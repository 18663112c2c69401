#include "editing/concept_prune.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace quell {
namespace {

using torch::Tensor;

constexpr std::int64_t at_once = 16; // prompts

// ‖h‖² of every feed-forward's inner neurons at every step looked at, by the key of the weight they meet.
using Squares = std::vector<std::map<std::string, Tensor>>;

// Draws the prompts as far as is looked at.
Result<Squares> squares_of(const UNet &unet, const Pipeline &pipeline, const ConceptPruneSpec &spec, const std::vector<std::string> &prompts, std::int64_t pixels)
{
    torch::NoGradGuard no_grad;
    Squares squares(spec.first);
    std::int64_t step = 0;
    unet.watch_feed_forward([&](const std::string &weight, const Tensor &hidden) {
        // The guided half comes last.
        const Tensor named = spec.guidance > 1 ? hidden.chunk(2)[1] : hidden;
        const Tensor square = named.to(torch::kFloat32).square().flatten(0, -2).sum(0);
        auto &sum = squares[step][weight];
        sum = sum.defined() ? sum + square : square;
    });
    const Denoiser denoiser = [&](const Tensor &x, const Tensor &t, const Tensor &hidden) { return unet.forward(x, t, hidden).sample; };
    const auto device = unet.options().device;
    const Tensor noise = starting_noise(pipeline, static_cast<std::int64_t>(prompts.size()), pixels, spec.seed).to(device);
    const Tensor empty = pipeline.text.encode({""}).to(device);
    Status drawn;
    for (std::int64_t begin = 0; drawn && begin < noise.size(0); begin += at_once) {
        const auto end = std::min(begin + at_once, noise.size(0));
        const Tensor hidden = pipeline.text.encode({prompts.begin() + begin, prompts.begin() + end}).to(device);
        step = 0;
        const StepObserver next = [&](std::int64_t done, std::int64_t) { step = done; return true; };
        const auto latents = sample_latents(pipeline.schedule, denoiser, noise.narrow(0, begin, end - begin), hidden, empty, {spec.steps, spec.guidance}, next, spec.first);
        if (!latents)
            drawn = tl::unexpected(latents.error());
    }
    unet.watch_feed_forward({});
    QUELL_TRY(drawn);
    return squares;
}

// Which weights answer to the concept at one step: bool [rows, columns].
Tensor skilled(const Tensor &weight, const Tensor &naming, const Tensor &without, double sparsity)
{
    const Tensor score = weight.abs() * naming.sqrt(), plain = weight.abs() * without.sqrt();
    const auto count = std::max<std::int64_t>(1, std::llround(sparsity * static_cast<double>(weight.size(1))));
    const Tensor least = std::get<0>(score.topk(count, 1)).narrow(1, count - 1, 1);
    return (score >= least).logical_and(score > plain);
}

} // namespace

Result<UNetParts> concept_pruned(const UNetParts &parts, const UNet &unet, const Pipeline &pipeline, const ConceptPruneSpec &spec,
                                 const std::vector<std::string> &naming, const std::vector<std::string> &without, std::int64_t pixels)
try {
    if (naming.empty())
        return fail(ErrorCode::Usage, "there is no prompt that names the concept", "concepts");
    QUELL_ASSIGN(const auto concept_squares, squares_of(unet, pipeline, spec, naming, pixels));
    QUELL_ASSIGN(const auto plain_squares, squares_of(unet, pipeline, spec, without, pixels));
    if (concept_squares.front().empty())
        return fail(ErrorCode::Unsupported, "it has no feed-forward to prune", parts.place);
    auto result = parts;
    for (const auto &[key, unused] : concept_squares.front()) {
        const Tensor weight = parts.tensors.at(key).to(torch::kCPU, torch::kFloat32);
        Tensor mask = torch::zeros(weight.sizes(), torch::kBool);
        for (std::size_t step = 0; step < concept_squares.size(); ++step)
            mask.logical_or_(skilled(weight, concept_squares[step].at(key).cpu(), plain_squares[step].at(key).cpu(), spec.sparsity));
        result.tensors.at(key) = parts.tensors.at(key).masked_fill(mask, 0);
    }
    return result;
} catch (const c10::OutOfMemoryError &) {
    return fail(ErrorCode::OutOfMemory, "no memory left to draw with", parts.place);
} catch (const std::exception &error) {
    return fail(ErrorCode::Internal, error.what(), parts.place);
}

} // namespace quell
