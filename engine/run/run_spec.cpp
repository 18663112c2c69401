#include "run/run_spec.h"

#include "core/random.h"
#include "run/suppressed.h"

#include <algorithm>
#include <cstdlib>

namespace quell {
namespace {

constexpr const char *optimizer_kinds[] = {"adamw", "sgd"};
constexpr const char *lr_schedules[] = {"constant", "cosine"};
constexpr const char *objective_kinds[] = {"esd", "anchor", "sdd", "erase_from"};
constexpr const char *divergences[] = {"mse", "huber", "hellinger"};
constexpr const char *sources[] = {"concept", "other", "denoise", "denoise_teacher", "noise"};
constexpr const char *solver_kinds[] = {"alternating", "two_stage", "weighted_sum", "penalty", "v_pbgd", "bome", "f2sa", "cosine"};
constexpr const char *couplings[] = {"none", "restart", "barrier"};
constexpr const char *barriers[] = {"gradient", "gap"};
constexpr const char *crops[] = {"center", "random"};
constexpr const char *weight_keepings[] = {"master", "stochastic_rounding"};
constexpr const char *moment_formats[] = {"fp32", "8bit", "factored"};

// Without a slash at the end, so that its last part is its name.
fs::path place_of(const std::string &text, const fs::path &folder)
{
    const auto path = text.empty() ? fs::path() : (folder / text).lexically_normal();
    return path.has_filename() ? path : path.parent_path();
}

// A section of the file: its reader, checked and closed when it goes.
class Section {
public:
    Section(JsonReader &parent, const std::string &key, const std::string &place, std::optional<Error> &error)
        : json_(parent.raw(key).is_null() ? Json::object() : parent.raw(key)), reader_(json_, place + ": " + key), error_(error)
    {
    }
    ~Section()
    {
        reader_.refuse_unknown_keys();
        if (const auto status = reader_.status(); !status && !error_)
            error_ = status.error();
    }
    JsonReader *operator->() { return &reader_; }
    JsonReader &reader() { return reader_; }

