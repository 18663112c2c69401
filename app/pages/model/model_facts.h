// What quell-inspect says of a model, as the page shows it.
#pragma once

#include "formats/json.h"
#include "widgets/kept_bars.h"

#include <QMap>
#include <QString>
#include <QStringList>

#include <optional>

namespace quell {

// Of training that changes this part of the UNet (scope.h), without activations and teacher.
struct TrainingNeed {
    QString scope;
    qint64 parameters = 0, fp32 = 0, bf16 = 0; // those trained; bytes by precision
    bool operator==(const TrainingNeed &) const = default;
};

struct ModelFacts {
    QString format, family, prediction, origin; // prediction: "v_prediction", "epsilon", "sample" or ""
    QStringList dtypes;                         // of the UNet: "F16", the most frequent first
    QStringList notes, differences, taps; // taps: pairs of blocks' outputs that a teacher was compared by
    QStringList choices;                  // "heads", "groups": what only the user can tell
    QString tapProblem;                   // why there are none
    qint64 parameters = 0; // of the UNet, or of all there is where none was found
    double macs = 0;       // multiply-accumulates of one pass of the UNet on a picture of `macsSide` pixels; 0: not known
    int macsSide = 0;
    qint64 load = 0, sample = 0, train = 0; // estimates of memory, weights alone; load: the files as they are
    QVector<TrainingNeed> training;
    Json made;                       // what Quell wrote into the metadata: version, base, run, concepts, …; null: nothing
    QMap<QString, QString> metadata; // the rest of it
    bool pipeline = false, unet = false, structureRecord = false;
    int levels = 0;
    Json blocks; // see Inspection::unet
};

ModelFacts modelFacts(const Json &inspection);

// One row a block of either; what the student has against what the teacher's block holds. Up blocks are paired from the outermost inwards, as block removal
// takes the innermost. Empty where either has no blocks. Columns: heads, feed-forward, resnet channels, layers.
QVector<KeptBars::Row> keptRows(const ModelFacts &student, const ModelFacts &teacher);

// The folder that the engine opens where people choose a weight file, or a part, of a model: the UNet folder of a weight file with a config beside it and, for a
// teacher, the pipeline around a UNet folder. Anything else comes back as it is. Looks at the disk.
QString modelFolderOf(const QString &chosen, bool teacher);

QString countText(double count); // "12.4 M"
QString sizeText(qint64 bytes);  // "42.8 MB", never broken

} // namespace quell
