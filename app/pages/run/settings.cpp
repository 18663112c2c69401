#include "app/pages/run/settings.h"

#include "app/project/project.h"
#include "app/project/json_text.h"

#include <QCoreApplication>
#include <QDir>
#include <QLocale>

namespace quell {
namespace {

using Kind = Setting::Kind;

constexpr double many = 1e9;

class RunSettings {
    Q_DECLARE_TR_FUNCTIONS(RunSettings)

public:
    static std::vector<Setting> optimizer(const char *const (&pointers)[9])
    {
        return {
            {pointers[0], QT_TR_NOOP("optimizer"), QT_TR_NOOP("AdamW keeps a rate for each weight; SGD has one for all."), Kind::Choice, 0, 0, "\"adamw\"", {{"adamw", "AdamW"}, {"sgd", "SGD"}}},
            {pointers[1], QT_TR_NOOP("learning rate"), QT_TR_NOOP("How far one step goes. Too high and the loss rises, too low and nothing happens."), Kind::Number, 0, many, "0.0001"},
            {pointers[2], QT_TR_NOOP("schedule"), QT_TR_NOOP("Cosine lets the rate fall to 0 towards the end."), Kind::Choice, 0, 0, "\"constant\"", {{"constant", QT_TR_NOOP("constant")}, {"cosine", QT_TR_NOOP("cosine")}}},
            {pointers[3], QT_TR_NOOP("warm-up, steps"), QT_TR_NOOP("The rate rises from 0 over these steps."), Kind::Whole, 0, many, "0"},
            {pointers[4], QT_TR_NOOP("largest gradient norm"), QT_TR_NOOP("Longer gradients are shortened to it; 0: never."), Kind::Number, 0, many, "0"},
            {pointers[5], QT_TR_NOOP("weight decay"), QT_TR_NOOP("Draws weights towards 0."), Kind::Number, 0, many, "0"},
            {pointers[6], QT_TR_NOOP("beta 1"), QT_TR_NOOP("Memory of the mean gradient."), Kind::Number, 0, 0.999999, "0.9"},
            {pointers[7], QT_TR_NOOP("beta 2"), QT_TR_NOOP("Memory of the squared gradient."), Kind::Number, 0, 0.9999999, "0.999"},
            {pointers[8], QT_TR_NOOP("epsilon"), QT_TR_NOOP("Keeps the division by a vanishing gradient finite."), Kind::Number, 0, many, "1e-08"},
        };
    }

    static std::vector<Setting> with(std::vector<Setting> settings, const std::vector<Setting> &more)
    {
        settings.insert(settings.end(), more.begin(), more.end());
        return settings;
    }

    static std::vector<Setting> general()
    {
        return {
            {"/steps", QT_TR_NOOP("steps"), QT_TR_NOOP("How many updates of the lower level the run makes."), Kind::Whole, 1, many, "100"},
            {"/seed", QT_TR_NOOP("seed"), QT_TR_NOOP("All randomness comes from it: the same seed gives the same run."), Kind::Whole, 0, many, "43"},
            {"/size", QT_TR_NOOP("picture size"), QT_TR_NOOP("In pixels."), Kind::Whole, 0, 4096, "0", {{"0", QT_TR_NOOP("the model's own")}}},
            {"/precision", QT_TR_NOOP("precision"), QT_TR_NOOP("bf16 saves memory where the processor has it; fp32 works everywhere."), Kind::Choice, 0, 0, "\"auto\"",
             {{"auto", QT_TR_NOOP("automatic")}, {"fp32", "fp32"}, {"bf16", "bf16"}}},
            {"/device", QT_TR_NOOP("device"), QT_TR_NOOP("What the run computes on."), Kind::Choice, 0, 0, "\"auto\"", {{"auto", QT_TR_NOOP("automatic")}, {"cpu", "CPU"}, {"cuda", "CUDA"}}},
            {"/threads", QT_TR_NOOP("threads"), QT_TR_NOOP("Of the processor."), Kind::Whole, 0, 1024, "0", {{"0", QT_TR_NOOP("one a core")}}},
        };
    }

