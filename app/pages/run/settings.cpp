#include "app/pages/run/settings.h"

#include "app/project/project.h"
#include "app/project/json_text.h"

#include <QCoreApplication>
#include <QDir>
#include <QLocale>

namespace quell {
namespace {

using Kind = Setting::Kind;

#define WORD(text) QT_TRANSLATE_NOOP("RunSettings", text)

constexpr double many = 1e9;

std::vector<Setting> optimizer(const char *const (&pointers)[9])
{
    return {
        {pointers[0], WORD("optimizer"), WORD("AdamW keeps a rate for each weight; SGD has one for all."), Kind::Choice, 0, 0, "\"adamw\"", {{"adamw", "AdamW"}, {"sgd", "SGD"}}},
        {pointers[1], WORD("learning rate"), WORD("How far one step goes. Too high and the loss rises, too low and nothing happens."), Kind::Number, 0, many, "0.0001"},
        {pointers[2], WORD("schedule"), WORD("Cosine lets the rate fall to 0 towards the end."), Kind::Choice, 0, 0, "\"constant\"", {{"constant", WORD("constant")}, {"cosine", WORD("cosine")}}},
        {pointers[3], WORD("warm-up, steps"), WORD("The rate rises from 0 over these steps."), Kind::Whole, 0, many, "0"},
        {pointers[4], WORD("largest gradient norm"), WORD("Longer gradients are shortened to it; 0: never."), Kind::Number, 0, many, "0"},
        {pointers[5], WORD("weight decay"), WORD("Draws weights towards 0."), Kind::Number, 0, many, "0"},
        {pointers[6], WORD("beta 1"), WORD("Memory of the mean gradient."), Kind::Number, 0, 0.999999, "0.9"},
        {pointers[7], WORD("beta 2"), WORD("Memory of the squared gradient."), Kind::Number, 0, 0.9999999, "0.999"},
        {pointers[8], WORD("epsilon"), WORD("Keeps the division by a vanishing gradient finite."), Kind::Number, 0, many, "1e-08"},
    };
}

std::vector<Setting> with(std::vector<Setting> settings, const std::vector<Setting> &more)
{
    settings.insert(settings.end(), more.begin(), more.end());
    return settings;
}

std::vector<Setting> general()
{
    return {
        {"/steps", WORD("steps"), WORD("How many updates of the lower level the run makes."), Kind::Whole, 1, many, "100"},
        {"/seed", WORD("seed"), WORD("All randomness comes from it: the same seed gives the same run."), Kind::Whole, 0, many, "43"},
        {"/size", WORD("picture size"), WORD("In pixels."), Kind::Whole, 0, 4096, "0", {{"0", WORD("the model's own")}}},
        {"/precision", WORD("precision"), WORD("bf16 saves memory where the processor has it; fp32 works everywhere."), Kind::Choice, 0, 0, "\"auto\"",
         {{"auto", WORD("automatic")}, {"fp32", "fp32"}, {"bf16", "bf16"}}},
        {"/device", WORD("device"), WORD("What the run computes on."), Kind::Choice, 0, 0, "\"auto\"", {{"auto", WORD("automatic")}, {"cpu", "CPU"}, {"cuda", "CUDA"}}},
        {"/threads", WORD("threads"), WORD("Of the processor."), Kind::Whole, 0, 1024, "0", {{"0", WORD("one a core")}}},
    };
}

std::vector<Setting> lower()
{
    return with(
        {
            {"/lower/batch", WORD("batch size"), WORD("Pictures a step."), Kind::Whole, 1, 4096, "16"},
            {"/lower/crop", WORD("crop"), WORD("Which square of a picture is taken."), Kind::Choice, 0, 0, "\"center\"", {{"center", WORD("center")}, {"random", WORD("random")}}},
            {"/lower/flips", WORD("mirror pictures"), WORD("Every other picture is mirrored: more variety from the same data."), Kind::Toggle, 0, 0, "true"},
            {"/lower/caption_dropout", WORD("caption dropout"), WORD("Share of captions that are left out, so that guidance keeps working."), Kind::Number, 0, 1, "0.1"},
            {"/lower/exclude_concepts", WORD("leave out the concept's pictures"), WORD("Pictures whose captions name a concept do not take part in fine-tuning."), Kind::Toggle, 0, 0, "true"},
            {"/lower/diffusion", WORD("weight of the diffusion loss"), WORD("Learning from the pictures themselves."), Kind::Number, 0, many, "1"},
            {"/lower/output", WORD("weight of output distillation"), WORD("Predicting what the teacher predicts."), Kind::Number, 0, many, "2"},
            {"/lower/feature", WORD("weight of feature distillation"), WORD("Matching the teacher block by block."), Kind::Number, 0, many, "0.1"},
            {"/lower/snr_gamma", WORD("min-SNR gamma"), WORD("Bounds the weight of steps with little noise."), Kind::Number, 1e-6, many, "5"},
        },
        optimizer({"/lower/optimizer/kind", "/lower/optimizer/lr", "/lower/optimizer/schedule", "/lower/optimizer/warmup", "/lower/optimizer/clip_norm", "/lower/optimizer/weight_decay",
                   "/lower/optimizer/beta1", "/lower/optimizer/beta2", "/lower/optimizer/eps"}));
}

std::vector<Setting> upper()
{
    return with(
        {
            {"/upper/enabled", WORD("suppress"), WORD("Off: plain fine-tuning, as a reference is made."), Kind::Toggle, 0, 0, "true"},
            {"/upper/batch", WORD("batch size"), WORD("Pictures a step."), Kind::Whole, 1, 4096, "16"},
            {"/upper/objective", WORD("objective"), WORD("ESD pushes away from the concept; anchor draws its prompts to what they should become."), Kind::Choice, 0, 0, "\"anchor\"",
             {{"esd", "ESD"}, {"anchor", WORD("anchor")}}},
            {"/upper/eta", WORD("ESD strength"), WORD("How far ESD goes beyond the prompt without the concept."), Kind::Number, 0, 100, "1"},
            {"/upper/source", WORD("noised pictures"), WORD("Where the upper level's noisy pictures come from."), Kind::Choice, 0, 0, "\"other\"",
             {{"concept", WORD("of the concept")}, {"other", WORD("of everything else")}, {"denoise", WORD("drawn by the student")}}},
            {"/upper/t_min", WORD("earliest time"), WORD("Of the noise schedule; suppression acts from here on."), Kind::Whole, 0, many, "0"},
            {"/upper/t_max", WORD("latest time"), WORD("Of the noise schedule; suppression acts below it."), Kind::Whole, 1, many, "1000"},
        },
        optimizer({"/upper/optimizer/kind", "/upper/optimizer/lr", "/upper/optimizer/schedule", "/upper/optimizer/warmup", "/upper/optimizer/clip_norm", "/upper/optimizer/weight_decay",
                   "/upper/optimizer/beta1", "/upper/optimizer/beta2", "/upper/optimizer/eps"}));
}

std::vector<Setting> solver()
{
    return {
        {"/solver/name", WORD("solver"), WORD("Alternating takes an upper step now and then; penalty weighs both in one step."), Kind::Choice, 0, 0, "\"alternating\"",
         {{"alternating", WORD("alternating")}, {"penalty", WORD("penalty")}}},
        {"/solver/every", WORD("upper step every … steps"), WORD("Alternating only."), Kind::Whole, 1, many, "10"},
        {"/solver/angle_every", WORD("gradient angle every … upper steps"), WORD("Costs one lower gradient each time; 0: never. Alternating only."), Kind::Whole, 0, many, "10"},
        {"/solver/lambda", WORD("penalty weight"), WORD("What the lower level counts against the upper. Penalty only."), Kind::Number, 0, many, "100"},
        {"/solver/inner", WORD("inner steps"), WORD("Lower steps of the copy before each step of both. Penalty only."), Kind::Whole, 1, many, "20"},
        {"/solver/coupling", WORD("coupling"), WORD("Whether a round of inner steps starts from the student. Penalty only."), Kind::Choice, 0, 0, "\"none\"",
         {{"none", WORD("none, as in the paper")}, {"restart", WORD("restart each round")}}},
    };
}

std::vector<Setting> samples()
{
    return {
        {"/samples/every", WORD("samples every … steps"), WORD("Pictures for the sample prompts, always from the same noise."), Kind::Whole, 0, many, "0", {{"0", WORD("at the start and the end")}}},
        {"/samples/steps", WORD("sampling steps"), WORD("More take longer and draw finer."), Kind::Whole, 1, 1000, "20"},
        {"/samples/guidance", WORD("guidance"), WORD("How closely samples follow their prompts."), Kind::Number, 0, 100, "4"},
    };
}

std::vector<Setting> checkpoints()
{
    return {
        {"/checkpoints/every", WORD("checkpoint every … steps"), WORD("What an interruption can cost at most."), Kind::Whole, 1, many, "50"},
        {"/checkpoints/keep", WORD("checkpoints kept"), WORD("The newest; older ones are removed once a newer one is verified."), Kind::Whole, 1, many, "2"},
    };
}

std::vector<Setting> evaluation()
{
    return {
        {"/evaluation/pictures", WORD("pictures a group"), WORD("More give narrower intervals and take longer."), Kind::Whole, 1, 100000, "150"},
        {"/evaluation/steps", WORD("sampling steps"), WORD("More take longer and draw finer."), Kind::Whole, 1, 1000, "20"},
        {"/evaluation/guidance", WORD("guidance"), WORD("How closely pictures follow their prompts."), Kind::Number, 0, 100, "4"},
    };
}

#undef WORD

} // namespace

const std::vector<SettingGroup> &settingGroups()
{
    static const std::vector<SettingGroup> groups{
        {QT_TRANSLATE_NOOP("RunSettings", "Run"), general()},
        {QT_TRANSLATE_NOOP("RunSettings", "Solver"), solver()},
        {QT_TRANSLATE_NOOP("RunSettings", "Lower level"), lower()},
        {QT_TRANSLATE_NOOP("RunSettings", "Upper level"), upper()},
        {QT_TRANSLATE_NOOP("RunSettings", "Samples"), samples()},
        {QT_TRANSLATE_NOOP("RunSettings", "Checkpoints"), checkpoints()},
        {QT_TRANSLATE_NOOP("RunSettings", "Evaluation"), evaluation()},
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
    return QCoreApplication::translate("RunSettings", text);
}

QString settingName(const Setting &setting)
{
    for (const auto &group : settingGroups())
        for (const auto &other : group.settings)
            if (other.pointer == setting.pointer)
                return QCoreApplication::translate("RunSettings", "%1: %2", "group and setting").arg(translatedSetting(group.title), translatedSetting(setting.label));
    return {};
}

QString settingText(const Setting &setting, const Json &value)
{
    const auto plain = value.is_string() ? toQString(value) : QString::fromStdString(value.dump());
    for (const auto &[choice, label] : setting.choices)
        if (plain == QLatin1String(choice))
            return translatedSetting(label);
    if (value.is_boolean())
        return value.get<bool>() ? QCoreApplication::translate("RunSettings", "on") : QCoreApplication::translate("RunSettings", "off");
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

Json presetValue(const Project &project, const Presets &presets, const Setting &setting)
{
    auto value = presets.value(project.text(QStringLiteral("/preset")), QLatin1String(setting.pointer));
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
