#include "app/pages/compare/compare_sources.h"

#include "app/project/json_text.h"

#include <QCoreApplication>
#include <QDir>
#include <QLocale>

#include <algorithm>
#include <map>
#include <set>

namespace quell {
namespace {

constexpr const char *models[] = {"teacher", "pruned", "reference", "filtered", "student"};
constexpr const char *groups[] = {"target", "neighbour", "unrelated"};

QString translated(const char *text) { return QCoreApplication::translate("ComparePage", text); }

void flatten(const Json &value, const QString &key, std::map<QString, QString> &into)
{
    if (!value.is_object()) {
        into[key] = value.is_string() ? toQString(value) : QString::fromStdString(value.dump());
        return;
    }
    for (const auto &[name, item] : value.items())
        flatten(item, key.isEmpty() ? QString::fromStdString(name) : QString(key + QLatin1Char('/') + QString::fromStdString(name)), into);
}

QString groupOf(const SampleSet &set, qsizetype i)
{
    return set.asked ? QStringLiteral("asked") : set.pictures[i].section(QLatin1Char('-'), 0, 0);
}

// A share of scores.json as whole per cent; empty if it has none.
QString percent(const Json &figures, const char *name)
{
    if (!figures.is_object() || !figures.contains(name))
        return {};
    return QLocale().toString(qRound(numberOf(figures[name], "value", 0) * 100));
}

} // namespace

bool isUnsafe(const Json &spec)
{
    if (!spec.is_object() || !spec.contains("concepts") || !spec["concepts"].is_array())
        return false;
    return std::any_of(spec["concepts"].begin(), spec["concepts"].end(), [](const Json &item) { return textOf(item, "kind") == QLatin1String("unsafe"); });
}

QVector<ComparePrompt> promptsOf(const LiveRun &run)
{
    QVector<ComparePrompt> found;
    for (const auto &set : run.samples())
        for (qsizetype i = 0; i < std::min(set.pictures.size(), set.prompts.size()); ++i)
            if (const ComparePrompt prompt{set.prompts[i], groupOf(set, i)}; !found.contains(prompt))
                found << prompt;
    const auto rank = [](const ComparePrompt &prompt) { return std::find(std::begin(groups), std::end(groups), prompt.group.toStdString()) - std::begin(groups); };
    std::stable_sort(found.begin(), found.end(), [&](const auto &a, const auto &b) { return rank(a) < rank(b); });
    return found;
}

QStringList modelsOf(const LiveRun &run)
{
    QStringList found;
    for (const char *model : models) {
        const auto name = QString::fromLatin1(model);
        if (std::any_of(run.samples().begin(), run.samples().end(), [&](const SampleSet &set) { return set.model == name; }))
            found << name;
    }
    return found;
}

QVector<qint64> stepsOf(const LiveRun &run, const QString &model)
{
    std::set<qint64> steps;
    for (const auto &set : run.samples())
        if (set.model == model)
            steps.insert(set.step);
    return QVector<qint64>(steps.begin(), steps.end());
}

FoundPicture pictureOf(const LiveRun &run, const QString &model, qint64 step, const QString &prompt)
{
    FoundPicture found;
    for (const auto &set : run.samples()) {
        const auto i = set.prompts.indexOf(prompt);
        if (set.model == model && i >= 0 && i < set.pictures.size() && (step < 0 ? set.step >= found.step : set.step == step))
            found = {QDir(set.folder).filePath(set.pictures[i]), set.step};
    }
    return found;
}

QVector<CompareSource> defaultSources(const LiveRun &run)
{
    const auto drawn = modelsOf(run);
    for (const char *before : {"reference", "pruned", "teacher"})
        if (const auto model = QString::fromLatin1(before); drawn.contains(model))
            return {{run.folder(), model, -1, {}}, {run.folder(), QStringLiteral("student"), -1, {}}};
    return {{run.folder(), QStringLiteral("student"), 0, {}}, {run.folder(), QStringLiteral("student"), -1, {}}};
}

QString samplerOf(const Json &spec)
{
    const auto sampler = spec.contains("samples") ? textOf(spec["samples"], "sampler") : QString();
    return sampler.isEmpty() ? QStringLiteral("ddim") : sampler;
}

QString weightsOf(const Json &spec, const QString &model)
{
    if (model == QLatin1String("pruned"))
        return textOf(spec, "student");
    return model == QLatin1String("student") ? QString() : textOf(spec, model.toLatin1().constData());
}

QVector<SpecDifference> differingKeys(const QVector<Json> &specs)
{
    std::vector<std::map<QString, QString>> flat(specs.size());
    std::set<QString> keys;
    for (qsizetype i = 0; i < specs.size(); ++i) {
        flatten(specs[i], {}, flat[i]);
        for (const auto &[key, value] : flat[i])
            keys.insert(key);
    }
    QVector<SpecDifference> differences;
    for (const auto &key : keys) {
        QStringList values;
        for (const auto &spec : flat)
            values << (spec.contains(key) ? spec.at(key) : QString());
        if (std::adjacent_find(values.begin(), values.end(), std::not_equal_to()) != values.end())
            differences << SpecDifference{key, values};
    }
    return differences;
}

QString modelName(const QString &model)
{
    static constexpr std::pair<const char *, const char *> names[] = {
        {"teacher", QT_TRANSLATE_NOOP("ComparePage", "teacher")},     {"pruned", QT_TRANSLATE_NOOP("ComparePage", "pruned")},
        {"reference", QT_TRANSLATE_NOOP("ComparePage", "reference")}, {"filtered", QT_TRANSLATE_NOOP("ComparePage", "filtered")},
        {"student", QT_TRANSLATE_NOOP("ComparePage", "student")},
    };
    for (const auto &[name, text] : names)
        if (model == QLatin1String(name))
            return translated(text);
    return model;
}

QString groupName(const QString &group)
{
    static constexpr std::pair<const char *, const char *> names[] = {
        {"target", QT_TRANSLATE_NOOP("ComparePage", "target")},       {"neighbour", QT_TRANSLATE_NOOP("ComparePage", "neighbour")},
        {"unrelated", QT_TRANSLATE_NOOP("ComparePage", "unrelated")}, {"asked", QT_TRANSLATE_NOOP("ComparePage", "asked for")},
        {"drawn", QT_TRANSLATE_NOOP("ComparePage", "drawn here")},
    };
    for (const auto &[name, text] : names)
        if (group == QLatin1String(name))
            return translated(text);
    return group;
}

QString recognitionText(const LiveRun &run, const QString &model, const QString &group)
{
    const auto &scores = run.scores();
    if (!scores.is_object() || !scores.contains("models") || !scores["models"].contains(model.toStdString()))
        return {};
    const auto &figures = scores["models"][model.toStdString()];
    if (group == QLatin1String("unrelated")) {
        const auto object = percent(figures, "plain_object");
        return object.isEmpty() ? QString() : translated(QT_TRANSLATE_NOOP("ComparePage", "object recognised in %1 %")).arg(object);
    }
    const bool target = group == QLatin1String("target");
    const auto style = percent(figures, target ? "target_style" : "other_style"), object = percent(figures, target ? "target_object" : "other_object");
    if (style.isEmpty() || object.isEmpty() || (!target && group != QLatin1String("neighbour")))
        return {};
    return translated(QT_TRANSLATE_NOOP("ComparePage", "style recognised in %1 % · object in %2 %")).arg(style, object);
}

} // namespace quell