    static std::vector<Setting> lower()
    {
        return with(
            {
                {"/lower/batch", QT_TR_NOOP("batch size"), QT_TR_NOOP("Pictures a step."), Kind::Whole, 1, 4096, "16"},
                {"/lower/crop", QT_TR_NOOP("crop"), QT_TR_NOOP("Which square of a picture is taken."), Kind::Choice, 0, 0, "\"center\"", {{"center", QT_TR_NOOP("center")}, {"random", QT_TR_NOOP("random")}}},
                {"/lower/flips", QT_TR_NOOP("mirror pictures"), QT_TR_NOOP("Every other picture is mirrored: more variety from the same data."), Kind::Toggle, 0, 0, "true"},
                {"/lower/caption_dropout", QT_TR_NOOP("caption dropout"), QT_TR_NOOP("Share of captions that are left out, so that guidance keeps working."), Kind::Number, 0, 1, "0.1"},
                {"/lower/exclude_concepts", QT_TR_NOOP("leave out the concept's pictures"), QT_TR_NOOP("Pictures whose captions name a concept do not take part in fine-tuning."), Kind::Toggle, 0, 0, "true"},
                {"/lower/diffusion", QT_TR_NOOP("weight of the diffusion loss"), QT_TR_NOOP("Learning from the pictures themselves."), Kind::Number, 0, many, "1"},
                {"/lower/output", QT_TR_NOOP("weight of output distillation"), QT_TR_NOOP("Predicting what the teacher predicts."), Kind::Number, 0, many, "2"},
                {"/lower/feature", QT_TR_NOOP("weight of feature distillation"), QT_TR_NOOP("Matching the teacher block by block."), Kind::Number, 0, many, "0.1"},
                {"/lower/snr_gamma", QT_TR_NOOP("min-SNR gamma"), QT_TR_NOOP("Bounds the weight of steps with little noise."), Kind::Number, 1e-6, many, "5"},
            },
            optimizer({"/lower/optimizer/kind", "/lower/optimizer/lr", "/lower/optimizer/schedule", "/lower/optimizer/warmup", "/lower/optimizer/clip_norm", "/lower/optimizer/weight_decay",
                       "/lower/optimizer/beta1", "/lower/optimizer/beta2", "/lower/optimizer/eps"}));
    }

