#include "evaluation/recognition.h"

#include <algorithm>

namespace quell {

namespace {

constexpr std::size_t batch = 128;

torch::Tensor as_result(const torch::Tensor &features)
{
    return features.to(torch::kCPU, torch::kFloat32);
}

torch::Tensor normalised(const torch::Tensor &features)
{
    return features / features.norm(2, -1, true).clamp_min(1e-12);
}

// Exceptions of the embedder become errors here.
template <class Work> auto guarded(Work work) -> Result<decltype(work())>
{
    torch::NoGradGuard no_grad;
    try {
        return work();
    } catch (const c10::OutOfMemoryError &) {
        return fail(ErrorCode::OutOfMemory, "not enough memory to look at " + std::to_string(batch) + " pictures at once", "evaluator");
    } catch (const std::exception &error) {
        return fail(ErrorCode::Internal, error.what(), "evaluator");
    }
}

torch::Tensor embed_texts(const Embedder &embedder, const std::vector<std::string> &prompts)
{
    std::vector<torch::Tensor> parts;
    for (std::size_t begin = 0; begin < prompts.size(); begin += batch) {
        const auto end = std::min(begin + batch, prompts.size());
        parts.push_back(as_result(embedder.texts({prompts.begin() + begin, prompts.begin() + end})));
    }
    return torch::cat(parts);
}

torch::Tensor ensemble(const Embedder &embedder, const std::vector<std::string> &forms, const std::vector<std::string> &objects,
                       const std::vector<std::string> &styles)
{
    torch::Tensor sum;
    for (const auto &form : forms) {
        std::vector<std::string> prompts;
        for (const auto &object : objects)
            for (const auto &style : styles)
                prompts.push_back(fill_template(form, object, style));
        const auto features = embed_texts(embedder, prompts);
        sum = sum.defined() ? sum + features : features;
    }
    return normalised(sum);
}

} // namespace

Result<Recogniser> Recogniser::create(Embedder embedder, Vocabulary vocabulary)
{
    Recogniser recogniser(std::move(embedder), std::move(vocabulary));
    const auto &words = recogniser.vocabulary_;
    QUELL_ASSIGN(recogniser.pairs_, guarded([&] { return ensemble(recogniser.embedder_, words.styled, words.objects, words.styles); }));
    QUELL_ASSIGN(recogniser.objects_, guarded([&] { return ensemble(recogniser.embedder_, words.plain, words.objects, {""}); }));
    return recogniser;
}

Result<Recognition> Recogniser::recognise(const torch::Tensor &pictures) const
{
    if (pictures.dim() != 4 || pictures.size(0) == 0 || pictures.size(3) != 3 || pictures.scalar_type() != torch::kUInt8)
        return fail(ErrorCode::Mismatch, "pictures must be uint8 [n, height, width, 3]", "evaluator");
    return guarded([&] {
        std::vector<torch::Tensor> parts;
        for (const auto &part : pictures.split(batch))
            parts.push_back(as_result(embedder_.pictures(part)));
        const auto features = torch::cat(parts);
        const auto styles = static_cast<std::int64_t>(vocabulary_.styles.size());
        const auto pair = features.mm(pairs_.t()).argmax(1);
        return Recognition{pair.div(styles, "floor"), pair.remainder(styles), features.mm(objects_.t()).argmax(1), features};
    });
}

namespace {

// `features` [names, d].
std::vector<std::string> nearest(const torch::Tensor &features, const std::vector<std::string> &names, const std::string &name, std::size_t n)
{
    const auto self = std::find(names.begin(), names.end(), name);
    if (self == names.end())
        return {};
    const auto near = features.mv(features[self - names.begin()]).argsort(0, true);
    std::vector<std::string> found;
    for (std::int64_t i = 0; i < near.numel() && found.size() < n; ++i) {
        const auto &other = names[near[i].item<std::int64_t>()];
        if (other != name)
            found.push_back(other);
    }
    return found;
}

} // namespace

std::vector<std::string> Recogniser::near_styles(const std::string &style, std::size_t n) const
{
    const auto styles = static_cast<std::int64_t>(vocabulary_.styles.size());
    return nearest(normalised(pairs_.view({-1, styles, pairs_.size(1)}).mean(0)), vocabulary_.styles, style, n);
}

std::vector<std::string> Recogniser::near_objects(const std::string &object, std::size_t n) const
{
    const auto styles = static_cast<std::int64_t>(vocabulary_.styles.size());
    return nearest(normalised(pairs_.view({-1, styles, pairs_.size(1)}).mean(1)), vocabulary_.objects, object, n);
}

Result<torch::Tensor> Recogniser::text_features(const std::vector<std::string> &prompts) const
{
    return guarded([&] { return embed_texts(embedder_, prompts); });
}

} // namespace quell
