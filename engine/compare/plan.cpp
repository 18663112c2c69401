#include "compare/plan.h"

#include <algorithm>
#include <set>

namespace quell::compare {
namespace {

Result<EditSpec> parse_closed_form(JsonReader &reader, EditMethod method)
{
    EditSpec spec;
    spec.method = method;
    spec.erase = reader.number("erase", spec.erase);
    spec.preserve = reader.number("preserve", spec.preserve);
    spec.damping = reader.number("damping", spec.damping);
    spec.rounds = reader.integer("rounds", spec.rounds);
    spec.ridge = reader.number("ridge", spec.ridge);
    spec.rank = reader.number("rank", spec.rank);
    if (!(spec.erase > 0) || !(spec.damping > 0) || spec.preserve < 0)
        reader.reject("damping", "damping and erase must be above 0, preserve at least 0");
    if (spec.rounds < 1 || spec.rounds > 20 || !(spec.ridge > 0) || spec.rank < 0 || spec.rank > 1)
        reader.reject("rounds", "rounds must lie in 1 to 20, ridge be above 0, rank lie in 0 to 1");
    return spec;
}

Result<ConceptPruneSpec> parse_concept_prune(JsonReader &reader)
{
    ConceptPruneSpec spec;
    spec.sparsity = reader.number("sparsity", spec.sparsity);
    spec.steps = reader.integer("steps", spec.steps);
    spec.first = reader.integer("first", spec.first);
    spec.guidance = reader.number("guidance", spec.guidance);
    if (!(spec.sparsity > 0 && spec.sparsity < 1))
        reader.reject("sparsity", "must lie between 0 and 1");
    if (spec.first < 1 || spec.first > spec.steps)
        reader.reject("first", "must lie in 1 to steps");
    return spec;
}

Result<Edit> parse_edit(const Json &json, const std::string &place)
{
    JsonReader reader(json, place);
    const auto method = reader.choice("method", {"uce", "rece", "null-space", "concept-prune"});
    Edit edit;
    if (method == 3) {
        QUELL_ASSIGN(edit, parse_concept_prune(reader));
    } else {
        QUELL_ASSIGN(edit, parse_closed_form(reader, static_cast<EditMethod>(method)));
    }
    reader.refuse_unknown_keys();
    QUELL_TRY(reader.status());
    return edit;
}

Json settings_of(JsonReader &reader)
{
    const auto &given = reader.raw("settings");
    return given.is_null() ? Json::object() : given;
}

Result<Method> parse_method(const Json &json, const std::string &place)
{
    JsonReader reader(json, place);
    Method method;
    method.name = reader.text("name");
    method.settings = settings_of(reader);
    if (reader.has("edit")) {
        method.edit_json = reader.raw("edit");
        QUELL_ASSIGN(method.edit, parse_edit(method.edit_json, place + ": edit"));
        if (!method.settings.empty())
            reader.reject("settings", "are of a run; an edit has none");
    }
    reader.refuse_unknown_keys();
    QUELL_TRY(reader.status());
    return method;
}

Result<Relearning> parse_relearning(const Json &json, const std::string &place)
{
    JsonReader reader(json, place);
    Relearning relearning;
    relearning.pictures = reader.integer("pictures", relearning.pictures);
    relearning.steps = reader.integer("steps", relearning.steps);
    relearning.settings = settings_of(reader);
    if (relearning.pictures < 1 || relearning.steps < 1)
        reader.reject("pictures", "pictures and steps must be at least 1");
    reader.refuse_unknown_keys();
    QUELL_TRY(reader.status());
    return relearning;
}

Result<Json> array(JsonReader &reader, const std::string &key, const std::string &place)
{
    const auto &list = reader.raw(key);
    if (!list.is_array() || list.empty())
        return fail(ErrorCode::Malformed, "must be an array that is not empty", place + ": " + key);
    return list;
}

Status parse_lists(JsonReader &top, const std::string &place, Plan &plan)
{
    QUELL_ASSIGN(const auto concepts, array(top, "concepts", place));
    for (const auto &item : concepts) {
        QUELL_ASSIGN(auto target, parse_concept(item, place + ": concepts[" + std::to_string(plan.concepts.size()) + ']'));
        plan.concepts.push_back(std::move(target));
    }
    QUELL_ASSIGN(const auto methods, array(top, "methods", place));
    std::set<std::string> names{"teacher", "pruned", "reference"}; // rows that are always there
    for (const auto &item : methods) {
        const auto at = place + ": methods[" + std::to_string(plan.methods.size()) + ']';
        QUELL_ASSIGN(auto method, parse_method(item, at));
        if (!names.insert(method.name).second)
            return fail(ErrorCode::Malformed, "the name \"" + method.name + "\" is taken", at + ": name");
        plan.methods.push_back(std::move(method));
    }
    plan.against = top.text("against", plan.methods.front().name);
    if (!names.contains(plan.against))
        return fail(ErrorCode::Malformed, "no method is called \"" + plan.against + '"', place + ": against");
    return {};
}

// The plan's run with `settings` over it; what differs between the runs of a plan is written here and nowhere else.
Json run_json(const Plan &plan, const Json &settings, std::int64_t seed, const Json &concepts)
{
    Json json = plan.run;
    merge_settings(json, settings);
    json["seed"] = seed;
    json["concepts"] = concepts;
    for (const char *key : {"reference", "filtered"})
        json[key] = "";
    json["samples"]["every"] = 0;
    for (const char *group : {"target", "neighbour", "unrelated"})
        json["samples"][group] = Json::array();
    json["solver"]["angle_every"] = 0; // a gradient that trains nothing
    json["upper"]["keep_earlier"] = false;
    return json;
}

Result<RunSpec> parse(const Plan &plan, const Json &json)
{
    return parse_run_spec(json, plan.file.string(), plan.run_folder, plan.presets);
}

// Steps within the budget, which the solver's settings tell.
Result<RunSpec> with_budget(const Plan &plan, Json json, std::int64_t evaluations)
{
    QUELL_ASSIGN(const auto draft, parse(plan, json));
    const auto steps = steps_within(draft.solver, evaluations);
    if (steps < 1)
        return fail(ErrorCode::Mismatch, "a budget of " + std::to_string(evaluations) + " gradient evaluations is less than a round of this solver", plan.file.string());
    json["steps"] = steps;
    json["checkpoints"]["every"] = std::max<std::int64_t>(1, steps / 4);
    json["checkpoints"]["keep"] = 1;
    return parse(plan, json);
}

// The budget tells how many steps a run has; what a frozen file says in steps of its own is no longer so.
void forget_steps(Json &run)
{
    for (const char *place : {"/lower/optimizer/length", "/upper/optimizer/length", "/solver/lower_steps", "/solver/ramp"}) {
        const Json::json_pointer pointer(place);
        if (run.contains(pointer))
            run[pointer.parent_pointer()].erase(pointer.back());
    }
}

// Tells methods that go on from the stage, and tries every run.
Status try_all(Plan &plan)
{
    QUELL_TRY(stage_run(plan, plan.seeds.front()));
    for (auto &method : plan.methods) {
        const auto draft = method.edit ? Result<RunSpec>() : parse(plan, run_json(plan, method.settings, 0, Json::array({to_json(plan.concepts.front())})));
        method.follows_stage = method.edit || (draft && draft->solver.kind == SolverKind::TwoStage);
        for (const auto &target : plan.concepts) {
            const auto run = method.edit ? base_run(plan, target) : method_run(plan, method, target, plan.seeds.front(), {});
            if (!run)
                return fail(run.error().code, run.error().message, run.error().place + " (method \"" + method.name + "\", concept \"" + target.name + "\")");
        }
    }
    if (plan.relearning)
        QUELL_TRY(relearning_run(plan, plan.seeds.front(), "student", "pictures"));
    return {};
}

} // namespace

Result<Plan> read_plan(const fs::path &file, const fs::path &presets)
{
    QUELL_ASSIGN(const auto json, read_json(file));
    const auto place = file.string();
    JsonReader top(json, place);
    if (top.integer("version", 1) != 1)
        top.reject("version", "this Quell reads version 1");
    Plan plan;
    plan.file = file;
    plan.presets = presets;
    const auto run_file = (fs::absolute(file).parent_path() / top.text("run")).lexically_normal();
    plan.evaluations = top.integer("evaluations");
    plan.seeds = top.integers("seeds", std::vector<std::int64_t>{43});
    const auto settings = settings_of(top);
    const auto stage = top.raw("stage");
    QUELL_TRY(top.status());
    plan.run_folder = run_file.parent_path();
    QUELL_ASSIGN(plan.run, read_json(run_file));
    forget_steps(plan.run);
    merge_settings(plan.run, settings);
    JsonReader stage_reader(stage, place + ": stage");
    plan.stage_evaluations = stage_reader.integer("evaluations");
    plan.stage_settings = settings_of(stage_reader);
    stage_reader.refuse_unknown_keys();
    QUELL_TRY(stage_reader.status());
    if (plan.seeds.empty() || plan.stage_evaluations < 1 || plan.stage_evaluations >= plan.evaluations)
        return fail(ErrorCode::Malformed, "needs a seed, and a stage of at least 1 and fewer evaluations than the whole budget", place);
    if (top.has("relearning")) {
        QUELL_ASSIGN(plan.relearning, parse_relearning(top.raw("relearning"), place + ": relearning"));
    }
    QUELL_TRY(parse_lists(top, place, plan));
    top.refuse_unknown_keys();
    QUELL_TRY(top.status());
    QUELL_TRY(try_all(plan));
    return plan;
}

Result<RunSpec> base_run(const Plan &plan, const Concept &target)
{
    Json json = plan.run;
    json["concepts"] = Json::array({to_json(target)});
    return parse(plan, json);
}

Result<RunSpec> stage_run(const Plan &plan, std::int64_t seed)
{
    auto json = run_json(plan, plan.stage_settings, seed, Json::array());
    json["name"] = "stage, seed " + std::to_string(seed);
    json["upper"]["enabled"] = false;
    return with_budget(plan, std::move(json), plan.stage_evaluations);
}

Result<RunSpec> method_run(const Plan &plan, const Method &method, const Concept &target, std::int64_t seed, const fs::path &stage)
{
    auto json = run_json(plan, method.settings, seed, Json::array({to_json(target)}));
    json["name"] = target.name + ", " + method.name + ", seed " + std::to_string(seed);
    if (!method.follows_stage)
        return with_budget(plan, std::move(json), plan.evaluations);
    json["solver"]["lower_steps"] = 0; // the stage was the first
    if (!stage.empty())
        json["student"] = fs::absolute(stage).string();
    return with_budget(plan, std::move(json), plan.evaluations - plan.stage_evaluations);
}

Result<RunSpec> relearning_run(const Plan &plan, std::int64_t seed, const fs::path &student, const fs::path &pictures)
{
    Json json = run_json(plan, {{"lower", {{"diffusion", 1}, {"output", 0}, {"feature", 0}, {"exclude_concepts", false}}}}, seed, Json::array());
    merge_settings(json, plan.relearning->settings);
    json["name"] = "relearning, seed " + std::to_string(seed);
    json["student"] = fs::absolute(student).string();
    json["lower"]["data"] = fs::absolute(pictures).string();
    json["lower"]["datasets"] = Json::array();
    json["upper"]["enabled"] = false;
    return with_budget(plan, std::move(json), plan.relearning->steps);
}

} // namespace quell::compare
