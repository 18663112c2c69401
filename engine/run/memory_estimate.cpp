#include "run/memory_estimate.h"

#include "architecture/unet_description.h"
#include "formats/model_folder.h"
#include "run/activation_memory.h"
#include "run/run_data.h"
#include "run/trainable.h"

#include <algorithm>
#include <cstdio>
#include <numeric>

namespace quell {
namespace {

constexpr std::int64_t process = 330 << 20; // code, libraries, thread stacks, allocator
constexpr std::int64_t probe_pictures = 32, drawn_at_once = 32;

// A model's file as it is, and what of it is copied when it is loaded in a dtype: tensors of another dtype, and convolutions, whose
// layout changes. The rest is used as it lies in the file; the pages of what was copied are let go of.
struct Loaded {
    std::int64_t file = 0, copied = 0, mapped = 0, elements = 0;

    std::int64_t resident() const { return copied + mapped; }
};

struct LoadedComponent {
    Shapes shapes;
    Loaded loaded;
};

bool is_norm(const std::string &name)
{
    return name.find("norm") != std::string::npos;
}

bool is_convolution(const Shape &shape)
{
    return shape.size() == 4 && shape[2] * shape[3] > 1;
}

LoadedComponent component_of(const std::vector<std::shared_ptr<TensorFile>> &files, Dtype dtype)
{
    LoadedComponent component;
    for (const auto &file : files) {
        for (const auto &tensor : file->tensors()) {
            const auto target = is_norm(tensor.name) ? Dtype::F32 : dtype;
            const auto bytes = static_cast<std::int64_t>(tensor.bytes());
            component.shapes[tensor.name] = tensor.shape;
            component.loaded.file += bytes;
            component.loaded.elements += tensor.elements();
            if (tensor.dtype != target || is_convolution(tensor.shape))
                component.loaded.copied += tensor.elements() * static_cast<std::int64_t>(size_of(target));
            else
                component.loaded.mapped += bytes;
        }
    }
    return component;
}

struct Unet {
    UNetDescription description;
    LoadedComponent component;
};

Result<Unet> open_unet(const fs::path &model, Dtype dtype)
{
    Unet unet;
    QUELL_ASSIGN(unet.description, describe_unet(model));
    unet.component = component_of(unet.description.weights, dtype);
    return unet;
}

// Bytes that one optimizer keeps for a parameter (kernels::make_moments).
std::int64_t moment_bytes(const Shape &shape, const Training &training, const OptimizerSpec &optimizer)
{
    const auto n = std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
    if (optimizer.kind != OptimizerKind::AdamW)
        return 0;
    if (training.optimizer_state == kernels::MomentFormat::EightBit && n >= 4096)
        return 2 * n + 2 * 4 * ((n + 255) / 256);
    if (training.optimizer_state == kernels::MomentFormat::Factored && shape.size() >= 2)
        return 4 * (shape[0] + n / shape[0]) + (optimizer.beta1 > 0 ? 4 * n : 0);
    return 8 * n;
}

class Estimate {
public:
    Estimate(const RunSpec &spec, bool low) : spec_(spec), low_(low), element_(low ? 2 : 4) {}

    Result<MemoryEstimate> make()
    {
        QUELL_TRY(open());
        count_trained();
        const bool draws = !spec_.samples.target.empty() || !spec_.samples.neighbour.empty() || !spec_.samples.unrelated.empty();
        estimate_.phases = {loading(), encoding()};
        if (draws)
            estimate_.phases.push_back(first_drawing());
        estimate_.phases.push_back(training());
        if (draws)
            estimate_.phases.push_back(held("drawing samples", {{"activations", drawing_work()}}));
        // The reference is there when a run goes on, its state read.
        estimate_.phases.push_back(held("probing", {{"reference", reference_.resident()}, {"activations", forward_peak(pieces(teacher_, probe_pictures))}}));
        estimate_.phases.push_back(writing());
        return std::move(estimate_);
    }

private:
    Status open()
    {
        const auto dtype = low_ ? Dtype::BF16 : Dtype::F32;
        QUELL_ASSIGN(teacher_, open_unet(spec_.teacher, dtype));
        QUELL_ASSIGN(student_, open_unet(spec_.student, dtype));
        QUELL_ASSIGN(reference_, compared_with(spec_.reference, dtype));
        QUELL_ASSIGN(filtered_, compared_with(spec_.filtered, dtype));
        QUELL_ASSIGN(const auto text, describe_component(spec_.teacher, "text_encoder"));
        text_ = component_of(text.weights, Dtype::F32);
        QUELL_ASSIGN(const auto text_config, parse_clip_text_config(text.config, text.config_place));
        tokens_ = text_config.max_positions;
        QUELL_ASSIGN(const auto autoencoder, describe_component(spec_.teacher, "vae"));
        autoencoder_ = component_of(autoencoder.weights, Dtype::F32);
        QUELL_ASSIGN(autoencoder_config_, parse_autoencoder_config(autoencoder.config, autoencoder.config_place));
        const auto reduction = autoencoder_config_.reduction();
        side_ = spec_.size > 0 ? spec_.size / reduction : teacher_.description.config.sample_size;
        return {};
    }

