// What the store and History know of a run, read from its folder.
#pragma once

#include <QDateTime>
#include <QMap>
#include <QString>
#include <QStringList>

namespace quell {

enum class RunState { Waiting, Running, Paused, Complete, Stopped, Interrupted, Failed };

struct Score { // a share with its 95 % interval
    double value = 0, low = 0, high = 0;
    bool operator==(const Score &) const = default;
};

struct RunRecord {
    QString folder; // absolute
    QString id;     // the folder's name
    QString name, preset, method; // method: "alternating", "penalty", "fine-tuning"
    QStringList concepts;
    QString kind; // of the concept that was scored, else of the first: "style", "object", …
    bool unsafe = false; // some concept is of that kind: pictures are blurred
    RunState state = RunState::Waiting;
    qint64 step = 0, steps = 0;
    qint64 checkpointStep = -1; // newest that has a manifest; -1: none
    qint64 lastSeq = 0;
    int attempts = 0;
    double seconds = 0; // of all attempts
    qint64 diskBytes = 0;
    QDateTime started, ended;
    QString error;                  // one line: why it failed, the last log line of an interrupted run, or which file is damaged
    QMap<QString, Score> scores;    // the student's, as in scores.json ("target_style", …)
    QString beforePicture, afterPicture; // absolute paths of the first target prompt by reference (or pruned) and student
    QString notes;
    QStringList tags; // from meta.json
    bool operator==(const RunRecord &) const = default;
};

} // namespace quell
Q_DECLARE_METATYPE(quell::RunRecord)
