#include "app/run/run_reader.h"

#include "app/project/json_text.h"
#include "core/files.h"
#include "protocol/messages.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <functional>

namespace quell {
namespace {

using namespace Qt::StringLiterals;

constexpr qint64 line_limit = 1 << 20;  // a message's, protocol/frame.h
constexpr qint64 log_limit = 1ll << 32; // as in engine/run/run_folder.cpp
constexpr std::size_t json_limit = 16u << 20;
constexpr qint64 tail_length = 1 << 16;

fs::path toPath(const QString &path)
{
    return QFile::encodeName(path).toStdString();
}

QString oneLine(const Error &error)
{
    return QString::fromStdString(to_string(error)).simplified();
}

Result<Json> readObject(const QString &path)
{
    QUELL_ASSIGN(const auto text, read_text(toPath(path), json_limit));
    QUELL_ASSIGN(auto json, parse_json(text, path.toStdString()));
    if (!json.is_object())
        return fail(ErrorCode::Malformed, "is not a JSON object", path.toStdString());
    return json;
}

// Gives the whole lines of an .ndjson file to `take`, one at a time; a missing file has none.
Status readLines(const QString &path, const std::function<void(Json)> &take)
{
    QFile file(path);
    if (!file.exists())
        return {};
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::Io, file.errorString().toStdString(), path.toStdString());
    if (file.size() > log_limit)
        return fail(ErrorCode::Malformed, "is larger than 4 GiB", path.toStdString());
    for (qint64 number = 1; !file.atEnd(); ++number) {
        const auto line = file.readLine(line_limit + 1);
        const auto place = path.toStdString() + " line " + std::to_string(number);
        if (!line.endsWith('\n')) {
            if (line.size() > line_limit)
                return fail(ErrorCode::Malformed, "is longer than 1 MiB", place);
            break; // torn
        }
        QUELL_ASSIGN(auto json, parse_json({line.constData(), static_cast<std::size_t>(line.size())}, place));
        if (!json.is_object())
            return fail(ErrorCode::Malformed, "is not a JSON object", place);
        take(std::move(json));
    }
    return {};
}

// The last whole line of a text file that is not blank; nothing is read but its end.
QByteArray lastLine(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    file.seek(std::max<qint64>(0, file.size() - tail_length));
    const auto tail = file.readAll();
    const auto whole = tail.left(tail.lastIndexOf('\n') + 1).trimmed();
    return whole.mid(whole.lastIndexOf('\n') + 1).trimmed();
}

QDateTime timeOf(const Json &event)
{
    return QDateTime::fromString(textOf(event, "time"), Qt::ISODateWithMs);
}

qint64 sizeOf(const QString &folder)
{
    qint64 bytes = 0;
    std::error_code error, ignored;
    fs::recursive_directory_iterator entry(toPath(folder), fs::directory_options::skip_permission_denied, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        if (entry->is_regular_file(ignored) && !entry->is_symlink(ignored))
            bytes += static_cast<qint64>(entry->file_size(ignored));
    }
    return bytes;
}

qint64 newestCheckpoint(const QString &folder)
{
    qint64 newest = -1;
    for (const auto &name : QDir(folder).entryList({u"step-*"_s}, QDir::Dirs | QDir::NoDotAndDotDot)) {
        if (QFile::exists(folder + u'/' + name + u"/manifest.json"_s))
            newest = std::max(newest, name.mid(5).toLongLong());
    }
    return newest;
}

// What the events say of a run, told to it in order.
class Story {
public:
    explicit Story(const QString &folder) : m_folder(folder) {}

    void add(const Json &event)
    {
        const auto type = textOf(event, "type");
        const auto time = timeOf(event);
        m_record.lastSeq = integerOf(event, "seq", m_record.lastSeq);
        if (type == u"started")
            beginAttempt(event, time);
        if (event.contains("step"))
            m_record.step = integerOf(event, "step");
        if (type == u"samples" && !(event.contains("asked") && event["asked"] == true))
            m_samples.push_back({integerOf(event, "step"), textOf(event, "model"), m_folder + u'/' + textOf(event, "folder")});
        else
            changeState(type, event, time);
        if (time.isValid())
            m_last = time;
    }

    qint64 step() const { return m_record.step; }