    static std::vector<Setting> upper()
    {
        return with(
            {
                {"/upper/enabled", QT_TR_NOOP("suppress"), QT_TR_NOOP("Off: plain fine-tuning, as a reference is made."), Kind::Toggle, 0, 0, "true"},
                {"/upper/batch", QT_TR_NOOP("batch size"), QT_TR_NOOP("Pictures a step."), Kind::Whole, 1, 4096, "16"},
                {"/upper/objective", QT_TR_NOOP("objective"), QT_TR_NOOP("ESD pushes away from the concept; anchor draws its prompts to what they should become; SDD to what the student draws without a prompt; erase-from pushes away from where the rest of the prompt stays, for attributes."), Kind::Choice, 0, 0, "\"anchor\"",
                 {{"esd", "ESD"}, {"anchor", QT_TR_NOOP("anchor")}, {"sdd", "SDD"}, {"erase_from", QT_TR_NOOP("erase-from")}}},
                {"/upper/eta", QT_TR_NOOP("ESD strength"), QT_TR_NOOP("How far ESD and erase-from go beyond the prompt without the concept."), Kind::Number, 0, 100, "1"},
                {"/upper/source", QT_TR_NOOP("noised pictures"), QT_TR_NOOP("Where the upper level's noisy pictures come from."), Kind::Choice, 0, 0, "\"other\"",
                 {{"concept", QT_TR_NOOP("of the concept")}, {"other", QT_TR_NOOP("of everything else")}, {"denoise", QT_TR_NOOP("drawn by the student")},
                  {"denoise_teacher", QT_TR_NOOP("drawn by the teacher")}, {"noise", QT_TR_NOOP("noise alone")}}},
                {"/upper/made", QT_TR_NOOP("pictures the teacher makes"), QT_TR_NOOP("Of each concept, where the data shows none; 0: those of the data. For pictures of the concept only."), Kind::Whole, 0, 100000, "0"},
                {"/upper/divergence", QT_TR_NOOP("distance"), QT_TR_NOOP("How the way to the objective is measured. Hellinger lets go of what is far already."), Kind::Choice, 0, 0, "\"mse\"",
                 {{"mse", QT_TR_NOOP("mean square")}, {"huber", "Huber"}, {"hellinger", "Hellinger"}}},
                {"/upper/divergence_scale", QT_TR_NOOP("scale of the distance"), QT_TR_NOOP("Where Huber turns linear and Hellinger lets go."), Kind::Number, 1e-6, many, "1"},
                {"/upper/neighbour", QT_TR_NOOP("hold of neighbours"), QT_TR_NOOP("Weight of drawing neighbours as the teacher does; 0: none. Every concept needs neighbours then."), Kind::Number, 0, many, "0"},
                {"/upper/scope", QT_TR_NOOP("what suppression changes"), QT_TR_NOOP("Of what is trained."), Kind::Choice, 0, 0, "\"full\"",
                 {{"full", QT_TR_NOOP("everything")}, {"cross_attention", QT_TR_NOOP("cross-attention")}, {"cross_attention_kv", QT_TR_NOOP("keys and values of cross-attention")},
                  {"not_cross_attention", QT_TR_NOOP("everything but cross-attention")}}},
                {"/upper/saliency", QT_TR_NOOP("salient share"), QT_TR_NOOP("Suppression changes only this share of the weights: those that the concept moves most. 1: all."), Kind::Number, 1e-6, 1, "1"},
                {"/upper/t_min", QT_TR_NOOP("earliest time"), QT_TR_NOOP("Of the noise schedule; suppression acts from here on."), Kind::Whole, 0, many, "0"},
                {"/upper/t_max", QT_TR_NOOP("latest time"), QT_TR_NOOP("Of the noise schedule; suppression acts below it."), Kind::Whole, 1, many, "1000"},
            },
            optimizer({"/upper/optimizer/kind", "/upper/optimizer/lr", "/upper/optimizer/schedule", "/upper/optimizer/warmup", "/upper/optimizer/clip_norm", "/upper/optimizer/weight_decay",
                       "/upper/optimizer/beta1", "/upper/optimizer/beta2", "/upper/optimizer/eps"}));
    }

