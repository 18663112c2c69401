#include "app/run/run_controller.h"

#include "app/engine/engine_tool.h"
#include "app/project/json_text.h"
#include "app/run/run_reader.h"
#include "protocol/messages.h"

#include <QCoreApplication>
#include <QDir>
#include <QLocale>
#include <QThread>
#include <QtConcurrent>

#include <set>

namespace quell {
namespace {

constexpr int startTimeout = 60000; // an answer that may wait for a slow disk

enum class Task { Start, Resume, Reattach, Evaluate };
// What was asked for and is not reported yet, the most important first.
enum class Wish { StopNow, Stop, Detach, Start, Pause, Continue, Sample, Checkpoint, Evaluate };

struct Loaded {
    std::unique_ptr<LiveRun> run;
    bool atWork = false;
    Error error;
};
using LoadedPtr = std::shared_ptr<Loaded>; // a future's result is copied

// A run as its folder tells it, for the GUI thread. Any thread.
LoadedPtr load(const QString &folder)
{
    auto loaded = std::make_shared<Loaded>();
    const auto record = readRunRecord(folder);
    const auto log = readRunLog(folder);
    if (!record || !log) {
        loaded->error = record ? log.error() : record.error();
        return loaded;
    }
    auto run = std::make_unique<LiveRun>(folder, log->spec);
    run->addEvents(log->events);
    run->addMetrics(log->metrics);
    if (const auto scores = read_json(QDir(folder).filePath(QStringLiteral("scores.json")).toStdString()))
        run->setScores(*scores);
    if (run->state() != record->state)
        run->setState(record->state, record->error);
    run->moveToThread(QCoreApplication::instance()->thread());
    loaded->run = std::move(run);
    loaded->atWork = engineAtWork(folder);
    return loaded;
}

// The name as a folder's: letters and digits, words joined by hyphens.
QString slug(const QString &name)
{
    QString text;
    for (const auto c : name.toLower()) {
        if (c.isLetterOrNumber())
            text += c;
        else if (!text.isEmpty() && !text.endsWith(QLatin1Char('-')))
            text += QLatin1Char('-');
    }
    constexpr qsizetype longest = 60;
    text.truncate(longest);
    while (text.endsWith(QLatin1Char('-')))
        text.chop(1);
    return text.isEmpty() ? QStringLiteral("run") : text;
}

// A folder below `runs` that is not there yet; the engine makes it.
QString freeFolder(const QString &runs, const QString &name)
{
    QDir().mkpath(runs);
    const QDir folder(runs);
    for (int i = 1;; ++i) {
        const auto candidate = folder.absoluteFilePath(QStringLiteral("%1-%2").arg(name).arg(i));
        if (!QFileInfo::exists(candidate))
            return candidate;
    }
}

bool wantsScores(const Json &spec)
{
    return spec.contains("evaluation") && !textOf(spec["evaluation"], "evaluator").isEmpty();
}

} // namespace

struct RunController::Private {
    explicit Private(RunController *controller) : q(controller) {}

    // Getting to work
    bool refuseIfBusy();
    void loadThen(const QString &folder, std::function<void(const LoadedPtr &)> next);
    void adopt(std::unique_ptr<LiveRun> next);
    EngineClient *makeClient(Task next);
    void launch(Task next);
    void attach();
    void onReady();
    void follow(qint64 step);
    void followFrozen();

    // At work
    void onState(EngineClient::State state);
    void onEvents(const std::vector<Json> &events);
    void onHeartbeat(const Json &heartbeat);
    void onEnded(const EngineExit &exit);
    void fulfil(const QString &eventType);
    void score();
    void readScores();
    void finish();
    void dropClient();
    void tellFolder() { Q_EMIT q->runFolderChanged(run->folder()); }

    void ask(Wish wish, const char *type, Json fields = Json::object(), std::function<void()> taken = {}, int timeout = -1);
    void wish(Wish what, bool yes = true);
    bool ready() const { return client && client->state() == EngineClient::State::Ready; }

