// What the pages share: the open project, its runs, the store, the actions. Made by main, outlives the window.
#pragma once

#include "app/project/project.h"
#include "app/run/run_controller.h"
#include "app/run/run_queue.h"
#include "app/store/run_store.h"
#include "app/window/action_registry.h"
#include "app/window/frame_timer.h"

#include <QLockFile>
#include <QObject>

namespace quell {

class Studio : public QObject {
    Q_OBJECT
public:
    explicit Studio(QObject *parent = nullptr);
    ~Studio() override;

    // Opens the project; its runs are read in the background, a live detached one is attached to, an interrupted one told by a notice.
    Status openProject(const QString &folder);
    // The starter project in `folder` (made from resources/starter if it is not there).
    Status openStarter(const QString &folder);

    Project *project() const { return m_project.get(); }
    RunController *controller() { return &m_controller; }
    RunStore *store() { return &m_store; }
    RunQueue *queue() { return &m_queue; }
    ActionRegistry *actions() { return &m_actions; }
    FrameTimer *frames() { return &m_frames; }

    void startRun();             // of the draft: at once, or into the queue while another works
    void compare(const QString &runFolder); // shows the Compare page on that run
    void showRun(const QString &runFolder); // shows the Run page on that run
    // The banner on top: at most one line, with an optional action.
    void notify(const QString &message, const QString &actionText = {}, std::function<void()> action = {});

Q_SIGNALS:
    void projectChanged();
    void pageWanted(const QString &page); // "run", "compare", …
    void compareWanted(const QString &runFolder);
    void notice(const QString &message, const QString &actionText, const std::function<void()> &action);

private:
    void followUp(const EngineExit &exit);
    void startNextInQueue();
    void afterRunsRead();
    void tellInterrupted(const RunRecord &run);

    std::unique_ptr<QLockFile> m_lock; // studio.lock: left behind by a session that did not end cleanly
    std::unique_ptr<Project> m_project;
    RunController m_controller;
    RunStore m_store;
    RunQueue m_queue;
    ActionRegistry m_actions;
    FrameTimer m_frames;
    bool m_runsRead = false;
};

// Where presets, icons, the manual and the starter lie: QUELL_RESOURCES, else beside the program, else the source tree.
QString resourcesFolder();

} // namespace quell
