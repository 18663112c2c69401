// Models' pictures of an evaluation's prompts.
#pragma once

#include "evaluation/prompts.h"
#include "run/run_spec.h"
#include "sampling/pipeline.h"

namespace quell {

using TellProgress = std::function<void(const std::string &what, std::int64_t done, std::int64_t total)>;

// Draws models from the same latents with run.json's evaluation settings, each once: pictures are kept in `cache` by weights, prompts and settings (the
// evaluation's own `drawings` may hold more), not by precision, which they hardly show.
class Drawer {
public:
    // `spec` and `pipeline` must outlive it.
    Drawer(const RunSpec &spec, const Pipeline &pipeline, std::vector<Drawing> drawings, fs::path cache, LoadOptions compute, TellProgress tell);

    // uint8 [drawings, height, width, 3]; `model` is a pipeline or UNet folder, `name` what progress calls it. Errors: those of opening and drawing, Cancelled.
    Result<torch::Tensor> drawn(const std::string &name, const fs::path &model) const;

    // Asked before each batch of pictures; true ends drawn() with Cancelled.
    std::function<bool()> cancelled;

private:
    Result<std::string> key(const fs::path &model) const;
    Result<torch::Tensor> draw_anew(const std::string &name, const fs::path &model) const;
    const RunSpec &spec_;
    const Pipeline &pipeline_;
    std::vector<Drawing> drawings_;
    fs::path cache_;
    LoadOptions compute_;
    TellProgress tell_;
};

// Pictures of the run's data that name the concept, resized to `size`: uint8 [n, size, size, 3], undefined if there are none.
Result<torch::Tensor> real_pictures(const RunSpec &spec, const Concept &target, std::int64_t size);

} // namespace quell
