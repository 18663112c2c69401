// What the Compare page can show: which models of a run drew which prompts, and where their pictures lie.
#pragma once

#include "app/run/live_run.h"

#include <QVector>

namespace quell {

struct CompareSource { // of one pane
    QString run;      // folder; empty for a picture file
    QString model;    // "teacher", …
    qint64 step = -1; // -1: the newest, also when a newer comes
    QString file;     // a picture that is no run's
    bool operator==(const CompareSource &) const = default;
};

struct ComparePrompt {
    QString text;
    QString group; // "target", "neighbour", "unrelated"; "asked": by "sample now"; "drawn": on the Compare page
    bool operator==(const ComparePrompt &) const = default;
};

struct FoundPicture {
    QString path; // empty: none
    qint64 step = -1;
};

struct SpecDifference {
    QString key; // "lower/optimizer/lr"
    QStringList values;
};

bool isUnsafe(const Json &spec);
// Each once, in the order of the groups.
QVector<ComparePrompt> promptsOf(const LiveRun &run);
QStringList modelsOf(const LiveRun &run); // that have samples, in the order in which they are named everywhere
QVector<qint64> stepsOf(const LiveRun &run, const QString &model); // ascending, each once
FoundPicture pictureOf(const LiveRun &run, const QString &model, qint64 step, const QString &prompt);
// What a run is compared by at first: reference (or else pruned, teacher) and the newest student.
QVector<CompareSource> defaultSources(const LiveRun &run);
// The folder of a model's weights as run.json names it; empty for the student.
QString weightsOf(const Json &spec, const QString &model);
QString samplerOf(const Json &spec); // "ddim", as the engine calls it, of the run's samples
// Only the keys whose values are not the same in all; a missing value is empty.
QVector<SpecDifference> differingKeys(const QVector<Json> &specs);

QString modelName(const QString &model); // translated
QString groupName(const QString &group);
// How often the evaluator recognised style and object in the model's pictures of that group; empty without scores.
QString recognitionText(const LiveRun &run, const QString &model, const QString &group);

} // namespace quell