    static Result<Loaded> compared_with(const fs::path &model, Dtype dtype)
    {
        if (model.empty())
            return Loaded{};
        QUELL_ASSIGN(const auto unet, open_unet(model, dtype));
        return unet.component.loaded;
    }

    void count_trained()
    {
        const bool masters = low_ && spec_.training.weights == WeightKeeping::Master;
        for (const auto &[name, shape] : trained_shapes(student_.component.shapes, spec_.training.scope, spec_.training.rank)) {
            const auto n = std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
            const bool fp32 = is_norm(name);
            gradients_ += n * (fp32 ? 4 : element_);
            wide_ += 4 * n;
            masters_ += masters && !fp32 ? 4 * n : 0;
            moments_ += moment_bytes(shape, spec_.training, spec_.lower.optimizer) + (spec_.upper.enabled ? moment_bytes(shape, spec_.training, spec_.upper.optimizer) : 0);
        }
        adapters_ = spec_.training.scope == Scope::Lora ? gradients_ : 0;
    }

    std::vector<PassPiece> pieces(const Unet &unet, std::int64_t n) const
    {
        const bool student = &unet == &student_;
        const auto &training = spec_.training;
        const TrainedNames trained = [&](const std::string &name) { return student && in_scope(training.scope, name); };
        const PassSize size{n, side_, tokens_, element_};
        return pieces_of(unet.description.config, unet.description.structure, unet.component.shapes, size, trained, student && training.scope == Scope::Lora ? training.rank : 0);
    }

    // A phase in which all models and the training's state are there, and more.
    MemoryPhase held(const char *name, std::vector<MemoryPart> more) const
    {
        std::vector<MemoryPart> parts{{"process", process},
                                      {"text encoder and autoencoder", text_.loaded.resident() + autoencoder_.loaded.resident()},
                                      {"teacher", teacher_.component.loaded.resident()},
                                      {"student", student_.component.loaded.resident() + adapters_},
                                      {"masters", masters_ + second_weights()},
                                      {"optimizer state", moments_}};
        parts.insert(parts.end(), more.begin(), more.end());
        return {name, parts};
    }
    // The solver's v.
    std::int64_t second_weights() const { return has_copy(spec_.solver) ? (masters_ > 0 ? masters_ : gradients_) : 0; }

    // The student comes last, and its masters are read from its file once more.
    MemoryPhase loading() const
    {
        return {"loading", {{"process", process},
                            {"text encoder and autoencoder", text_.loaded.resident() + autoencoder_.loaded.resident()},
                            {"teacher", teacher_.component.loaded.resident()},
                            {"student", student_.component.loaded.resident()},
                            {"masters and their file", masters_ > 0 ? masters_ + student_.component.loaded.file : 0}}};
    }

    // fp32, at the first level's width (decoding: the second level's, which reaches the full size). About six layers' results, and ten where the allocator
    // keeps what is free (measured).
    std::int64_t autoencoder_work(std::int64_t pictures, std::size_t level) const
    {
        const auto &widths = autoencoder_config_.block_out_channels;
        const auto pixels = side_ * autoencoder_config_.reduction(), results = std::int64_t{spec_.training.checkpointing ? 6 : 10};
        return pictures * results * widths[std::min(level, widths.size() - 1)] * pixels * pixels * 4;
    }

    MemoryPhase encoding() const
    {
        return {"encoding pictures", {{"process", process},
                                      {"text encoder and autoencoder", text_.loaded.resident() + autoencoder_.loaded.resident()},
                                      {"teacher", teacher_.component.loaded.resident()},
                                      {"student", student_.component.loaded.resident()},
                                      {"activations", autoencoder_work(encoded_at_once(autoencoder_config_, side_ * autoencoder_config_.reduction()), 0)}}};
    }

    std::int64_t pass(std::int64_t batch, bool features) const
    {
        const auto parts = spec_.training.accumulate, n = (batch + parts - 1) / parts;
        const auto peak = training_peak(pieces(student_, n), spec_.training.checkpointing, features, element_, element_);
        return spec_.training.checkpointing ? peak : peak + peak / 8; // holes between what the allocator keeps (measured: 2 to 29 %)
    }

