#include "architecture/inspect.h"

#include "architecture/macs.h"
#include "architecture/scope.h"
#include "architecture/tap_map.h"
#include "architecture/unet_description.h"

#include <algorithm>
#include <numeric>

namespace quell {
namespace {

using Integers = std::vector<std::int64_t>;

constexpr std::int64_t latent_reduction = 8, text_tokens = 77; // of Stable Diffusion
constexpr std::int64_t adapter_rank = 8;                       // that training's memory is told for

void add_file(Inspection::Component &component, const TensorFile &file)
{
    for (const auto &tensor : file.tensors()) {
        component.parameters += tensor.elements();
        component.bytes += tensor.bytes();
        ++component.dtypes[name_of(tensor.dtype)];
    }
}

// Quell's own without the configs and the structure, which `unet` tells.
std::string short_metadata(const std::string &key, const std::string &value)
{
    auto json = key == "quell" ? parse_json(value, key) : Result<Json>(Json());
    if (!json || !json->is_object())
        return value;
    json->erase("configs");
    json->erase("structure");
    return json->dump();
}

// But for what tells nothing: "format" is "pt" in whatever diffusers wrote, and Quell had nothing to say.
void add_metadata(Inspection &inspection, const TensorFile &file)
{
    for (const auto &[key, value] : file.metadata()) {
        const auto text = short_metadata(key, value);
        if ((key != "format" || text != "pt") && (key != "quell" || text != "{}"))
            inspection.metadata[key] = text;
    }
}

bool is_unet(const std::string &component) { return component.starts_with("unet") || component.starts_with("UNet"); }

Status add_weights(Inspection &inspection, const fs::path &folder, const std::string &name)
{
    Inspection::Component component;
    component.name = name;
    QUELL_ASSIGN(const auto paths, weight_files(folder));
    for (const auto &path : paths) {
        QUELL_ASSIGN(const auto file, open_tensor_file(path));
        add_file(component, *file);
        if (is_unet(name))
            add_metadata(inspection, *file);
    }
    inspection.components.push_back(std::move(component));
    return {};
}

// The same reason may be met twice.
void add_note(Inspection &inspection, const Error &error)
{
    const auto note = to_string(error);
    if (std::find(inspection.notes.begin(), inspection.notes.end(), note) == inspection.notes.end())
        inspection.notes.push_back(note);
}

// A component that cannot be read becomes a note, so that the rest of the folder is still told.
void add_component(Inspection &inspection, const fs::path &folder, const std::string &name)
{
    if (const auto status = add_weights(inspection, folder, name); !status)
        add_note(inspection, status.error());
}

// "down_blocks.0" of "down_blocks.0.attentions.1.…", "mid_block" of what lies there.
std::string block_of(const std::string &module)
{
    const auto first = module.find('.');
    return module.starts_with("mid_block") ? module.substr(0, first) : module.substr(0, module.find('.', first + 1));
}

void add_kept(Json &blocks, const char *what, const std::map<std::string, StructureRecord::Kept> &modules)
{
    for (const auto &[name, kept] : modules) {
        auto &sum = blocks[block_of(name)][what];
        if (sum.is_null())
            sum = {{"kept", 0}, {"total", 0}};
        sum["kept"] = sum["kept"].get<std::int64_t>() + std::ssize(kept.kept);
        sum["total"] = sum["total"].get<std::int64_t>() + kept.total;
    }
}

Json pruned_share(const StructureRecord &record)
{
    Json blocks = Json::object();
    add_kept(blocks, "heads", record.heads);
    add_kept(blocks, "feed_forward_groups", record.feed_forward);
    add_kept(blocks, "resnet_groups", record.resnet_groups);
    for (const auto &module : record.dropped)
        blocks[block_of(module)]["dropped"].push_back(module);
    return blocks;
}

std::int64_t size_of(const Shapes &shapes, const std::string &key, std::size_t dim)
{
    const auto found = shapes.find(key);
    return found == shapes.end() || found->second.size() <= dim ? 0 : found->second[dim];
}

// "down0" of "down_blocks.0", "mid" of "mid_block".
std::string short_name(const std::string &block)
{
    const auto end = block.find('_');
    return block.substr(0, end) + (block.starts_with("mid") ? "" : block.substr(block.find('.') + 1));
}

// Per block the channels of all heads, feed-forwards and resnets, and how many resnets and attentions, of a UNet of these shapes.
Json parts_of(const UNetConfig &config, const Shapes &shapes)
{
    Json blocks = Json::object();
    for (const auto &block : outline_of(config)) {
        std::int64_t heads = 0, feed_forward = 0, resnets = 0, layers = 0;
        for (const auto &resnet : block.resnets) {
            resnets += size_of(shapes, resnet.name + ".conv1.weight", 0);
            layers += shapes.contains(resnet.name + ".conv1.weight");
        }
        for (const auto &attention : block.attentions) {
            layers += shapes.contains(attention.name + ".proj_in.weight");
            for (std::int64_t i = 0; i < attention.layers; ++i) {
                const auto layer = attention.layer(i);
                heads += size_of(shapes, layer + ".attn1.to_q.weight", 0) + size_of(shapes, layer + ".attn2.to_q.weight", 0);
                feed_forward += size_of(shapes, layer + ".ff.net.2.weight", 1);
            }
        }
        blocks[short_name(block.name)] = {{"heads", heads}, {"feed_forward", feed_forward}, {"resnet_channels", resnets}, {"layers", layers}};
    }
    return blocks;
}

// Against the dense `whole`. Up blocks are paired from the outermost inwards, as block removal takes the innermost.
Json kept_by_block(const UNetConfig &config, const Shapes &shapes, const UNetConfig &whole)
{
    const auto kept = parts_of(config, shapes), total = parts_of(whole, dense_shapes(whole));
    const auto fewer = static_cast<std::int64_t>(whole.levels()) - static_cast<std::int64_t>(config.levels());
    Json blocks = Json::object();
    for (const auto &[name, parts] : total.items()) {
        const auto ours = name.starts_with("up") ? "up" + std::to_string(std::stoll(name.substr(2)) - fewer) : name;
        for (const auto &[part, all] : parts.items())
            blocks[name][part] = {{"kept", kept.contains(ours) ? kept[ours][part] : Json(0)}, {"total", all}};
    }
    return blocks;
}

Json cost_facts(const UNetConfig &config, const Shapes &shapes, std::int64_t size)
{
    auto at_size = config;
    if (size > 0)
        at_size.sample_size = size / latent_reduction;
    const CostModel costs(at_size, text_tokens);
    return {{"macs", costs.total(shapes).macs}, {"dense_macs", costs.total(dense_shapes(config)).macs}, {"macs_size", at_size.sample_size * latent_reduction}};
}

// Bytes of the student, its gradients and AdamW's moments for both levels, by scope and precision; bf16 with fp32 masters of what is trained.
Json training_facts(const Shapes &shapes)
{
    const auto count = [](const Shapes &some) {
        return std::accumulate(some.begin(), some.end(), std::int64_t{0}, [](auto sum, const auto &entry) {
            return sum + std::accumulate(entry.second.begin(), entry.second.end(), std::int64_t{1}, std::multiplies<>());
        });
    };
    Json facts = Json::object();
    const auto all = count(shapes);
    for (const auto scope : {Scope::Full, Scope::CrossAttention, Scope::CrossAttentionKv, Scope::NotCrossAttention, Scope::Lora}) {
        const auto trained = count(trained_shapes(shapes, scope, adapter_rank));
        facts[scope_names[static_cast<int>(scope)]] = {{"trained", trained}, {"fp32", 4 * all + (4 + 16) * trained}, {"bf16", 2 * all + (4 + 4 + 16) * trained}};
    }
    return facts;
}

// "down0", "up0→up1", …, or the reason why there are none.
Json tap_facts(const UNetConfig &config, const Result<UNetDescription> &teacher)
{
    const auto pairs = teacher.and_then([&](const UNetDescription &description) {
        return derive_tap_map(config, description.config);
    });
    if (!pairs)
        return {{"error", to_string(pairs.error())}};
    Json names = Json::array();
    for (const auto &pair : *pairs)
        names.push_back(pair.name);
    return {{"pairs", names}, {"of", tap_names(config).size()}};
}

Json unet_facts(const UNetConfig &config, const StructureRecord &record, bool pruned, std::optional<Prediction> prediction)
{
    Json facts = {{"levels", config.levels()},
                  {"in_channels", config.in_channels},
                  {"sample_size", config.sample_size},
                  {"block_out_channels", config.block_out_channels},
                  {"down_block_types", config.down_block_types},
                  {"up_block_types", config.up_block_types},
                  {"mid_block_type", config.mid_block_type.empty() ? Json() : Json(config.mid_block_type)},
                  {"layers_per_block", config.layers_per_block},
                  {"transformer_layers_per_block", config.transformer_layers_per_block},
                  {"heads", config.heads},
                  {"cross_attention_dim", config.cross_attention_dim},
                  {"use_linear_projection", config.use_linear_projection}};
    if (prediction)
        facts["prediction"] = name_of(*prediction);
    if (pruned) {
        facts["origin"] = record.origin;
        facts["details"] = record.details;
        facts["pruned"] = pruned_share(record);
    }
    return facts;
}

// The Stable Diffusion generation whose UNet this is, by what its config fixes; empty if none.
std::string generation(const UNetConfig &config, std::optional<Prediction> prediction)
{
    if (config.cross_attention_dim == 768 && config.heads.front() == 8 && config.heads.back() == 8 && !config.use_linear_projection)
        return "Stable Diffusion 1.x";
    if (config.cross_attention_dim != 1024 || !config.use_linear_projection)
        return {};
    if (!prediction)
        return "Stable Diffusion 2.x";
    return *prediction == Prediction::V ? "Stable Diffusion 2.x (768 px, v-prediction)" : "Stable Diffusion 2.x base (512 px)";
}

// What is neither: the layout it follows, and how far it goes.
std::string layout_of(const UNetConfig &config, std::optional<Prediction> prediction)
{
    auto text = std::string("Stable Diffusion ") + (config.use_linear_projection ? "2.x" : "1.x") + " layout, " + std::to_string(config.levels()) +
                (config.levels() == 1 ? " level" : " levels");
    if (prediction)
        text += *prediction == Prediction::V ? ", v-prediction" : std::string(", ") + name_of(*prediction) + " prediction";
    return text;
}

// BK-SDM's variants, arXiv 2305.15798: one layer a block; small lacks the mid block, tiny the last stage too.
std::string family_of(const UNetConfig &config, bool pruned, std::optional<Prediction> prediction)
{
    const Integers channels = {320, 640, 1280, 1280};
    const bool its_widths = config.levels() <= 4 && std::equal(config.block_out_channels.begin(), config.block_out_channels.end(), channels.begin());
    const auto base = its_widths ? generation(config, prediction) : std::string();
    auto family = base.empty() ? layout_of(config, prediction) : base;
    if (!base.empty() && config.layers_per_block == Integers(config.levels(), 1))
        family = (config.levels() < 4 ? "BK-SDM Tiny, " : config.mid_block_type.empty() ? "BK-SDM Small, " : "BK-SDM Base, ") + base;
    if (config.in_channels == 9)
        family += ", inpainting";
    return pruned ? family + ", pruned" : family;
}

// The UNet by its config alone, where its weights are missing or cannot be read.
Status add_unet_config(Inspection &inspection, const fs::path &folder, std::optional<Prediction> prediction)
{
    QUELL_ASSIGN(const Json json, read_json(folder / "config.json"));
    QUELL_ASSIGN(const auto config, parse_unet_config(json, (folder / "config.json").string()));
    QUELL_ASSIGN(const auto found, read_structure_record(folder));
    const auto record = found.value_or(StructureRecord());
    inspection.family = family_of(config, !record.empty(), prediction);
    inspection.unet = unet_facts(config, record, !record.empty(), prediction);
    return {};
}

// What only the user can tell of a UNet whose shapes fit two readings.
std::vector<std::string> choices_in(const fs::path &model)
{
    const auto open_where = [&](const CutReadings &readings) {
        const auto unet = describe_shapes(model, readings);
        return !unet && unet.error().code == ErrorCode::Usage;
    };
    std::vector<std::string> choices;
    if (open_where({CutReading::Infer, CutReading::Fewer}))
        choices.push_back("heads");
    if (open_where({CutReading::Fewer, CutReading::Infer}))
        choices.push_back("groups");
    return choices;
}

// `model`: a UNet's folder or a single file.
void add_unet(Inspection &inspection, const fs::path &model, std::optional<Prediction> prediction, const InspectOptions &options)
{
    const auto unet = describe_unet(model);
    if (!unet) {
        add_note(inspection, unet.error());
        if (unet.error().code == ErrorCode::Usage)
            inspection.choices = choices_in(model);
        if (is_file(model))
            return;
        if (const auto status = add_unet_config(inspection, model, prediction); !status)
            add_note(inspection, status.error());
        return;
    }
    const auto &config = unet->config;
    const auto shapes = unet->shapes();
    const bool pruned = shapes != dense_shapes(config);
    inspection.family = family_of(config, pruned, prediction);
    inspection.differences = unet->differences;
    inspection.unet = unet_facts(config, unet->structure, pruned, prediction);
    inspection.unet.update(cost_facts(config, shapes, options.size));
    inspection.unet["training"] = training_facts(shapes);
    std::optional<Result<UNetDescription>> teacher;
    if (!options.teacher.empty()) {
        teacher = describe_unet(options.teacher);
        inspection.unet["taps"] = tap_facts(config, *teacher);
    }
    inspection.unet["blocks"] = kept_by_block(config, shapes, teacher && *teacher ? (*teacher)->config : config);
}

std::optional<Prediction> prediction_of(Inspection &inspection, const fs::path &scheduler_folder)
{
    const auto file = scheduler_folder / "scheduler_config.json";
    const auto config = read_json(file).and_then([&](const Json &json) { return parse_scheduler_config(json, file.string()); });
    if (config)
        return config->prediction;
    inspection.notes.push_back(to_string(config.error()));
    return {};
}

Result<Inspection> inspect_pipeline(const fs::path &folder, const InspectOptions &options)
{
    Inspection inspection;
    inspection.format = "diffusers pipeline";
    const auto prediction = prediction_of(inspection, folder / "scheduler");
    for (const char *name : {"unet", "vae", "text_encoder"})
        add_component(inspection, folder / name, name);
    add_unet(inspection, folder / "unet", prediction, options);
    return inspection;
}

Result<Inspection> inspect_lone_component(const fs::path &folder, const InspectOptions &options)
{
    Inspection inspection;
    inspection.format = "model folder";
    QUELL_ASSIGN(const Json config, read_json(folder / "config.json"));
    const auto name = config.is_object() ? config.value("_class_name", config.value("model_type", Json("model"))) : Json();
    if (!name.is_string())
        return fail(ErrorCode::Malformed, "is not the config of a model", folder / "config.json");
    add_component(inspection, folder, name.get<std::string>());
    if (!name.get<std::string>().starts_with("UNet2DCondition"))
        return inspection;
    inspection.format = "UNet folder";
    const auto scheduler = fs::absolute(folder).lexically_normal().parent_path() / "scheduler"; // beside it if it lies in a pipeline
    const auto prediction = fs::exists(scheduler / "scheduler_config.json") ? prediction_of(inspection, scheduler) : std::nullopt;
    add_unet(inspection, folder, prediction, options);
    return inspection;
}

void add_component(Inspection &inspection, const std::string &name, const TensorFile &file)
{
    Inspection::Component component;
    component.name = name;
    add_file(component, file);
    inspection.components.push_back(std::move(component));
}

Status add_single_file(Inspection &inspection, const fs::path &path, const InspectOptions &options)
{
    QUELL_ASSIGN(const auto single, open_single_file(path));
    QUELL_ASSIGN(const auto scheduler, parse_scheduler_config(single.scheduler, path.string()));
    inspection.format += ", a single file in the " + single.layout + " layout";
    for (const auto &[name, part] : single.parts)
        add_component(inspection, name, *part.weights);
    inspection.notes.insert(inspection.notes.end(), single.notes.begin(), single.notes.end());
    add_unet(inspection, path, scheduler.prediction, options);
    return {};
}

Result<Inspection> inspect_file(const fs::path &path, const InspectOptions &options)
{
    QUELL_ASSIGN(const auto file, open_tensor_file(path));
    Inspection inspection;
    inspection.format = name_of(file->container()) + std::string(" file");
    add_metadata(inspection, *file);
    if (is_single_file(*file)) {
        if (const auto status = add_single_file(inspection, path, options))
            return inspection;
        else
            inspection.notes.push_back(to_string(status.error()));
    }
    add_component(inspection, path.filename().string(), *file);
    return inspection;
}

} // namespace

Result<Inspection> inspect(const fs::path &path, const InspectOptions &options)
{
    std::error_code error;
    const auto kind = fs::status(path, error).type();
    if (kind == fs::file_type::not_found)
        return fail(ErrorCode::NotFound, "there is no such file or folder", path);
    if (kind == fs::file_type::regular)
        return inspect_file(path, options);
    if (kind != fs::file_type::directory)
        return fail(ErrorCode::Unsupported, "neither a folder nor a file that can be read", path);
    QUELL_ASSIGN(const auto unet, unet_folder(path));
    return unet == path ? inspect_lone_component(path, options) : inspect_pipeline(path, options);
}

std::uint64_t Inspection::bytes() const
{
    return std::accumulate(components.begin(), components.end(), std::uint64_t{0}, [](auto sum, const auto &component) { return sum + component.bytes; });
}

Inspection::Estimates Inspection::estimates() const
{
    Estimates estimates{bytes(), 0, 0};
    for (const auto &component : components) {
        estimates.sample += 4 * component.parameters;
        if (is_unet(component.name))
            estimates.train = 26 * component.parameters;
    }
    return estimates;
}

Json to_json(const Inspection &inspection)
{
    Json components = Json::array();
    for (const auto &component : inspection.components)
        components.push_back({{"name", component.name},
                              {"parameters", component.parameters},
                              {"dtypes", component.dtypes},
                              {"bytes", component.bytes}});
    const auto estimates = inspection.estimates();
    return {{"format", inspection.format},
            {"family", inspection.family},
            {"bytes", inspection.bytes()},
            {"estimates", {{"load", estimates.load}, {"sample", estimates.sample}, {"train", estimates.train}}},
            {"components", components},
            {"unet", inspection.unet},
            {"differences", inspection.differences},
            {"choices", inspection.choices},
            {"notes", inspection.notes},
            {"metadata", inspection.metadata}};
}

} // namespace quell
