#include "evaluation/sightings.h"

#include <algorithm>

namespace quell {

using torch::Tensor;

namespace {

std::int64_t index_of(const std::vector<std::string> &names, const std::string &name)
{
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? -1 : found - names.begin();
}

} // namespace

Result<Viewer> Viewer::create(const Recogniser &recogniser, std::vector<Drawing> drawings)
{
    if (drawings.empty())
        return fail(ErrorCode::Mismatch, "no drawings to compare");
    Viewer viewer(recogniser, std::move(drawings));
    const auto &words = recogniser.vocabulary();
    std::vector<std::string> prompts;
    std::vector<std::int64_t> styles, objects, plain;
    for (const auto &drawing : viewer.drawings_) {
        objects.push_back(index_of(words.objects, drawing.object));
        styles.push_back(index_of(words.styles, drawing.style));
        plain.push_back(drawing.group == PromptGroup::Plain);
        if (objects.back() < 0 || (styles.back() < 0 && !plain.back()))
            return fail(ErrorCode::Mismatch, "the evaluator does not know its object or style", "prompt \"" + drawing.prompt + "\"");
        viewer.rows_[static_cast<int>(drawing.group)].push_back(static_cast<std::int64_t>(prompts.size()));
        prompts.push_back(drawing.prompt);
    }
    viewer.style_ = torch::tensor(styles), viewer.object_ = torch::tensor(objects), viewer.plain_ = torch::tensor(plain).to(torch::kBool);
    QUELL_ASSIGN(viewer.prompts_, recogniser.text_features(prompts));
    return viewer;
}

Result<Sightings> Viewer::look(const Tensor &pictures, const std::string &name) const
{
    if (!pictures.defined() || pictures.size(0) != static_cast<std::int64_t>(drawings_.size()))
        return fail(ErrorCode::Mismatch, "needs one picture for each of the " + std::to_string(drawings_.size()) + " prompts", name);
    QUELL_ASSIGN(const auto found, recogniser_->recognise(pictures));
    return Sightings{found.style == style_, torch::where(plain_, found.plain_object, found.object) == object_, (found.features * prompts_).sum(1), found.features};
}

Result<Tensor> mean_direction(const Recogniser &recogniser, const Tensor &pictures)
{
    QUELL_ASSIGN(const auto found, recogniser.recognise(pictures));
    const Tensor mean = found.features.mean(0);
    return mean / mean.norm();
}

double kernel_distance(const Tensor &a, const Tensor &b)
{
    const Tensor x = a.to(torch::kFloat64), y = b.to(torch::kFloat64);
    const auto kernel = [](const Tensor &u, const Tensor &v) { return (u.mm(v.t()) + 1).pow(3); };
    const Tensor h = kernel(x, x) + kernel(y, y) - kernel(x, y) - kernel(y, x);
    const auto n = static_cast<double>(x.size(0));
    return ((h.sum() - h.trace()) / (n * (n - 1))).item<double>();
}

} // namespace quell
