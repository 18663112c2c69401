// Makes the models of a comparison: stages, runs, edits, relearning. What is there already is not made again, and a run that was stopped goes on.
#pragma once

#include "compare/plan.h"
#include "data/image_folder.h"
#include "run/drawer.h"
#include "run/run.h"

namespace quell::compare {

// A model and what it took.
struct Made {
    fs::path model;               // a UNet folder
    std::int64_t evaluations = 0; // gradient evaluations
    double seconds = 0;           // of training or editing, over all tries
    std::int64_t peak_bytes = 0;  // most resident memory meanwhile; 0: the program ended before it was noted
};

class Maker {
public:
    // All references must outlive it. `data` are the run's folders of pictures, which edits and relearning take captions and pictures from.
    Maker(const Plan &plan, const fs::path &folder, const fs::path &cache, const LoadOptions &compute, RunControl &control, const Pipeline &pipeline, const std::vector<ImageFolder> &data,
          TellProgress tell);

    // Each into its own folder. Errors: Cancelled, those of runs and edits.
    Result<Made> stage(std::int64_t seed, const fs::path &folder);
    // A method that follows the stage is charged for it.
    Result<Made> method(const Method &method, const Concept &target, std::int64_t seed, const std::optional<Made> &stage, const fs::path &folder);
    Result<Made> relearnt(const Concept &target, std::int64_t seed, const fs::path &model, const fs::path &folder);

private:
    Result<Made> trained(const RunSpec &spec, const fs::path &run);
    Result<Made> edited_model(const Edit &edit, const Concept &target, std::int64_t seed, const fs::path &stage, const fs::path &folder);
    Result<UNetParts> closed_form(const EditSpec &spec, const Concept &target, const UNetParts &unet) const;
    Result<UNetParts> pruned(ConceptPruneSpec spec, const Concept &target, const UNetParts &parts, const fs::path &model) const;
    std::vector<std::string> captions(const Concept &target, bool naming, std::size_t n) const;
    std::vector<std::string> naming_captions(const Concept &target, std::size_t n) const;
    Result<fs::path> relearning_pictures(const Concept &target) const;

    const Plan &plan_;
    const fs::path folder_, cache_;
    const LoadOptions compute_;
    RunControl &control_;
    const Pipeline &pipeline_;
    const std::vector<ImageFolder> &data_;
    const TellProgress tell_;
};

// A name's letters and digits in lower case, the rest as hyphens: what folders are called.
std::string file_name(const std::string &text);

} // namespace quell::compare
