// Starts, follows and stops the project's runs: at most one engine at a time. Its words on buttons come from what the engine reports, never
// from what was clicked.
#pragma once

#include "app/engine/engine_client.h"
#include "app/run/live_run.h"

#include <QObject>
#include <QPointer>

namespace quell {

class RunController : public QObject {
    Q_OBJECT
public:
    explicit RunController(QObject *parent = nullptr);

    // A new run from a spec (relative paths from `base`) in a new folder below `runs`. The run shown becomes this one.
    void start(const Json &spec, const QString &base, const QString &runs);
    void resumeRun(const QString &folder); // a new attempt of an interrupted or stopped run
    void reattach(const QString &folder);  // a detached engine that lives
    void show(const QString &folder);      // a run that is not live, read from its folder in the background; not while one is live
    void pause();
    void unpause();
    void stop(bool now);
    void escalateStop();
    void sampleNow(const QStringList &prompts);
    void checkpointNow();
    void evaluate(); // the run shown, once complete: by the live engine, or by a new one
    void detach(QObject *context, std::function<void(bool ok)> done); // for closing the window: the run goes on

    LiveRun *run() const;           // the run shown; may be null
    bool live() const;              // an engine works on it
    bool unresponsive() const;
    EngineClient *client() const;   // null unless live
    QString pendingText() const;    // what was asked for and is not reported yet: "Stopping after this step, about 4 s"

Q_SIGNALS:
    void runChanged();              // another run() is shown
    void liveChanged();
    void pendingChanged();
    void refused(const QString &message);          // a request the engine did not take, or a start that failed: what and why
    void ended(const quell::EngineExit &exit);     // of the engine at work
    void runFolderChanged(const QString &folder);  // the store should read it again

private:
    struct Private;
    std::unique_ptr<Private> d;
public:
    ~RunController() override;
};

} // namespace quell
