#include "app/run/live_run.h"

#include "app/project/json_text.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <unordered_map>

namespace quell {
namespace {

using namespace Qt::StringLiterals;

constexpr double pi = 3.14159265358979323846;
constexpr std::size_t recent_steps = 20;
constexpr std::size_t steps_to_judge = 5; // before that a rate says nothing
constexpr const char *groups[] = {"target", "neighbour", "unrelated"};

QString translated(const char *text)
{
    return QCoreApplication::translate("LiveRun", text);
}

// Why pictures were left out, as the data event names it.
QString exclusionNote(const QString &reason, qint64 count)
{
    const auto say = [count](const char *text) { return QCoreApplication::translate("LiveRun", text, nullptr, static_cast<int>(count)); };
    if (reason == "no caption"_L1)
        return say(QT_TRANSLATE_N_NOOP("LiveRun", "%n picture(s) without a caption are left out."));
    if (reason == "unreadable"_L1)
        return say(QT_TRANSLATE_N_NOOP("LiveRun", "%n picture(s) that cannot be read are left out."));
    if (reason == "unknown type"_L1)
        return say(QT_TRANSLATE_N_NOOP("LiveRun", "%n file(s) of an unknown type are left out."));
    if (reason == "missing"_L1)
        return say(QT_TRANSLATE_N_NOOP("LiveRun", "%n picture(s) that are listed but missing are left out."));
    if (reason == "outside the folder"_L1)
        return say(QT_TRANSLATE_N_NOOP("LiveRun", "%n picture(s) outside the folder are left out."));
    return say(QT_TRANSLATE_N_NOOP("LiveRun", "%n picture(s) are left out: %1.")).arg(reason);
}

QString activityText(const QString &what)
{
    if (what == "encoding"_L1)
        return translated(QT_TRANSLATE_NOOP("LiveRun", "encoding pictures and captions"));
    if (what == "drawing samples"_L1)
        return translated(QT_TRANSLATE_NOOP("LiveRun", "drawing samples"));
    if (what == "scoring"_L1)
        return translated(QT_TRANSLATE_NOOP("LiveRun", "scoring"));
    return what;
}

// {"target-0": "a cat", …}, in order
std::vector<std::pair<QString, QString>> namedTexts(const Json &object)
{
    std::vector<std::pair<QString, QString>> texts;
    if (object.is_object())
        for (const auto &[name, text] : object.items())
            texts.emplace_back(QString::fromStdString(name), toQString(text));
    return texts;
}

double median(std::vector<double> values)
{
    if (values.empty())
        return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

qint64 timeOf(const Json &event) // milliseconds; 0: unknown
{
    const auto time = QDateTime::fromString(textOf(event, "time"), Qt::ISODateWithMs);
    return time.isValid() ? time.toMSecsSinceEpoch() : 0;
}

std::optional<RunState> stateAfter(const QString &type)
{
    static const std::map<QString, RunState> states{{u"started"_s, RunState::Running}, {u"paused"_s, RunState::Paused}, {u"continued"_s, RunState::Running},
                                                    {u"stopped"_s, RunState::Stopped}, {u"complete"_s, RunState::Complete}, {u"failed"_s, RunState::Failed}};
    const auto found = states.find(type);
    return found == states.end() ? std::nullopt : std::optional(found->second);
}

} // namespace

struct LiveRun::Private {
    QString folder;
    Json spec, scores;
    RunState state = RunState::Waiting;
    QString error, device, precision, activity, progress;
    qint64 step = 0, steps = 0, lastSeq = 0;
    qint64 memory = 0, memoryPeak = 0;
    qint64 progressDone = 0, progressTotal = 0;
    std::unordered_map<std::string, PlotSeries> series;
    std::vector<SampleSet> samples;
    QList<qint64> checkpoints;
    QStringList notes;

    // Drawing samples takes the time between two events that is not the steps' own.
    struct Drawing {
        qint64 fromStep, toStep, milliseconds;
    };
    std::deque<Drawing> drawings;
    qint64 lastTime = 0, lastEventStep = 0;