    std::int64_t integer(const std::string &key, std::int64_t fallback, std::int64_t least, std::int64_t most = 1'000'000'000)
    {
        const auto value = reader_.integer(key, fallback);
        if (value < least || value > most)
            reader_.reject(key, "must lie in " + std::to_string(least) + " to " + std::to_string(most));
        return value;
    }
    double number(const std::string &key, double fallback, double least, double most = 1e9)
    {
        const auto value = reader_.number(key, fallback);
        if (value < least || value > most)
            reader_.reject(key, "is out of range");
        return value;
    }
    fs::path path(const std::string &key, const fs::path &folder, std::optional<std::string> fallback)
    {
        return place_of(reader_.text(key, std::move(fallback)), folder);
    }

private:
    Json json_;
    JsonReader reader_;
    std::optional<Error> &error_;
};

OptimizerSpec parse_optimizer(JsonReader &parent, const std::string &place, std::optional<Error> &error)
{
    Section section(parent, "optimizer", place, error);
    OptimizerSpec spec;
    spec.kind = static_cast<OptimizerKind>(section->choice("kind", {optimizer_kinds[0], optimizer_kinds[1]}, 0));
    spec.lr = section.number("lr", spec.lr, 0);
    spec.beta1 = section.number("beta1", spec.beta1, 0, 0.999999);
    spec.beta2 = section.number("beta2", spec.beta2, 0, 0.9999999);
    spec.eps = section.number("eps", spec.eps, 0);
    spec.weight_decay = section.number("weight_decay", spec.weight_decay, 0);
    spec.clip_norm = section.number("clip_norm", spec.clip_norm, 0);
    spec.schedule = static_cast<LrSchedule>(section->choice("schedule", {lr_schedules[0], lr_schedules[1]}, 0));
    spec.warmup = section.integer("warmup", spec.warmup, 0);
    spec.length = section.integer("length", -1, -1); // −1: finish_optimizers tells
    return spec;
}

Json to_json(const OptimizerSpec &spec)
{
    return {{"kind", optimizer_kinds[static_cast<int>(spec.kind)]}, {"lr", spec.lr}, {"beta1", spec.beta1}, {"beta2", spec.beta2},
            {"eps", spec.eps}, {"weight_decay", spec.weight_decay}, {"clip_norm", spec.clip_norm},
            {"schedule", lr_schedules[static_cast<int>(spec.schedule)]}, {"warmup", spec.warmup}, {"length", spec.length}};
}

Json to_json(const SolverSpec &spec)
{
    return {{"name", solver_kinds[static_cast<int>(spec.kind)]}, {"every", spec.every}, {"angle_every", spec.angle_every}, {"lower_steps", spec.lower_steps},
            {"lambda", spec.lambda}, {"lambda_last", spec.lambda_last}, {"ramp", spec.ramp}, {"growth", spec.growth}, {"eta", spec.eta},
            {"barrier", barriers[static_cast<int>(spec.barrier)]}, {"inner", spec.inner}, {"refresh", spec.refresh}, {"coupling", couplings[static_cast<int>(spec.coupling)]}};
}

void parse_solver(JsonReader &top, const std::string &place, RunSpec &spec, std::optional<Error> &error)
{
    Section section(top, "solver", place, error);
    const auto &names = solver_kinds;
    const auto kind = static_cast<SolverKind>(section->choice("name", {names[0], names[1], names[2], names[3], names[4], names[5], names[6], names[7]}, 0));
    auto &solver = spec.solver = default_solver(kind);
    // −1: the kind's own.
    const auto whole = [&](const char *key, std::int64_t &value) { if (const auto given = section.integer(key, -1, -1); given >= 0) value = given; };
    const auto number = [&](const char *key, double &value) {
        if (const auto given = section->number(key, -1); given != -1)
            value = section.number(key, value, 0);
    };
    solver.every = section.integer("every", solver.every, 1);
    solver.angle_every = section.integer("angle_every", solver.angle_every, 0);
    solver.lower_steps = spec.steps / 2;
    whole("lower_steps", solver.lower_steps);
    number("lambda", solver.lambda);
    number("lambda_last", solver.lambda_last);
    number("growth", solver.growth);
    number("eta", solver.eta);
    solver.barrier = static_cast<Barrier>(section->choice("barrier", {barriers[0], barriers[1]}, 0));
    whole("inner", solver.inner);
    whole("refresh", solver.refresh);
    solver.coupling = static_cast<Coupling>(section->choice("coupling", {couplings[0], couplings[1], couplings[2]}, 0));
    solver.ramp = std::max<std::int64_t>(1, spec.steps / (solver.inner + 1)); // over the whole run
    whole("ramp", solver.ramp);
    if (solver.coupling != Coupling::None && kind != SolverKind::Penalty)
        section->reject("coupling", "is for the penalty solver");
    const bool needs_gap = solver.coupling == Coupling::Barrier || (kind == SolverKind::Bome && solver.barrier == Barrier::Gap);
    if (solver.inner == 0 && (needs_gap || solver.coupling == Coupling::Restart))
        section->reject("inner", "must be at least 1: without a copy there is no gap and nothing to restart from");
}

void parse_training(JsonReader &top, const std::string &place, RunSpec &spec, std::optional<Error> &error)
{
    Section section(top, "training", place, error);
    auto &training = spec.training;
    training.scope = static_cast<Scope>(section->choice("scope", {scope_names[0], scope_names[1], scope_names[2], scope_names[3], scope_names[4]}, 0));
    training.rank = section.integer("rank", training.rank, 1, 1024);
    training.alpha = section.number("alpha", static_cast<double>(training.rank), 1e-6);
    training.weights = static_cast<WeightKeeping>(section->choice("weights", {weight_keepings[0], weight_keepings[1]}, 0));
    training.optimizer_state = static_cast<kernels::MomentFormat>(section->choice("optimizer_state", {moment_formats[0], moment_formats[1], moment_formats[2]}, 0));
    training.checkpointing = section->boolean("checkpointing", training.checkpointing);
    training.accumulate = section.integer("accumulate", training.accumulate, 1, 4096);
    training.hold_zeros = section->boolean("hold_zeros", training.hold_zeros);
    if (training.weights == WeightKeeping::StochasticRounding && spec.precision != "bf16")
        section->reject("weights", "stochastic_rounding is for bf16 weights: set precision to bf16");
    if (training.hold_zeros && training.scope == Scope::Lora)
        section->reject("hold_zeros", "an adapter fills zeros when it is merged; choose another scope");
}

// How often each level's optimizer steps in this run: what a cosine stretches over unless told otherwise.
std::pair<std::int64_t, std::int64_t> own_steps(const RunSpec &spec)
{
    if (!spec.upper.enabled)
        return {spec.steps, 0};
    const auto &solver = spec.solver;
    const bool both = weighs_both(solver);
    const auto upper = both ? spec.steps / (solver.inner + 1) : spec.steps / solver.every;
    if (solver.kind == SolverKind::TwoStage)
        return {solver.lower_steps, std::max<std::int64_t>(0, spec.steps - solver.lower_steps)};
    return {both ? spec.steps - upper : spec.steps, upper};
}

// What both optimizers have from the whole run.
void finish_optimizers(RunSpec &spec)
{
    auto &lower = spec.lower.optimizer, &upper = spec.upper.optimizer;
    const auto [lower_steps, upper_steps] = own_steps(spec);
    lower.length = lower.length < 0 ? lower_steps : lower.length;
    upper.length = upper.length < 0 ? upper_steps : upper.length;
    lower.moments = upper.moments = spec.training.optimizer_state;
    lower.rounding_seed = derive_seed(spec.seed, "lower rounding");
    upper.rounding_seed = derive_seed(spec.seed, "upper rounding");
    spec.solver.upper = spec.upper.enabled;
    spec.solver.lower_optimizer = lower;
    spec.solver.upper_optimizer = upper;
}

// `lower` with the keys that every dataset has.
Dataset parse_dataset(Section &section, const fs::path &folder, const Dataset &fallback)
{
    Dataset set = fallback;
    set.data = section.path("data", folder, "");
    set.weight = section.number("weight", set.weight, 0);
    set.exclude_concepts = section->boolean("exclude_concepts", set.exclude_concepts);
    set.weights.diffusion = section.number("diffusion", set.weights.diffusion, 0);
    set.weights.output = section.number("output", set.weights.output, 0);
    set.weights.feature = section.number("feature", set.weights.feature, 0);
    set.weights.snr_gamma = section.number("snr_gamma", set.weights.snr_gamma, 1e-6);
    if (set.weights.diffusion + set.weights.output + set.weights.feature <= 0)
        section->reject("diffusion", "with output and feature at 0 too there is nothing to train on");
    return set;
}

// The further datasets: an array of objects.
void parse_datasets(JsonReader &lower, const std::string &place, const fs::path &folder, RunSpec &spec, std::optional<Error> &error)
{
    const Json list = lower.raw("datasets");
    if (!list.is_null() && !list.is_array())
        lower.reject("datasets", "must be an array");
    auto fallback = spec.lower.datasets.front();
    fallback.weight = 1;
    std::vector<Dataset> further;
    for (std::size_t i = 0; list.is_array() && i < list.size(); ++i) {
        Json one{{"set", list[i]}};
        JsonReader reader(one, place);
        Section section(reader, "set", place + ": lower: datasets[" + std::to_string(i) + ']', error);
        auto set = parse_dataset(section, folder, fallback);
        set.prompts = section->texts("prompts", std::vector<std::string>{});
        set.pictures = section.integer("pictures", 0, 0, 100000);
        if (set.data.empty() == set.prompts.empty() || set.prompts.empty() != (set.pictures == 0))
            section->reject("data", "give a folder, or prompts and how many pictures the teacher makes of them");
        further.push_back(std::move(set));
    }
    auto &all = spec.lower.datasets;
    if (all.front().data.empty()) // only the further ones
        all.clear();
    all.insert(all.end(), further.begin(), further.end());
    double sum = 0, least = 1e300;
    for (const auto &set : all) {
        sum += set.weight;
        least = set.weight > 0 ? std::min(least, set.weight) : least;
    }
    if (sum <= 0)
        lower.reject("data", "name a folder of pictures, or datasets of a weight above 0");
    else if (static_cast<double>(spec.lower.batch) * least / sum < 1 - 1e-9)
        lower.reject("batch", "is too small for every dataset to have a picture in it");
}

void parse_lower(JsonReader &top, const std::string &place, const fs::path &folder, RunSpec &spec, std::optional<Error> &error)
{
    Section section(top, "lower", place, error);
    auto &lower = spec.lower;
    lower.batch = section.integer("batch", lower.batch, 1, 4096);
    lower.crop = static_cast<Crop>(section->choice("crop", {crops[0], crops[1]}, 0));
    lower.flips = section->boolean("flips", lower.flips);
    lower.caption_dropout = section.number("caption_dropout", lower.caption_dropout, 0, 1);
    lower.datasets = {parse_dataset(section, folder, {})};
    parse_datasets(section.reader(), place, folder, spec, error);
    lower.optimizer = parse_optimizer(section.reader(), place + ": lower", error);
}

void parse_upper(JsonReader &top, const std::string &place, RunSpec &spec, std::optional<Error> &error)
{
    Section section(top, "upper", place, error);
    auto &upper = spec.upper;
    auto &objective = upper.objective;
    upper.enabled = section->boolean("enabled", upper.enabled);
    upper.batch = section.integer("batch", upper.batch, 1, 4096);
    upper.made = section.integer("made", upper.made, 0, 100000);
    upper.keep_earlier = section->boolean("keep_earlier", upper.keep_earlier);
    objective.kind = static_cast<UpperKind>(section->choice("objective", {objective_kinds[0], objective_kinds[1], objective_kinds[2], objective_kinds[3]}, 1));
    objective.eta = section.number("eta", objective.eta, 0, 100);
    objective.divergence = static_cast<Divergence>(section->choice("divergence", {divergences[0], divergences[1], divergences[2]}, 0));
    objective.scale = section.number("divergence_scale", objective.scale, 1e-6);
    objective.source = static_cast<UpperSource>(section->choice("source", {sources[0], sources[1], sources[2], sources[3], sources[4]}, 1));
    objective.neighbour = section.number("neighbour", objective.neighbour, 0);
    objective.scope = static_cast<Scope>(section->choice("scope", {scope_names[0], scope_names[1], scope_names[2], scope_names[3]}, 0));
    objective.saliency = section.number("saliency", objective.saliency, 1e-6, 1);
    if (upper.made > 0 && objective.source != UpperSource::Concept)
        section->reject("made", "is for source \"concept\"");
    const bool alone = std::any_of(spec.concepts.begin(), spec.concepts.end(), [](const Concept &one) { return one.neighbours.empty(); });
    if (objective.neighbour > 0 && alone)
        section->reject("neighbour", "every concept needs neighbours to be held; name them in the concept, or set it to 0");
    objective.t_min = section.integer("t_min", objective.t_min, 0);
    objective.t_max = section.integer("t_max", objective.t_max, 1);
    if (objective.t_min >= objective.t_max)
        section->reject("t_min", "must be below t_max");
    upper.optimizer = parse_optimizer(section.reader(), place + ": upper", error);
}

// Of samples and of the evaluation's pictures.
SamplingOptions parse_sampling(Section &section, std::uint64_t seed)
{
    SamplingOptions sampling;
    sampling.seed = seed;
    const auto &[ddim, pndm, euler, ancestral, dpm, karras] = sampler_names;
    sampling.sampler = static_cast<SamplerKind>(section->choice("sampler", {ddim, pndm, euler, ancestral, dpm, karras}, 0));
    sampling.steps = section.integer("steps", sampling.steps, 1, 1000);
    sampling.guidance = section.number("guidance", sampling.guidance, 0, 100);
    return sampling;
}

void parse_outputs(JsonReader &top, const std::string &place, const fs::path &folder, RunSpec &spec, std::optional<Error> &error)
{
    {
        Section section(top, "samples", place, error);
        auto &samples = spec.samples;
        samples.every = section.integer("every", samples.every, 0);
        samples.sampling = parse_sampling(section, spec.seed);
        samples.target = section->texts("target", std::vector<std::string>{});
        samples.neighbour = section->texts("neighbour", std::vector<std::string>{});
        samples.unrelated = section->texts("unrelated", std::vector<std::string>{});
    }
    {
        Section section(top, "checkpoints", place, error);
        spec.checkpoints.every = section.integer("every", spec.checkpoints.every, 1);
        spec.checkpoints.keep = section.integer("keep", spec.checkpoints.keep, 1);
    }
    Section section(top, "evaluation", place, error);
    auto &evaluation = spec.evaluation;
    evaluation.evaluator = section.path("evaluator", folder, "");
    evaluation.vocabulary = section.path("vocabulary", folder, "");
    evaluation.templates = section.path("templates", folder, "");
    evaluation.drawings = section.path("drawings", folder, "");
    evaluation.pictures = section.integer("pictures", evaluation.pictures, 1, 100000);
    evaluation.sampling = parse_sampling(section, spec.seed);
}

Status parse_concepts(JsonReader &top, const std::string &place, RunSpec &spec)
{
    const auto &list = top.raw("concepts");
    if (list.is_null())
        return {};
    if (!list.is_array())
        return fail(ErrorCode::Malformed, "must be an array of concepts", place + ": concepts");
    for (const auto &item : list) {
        QUELL_ASSIGN(auto parsed, parse_concept(item, place + ": concepts[" + std::to_string(spec.concepts.size()) + ']'));
        spec.concepts.push_back(std::move(parsed));
    }
    return {};
}

} // namespace

void merge_settings(Json &base, const Json &patch)
{
    const auto name_of = [](const Json &json, const Json &unnamed) {
        const auto solver = json.find("solver");
        return solver != json.end() && solver->is_object() ? solver->value("name", unnamed) : unnamed;
    };
    if (base.is_object() && name_of(patch, name_of(base, solver_kinds[0])) != name_of(base, solver_kinds[0]))
        base.erase("solver");
    base.merge_patch(patch);
}

Result<Json> with_preset(Json json, const std::string &place, const fs::path &presets)
{
    if (!json.is_object())
        return fail(ErrorCode::Malformed, "must be a JSON object", place);
    const auto name = json.find("preset");
    if (name == json.end() || !name->is_string() || name->get<std::string>().empty())
        return json;
    const auto file = presets / (name->get<std::string>() + ".json");
    auto base = read_json(file);
    if (!base)
        return fail(ErrorCode::NotFound, "there is no preset \"" + name->get<std::string>() + "\" (" + to_string(base.error()) + ')', place + ": preset");
    merge_settings(*base, json);
    return *base;
}

Result<RunSpec> parse_run_spec(Json json, const std::string &place, const fs::path &folder, const fs::path &presets)
{
    QUELL_ASSIGN(const auto merged, with_preset(std::move(json), place, presets));
    RunSpec spec;
    std::optional<Error> error;
    JsonReader top(merged, place);
    if (top.integer("version", 1) != 1)
        top.reject("version", "this Quell reads version 1");
    const auto path = [&](const std::string &key, std::optional<std::string> fallback) {
        return place_of(top.text(key, std::move(fallback)), folder);
    };
    spec.name = top.text("name", "run");
    // A frozen file is complete: it says where it came from and no longer needs the preset.
    spec.preset = top.text("from_preset", top.text("preset", ""));
    spec.teacher = path("teacher", {});
    spec.student = path("student", {});
    spec.reference = path("reference", "");
    spec.filtered = path("filtered", "");
    spec.steps = top.integer("steps", spec.steps);
    spec.size = top.integer("size", spec.size);
    spec.seed = static_cast<std::uint64_t>(top.integer("seed", 43));
    spec.threads = top.integer("threads", spec.threads);
    spec.device = top.text("device", spec.device);
    constexpr const char *precisions[] = {"auto", "fp32", "bf16"};
    spec.precision = precisions[top.choice("precision", {precisions[0], precisions[1], precisions[2]}, 0)];
    if (spec.steps < 1)
        top.reject("steps", "must be at least 1");
    if (spec.size < 0 || spec.size > 4096)
        top.reject("size", "must lie in 0 (the model's own) to 4096");
    if (spec.threads < 0 || spec.threads > 1024)
        top.reject("threads", "must lie in 0 (one a core) to 1024");
    QUELL_TRY(parse_concepts(top, place, spec));
    parse_solver(top, place, spec, error);
    parse_lower(top, place, folder, spec, error);
    parse_upper(top, place, spec, error);
    parse_training(top, place, spec, error);
    finish_optimizers(spec);
    parse_outputs(top, place, folder, spec, error);
    top.refuse_unknown_keys();
    QUELL_TRY(top.status());
    if (error)
        return tl::unexpected(*error);
    if (spec.upper.enabled && spec.concepts.empty())
        return fail(ErrorCode::Malformed, "the upper level needs a concept to suppress; add one, or set upper.enabled to false", place + ": concepts");
    return spec;
}

Result<RunSpec> with_earlier_concepts(RunSpec spec)
{
    if (!spec.upper.enabled || !spec.upper.keep_earlier)
        return spec;
    QUELL_ASSIGN(auto earlier, suppressed_concepts(spec.student));
    const auto own = spec.concepts.size();
    spec.concepts = joined(std::move(spec.concepts), std::move(earlier));
    for (auto i = own; i < spec.concepts.size(); ++i) {
        if (spec.upper.objective.neighbour > 0 && spec.concepts[i].neighbours.empty())
            return fail(ErrorCode::Mismatch, "\"" + spec.concepts[i].name + "\", which the student already suppresses, has no neighbours to be held; set upper.neighbour to 0, or name the concept here with some", "upper: neighbour");
    }
    return spec;
}

Result<RunSpec> read_run_spec(const fs::path &path, const fs::path &presets)
{
    QUELL_ASSIGN(auto json, read_json(path));
    QUELL_ASSIGN(auto spec, parse_run_spec(std::move(json), path.string(), fs::absolute(path).parent_path(), presets));
    return with_earlier_concepts(std::move(spec));
}

namespace {

Json to_json(const Dataset &set)
{
    Json json{{"weight", set.weight}, {"exclude_concepts", set.exclude_concepts}, {"diffusion", set.weights.diffusion}, {"output", set.weights.output},
              {"feature", set.weights.feature}, {"snr_gamma", set.weights.snr_gamma}};
    if (set.prompts.empty())
        json["data"] = set.data.string();
    else
        json["prompts"] = set.prompts, json["pictures"] = set.pictures;
    return json;
}

// The first dataset lies in lower itself if it is a folder.
Json to_json(const RunSpec::Lower &lower)
{
    const bool first = lower.datasets.front().prompts.empty();
    Json json = first ? to_json(lower.datasets.front()) : Json::object(), further = Json::array();
    for (std::size_t i = first; i < lower.datasets.size(); ++i)
        further.push_back(to_json(lower.datasets[i]));
    if (!further.empty())
        json["datasets"] = std::move(further);
    json.update({{"batch", lower.batch}, {"crop", crops[static_cast<int>(lower.crop)]}, {"flips", lower.flips}, {"caption_dropout", lower.caption_dropout},
                 {"optimizer", to_json(lower.optimizer)}});
    return json;
}

} // namespace

Json to_json(const RunSpec &spec)
{
    const auto drawn = [](const SamplingOptions &sampling, Json json) {
        json.update({{"sampler", sampler_names[static_cast<std::size_t>(sampling.sampler)]}, {"steps", sampling.steps}, {"guidance", sampling.guidance}});
        return json;
    };
    const auto concepts = concepts_json(spec.concepts);
    const auto &[lower, upper, training] = std::tie(spec.lower, spec.upper, spec.training);
    return {
        {"version", 1}, {"name", spec.name}, {"from_preset", spec.preset}, {"teacher", spec.teacher.string()}, {"student", spec.student.string()}, {"reference", spec.reference.string()},
        {"filtered", spec.filtered.string()}, {"concepts", concepts},
        {"lower", to_json(lower)},
        {"upper", {{"enabled", upper.enabled}, {"batch", upper.batch}, {"made", upper.made}, {"keep_earlier", upper.keep_earlier}, {"objective", objective_kinds[static_cast<int>(upper.objective.kind)]},
                   {"eta", upper.objective.eta}, {"divergence", divergences[static_cast<int>(upper.objective.divergence)]}, {"divergence_scale", upper.objective.scale},
                   {"neighbour", upper.objective.neighbour}, {"scope", scope_names[static_cast<int>(upper.objective.scope)]}, {"saliency", upper.objective.saliency}, {"source", sources[static_cast<int>(upper.objective.source)]},
                   {"t_min", upper.objective.t_min}, {"t_max", upper.objective.t_max}, {"optimizer", to_json(upper.optimizer)}}},
        {"training", {{"scope", scope_names[static_cast<int>(training.scope)]}, {"rank", training.rank}, {"alpha", training.alpha},
                      {"weights", weight_keepings[static_cast<int>(training.weights)]},
                      {"optimizer_state", moment_formats[static_cast<int>(training.optimizer_state)]}, {"checkpointing", training.checkpointing},
                      {"accumulate", training.accumulate}, {"hold_zeros", training.hold_zeros}}},
        {"solver", to_json(spec.solver)},
        {"steps", spec.steps}, {"size", spec.size}, {"seed", spec.seed}, {"precision", spec.precision}, {"device", spec.device},
        {"threads", spec.threads},
        {"samples", drawn(spec.samples.sampling, {{"every", spec.samples.every}, {"target", spec.samples.target}, {"neighbour", spec.samples.neighbour}, {"unrelated", spec.samples.unrelated}})},
        {"checkpoints", {{"every", spec.checkpoints.every}, {"keep", spec.checkpoints.keep}}},
        {"evaluation", drawn(spec.evaluation.sampling, {{"evaluator", spec.evaluation.evaluator.string()}, {"vocabulary", spec.evaluation.vocabulary.string()},
                                                        {"templates", spec.evaluation.templates.string()}, {"drawings", spec.evaluation.drawings.string()},
                                                        {"pictures", spec.evaluation.pictures}})},
    };
}

std::string other_sampler(const SamplingOptions &sampling)
{
    return sampling.sampler == SamplerKind::Ddim ? "" : sampler_names[static_cast<std::size_t>(sampling.sampler)];
}

fs::path presets_folder()
{
    if (const char *folder = std::getenv("QUELL_PRESETS"))
        return folder;
    std::error_code ignored;
    const auto beside = fs::canonical("/proc/self/exe", ignored).parent_path() / "../share/quell/presets";
    return fs::is_directory(beside, ignored) ? beside.lexically_normal() : fs::path(QUELL_SOURCE_DIR) / "resources/presets";
}

} // namespace quell
