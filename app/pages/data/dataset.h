// A folder of pictures as the engine lists it (quell-engine data --json).
#pragma once

#include "formats/json.h"

#include <QHash>
#include <QSet>
#include <QSize>
#include <QStringList>
#include <QVector>

namespace quell {

struct DatasetPicture {
    enum class Reason { None, NoCaption, Unreadable, UnknownType, Missing, OutsideFolder };
    QString file; // relative to the folder
    QString caption;
    QSize size;           // not valid: unknown
    QStringList concepts; // that its caption names
    Reason reason = Reason::None; // why it is excluded
    QString detail;
    bool duplicate = false;

    bool excluded() const { return reason != Reason::None; }
};

struct Dataset {
    struct Naming {
        QString concept_;
        qint64 pictures = 0;
        QStringList warnings;
    };
    QString folder;
    QVector<DatasetPicture> pictures; // with the excluded, by file name
    QVector<Naming> concepts;
    qint64 lower = 0, upper = 0;

    qint64 excluded() const;
    // What an earlier check that decoded them found damaged, by file name with the reason: a listing alone looks at headers only.
    QHash<QString, QString> unreadable() const;
    void exclude(const QHash<QString, QString> &unreadable);
};

// In any thread. What the listing lacks is left empty.
Dataset readDataset(const Json &listing);

// What the wall of pictures shows.
enum class DatasetFilter { All, NamesConcept, Excluded, NoCaption, Unreadable, UnknownType, Missing, OutsideFolder, Small, Duplicate };
constexpr int datasetFilters = int(DatasetFilter::Duplicate) + 1;
// `side`: pixels that the model draws; 0: unknown, and nothing is small.
bool passes(const DatasetPicture &picture, DatasetFilter filter, int side);

// The side of the pictures that a pipeline folder's model draws; 0 if its configs do not tell. Reads files: not on the GUI thread.
int sideOfModel(const QString &pipeline);

} // namespace quell