    RunController *q;
    std::unique_ptr<LiveRun> run;
    EngineClient *client = nullptr; // null: no engine at work
    Task task = Task::Start;
    Json spec;                      // to start, as it was given
    QString base;
    bool loading = false, frozen = false, silent = false;
    int ticket = 0;                 // of the newest read; what older ones bring is dropped
    std::set<Wish> wishes;
};

// ---- Getting to work

bool RunController::Private::refuseIfBusy()
{
    if (!client && !loading)
        return false;
    Q_EMIT q->refused(RunController::tr("Another run is at work. It goes on; stop it first, or put this one into the queue."));
    return true;
}

void RunController::Private::loadThen(const QString &folder, std::function<void(const LoadedPtr &)> next)
{
    const auto mine = ++ticket;
    QtConcurrent::run(load, folder).then(q, [this, mine, next = std::move(next)](const LoadedPtr &loaded) {
        if (mine == ticket)
            next(loaded);
    });
}

void RunController::Private::adopt(std::unique_ptr<LiveRun> next)
{
    if (run)
        run.release()->deleteLater();
    run = std::move(next);
    Q_EMIT q->runChanged();
}

EngineClient *RunController::Private::makeClient(Task next)
{
    task = next;
    frozen = next != Task::Start;
    client = new EngineClient(q);
    QObject::connect(client, &EngineClient::stateChanged, q, [this](EngineClient::State state) { onState(state); });
    QObject::connect(client, &EngineClient::stopStageChanged, q, &RunController::pendingChanged);
    QObject::connect(client, &EngineClient::events, q, [this](const std::vector<Json> &events) { onEvents(events); });
    QObject::connect(client, &EngineClient::metrics, q, [this](const std::vector<Json> &rows) { run->addMetrics(rows); });
    QObject::connect(client, &EngineClient::progress, q, [this](const QString &what, qint64 done, qint64 total) { run->setProgress(what, done, total); });
    QObject::connect(client, &EngineClient::heartbeat, q, [this](const Json &heartbeat) { onHeartbeat(heartbeat); });
    QObject::connect(client, &EngineClient::ended, q, [this](const EngineExit &exit) { onEnded(exit); });
    QObject::connect(client, &EngineClient::unresponsive, q, [this](bool yes) {
        silent = yes;
        Q_EMIT q->liveChanged();
    });
    return client;
}

void RunController::Private::launch(Task next)
{
    auto *engine = makeClient(next);
    wish(Wish::Start);
    engine->launch(engineProgram(), {QStringLiteral("serve"), run->folder()});
    Q_EMIT q->liveChanged();
}

void RunController::Private::attach()
{
    auto *engine = makeClient(Task::Reattach);
    wish(Wish::Start);
    engine->attach(run->folder() + QLatin1Char('/') + QString::fromUtf8(socket_name.data(), socket_name.size()));
    Q_EMIT q->liveChanged();
}

void RunController::Private::onReady()
{
    switch (task) {
    case Task::Start: return ask(Wish::Start, "start", {{"spec", spec}, {"base", base.toStdString()}}, [this] { follow(0); }, startTimeout);
    case Task::Resume:
        return ask(Wish::Start, "resume", Json::object(), [this] { follow(run->checkpoints().isEmpty() ? 0 : run->checkpoints().last()); }, startTimeout);
    case Task::Evaluate:
        wish(Wish::Start, false);
        follow(run->step());
        return score();
    case Task::Reattach:
        wish(Wish::Start, false);
        follow(run->step());
        if (textOf(client->hello(), "state") == QLatin1String(name_of(EngineState::Idle)))
            finish();
    }
}

// Subscribes to what is not known yet: events, and metrics after `step`.
void RunController::Private::follow(qint64 step)
{
    client->subscribe(run->lastSeq() + 1, step + 1);
}

// The engine has written run.json: the run shown gets the whole frozen spec instead of the draft.
void RunController::Private::followFrozen()
{
    frozen = true;
    loadThen(run->folder(), [this](const LoadedPtr &loaded) {
        if (!loaded->run || !run || loaded->run->folder() != run->folder())
            return;
        const bool live = ready();
        if (live && loaded->run->state() == RunState::Interrupted)
            loaded->run->setState(run->state());
        adopt(std::move(loaded->run));
        if (live)
            follow(run->step());
    });
}

// ---- At work

void RunController::Private::onState(EngineClient::State state)
{
    if (state == EngineClient::State::Ready)
        onReady();
    Q_EMIT q->pendingChanged();
}

void RunController::Private::onEvents(const std::vector<Json> &events)
{
    run->addEvents(events);
    QString last; // that decides how to go on
    for (const auto &event : events) {
        const auto type = textOf(event, "type");
        fulfil(type);
        for (const char *ending : {"complete", "stopped", "failed", "scores", "started"}) {
            if (type == QLatin1String(ending))
                last = type;
        }
    }
    if (last.isEmpty())
        return;
    tellFolder();
    if (last == QLatin1String("started"))
        return frozen ? void() : followFrozen();
    if (last == QLatin1String("scores"))
        readScores();
    if (last == QLatin1String("complete") && ready() && wantsScores(run->spec()))
        return score();
    finish();
}

void RunController::Private::onHeartbeat(const Json &heartbeat)
{
    run->setHeartbeat(heartbeat);
    if (textOf(heartbeat, "state") == QLatin1String(name_of(EngineState::Paused)))
        wish(Wish::Pause, false);
}

// A wish ends when the engine reports what was wished for.
void RunController::Private::fulfil(const QString &eventType)
{
    static const std::map<QString, std::vector<Wish>> wished{
        {QStringLiteral("started"), {Wish::Start}},   {QStringLiteral("paused"), {Wish::Pause}},          {QStringLiteral("continued"), {Wish::Continue}},
        {QStringLiteral("samples"), {Wish::Sample}},  {QStringLiteral("checkpoint"), {Wish::Checkpoint}}, {QStringLiteral("scores"), {Wish::Evaluate}},
        {QStringLiteral("stopped"), {Wish::Stop, Wish::StopNow, Wish::Pause, Wish::Continue, Wish::Sample, Wish::Checkpoint}}};
    const auto found = wished.find(eventType);
    if (found == wished.end())
        return;
    for (const auto what : found->second)
        wish(what, false);
}

void RunController::Private::score()
{
    ask(Wish::Evaluate, "evaluate", Json::object(), {}, startTimeout);
}

void RunController::Private::readScores()
{
    loadThen(run->folder(), [this](const LoadedPtr &loaded) {
        if (loaded->run && run && loaded->run->folder() == run->folder())
            run->setScores(loaded->run->scores());
    });
}

// No work is left: the engine may go.
void RunController::Private::finish()
{
    if (client)
        client->stop(false);
}

void RunController::Private::dropClient()
{
    client->disconnect(q);
    client->deleteLater();
    client = nullptr;
    silent = false;
    wishes.clear();
    Q_EMIT q->pendingChanged();
    Q_EMIT q->liveChanged();
}

void RunController::Private::onEnded(const EngineExit &exit)
{
    const auto state = run->state();
    if (state == RunState::Waiting)
        run->setState(RunState::Failed, exit.clean() ? run->error() : exit.message());
    else if (state == RunState::Running || state == RunState::Paused)
        run->setState(RunState::Interrupted, exit.clean() ? RunController::tr("The engine ended before the run was complete.") : exit.message());
    dropClient();
    tellFolder();
    Q_EMIT q->ended(exit);
}

void RunController::Private::ask(Wish what, const char *type, Json fields, std::function<void()> taken, int timeout)
{
    wish(what);
    const auto started = what == Wish::Start || what == Wish::Evaluate;
    client->request(QString::fromLatin1(type), std::move(fields), q, [this, what, started, taken = std::move(taken)](const Result<Json> &answer) {
        if (answer)
            return taken ? taken() : void();
        wish(what, false);
        if (!client || client->state() != EngineClient::State::Ready)
            return; // it ended or is about to: that is told
        const auto reason = QString::fromStdString(to_string(answer.error()));
        if (run->state() == RunState::Waiting)
            run->setState(RunState::Failed, reason);
        Q_EMIT q->refused(reason);
        if (started)
            finish();
    }, timeout);
}

void RunController::Private::wish(Wish what, bool yes)
{
    if (yes ? wishes.insert(what).second : wishes.erase(what) > 0)
        Q_EMIT q->pendingChanged();
}

// ---- The controller

RunController::RunController(QObject *parent) : QObject(parent), d(new Private(this)) {}

RunController::~RunController()
{
    if (d->client)
        d->client->disconnect(this);
}

void RunController::start(const Json &spec, const QString &base, const QString &runs)
{
    if (d->refuseIfBusy())
        return;
    d->loading = true;
    d->spec = spec;
    d->base = base;
    d->wish(Wish::Start);
    const auto mine = ++d->ticket;
    QtConcurrent::run(freeFolder, runs, slug(textOf(spec, "name"))).then(this, [this, mine](const QString &folder) {
        if (mine != d->ticket)
            return;
        d->loading = false;
        d->adopt(std::make_unique<LiveRun>(folder, d->spec));
        d->launch(Task::Start);
    });
}

void RunController::resumeRun(const QString &folder)
{
    if (d->refuseIfBusy())
        return;
    d->loading = true;
    d->wish(Wish::Start);
    d->loadThen(folder, [this](const LoadedPtr &loaded) {
        d->loading = false;
        d->wish(Wish::Start, false);
        if (!loaded->run) {
            Q_EMIT refused(QString::fromStdString(to_string(loaded->error)));
            return;
        }
        d->adopt(std::move(loaded->run));
        if (loaded->atWork)
            d->attach();
        else if (run()->state() == RunState::Complete)
            Q_EMIT refused(tr("All %1 steps of this run are done; there is nothing to resume.").arg(QLocale().toString(run()->steps())));
        else
            d->launch(Task::Resume);
    });
}

void RunController::reattach(const QString &folder)
{
    if (d->refuseIfBusy())
        return;
    d->loading = true;
    d->loadThen(folder, [this](const LoadedPtr &loaded) {
        d->loading = false;
        if (!loaded->run) {
            Q_EMIT refused(QString::fromStdString(to_string(loaded->error)));
            return;
        }
        d->adopt(std::move(loaded->run));
        if (loaded->atWork)
            d->attach();
        else
            d->tellFolder();
    });
}

void RunController::show(const QString &folder)
{
    if (d->client || d->loading)
        return;
    d->loadThen(folder, [this](const LoadedPtr &loaded) {
        if (loaded->run)
            d->adopt(std::move(loaded->run));
        else
            Q_EMIT refused(QString::fromStdString(to_string(loaded->error)));
    });
}

void RunController::pause()
{
    if (d->ready())
        d->ask(Wish::Pause, "pause");
}

void RunController::unpause()
{
    if (d->ready())
        d->ask(Wish::Continue, "resume");
}

void RunController::stop(bool now)
{
    if (!d->client)
        return;
    d->wish(now ? Wish::StopNow : Wish::Stop);
    d->client->stop(now);
}

void RunController::escalateStop()
{
    if (d->client)
        d->client->escalate();
}

void RunController::sampleNow(const QStringList &prompts)
{
    if (d->ready())
        d->ask(Wish::Sample, "sample", {{"prompts", toJson(prompts)}});
}

void RunController::checkpointNow()
{
    if (d->ready())
        d->ask(Wish::Checkpoint, "checkpoint");
}

void RunController::evaluate()
{
    if (d->ready())
        d->score();
    else if (!d->client && !d->loading && d->run)
        d->launch(Task::Evaluate);
}

void RunController::detach(QObject *context, std::function<void(bool ok)> done)
{
    const auto tell = [context = QPointer<QObject>(context), done = std::move(done)](bool ok) {
        if (context)
            done(ok);
    };
    if (!d->ready())
        return tell(false);
    d->wish(Wish::Detach);
    d->client->detach(this, [this, tell](const Result<Json> &answer) {
        if (answer && d->client) {
            d->dropClient();
        } else {
            d->wish(Wish::Detach, false);
            if (!answer)
                Q_EMIT refused(QString::fromStdString(to_string(answer.error())));
        }
        tell(answer.has_value());
    });
}

LiveRun *RunController::run() const
{
    return d->run.get();
}

bool RunController::live() const
{
    return d->client != nullptr;
}

bool RunController::unresponsive() const
{
    return d->silent;
}

EngineClient *RunController::client() const
{
    return d->client;
}

QString RunController::pendingText() const
{
    if (d->client && d->client->stopStage() >= EngineClient::StopStage::Terminated)
        return d->client->waitingFor();
    if (d->wishes.empty())
        return {};
    const double step = d->run ? d->run->stepSeconds() : 0;
    const auto seconds = QLocale().toString(std::max(1, static_cast<int>(step + 0.5)));
    switch (*d->wishes.begin()) {
    case Wish::StopNow: return tr("Stopping now; the step at hand is given up");
    case Wish::Stop: return step > 0 ? tr("Stopping after this step; about %1 s").arg(seconds) : tr("Stopping after this step");
    case Wish::Detach: return tr("Letting the run go on by itself");
    case Wish::Start:
        if (d->client && d->client->detached())
            return tr("Connecting to the engine");
        return d->ready() ? tr("Preparing the run") : tr("Starting the engine");
    case Wish::Pause: return step > 0 ? tr("Pausing after this step; about %1 s").arg(seconds) : tr("Pausing after this step");
    case Wish::Continue: return tr("Going on");
    case Wish::Sample: return step > 0 ? tr("Drawing samples after this step; about %1 s").arg(seconds) : tr("Drawing samples after this step");
    case Wish::Checkpoint: return step > 0 ? tr("Writing a checkpoint after this step; about %1 s").arg(seconds) : tr("Writing a checkpoint after this step");
    case Wish::Evaluate: return tr("Scoring the run");
    }
    return {};
}

} // namespace quell
