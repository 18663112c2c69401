// One run as the pages show it, live or from its folder: grows by events and metrics, and says what changed. May be filled on another
// thread and then moved to the GUI's.
#pragma once

#include "app/run/run_record.h"
#include "formats/json.h"
#include "widgets/plot_series.h"

#include <QObject>

#include <memory>
#include <vector>

namespace quell {

struct SampleSet {        // one "samples" event
    qint64 step = 0;
    QString model;        // "teacher", "pruned", "reference", "filtered", "student"
    QString folder;       // absolute
    QStringList pictures; // file names: "target-0.png", …
    QStringList prompts;  // of the pictures
    bool asked = false;   // by "sample now" with prompts of one's own
};

class LiveRun : public QObject {
    Q_OBJECT
public:
    enum Part { Metrics = 1, Samples = 2, Checkpoints = 4, Status = 8, Scores = 16, Events = 32 };
    Q_DECLARE_FLAGS(Parts, Part)

    LiveRun(QString folder, Json spec, QObject *parent = nullptr);
    ~LiveRun() override;

    void addEvents(const std::vector<Json> &events); // superseded ones of an earlier attempt are dropped as architecture.md §1 says
    void addMetrics(const std::vector<Json> &rows); // of a run read from its folder: after its events
    void setProgress(const QString &what, qint64 done, qint64 total);
    void setHeartbeat(const Json &heartbeat);
    void setState(RunState state, const QString &error = {});
    void setScores(const Json &scores); // the content of scores.json

    const QString &folder() const;
    const Json &spec() const;
    RunState state() const;
    QString error() const;
    qint64 step() const, steps() const;
    qint64 lastSeq() const; // and step(): where to subscribe from
    // By name: "lower/loss", "lower/diffusion", …, "upper/loss", "gap", "probe", "gradient_angle" (degrees), "lambda", "value_gap", "seconds". Empty if there is none.
    const PlotSeries &series(const QString &name) const;
    QStringList seriesNames() const;
    const std::vector<SampleSet> &samples() const;
    QList<qint64> checkpoints() const; // those that are kept
    const Json &scores() const; // null before an evaluation
    QStringList notes() const;  // of the data event: warnings, exclusions, in sentences

    double stepSeconds() const;      // median of the last 20 steps; 0 before the first
    double secondsLeft() const;      // of training and of the samples still due; < 0: unknown yet
    qint64 memory() const, memoryPeak() const; // bytes; 0: unknown
    QString activity() const;        // the engine's own word of its last heartbeat: "preparing", "running", …; empty: none came
    QString device() const, precision() const;
    QString progressText() const;    // what is under way beside steps: "encoding 120 of 1968"
    double progressShare() const;    // of that; < 0: nothing is

Q_SIGNALS:
    void changed(quell::LiveRun::Parts parts);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

Q_DECLARE_OPERATORS_FOR_FLAGS(LiveRun::Parts)

} // namespace quell