    // `alive`: an engine is at work on the run. `since`: seconds of steps after the last event, for an attempt that could not say goodbye.
    void finish(bool alive, double since, RunRecord &record)
    {
        if (m_record.state == RunState::Waiting && alive)
            m_record.state = RunState::Running;
        if (isUnderWay() && alive)
            m_last = std::max(m_last, QDateTime::currentDateTimeUtc());
        if (isUnderWay() && !alive) {
            m_record.state = RunState::Interrupted;
            m_last = m_last.addMSecs(static_cast<qint64>(1000 * since));
        }
        closeAttempt();
        record.state = m_record.state;
        record.step = m_record.step;
        record.lastSeq = m_record.lastSeq;
        record.attempts = m_record.attempts;
        record.seconds = m_record.seconds;
        record.started = m_record.started;
        record.ended = isUnderWay() ? QDateTime() : m_last;
        record.error = m_record.error;
        record.beforePicture = pictureOf({u"reference"_s, u"pruned"_s});
        record.afterPicture = pictureOf({u"student"_s});
    }

private:
    struct Samples {
        qint64 step;
        QString model, folder;
    };

    bool isUnderWay() const { return m_record.state == RunState::Running || m_record.state == RunState::Paused; }

    // What earlier attempts did beyond the step this one goes on from is superseded.
    void beginAttempt(const Json &event, const QDateTime &time)
    {
        closeAttempt();
        m_begin = m_last = time;
        m_record.attempts = static_cast<int>(integerOf(event, "attempt", m_record.attempts + 1));
        m_record.state = RunState::Running;
        m_record.error.clear();
        if (!m_record.started.isValid())
            m_record.started = time;
        std::erase_if(m_samples, [step = integerOf(event, "step")](const Samples &samples) { return samples.step > step; });
    }

    void closeAttempt()
    {
        if (m_paused.isValid())
            m_record.seconds -= static_cast<double>(m_paused.msecsTo(m_last)) / 1000;
        if (m_begin.isValid() && m_record.attempts > 0)
            m_record.seconds += static_cast<double>(m_begin.msecsTo(m_last)) / 1000;
        m_paused = m_begin = {};
    }

    void changeState(const QString &type, const Json &event, const QDateTime &time)
    {
        if (m_record.state == RunState::Complete) // an evaluation that failed leaves the run complete
            return;
        if (type == u"paused") {
            m_record.state = RunState::Paused;
            m_paused = time;
        } else if (type == u"continued") {
            m_record.state = RunState::Running;
            if (m_paused.isValid())
                m_record.seconds -= static_cast<double>(m_paused.msecsTo(time)) / 1000;
            m_paused = {};
        } else if (type == u"stopped" || type == u"complete" || type == u"failed") {
            m_record.state = type == u"stopped" ? RunState::Stopped : type == u"complete" ? RunState::Complete : RunState::Failed;
            m_record.error = textOf(event, "message").simplified();
            m_last = time;
            closeAttempt();
        }
    }

    // The first prompt's newest picture by the first of the models that has one.
    QString pictureOf(const QStringList &models) const
    {
        for (const auto &model : models) {
            for (auto samples = m_samples.rbegin(); samples != m_samples.rend(); ++samples) {
                if (samples->model != model)
                    continue;
                for (const auto &name : {u"target-0.png"_s, u"neighbour-0.png"_s, u"unrelated-0.png"_s}) {
                    if (const QString path = samples->folder + u'/' + name; QFile::exists(path))
                        return path;
                }
            }
        }
        return {};
    }

    QString m_folder;
    RunRecord m_record;
    std::vector<Samples> m_samples;
    QDateTime m_begin, m_last, m_paused;
};

void readSpec(const Json &spec, RunRecord &record)
{
    record.name = textOf(spec, "name");
    if (record.name.isEmpty())
        record.name = record.id;
    record.preset = textOf(spec, "preset");
    record.steps = integerOf(spec, "steps");
    const auto part = [&spec](const char *key) { return spec.contains(key) && spec[key].is_object() ? spec[key] : Json::object(); };
    const auto upper = part("upper"), solver = part("solver");
    const bool bilevel = !upper.contains("enabled") || upper["enabled"] != false;
    record.method = !bilevel ? u"fine-tuning"_s : solver.contains("name") ? textOf(solver, "name") : u"alternating"_s;
    if (!spec.contains("concepts") || !spec["concepts"].is_array())
        return;
    for (const auto &target : spec["concepts"]) {
        const auto name = textOf(target, "name"), kind = textOf(target, "kind");
        record.concepts << (name.isEmpty() ? textOf(target, "phrase") : name);
        record.unsafe |= kind == u"unsafe";
        if (record.kind.isEmpty())
            record.kind = kind;
    }
}

Status readScores(const QString &path, RunRecord &record)
{
    QUELL_ASSIGN(const auto scores, readObject(path));
    if (const auto kind = scores.contains("concept") ? textOf(scores["concept"], "kind") : QString(); !kind.isEmpty())
        record.kind = kind;
    const auto figures = Json::json_pointer("/models/student");
    if (!scores.contains(figures) || !scores[figures].is_object())
        return fail(ErrorCode::Malformed, "has no figures of the student", path.toStdString());
    for (const auto &[name, figure] : scores[figures].items()) {
        const Score score{numberOf(figure, "value", 0), numberOf(figure, "low", 0), numberOf(figure, "high", 0)};
        record.scores.insert(QString::fromStdString(name), score);
    }
    return {};
}

Status readMeta(const QString &path, RunRecord &record)
{
    QUELL_ASSIGN(const auto meta, readObject(path));
    record.tags = meta.contains("tags") ? textsOf(meta["tags"]) : QStringList();
    record.notes = textOf(meta, "notes");
    return {};
}

} // namespace

