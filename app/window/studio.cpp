#include "app/window/studio.h"

#include "app/project/json_text.h"
#include "app/run/run_texts.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QSettings>

#include <algorithm>

namespace quell {
namespace {

const QString toldKey = QStringLiteral("toldInterrupted"); // runs whose interruption was told once

// The starter's run.json, with paths that hold in any folder.
Result<Json> starterDraft()
{
    const QString starter = resourcesFolder() + QStringLiteral("/starter");
    QUELL_ASSIGN(Json draft, read_json(QString(starter + QStringLiteral("/starter.json")).toStdString()));
    return withAbsolutePaths(std::move(draft), starter);
}

// The last project, and the ten last for the menu.
void rememberProject(const QString &folder)
{
    QSettings settings;
    auto recent = settings.value(QStringLiteral("recent")).toStringList();
    recent.removeAll(folder);
    recent.prepend(folder);
    settings.setValue(QStringLiteral("recent"), QStringList(recent.mid(0, 10)));
    settings.setValue(QStringLiteral("project"), folder);
}

bool needsAttention(const RunRecord &run)
{
    return run.state == RunState::Interrupted && !QSettings().value(toldKey).toStringList().contains(run.folder);
}

} // namespace

QString resourcesFolder()
{
    const auto given = qEnvironmentVariable("QUELL_RESOURCES");
    if (!given.isEmpty())
        return given;
    const QString installed = QCoreApplication::applicationDirPath() + QStringLiteral("/../share/quell");
    return QFileInfo::exists(installed + QStringLiteral("/presets")) ? QDir::cleanPath(installed) : QStringLiteral(QUELL_SOURCE_DIR "/resources");
}

Studio::Studio(QObject *parent) : QObject(parent)
{
    connect(&m_controller, &RunController::ended, this, &Studio::followUp);
    connect(&m_controller, &RunController::refused, this, [this](const QString &message) { notify(message); });
    connect(&m_controller, &RunController::runFolderChanged, &m_store, &RunStore::refresh);
    connect(&m_store, &RunStore::runsChanged, this, &Studio::afterRunsRead);
    connect(&m_store, &RunStore::failed, this, [this](const QString &message) { notify(message); });
    connect(&m_store, &RunStore::opened, this, [this](RunStore::Opening, const QString &message) {
        if (!message.isEmpty())
            notify(message);
    });
    connect(&m_queue, &RunQueue::saveFailed, this, [this](const QString &message) { notify(message); });
    connect(&m_queue, &RunQueue::pausedChanged, this, &Studio::startNextInQueue);
}

Studio::~Studio() = default;

Status Studio::openProject(const QString &folder)
{
    auto lock = std::make_unique<QLockFile>(QDir(folder).absoluteFilePath(QStringLiteral("studio.lock")));
    lock->setStaleLockTime(0);
    const bool left = QFileInfo::exists(lock->fileName()); // by a session that did not end cleanly, if nobody holds it
    QUELL_ASSIGN(auto project, Project::open(folder));
    if (!lock->tryLock(0) && lock->error() == QLockFile::LockFailedError)
        return fail(ErrorCode::Usage, tr("is open in another window of Quell; go on there, or close it first").toStdString(), folder.toStdString());
    QUELL_TRY(m_queue.open(project->folder() + QStringLiteral("/queue.json"), !left));
    m_lock = std::move(lock);
    m_project = std::move(project);
    m_runsRead = false;
    connect(m_project.get(), &Project::saveFailed, this, [this](const QString &message) { notify(message); });
    m_store.open(RunStore::indexFile(m_project->folder()), m_project->runsFolder());
    rememberProject(m_project->folder());
    Q_EMIT projectChanged();
    return {};
}

Status Studio::openStarter(const QString &folder)
{
    if (!QFileInfo::exists(folder + QStringLiteral("/project.json"))) {
        QUELL_ASSIGN(Json draft, starterDraft());
        QUELL_TRY(Project::create(folder, tr("Starter"), std::move(draft)));
    }
    return openProject(folder);
}

void Studio::startRun()
{
    if (m_controller.live()) {
        m_queue.add(m_project->draft());
        notify(tr("The run waits in the queue; it starts when the one at work has ended."), tr("Show the queue"), [this] { Q_EMIT pageWanted(QStringLiteral("history")); });
    } else {
        m_controller.start(m_project->draft(), m_project->folder(), m_project->runsFolder());
    }
}

void Studio::compare(const QString &runFolder)
{
    Q_EMIT compareWanted(runFolder);
    Q_EMIT pageWanted(QStringLiteral("compare"));
}

void Studio::showRun(const QString &runFolder)
{
    m_controller.show(runFolder);
    Q_EMIT pageWanted(QStringLiteral("run"));
}

void Studio::notify(const QString &message, const QString &actionText, std::function<void()> action)
{
    Q_EMIT notice(message, actionText, action);
}

void Studio::followUp(const EngineExit &exit)
{
    if (exit.clean()) {
        startNextInQueue();
        return;
    }
    m_queue.setPaused(true);
    const auto folder = m_controller.run() ? m_controller.run()->folder() : QString();
    if (exit.action() == NextAction::Resume && !folder.isEmpty())
        notify(exit.message(), exit.actionText(), [this, folder] { m_controller.resumeRun(folder); });
    else if (exit.action() == NextAction::EditSettings)
        notify(exit.message(), exit.actionText(), [this] { Q_EMIT pageWanted(QStringLiteral("run")); });
    else
        notify(exit.message());
}

void Studio::startNextInQueue()
{
    if (m_controller.live() || !m_project)
        return;
    if (const auto spec = m_queue.takeNext())
        m_controller.start(*spec, m_project->folder(), m_project->runsFolder());
}

// Once, after a project's runs are known: what lives on is attached to, what was interrupted is told, else the newest run is shown.
void Studio::afterRunsRead()
{
    if (std::exchange(m_runsRead, true) || m_controller.live())
        return;
    const auto runs = m_store.runs();
    const auto find = [&](auto wanted) { return std::find_if(runs.begin(), runs.end(), wanted); };
    if (const auto working = find([](const RunRecord &run) { return run.state == RunState::Running || run.state == RunState::Paused; }); working != runs.end()) {
        m_controller.reattach(working->folder);
        notify(tr("“%1” went on while the window was closed; this window follows it again.").arg(working->name));
    } else if (const auto run = find(needsAttention); run != runs.end()) {
        m_controller.show(run->folder);
        tellInterrupted(*run);
    } else if (!runs.isEmpty()) {
        m_controller.show(runs.first().folder);
    }
}

void Studio::tellInterrupted(const RunRecord &run)
{
    QSettings settings;
    settings.setValue(toldKey, settings.value(toldKey).toStringList() << run.folder);
    notify(RunTexts::interrupted(run), RunTexts::resume(run), [this, folder = run.folder] { m_controller.resumeRun(folder); });
}

} // namespace quell