    void append(const std::string &name, qint64 at, const Json &value)
    {
        const bool number = value.is_number();
        if (number || value.is_null()) // null: a loss that was not finite
            series[name].append(static_cast<double>(at), number ? value.get<double>() : std::nan(""));
    }
    void addRow(const Json &row);
    void addLevel(const Json &row, const char *level, qint64 at);
    Parts addEvent(const Json &event);
    void beginAttempt(const Json &event);
    void addSamples(const Json &event);
    void addData(const Json &event);
    std::vector<double> recentSeconds(std::size_t count) const;
    double sampleSeconds() const;
    qint64 samplesDue() const;
    std::vector<std::pair<QString, QString>> ownPrompts() const; // name and text, as the engine draws them
};

void LiveRun::Private::addLevel(const Json &row, const char *level, qint64 at)
{
    if (!row.contains(level) || !row[level].is_object())
        return;
    for (const auto &[name, value] : row[level].items())
        append(std::string(level) + '/' + name, at, value);
}

void LiveRun::Private::addRow(const Json &row)
{
    const auto at = integerOf(row, "step", -1);
    if (at <= step) // came twice, or of a superseded attempt
        return;
    step = at;
    if (row.contains("seconds"))
        append("seconds", at, row["seconds"]);
    addLevel(row, "lower", at);
    addLevel(row, "upper", at);
    for (const char *name : {"lambda", "value_gap"}) {
        if (const double value = numberOf(row, name, std::nan("")); std::isfinite(value))
            append(name, at, value);
    }
    if (const double cosine = numberOf(row, "gradient_cosine", std::nan("")); std::isfinite(cosine))
        append("gradient_angle", at, std::acos(std::clamp(cosine, -1.0, 1.0)) * 180 / pi);
}

LiveRun::Parts LiveRun::Private::addEvent(const Json &event)
{
    const auto type = textOf(event, "type");
    Parts parts = Events;
    if (type == "started"_L1) {
        beginAttempt(event);
        parts |= Metrics | Samples | Checkpoints;
    } else if (type == "data"_L1) {
        addData(event);
    } else if (type == "model"_L1) {
        device = textOf(event, "device");
        precision = textOf(event, "precision");
        parts |= Status;
    } else if (type == "samples"_L1) {
        addSamples(event);
        parts |= Samples;
    } else if (type == "checkpoint"_L1) {
        const auto at = integerOf(event, "step");
        checkpoints.removeAll(at);
        checkpoints.append(at);
        const auto keep = spec.contains("checkpoints") ? integerOf(spec["checkpoints"], "keep", 2) : 2;
        while (checkpoints.size() > keep)
            checkpoints.removeFirst();
        parts |= Checkpoints;
    } else if (type == "probe"_L1) {
        for (const char *name : {"probe", "gap"})
            if (event.contains(name))
                append(name, integerOf(event, "step"), event[name]);
        parts |= Metrics;
    }
    if (const auto next = stateAfter(type)) {
        state = *next;
        error = textOf(event, "message");
        progress.clear();
        parts |= Status;
    }
    lastTime = timeOf(event);
    lastEventStep = integerOf(event, "step", lastEventStep);
    return parts;
}

// What an earlier attempt did beyond this one's first step is superseded.
void LiveRun::Private::beginAttempt(const Json &event)
{
    steps = integerOf(event, "steps", steps);
    const auto from = integerOf(event, "step");
    for (auto &[name, values] : series)
        values.truncate(static_cast<double>(from));
    std::erase_if(samples, [from](const SampleSet &set) { return set.step > from; });
    checkpoints.removeIf([from](qint64 at) { return at > from; });
    step = std::min(step, from);
}

void LiveRun::Private::addSamples(const Json &event)
{
    SampleSet set;
    set.step = integerOf(event, "step");
    set.model = textOf(event, "model");
    set.folder = QDir(folder).absoluteFilePath(textOf(event, "folder"));
    set.asked = event.contains("asked") && event["asked"] == true;
    for (const auto &[name, prompt] : event.contains("prompts") ? namedTexts(event["prompts"]) : ownPrompts()) {
        set.pictures << name + u".png"_s;
        set.prompts << prompt;
    }
    const auto time = timeOf(event);
    const bool drawn = !set.asked && set.model != "teacher"_L1 && !(set.model == "student"_L1 && set.step == 0); // step 0's student is a copy
    if (drawn && lastTime > 0 && time >= lastTime)
        drawings.push_back({lastEventStep, set.step, time - lastTime});
    if (drawings.size() > recent_steps)
        drawings.pop_front();
    std::erase_if(samples, [&](const SampleSet &other) { return other.folder == set.folder; }); // drawn again by a later attempt
    samples.push_back(std::move(set));
    progress.clear();
}

void LiveRun::Private::addData(const Json &event)
{
    notes = event.contains("warnings") ? textsOf(event["warnings"]) : QStringList();
    std::map<QString, qint64> excluded;
    if (event.contains("excluded") && event["excluded"].is_array())
        for (const auto &file : event["excluded"])
            ++excluded[textOf(file, "reason")];
    for (const auto &[reason, count] : excluded)
        notes << exclusionNote(reason, count);
    progress.clear();
}

std::vector<std::pair<QString, QString>> LiveRun::Private::ownPrompts() const
{
    std::vector<std::pair<QString, QString>> prompts;
    if (!spec.contains("samples"))
        return prompts;
    for (const char *group : groups) {
        const auto texts = spec["samples"].contains(group) ? textsOf(spec["samples"][group]) : QStringList();
        for (qsizetype i = 0; i < texts.size(); ++i)
            prompts.emplace_back(u"%1-%2"_s.arg(QLatin1StringView(group)).arg(i), texts[i]);
    }
    return prompts;
}

std::vector<double> LiveRun::Private::recentSeconds(std::size_t count) const
{
    std::vector<double> seconds;
    const auto found = series.find("seconds");
    if (found == series.end())
        return seconds;
    for (auto i = found->second.size(); i-- > 0 && seconds.size() < count;)
        if (std::isfinite(found->second.y(i)))
            seconds.push_back(found->second.y(i));
    return seconds;
}

double LiveRun::Private::sampleSeconds() const
{
    std::vector<double> times;
    const auto found = series.find("seconds");
    for (const auto &drawing : drawings) {
        double training = 0;
        for (std::size_t i = found == series.end() ? 0 : found->second.nearest(double(drawing.fromStep)); found != series.end() && i < found->second.size(); ++i) {
            if (found->second.x(i) > double(drawing.toStep))
                break;
            if (found->second.x(i) > double(drawing.fromStep))
                training += found->second.y(i);
        }
        times.push_back(std::max(0.0, double(drawing.milliseconds) / 1000 - training));
    }
    return median(times);
}

// Sets still to be drawn: one at each multiple of the cadence, and one at the end.
qint64 LiveRun::Private::samplesDue() const
{
    if (ownPrompts().empty())
        return 0;
    const auto every = integerOf(spec["samples"], "every");
    const auto last = steps - 1;
    return 1 + (every > 0 && last > step ? last / every - step / every : 0);
}

LiveRun::LiveRun(QString folder, Json spec, QObject *parent) : QObject(parent), d(std::make_unique<Private>())
{
    d->folder = std::move(folder);
    d->spec = spec.is_object() ? std::move(spec) : Json::object();
    d->steps = integerOf(d->spec, "steps");
}

LiveRun::~LiveRun() = default;

void LiveRun::addEvents(const std::vector<Json> &events)
{
    Parts parts;
    std::vector<const Json *> sorted;
    for (const auto &event : events)
        sorted.push_back(&event);
    std::stable_sort(sorted.begin(), sorted.end(), [](const Json *a, const Json *b) { return integerOf(*a, "seq") < integerOf(*b, "seq"); });
    for (const auto *event : sorted) {
        const auto seq = integerOf(*event, "seq");
        if (seq <= d->lastSeq)
            continue;
        d->lastSeq = seq;
        parts |= d->addEvent(*event);
    }
    if (parts)
        Q_EMIT changed(parts);
}

void LiveRun::addMetrics(const std::vector<Json> &rows)
{
    const auto before = d->step;
    for (const auto &row : rows)
        d->addRow(row);
    if (d->step == before)
        return;
    d->progress.clear(); // steps go on: nothing else is under way
    Q_EMIT changed(Metrics | Status);
}

void LiveRun::setProgress(const QString &what, qint64 done, qint64 total)
{
    d->progress = total > 0 && done < total ? what : QString();
    d->progressDone = done;
    d->progressTotal = total;
    Q_EMIT changed(Status);
}

void LiveRun::setHeartbeat(const Json &heartbeat)
{
    d->activity = textOf(heartbeat, "state");
    d->memory = integerOf(heartbeat, "memory");
    d->memoryPeak = std::max(d->memoryPeak, integerOf(heartbeat, "memory_peak"));
    if (d->steps == 0)
        d->steps = integerOf(heartbeat, "steps");
    Q_EMIT changed(Status);
}

void LiveRun::setState(RunState state, const QString &error)
{
    d->state = state;
    d->error = error;
    if (state != RunState::Running)
        d->progress.clear();
    Q_EMIT changed(Status);
}

void LiveRun::setScores(const Json &scores)
{
    d->scores = scores;
    Q_EMIT changed(Scores);
}

const QString &LiveRun::folder() const { return d->folder; }
const Json &LiveRun::spec() const { return d->spec; }
RunState LiveRun::state() const { return d->state; }
QString LiveRun::error() const { return d->error; }
qint64 LiveRun::step() const { return d->step; }
qint64 LiveRun::steps() const { return d->steps; }
qint64 LiveRun::lastSeq() const { return d->lastSeq; }
const std::vector<SampleSet> &LiveRun::samples() const { return d->samples; }
QList<qint64> LiveRun::checkpoints() const { return d->checkpoints; }
const Json &LiveRun::scores() const { return d->scores; }
QStringList LiveRun::notes() const { return d->notes; }
qint64 LiveRun::memory() const { return d->memory; }
qint64 LiveRun::memoryPeak() const { return d->memoryPeak; }
QString LiveRun::activity() const { return d->activity; }
QString LiveRun::device() const { return d->device; }
QString LiveRun::precision() const { return d->precision; }

const PlotSeries &LiveRun::series(const QString &name) const
{
    static const PlotSeries none;
    const auto found = d->series.find(name.toStdString());
    return found == d->series.end() ? none : found->second;
}

QStringList LiveRun::seriesNames() const
{
    QStringList names;
    for (const auto &[name, values] : d->series)
        if (!values.empty())
            names << QString::fromStdString(name);
    names.sort();
    return names;
}

double LiveRun::stepSeconds() const
{
    return median(d->recentSeconds(recent_steps));
}

double LiveRun::secondsLeft() const
{
    if (d->steps <= 0 || d->recentSeconds(steps_to_judge).size() < std::min<std::size_t>(steps_to_judge, static_cast<std::size_t>(d->steps)))
        return -1;
    if (d->state == RunState::Complete)
        return 0;
    return double(std::max<qint64>(0, d->steps - d->step)) * stepSeconds() + double(d->samplesDue()) * d->sampleSeconds();
}

QString LiveRun::progressText() const
{
    if (d->progress.isEmpty())
        return {};
    const QLocale locale;
    return translated(QT_TRANSLATE_NOOP("LiveRun", "%1: %2 of %3")).arg(activityText(d->progress), locale.toString(d->progressDone), locale.toString(d->progressTotal));
}

double LiveRun::progressShare() const
{
    return d->progress.isEmpty() ? -1 : double(d->progressDone) / double(d->progressTotal);
}

} // namespace quell