bool engineAtWork(const QString &folder)
{
    const QString path = folder + u'/' + QString::fromLatin1(lock_name.data(), lock_name.size());
    const int file = open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    const bool held = flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(file); // and with it our lock
    return held;
}

Result<RunRecord> readRunRecord(const QString &folder)
{
    const auto file = [&folder](QStringView name) { return QString(folder + u'/' + name.toString()); };
    RunRecord record;
    record.folder = QDir::cleanPath(QDir(folder).absolutePath());
    record.id = QFileInfo(record.folder).fileName();
    QUELL_ASSIGN(const auto spec, readObject(file(u"run.json")));
    readSpec(spec, record);

    Story story(record.folder);
    const bool alive = engineAtWork(folder); // asked first: an engine that ends in between has written its last event by then
    const auto events = readLines(file(u"events.ndjson"), [&story](const Json &event) { story.add(event); });
    qint64 step = story.step();
    double since = 0;
    const auto metrics = readLines(file(u"metrics.ndjson"), [&](const Json &row) {
        if (const auto at = integerOf(row, "step"); at > step) {
            step = at;
            since += std::clamp(numberOf(row, "seconds", 0), 0., 1e6);
        }
    });
    story.finish(alive, since, record);
    record.step = step;
    if (record.state == RunState::Interrupted)
        record.error = QString::fromUtf8(lastLine(file(u"engine.log"))).simplified();

    record.checkpointStep = newestCheckpoint(file(u"checkpoints"));
    record.diskBytes = sizeOf(folder);
    Status scores, meta;
    if (QFile::exists(file(u"scores.json")))
        scores = readScores(file(u"scores.json"), record);
    if (QFile::exists(file(u"meta.json")))
        meta = readMeta(file(u"meta.json"), record);
    for (const auto &status : {meta, scores, metrics, events}) {
        if (!status)
            record.error = oneLine(status.error());
    }
    return record;
}

QStringList findRuns(const QString &runs)
{
    QFileInfoList specs;
    for (const auto &folder : QDir(runs).entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        if (const QFileInfo spec(folder.absoluteFilePath() + u"/run.json"_s); spec.isFile())
            specs << spec;
    }
    std::stable_sort(specs.begin(), specs.end(), [](const QFileInfo &a, const QFileInfo &b) { return a.lastModified() < b.lastModified(); });
    QStringList folders;
    for (const auto &spec : std::as_const(specs))
        folders << spec.absolutePath();
    return folders;
}

Result<RunLog> readRunLog(const QString &folder)
{
    RunLog log;
    QUELL_ASSIGN(log.spec, readObject(folder + u"/run.json"_s));
    QUELL_TRY(readLines(folder + u"/events.ndjson"_s, [&log](Json event) { log.events.push_back(std::move(event)); }));
    QUELL_TRY(readLines(folder + u"/metrics.ndjson"_s, [&log](Json row) { log.metrics.push_back(std::move(row)); }));
    return log;
}

Status writeMeta(const QString &folder, const QStringList &tags, const QString &notes)
{
    const QString path = folder + u"/meta.json"_s;
    Json meta = Json::object();
    if (QFile::exists(path)) { // keys that others put there stay; a damaged file is replaced
        if (auto old = readObject(path))
            meta = std::move(*old);
    }
    meta["version"] = 1;
    meta["tags"] = toJson(tags);
    meta["notes"] = toJson(notes);
    return write_atomically(toPath(path), meta.dump(2) + "\n");
}

} // namespace quell