    // Gradients of one level that wait while the other's are taken, and what parts of a batch are added up in.
    std::int64_t waiting_gradients() const
    {
        const bool both = spec_.upper.enabled && (weighs_both(spec_.solver) || (spec_.solver.kind == SolverKind::Alternating && spec_.solver.angle_every > 0));
        const auto sums = low_ && spec_.training.accumulate > 1 ? wide_ : 0;
        return (both ? std::max(gradients_, sums) : 0) + sums;
    }

    MemoryPhase training() const
    {
        const auto lower = pass(spec_.lower.batch, std::any_of(spec_.lower.datasets.begin(), spec_.lower.datasets.end(), [](const Dataset &set) { return set.weights.feature > 0; })), upper = spec_.upper.enabled ? pass(spec_.upper.batch * (spec_.upper.objective.neighbour > 0 ? 2 : 1), false) : 0;
        return held("training", {{"activations and gradients", std::max(lower, upper)}, {"gradients of the other level and sums", waiting_gradients()}});
    }

    // Before the first step: the models to be compared with are there, the optimizer's state and the solver's v not yet.
    MemoryPhase first_drawing() const
    {
        return {"drawing first samples", {{"process", process},
                                          {"text encoder and autoencoder", text_.loaded.resident() + autoencoder_.loaded.resident()},
                                          {"teacher", teacher_.component.loaded.resident()},
                                          {"student", student_.component.loaded.resident() + adapters_},
                                          {"masters", masters_},
                                          {"reference and filtered", reference_.resident() + filtered_.resident()},
                                          {"activations", drawing_work()}}};
    }

    std::int64_t drawing_work() const
    {
        const auto &samples = spec_.samples;
        const auto prompts = static_cast<std::int64_t>(samples.target.size() + samples.neighbour.size() + samples.unrelated.size());
        const auto n = std::min(prompts, drawn_at_once);
        const auto unet = forward_peak(pieces(teacher_, samples.sampling.guidance > 1 ? 2 * n : n));
        return std::max(unet, autoencoder_work(n, 1));
    }

    // In fp16.
    MemoryPhase writing() const
    {
        return held("writing the student", {{"converted weights", 2 * student_.component.loaded.elements}});
    }

    const RunSpec &spec_;
    const bool low_;
    const std::int64_t element_;
    Unet teacher_, student_;
    LoadedComponent text_, autoencoder_;
    Loaded reference_, filtered_;
    AutoencoderConfig autoencoder_config_;
    std::int64_t side_ = 0, tokens_ = 77;
    std::int64_t gradients_ = 0, wide_ = 0, masters_ = 0, moments_ = 0, adapters_ = 0;
    MemoryEstimate estimate_;
};

} // namespace

std::int64_t MemoryPhase::bytes() const
{
    return std::accumulate(parts.begin(), parts.end(), std::int64_t{0}, [](auto sum, const auto &part) { return sum + part.bytes; });
}

const MemoryPhase &MemoryEstimate::peak() const
{
    return *std::max_element(phases.begin(), phases.end(), [](const auto &a, const auto &b) { return a.bytes() < b.bytes(); });
}

Result<MemoryEstimate> estimate_memory(const RunSpec &spec, bool low)
{
    return Estimate(spec, low).make();
}

Json to_json(const MemoryEstimate &estimate)
{
    Json phases = Json::array();
    for (const auto &phase : estimate.phases) {
        Json parts = Json::object();
        for (const auto &part : phase.parts)
            parts[part.name] = part.bytes;
        phases.push_back({{"name", phase.name}, {"bytes", phase.bytes()}, {"parts", parts}});
    }
    return {{"bytes", estimate.peak().bytes()}, {"peak", estimate.peak().name}, {"phases", phases}};
}

std::string to_text(const MemoryEstimate &estimate)
{
    std::string text;
    const auto line = [&](const std::string &name, std::int64_t bytes) {
        char buffer[128];
        std::snprintf(buffer, sizeof buffer, "%-42s %8.0f MiB\n", name.c_str(), static_cast<double>(bytes) / (1 << 20));
        text += buffer;
    };
    for (const auto &phase : estimate.phases) {
        line(phase.name, phase.bytes());
        for (const auto &part : phase.parts) {
            if (part.bytes > 0)
                line("  " + part.name, part.bytes);
        }
    }
    line("most, while " + estimate.peak().name, estimate.peak().bytes());
    return text;
}

} // namespace quell