    static std::vector<Setting> solver()
    {
        return {
            {"/solver/name", QT_TR_NOOP("solver"), QT_TR_NOOP("How both levels become one step. Alternating takes an upper step now and then, two-stage suppresses after fine-tuning; the others weigh both levels' gradients in one step."), Kind::Choice, 0, 0, "\"alternating\"",
             {{"alternating", QT_TR_NOOP("alternating")}, {"two_stage", QT_TR_NOOP("two-stage")}, {"weighted_sum", QT_TR_NOOP("weighted sum")}, {"penalty", QT_TR_NOOP("penalty")}, {"v_pbgd", "V-PBGD"}, {"bome", "BOME"},
              {"f2sa", "F2SA"}, {"cosine", QT_TR_NOOP("by the gradients' angle")}}},
            {"/solver/every", QT_TR_NOOP("upper step every … steps"), QT_TR_NOOP("Alternating only."), Kind::Whole, 1, many, "10"},
            {"/solver/angle_every", QT_TR_NOOP("gradient angle every … upper steps"), QT_TR_NOOP("Costs one lower gradient each time; 0: never. Alternating and two-stage."), Kind::Whole, 0, many, "10"},
            {"/solver/lower_steps", QT_TR_NOOP("fine-tuning steps"), QT_TR_NOOP("Of all steps; suppression has the rest. Two-stage only."), Kind::Whole, -1, many, "-1", {{"-1", QT_TR_NOOP("half of the steps")}}},
            {"/solver/lambda", QT_TR_NOOP("weight of the lower level"), QT_TR_NOOP("Against the upper level's, at the first step; empty: the solver's own. Weighted sum, penalty, V-PBGD and F2SA."), Kind::Number, -1, many, "-1", {{"-1", QT_TR_NOOP("the solver's own")}}},
            {"/solver/lambda_last", QT_TR_NOOP("weight at the end"), QT_TR_NOOP("What the weight rises to over the run; empty: the solver's own. V-PBGD only."), Kind::Number, -1, many, "-1", {{"-1", QT_TR_NOOP("the solver's own")}}},
            {"/solver/growth", QT_TR_NOOP("growth of the weight"), QT_TR_NOOP("What each step adds to it; empty: the solver's own. F2SA only."), Kind::Number, -1, many, "-1", {{"-1", QT_TR_NOOP("the solver's own")}}},
            {"/solver/eta", QT_TR_NOOP("barrier"), QT_TR_NOOP("How firmly the lower level is held where the weight follows from the gradients; empty: the solver's own. BOME, by the gradients' angle, and the penalty's coupling by the gap."), Kind::Number, -1, many, "-1", {{"-1", QT_TR_NOOP("the solver's own")}}},
            {"/solver/barrier", QT_TR_NOOP("barrier follows"), QT_TR_NOOP("What it is measured by. BOME only."), Kind::Choice, 0, 0, "\"gradient\"", {{"gradient", QT_TR_NOOP("the lower gradient")}, {"gap", QT_TR_NOOP("the gap to the copy")}}},
            {"/solver/inner", QT_TR_NOOP("inner steps"), QT_TR_NOOP("Lower steps of a copy before each step of both; 0: no copy. Where nothing is coupled to it the copy only measures the gap. Not for alternating and two-stage."), Kind::Whole, -1, many, "-1", {{"-1", QT_TR_NOOP("the solver's own")}}},
            {"/solver/refresh", QT_TR_NOOP("copy anew every … rounds"), QT_TR_NOOP("0: never; the copy goes on from where it was."), Kind::Whole, -1, many, "-1", {{"-1", QT_TR_NOOP("the solver's own")}}},
            {"/solver/coupling", QT_TR_NOOP("coupling"), QT_TR_NOOP("What the copy does to the student. Penalty only."), Kind::Choice, 0, 0, "\"none\"",
             {{"none", QT_TR_NOOP("none, as in the paper")}, {"restart", QT_TR_NOOP("restart each round")}, {"barrier", QT_TR_NOOP("the gap sets the weight")}}},
        };
    }

    static std::vector<Setting> training()
    {
        return {
            {"/training/scope", QT_TR_NOOP("what is trained"), QT_TR_NOOP("Fewer weights take less memory and change less. Adapters (LoRA) can be exported on their own."), Kind::Choice, 0, 0, "\"full\"",
             {{"full", QT_TR_NOOP("everything")}, {"cross_attention", QT_TR_NOOP("cross-attention")}, {"cross_attention_kv", QT_TR_NOOP("keys and values of cross-attention")},
              {"not_cross_attention", QT_TR_NOOP("everything but cross-attention")}, {"lora", QT_TR_NOOP("adapters (LoRA)")}}},
            {"/training/rank", QT_TR_NOOP("rank of adapters"), QT_TR_NOOP("Higher learns more and takes more memory. Adapters only."), Kind::Whole, 1, 1024, "8"},
            {"/training/alpha", QT_TR_NOOP("alpha of adapters"), QT_TR_NOOP("Adapters count alpha / rank times. Adapters only."), Kind::Number, 1e-6, many, "8"},
            {"/training/checkpointing", QT_TR_NOOP("compute activations twice"), QT_TR_NOOP("Saves most of the memory of a step for about a third more time."), Kind::Toggle, 0, 0, "false"},
            {"/training/accumulate", QT_TR_NOOP("parts of a batch"), QT_TR_NOOP("A batch is taken in this many parts: less memory, the same step."), Kind::Whole, 1, 4096, "1"},
            {"/training/optimizer_state", QT_TR_NOOP("optimizer state"), QT_TR_NOOP("What AdamW remembers of each weight: 8 bytes in full, 2 in 8 bits, 4 factored (with a beta 1 of 0 next to none)."), Kind::Choice, 0, 0, "\"fp32\"",
             {{"fp32", QT_TR_NOOP("full")}, {"8bit", QT_TR_NOOP("8 bits")}, {"factored", QT_TR_NOOP("factored")}}},
            {"/training/weights", QT_TR_NOOP("bf16 weights"), QT_TR_NOOP("With masters they are kept in fp32 too; rounded at random they need no masters. In bf16 only."), Kind::Choice, 0, 0, "\"master\"",
             {{"master", QT_TR_NOOP("with fp32 masters")}, {"stochastic_rounding", QT_TR_NOOP("rounded at random")}}},
            {"/training/hold_zeros", QT_TR_NOOP("zeros stay zero"), QT_TR_NOOP("For models that were pruned by setting weights to zero."), Kind::Toggle, 0, 0, "false"},
        };
    }

