#include "app/engine/engine_tool.h"

#include "app/engine/engine_exit.h"
#include "app/engine/process_reaper.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QProcess>
#include <QTimer>
#include <QtConcurrent>

namespace quell {
namespace {

constexpr qsizetype inlineLimit = 64 * 1024; // above it, parsing leaves the GUI thread

QString programBeside(const char *name, const char *variable)
{
    const auto chosen = qEnvironmentVariable(variable);
    return chosen.isEmpty() ? QCoreApplication::applicationDirPath() + QLatin1Char('/') + QLatin1String(name) : chosen;
}

Result<Json> parseOutput(const QByteArray &output, const QString &program)
{
    if (output.trimmed().isEmpty())
        return Json();
    return parse_json({output.constData(), static_cast<std::size_t>(output.size())}, program.toStdString());
}

} // namespace

QString engineProgram()
{
    return programBeside("quell-engine", "QUELL_ENGINE");
}

QString inspectProgram()
{
    return programBeside("quell-inspect", "QUELL_INSPECT");
}

struct EngineTool::Private {
    explicit Private(EngineTool *tool) : q(tool) {}

    EngineTool *q;
    Done done;
    std::unique_ptr<QProcess> process = std::make_unique<QProcess>();
    QString name;    // of the program, as its error line begins
    QByteArray line; // of stderr, not ended yet
    QString lastLine, lastError;
    bool timedOut = false;

    void readErrors();
    void takeLine();
    void onFinished(int code, QProcess::ExitStatus status);
    void finish(const Result<Json> &result);
};

void EngineTool::Private::readErrors()
{
    for (const char byte : process->readAllStandardError()) {
        if (byte == '\n' || byte == '\r')
            takeLine();
        else
            line.append(byte);
    }
}

void EngineTool::Private::takeLine()
{
    auto text = QString::fromUtf8(line).remove(QStringLiteral("\x1b[K")).trimmed();
    line.clear();
    if (text.isEmpty())
        return;
    const QString prefix = name + QStringLiteral(": ");
    if (text.startsWith(prefix))
        lastError = text.mid(prefix.size());
    else
        Q_EMIT q->progress(text);
    lastLine = text;
}

void EngineTool::Private::onFinished(int code, QProcess::ExitStatus status)
{
    readErrors();
    takeLine();
    if (timedOut)
        return finish(fail(ErrorCode::Io, EngineTool::tr("%1 did not finish in time and was ended.").arg(name).toStdString()));
    if (status == QProcess::CrashExit) {
        const auto exit = classifyExit(code, status, false, lastError);
        const auto error = exit.kind == EngineExit::Kind::LikelyOutOfMemory ? ErrorCode::OutOfMemory : ErrorCode::Internal;
        return finish(fail(error, EngineTool::tr("%1 was ended by signal %2.").arg(name).arg(code).toStdString()));
    }
    if (code != 0) {
        const auto text = lastError.isEmpty() ? lastLine : lastError;
        return finish(fail(errorOfExit(code).value_or(ErrorCode::Internal), text.toStdString()));
    }
    const auto output = process->readAllStandardOutput();
    if (output.size() <= inlineLimit)
        return finish(parseOutput(output, name));
    QtConcurrent::run([output, name = name] { return std::make_shared<Result<Json>>(parseOutput(output, name)); })
        .then(q, [this](const std::shared_ptr<Result<Json>> &result) { finish(*result); });
}

void EngineTool::Private::finish(const Result<Json> &result)
{
    q->deleteLater();
    if (done)
        std::exchange(done, {})(result);
}

EngineTool::EngineTool(QObject *parent) : QObject(parent), d(new Private(this)) {}

EngineTool::~EngineTool()
{
    reap(std::move(d->process), 0, 3000);
}

EngineTool *EngineTool::run(const QString &program, const QStringList &arguments, QObject *context, Done done, int timeout)
{
    auto *tool = new EngineTool(context);
    auto *d = tool->d.get();
    auto *process = d->process.get();
    d->done = std::move(done);
    d->name = QFileInfo(program).fileName();
    connect(process, &QProcess::readyReadStandardError, tool, [d] { d->readErrors(); });
    connect(process, &QProcess::finished, tool, [d](int code, QProcess::ExitStatus status) { d->onFinished(code, status); });
    connect(process, &QProcess::errorOccurred, tool, [d, process](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            d->finish(fail(ErrorCode::NotFound, tr("%1 could not be started: %2.").arg(process->program(), process->errorString()).toStdString()));
    }, Qt::QueuedConnection); // `done` comes later, never from within run()
    process->setStandardInputFile(QProcess::nullDevice());
    QTimer::singleShot(timeout, tool, [d] {
        d->timedOut = true;
        d->process->kill();
    });
    process->start(program, arguments);
    return tool;
}

} // namespace quell
