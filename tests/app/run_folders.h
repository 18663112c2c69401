// Run folders as the engine leaves them (engine/run/run_folder.h), written by hand.
#pragma once

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>

namespace run_folders {

inline void write(const QString &path, const QByteArray &bytes)
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("cannot write %s", qPrintable(path));
}

inline void append(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    if (!file.open(QIODevice::Append) || file.write(bytes) != bytes.size())
        qFatal("cannot write %s", qPrintable(path));
}

inline QByteArray line(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

// One run, written event by event. Times are seconds after 2026-03-01T10:00:00Z.
class Folder {
public:
    explicit Folder(const QString &path, const QJsonObject &more = {}) : m_path(path)
    {
        QJsonObject spec{{"version", 1}, {"name", "suppress neon"}, {"preset", "starter"}, {"steps", 40},
                         {"solver", QJsonObject{{"name", "alternating"}}}, {"upper", QJsonObject{{"enabled", true}}},
                         {"concepts", QJsonArray{QJsonObject{{"name", "neon"}, {"kind", "style"}, {"phrase", "neon"}}}}};
        for (auto key = more.begin(); key != more.end(); ++key)
            spec[key.key()] = key.value();
        write(path + "/run.json", QJsonDocument(spec).toJson());
        write(path + "/events.ndjson", {});
        write(path + "/metrics.ndjson", {});
    }
    const QString &path() const { return m_path; }

    Folder &event(const QString &type, double seconds, QJsonObject fields = {})
    {
        if (type == "started")
            ++m_attempt;
        const auto time = QDateTime(QDate(2026, 3, 1), QTime(10, 0), Qt::UTC).addMSecs(qint64(seconds * 1000));
        fields["seq"] = ++m_seq;
        fields["time"] = time.toString(Qt::ISODateWithMs);
        fields["attempt"] = m_attempt;
        fields["type"] = type;
        append(m_path + "/events.ndjson", line(fields));
        return *this;
    }
    Folder &started(double seconds, int step = 0) { return event("started", seconds, {{"step", step}, {"version", "0.1.0"}}); }
    Folder &steps(int first, int last)
    {
        for (int step = first; step <= last; ++step)
            append(m_path + "/metrics.ndjson", line({{"step", step}, {"seconds", 0.5}, {"lower", QJsonObject{{"loss", 1.0 / step}}}}));
        return *this;
    }
    Folder &samples(double seconds, int step, const QString &model, QColor color = Qt::red)
    {
        const auto folder = QStringLiteral("samples/step-%1/%2").arg(step, 6, 10, QLatin1Char('0')).arg(model);
        QDir().mkpath(m_path + '/' + folder);
        QImage image(64, 64, QImage::Format_RGB32);
        image.fill(color);
        image.save(m_path + '/' + folder + "/target-0.png");
        return event("samples", seconds, {{"step", step}, {"model", model}, {"folder", folder}});
    }
    Folder &checkpoint(double seconds, int step, bool whole = true)
    {
        const auto folder = m_path + QStringLiteral("/checkpoints/step-%1").arg(step, 6, 10, QLatin1Char('0'));
        write(folder + "/student.safetensors", QByteArray(1000, 'x'));
        if (whole)
            write(folder + "/manifest.json", "{}");
        return event("checkpoint", seconds, {{"step", step}});
    }
    Folder &scores(const QJsonObject &figures)
    {
        QJsonObject student;
        for (auto figure = figures.begin(); figure != figures.end(); ++figure)
            student[figure.key()] = QJsonObject{{"value", figure.value()}, {"low", figure.value().toDouble() - 0.04}, {"high", figure.value().toDouble() + 0.04}, {"n", 164}};
        write(m_path + "/scores.json", QJsonDocument(QJsonObject{{"version", 1}, {"concept", QJsonObject{{"name", "neon"}, {"kind", "style"}}},
                                                                 {"models", QJsonObject{{"student", student}}}}).toJson());
        return *this;
    }
    // A run from its first to its last step.
    Folder &complete()
    {
        return started(0).samples(5, 0, "teacher", Qt::green).samples(6, 0, "pruned", Qt::gray).samples(7, 0, "student", Qt::gray).steps(1, 40).checkpoint(50, 40)
            .samples(60, 40, "student", Qt::blue).event("complete", 61, {{"step", 40}});
    }
    // A run whose engine was killed at step 25, five after its checkpoint.
    Folder &interrupted() { return started(0).samples(5, 0, "pruned").samples(7, 0, "student").steps(1, 20).checkpoint(30, 20).steps(21, 25); }

private:
    QString m_path;
    int m_seq = 0, m_attempt = 0;
};

// Another process that holds the run's lock until it is killed.
class Engine {
public:
    explicit Engine(const QString &folder) { m_process.start("flock", {"--no-fork", "--exclusive", folder + "/engine.lock", "sleep", "300"}); }
    ~Engine() { kill(); }
    void kill()
    {
        m_process.kill();
        m_process.waitForFinished();
    }

private:
    QProcess m_process;
};

} // namespace run_folders