    static Setting sampler(const char *pointer)
    {
        return {pointer, QT_TR_NOOP("sampler"), QT_TR_NOOP("How noise becomes a picture. DPM-Solver++ needs the fewest steps."), Kind::Choice, 0, 0, "\"ddim\"",
                {{"ddim", "DDIM"}, {"pndm", "PNDM"}, {"euler", "Euler"}, {"euler-ancestral", "Euler ancestral"}, {"dpm++2m", "DPM-Solver++ 2M"}, {"dpm++2m-karras", "DPM-Solver++ 2M Karras"}}};
    }

    static std::vector<Setting> samples()
    {
        return {
            {"/samples/every", QT_TR_NOOP("samples every … steps"), QT_TR_NOOP("Pictures for the sample prompts, always from the same noise."), Kind::Whole, 0, many, "0", {{"0", QT_TR_NOOP("at the start and the end")}}},
            sampler("/samples/sampler"),
            {"/samples/steps", QT_TR_NOOP("sampling steps"), QT_TR_NOOP("More take longer and draw finer."), Kind::Whole, 1, 1000, "20"},
            {"/samples/guidance", QT_TR_NOOP("guidance"), QT_TR_NOOP("How closely samples follow their prompts."), Kind::Number, 0, 100, "4"},
        };
    }

    static std::vector<Setting> checkpoints()
    {
        return {
            {"/checkpoints/every", QT_TR_NOOP("checkpoint every … steps"), QT_TR_NOOP("What an interruption can cost at most."), Kind::Whole, 1, many, "50"},
            {"/checkpoints/keep", QT_TR_NOOP("checkpoints kept"), QT_TR_NOOP("The newest; older ones are removed once a newer one is verified."), Kind::Whole, 1, many, "2"},
        };
    }

