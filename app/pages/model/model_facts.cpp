#include "app/pages/model/model_facts.h"

#include "app/project/json_text.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QLocale>

#include <algorithm>

namespace quell {
namespace {

constexpr const char *kinds[] = {"heads", "feed_forward", "resnet_channels", "layers"};

bool isUNet(const Json &component) { return textOf(component, "name").startsWith(QLatin1String("unet"), Qt::CaseInsensitive); }

void takeComponents(const Json &components, ModelFacts &facts)
{
    const auto unet = std::find_if(components.begin(), components.end(), isUNet);
    std::vector<std::pair<qint64, QString>> dtypes;
    for (const auto &component : components) {
        if (unet != components.end() && &component != &*unet)
            continue;
        facts.parameters += integerOf(component, "parameters");
        for (const auto &[dtype, tensors] : component["dtypes"].items())
            dtypes.emplace_back(-tensors.get<qint64>(), QString::fromStdString(dtype));
    }
    std::sort(dtypes.begin(), dtypes.end());
    for (const auto &entry : dtypes)
        facts.dtypes << entry.second;
    facts.dtypes.removeDuplicates();
}

void takeMetadata(const Json &metadata, ModelFacts &facts)
{
    for (const auto &[key, value] : metadata.items())
        facts.metadata[QString::fromStdString(key)] = toQString(value);
    auto made = parse_json(facts.metadata.value(QStringLiteral("quell")).toStdString(), "quell");
    if (!made || !made->is_object())
        return;
    facts.made = std::move(*made);
    facts.metadata.remove(QStringLiteral("quell"));
}

QVector<TrainingNeed> trainingNeeds(const Json &scopes)
{
    QVector<TrainingNeed> needs;
    for (const auto &[scope, need] : scopes.items())
        needs.append({QString::fromStdString(scope), integerOf(need, "trained"), integerOf(need, "fp32"), integerOf(need, "bf16")});
    return needs;
}

// A single file may be a whole model.
bool hasAll(const Json &inspection)
{
    const auto has = [&](const char *name) {
        return inspection.contains("components") && std::any_of(inspection["components"].begin(), inspection["components"].end(), [&](const Json &component) { return textOf(component, "name") == QLatin1String(name); });
    };
    return has("unet") && has("vae") && has("text_encoder");
}

KeptBars::Share shareOf(const Json &blocks, const QString &name, const char *kind, const char *what)
{
    const auto key = name.toStdString();
    if (!blocks.contains(key) || !blocks[key].contains(kind))
        return {};
    const auto value = integerOf(blocks[key][kind], what);
    return {value, value};
}

} // namespace

ModelFacts modelFacts(const Json &inspection)
{
    ModelFacts facts;
    facts.format = textOf(inspection, "format");
    facts.family = textOf(inspection, "family");
    facts.pipeline = facts.format == QLatin1String("diffusers pipeline") || hasAll(inspection);
    if (inspection.contains("components"))
        takeComponents(inspection["components"], facts);
    if (inspection.contains("notes"))
        facts.notes = textsOf(inspection["notes"]);
    if (inspection.contains("choices"))
        facts.choices = textsOf(inspection["choices"]);
    if (inspection.contains("differences"))
        facts.differences = textsOf(inspection["differences"]);
    if (inspection.contains("estimates")) {
        const auto &estimates = inspection["estimates"];
        facts.load = integerOf(estimates, "load"), facts.sample = integerOf(estimates, "sample"), facts.train = integerOf(estimates, "train");
    }
    if (inspection.contains("metadata"))
        takeMetadata(inspection["metadata"], facts);
    const auto unet = inspection.contains("unet") ? inspection["unet"] : Json();
    facts.unet = unet.is_object() && !unet.empty();
    facts.levels = int(integerOf(unet, "levels"));
    facts.macs = numberOf(unet, "macs", 0), facts.macsSide = int(integerOf(unet, "macs_size"));
    facts.prediction = textOf(unet, "prediction");
    facts.origin = textOf(unet, "origin");
    facts.structureRecord = unet.is_object() && unet.contains("pruned");
    if (unet.is_object() && unet.contains("taps")) {
        facts.tapProblem = textOf(unet["taps"], "error");
        if (unet["taps"].contains("pairs"))
            facts.taps = textsOf(unet["taps"]["pairs"]);
    }
    if (unet.is_object() && unet.contains("training"))
        facts.training = trainingNeeds(unet["training"]);
    facts.blocks = unet.is_object() && unet.contains("blocks") ? unet["blocks"] : Json();
    return facts;
}

QVector<KeptBars::Row> keptRows(const ModelFacts &student, const ModelFacts &teacher)
{
    QVector<KeptBars::Row> rows;
    if (!student.blocks.is_object() || !teacher.blocks.is_object())
        return rows;
    const int fewer = teacher.levels - student.levels;
    for (const auto &[key, block] : teacher.blocks.items()) {
        const auto name = QString::fromStdString(key);
        const auto paired = name.startsWith(QLatin1String("up")) ? QStringLiteral("up%1").arg(name.mid(2).toInt() - fewer) : name;
        KeptBars::Row row{name, {}};
        for (const char *kind : kinds)
            row.shares.append({shareOf(student.blocks, paired, kind, "kept").kept, shareOf(teacher.blocks, name, kind, "kept").total});
        rows.append(row);
    }
    return rows;
}

QString modelFolderOf(const QString &chosen, bool teacher)
{
    QFileInfo info(chosen);
    if (info.isFile() && QFileInfo::exists(info.dir().filePath(QStringLiteral("config.json"))))
        info = QFileInfo(info.absolutePath());
    const QDir around(info.absolutePath());
    if (teacher && info.isDir() && info.fileName() == QLatin1String("unet") && QFileInfo::exists(around.filePath(QStringLiteral("model_index.json"))))
        return around.absolutePath();
    return info.absoluteFilePath();
}

QString countText(double count)
{
    const auto number = [](double value) { return QLocale().toString(value, 'f', value < 100 ? 1 : 0); };
    if (count >= 1e9)
        return QCoreApplication::translate("quell::ModelPage", "%1 G", "thousand million").arg(number(count / 1e9));
    return QCoreApplication::translate("quell::ModelPage", "%1 M", "million").arg(number(count / 1e6));
}

QString sizeText(qint64 bytes)
{
    return QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeTraditionalFormat).replace(QLatin1Char(' '), QChar::Nbsp);
}

} // namespace quell
