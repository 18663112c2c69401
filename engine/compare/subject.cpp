#include "compare/subject.h"

#include <algorithm>

namespace quell::compare {
namespace {

using torch::Tensor;

constexpr std::size_t near_styles = 2, near_objects = 5;

} // namespace

Result<std::unique_ptr<Subject>> Subject::create(RunSpec spec, const Concept &target, const Look &look)
{
    std::unique_ptr<Subject> subject(new Subject(std::move(spec), target, look));
    const auto &words = look.recogniser.vocabulary();
    QUELL_ASSIGN(const auto drawings, comparison_prompts(target, words, subject->spec_.evaluation.pictures));
    std::vector<Drawing> targets;
    std::copy_if(drawings.begin(), drawings.end(), std::back_inserter(targets), [](const Drawing &drawing) { return drawing.group == PromptGroup::Target; });
    QUELL_ASSIGN(subject->viewer_, Viewer::create(look.recogniser, drawings));
    QUELL_ASSIGN(subject->target_viewer_, Viewer::create(look.recogniser, targets));
    subject->drawer_.emplace(subject->spec_, look.pipeline, drawings, look.drawings, look.compute, look.tell);
    subject->target_drawer_.emplace(subject->spec_, look.pipeline, targets, look.drawings, look.compute, look.tell);
    subject->drawer_->cancelled = subject->target_drawer_->cancelled = look.cancelled;
    QUELL_ASSIGN(const auto name, known_name(target, target.kind == ConceptKind::Style ? words.styles : words.objects));
    subject->find_neighbours(name);
    return subject;
}

// Objects only if they are drawn.
void Subject::find_neighbours(const std::string &name)
{
    const auto &words = look_.recogniser.vocabulary();
    if (target_.kind == ConceptKind::Style) {
        neighbours_ = look_.recogniser.near_styles(name, near_styles);
        return;
    }
    for (const auto &other : look_.recogniser.near_objects(name, words.objects.size())) {
        if (neighbours_.size() < near_objects && std::find(words.drawn.begin(), words.drawn.end(), other) != words.drawn.end())
            neighbours_.push_back(other);
    }
}

Status Subject::look_at_teacher()
{
    if (teacher_)
        return {};
    QUELL_ASSIGN(const Tensor pictures, drawn("teacher", spec_.teacher));
    QUELL_ASSIGN(const Tensor real, real_pictures(spec_, target_, pictures.size(1)));
    if (target_.kind == ConceptKind::Style && real.defined()) {
        QUELL_ASSIGN(real_, mean_direction(look_.recogniser, real));
    }
    QUELL_ASSIGN(teacher_, viewer_->look(pictures, "teacher"));
    return {};
}

Status Subject::look_at(const std::string &name, const fs::path &model, Cell &cell)
{
    QUELL_TRY(look_at_teacher());
    QUELL_ASSIGN(const Tensor pictures, drawn(name, model));
    QUELL_ASSIGN(const auto seen, viewer_->look(pictures, name));
    fill(cell, *viewer_, seen, *teacher_, real_);
    return {};
}

Status Subject::look_again(const std::string &name, const fs::path &model, Cell &cell) const
{
    QUELL_ASSIGN(const Tensor pictures, target_drawer_->drawn(name, model));
    QUELL_ASSIGN(const auto seen, target_viewer_->look(pictures, name));
    cell.relearnt = flags_of(target_.kind == ConceptKind::Style ? seen.style : seen.object);
    return {};
}

} // namespace quell::compare