    static std::vector<Setting> evaluation()
    {
        return {
            {"/evaluation/pictures", QT_TR_NOOP("pictures a group"), QT_TR_NOOP("More give narrower intervals and take longer."), Kind::Whole, 1, 100000, "150"},
            sampler("/evaluation/sampler"),
            {"/evaluation/steps", QT_TR_NOOP("sampling steps"), QT_TR_NOOP("More take longer and draw finer."), Kind::Whole, 1, 1000, "20"},
            {"/evaluation/guidance", QT_TR_NOOP("guidance"), QT_TR_NOOP("How closely pictures follow their prompts."), Kind::Number, 0, 100, "4"},
        };
    }
};

} // namespace

const std::vector<SettingGroup> &settingGroups()
{
    static const std::vector<SettingGroup> groups{
        {QT_TRANSLATE_NOOP("RunSettings", "Run"), RunSettings::general()},
        {QT_TRANSLATE_NOOP("RunSettings", "Solver"), RunSettings::solver()},
        {QT_TRANSLATE_NOOP("RunSettings", "Lower level"), RunSettings::lower()},
        {QT_TRANSLATE_NOOP("RunSettings", "Upper level"), RunSettings::upper()},
        {QT_TRANSLATE_NOOP("RunSettings", "Training"), RunSettings::training()},
        {QT_TRANSLATE_NOOP("RunSettings", "Samples"), RunSettings::samples()},
        {QT_TRANSLATE_NOOP("RunSettings", "Checkpoints"), RunSettings::checkpoints()},
        {QT_TRANSLATE_NOOP("RunSettings", "Evaluation"), RunSettings::evaluation()},
    };
    return groups;
}

const Setting *findSetting(const QString &pointer)
{
    for (const auto &group : settingGroups())
        for (const auto &setting : group.settings)
            if (pointer == QLatin1String(setting.pointer))
                return &setting;
    return nullptr;
}

QString translatedSetting(const char *text)
{
    return RunSettings::tr(text);
}

QString settingName(const Setting &setting)
{
    for (const auto &group : settingGroups())
        for (const auto &other : group.settings)
            if (other.pointer == setting.pointer)
                return RunSettings::tr("%1: %2", "group and setting").arg(translatedSetting(group.title), translatedSetting(setting.label));
    return {};
}

QString settingText(const Setting &setting, const Json &value)
{
    const auto plain = value.is_string() ? toQString(value) : QString::fromStdString(value.dump());
    for (const auto &[choice, label] : setting.choices)
        if (plain == QLatin1String(choice))
            return translatedSetting(label);
    if (value.is_boolean())
        return value.get<bool>() ? RunSettings::tr("on") : RunSettings::tr("off");
    if (value.is_number_integer())
        return QLocale().toString(value.get<qint64>());
    return value.is_number() ? QLocale().toString(value.get<double>(), 'g', QLocale::FloatingPointShortest) : plain;
}

Presets Presets::read(const QString &folder)
{
    Presets presets;
    const QDir dir(folder);
    for (const auto &file : dir.entryInfoList({QStringLiteral("*.json")}, QDir::Files, QDir::Name))
        if (auto json = read_json(file.filePath().toStdString()))
            presets.m_presets[file.completeBaseName()] = std::move(*json);
    return presets;
}

QStringList Presets::names() const
{
    QStringList names;
    for (const auto &[name, json] : m_presets)
        names << name;
    return names;
}

Json Presets::value(const QString &preset, const QString &pointer) const
{
    const auto found = m_presets.find(preset);
    const Json::json_pointer place(pointer.toStdString());
    return found != m_presets.end() && found->second.contains(place) ? found->second[place] : Json();
}

// A solver of another name than the preset's has nothing of its numbers.
static bool ofAnotherSolver(const Project &project, const Presets &presets, const QString &pointer)
{
    const auto name = QStringLiteral("/solver/name");
    const auto chosen = project.value(name);
    return pointer.startsWith(QLatin1String("/solver/")) && pointer != name && !chosen.is_null() && chosen != presets.value(project.text(QStringLiteral("/preset")), name);
}

Json presetValue(const Project &project, const Presets &presets, const Setting &setting)
{
    const auto pointer = QString::fromLatin1(setting.pointer);
    auto value = ofAnotherSolver(project, presets, pointer) ? Json() : presets.value(project.text(QStringLiteral("/preset")), pointer);
    return value.is_null() ? Json::parse(setting.fallback) : value;
}

Json effectiveValue(const Project &project, const Presets &presets, const Setting &setting)
{
    auto value = project.value(QLatin1String(setting.pointer));
    return value.is_null() ? presetValue(project, presets, setting) : value;
}

QVector<const Setting *> differences(const Project &project, const Presets &presets)
{
    QVector<const Setting *> found;
    for (const auto &group : settingGroups())
        for (const auto &setting : group.settings)
            if (effectiveValue(project, presets, setting) != presetValue(project, presets, setting))
                found << &setting;
    return found;
}

} // namespace quell
