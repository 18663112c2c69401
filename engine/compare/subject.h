// One concept as a comparison looks at it: its prompts, models' drawings of them, and what the evaluator sees there.
#pragma once

#include "compare/cell.h"
#include "run/drawer.h"

namespace quell::compare {

// What all subjects of a comparison share; must outlive them.
struct Look {
    const Recogniser &recogniser;
    const Pipeline &pipeline;
    fs::path drawings; // where pictures are kept
    LoadOptions compute;
    TellProgress tell;
    std::function<bool()> cancelled;
};

class Subject {
public:
    // `spec` is the run that evaluates (plan.h, base_run). Errors: a concept that the evaluator cannot tell.
    static Result<std::unique_ptr<Subject>> create(RunSpec spec, const Concept &target, const Look &look);

    const Concept &target() const { return target_; }
    const RunSpec &spec() const { return spec_; }
    const std::vector<Drawing> &drawings() const { return viewer_->drawings(); }
    const Viewer &viewer() const { return *viewer_; }
    // The styles (objects) of the evaluator's vocabulary that lie nearest to the concept.
    const std::vector<std::string> &neighbours() const { return neighbours_; }

    Result<torch::Tensor> drawn(const std::string &name, const fs::path &model) const { return drawer_->drawn(name, model); }
    // Draws a model and fills in what is seen of it.
    Status look_at(const std::string &name, const fs::path &model, Cell &cell);
    // Draws the target prompts alone, after relearning.
    Status look_again(const std::string &name, const fs::path &model, Cell &cell) const;

private:
    Subject(RunSpec spec, Concept target, const Look &look) : spec_(std::move(spec)), target_(std::move(target)), look_(look) {}
    void find_neighbours(const std::string &name);
    Status look_at_teacher();

    const RunSpec spec_;
    const Concept target_;
    const Look &look_;
    std::optional<Viewer> viewer_, target_viewer_;
    std::optional<Drawer> drawer_, target_drawer_;
    std::vector<std::string> neighbours_;
    torch::Tensor real_;               // mean direction of real pictures, may be undefined
    std::optional<Sightings> teacher_; // once a model is held against it
};

} // namespace quell::compare
