#include "app/engine/engine_exit.h"

#include <csignal>

namespace quell {
namespace {

using Kind = EngineExit::Kind;

Kind kindOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Internal: return Kind::Crashed;
    case ErrorCode::Usage:
    case ErrorCode::NotFound:
    case ErrorCode::Malformed:
    case ErrorCode::Mismatch:
    case ErrorCode::Unsupported:
    case ErrorCode::CheckFailed: return Kind::UserFixable;
    case ErrorCode::Io: return Kind::Storage;
    case ErrorCode::OutOfMemory: return Kind::OutOfMemory;
    case ErrorCode::Numerical: return Kind::Diverged;
    case ErrorCode::Cancelled: return Kind::Done;
    }
    return Kind::Crashed;
}

// Signals that people and systems send to end a program, as against those that a defect raises.
bool isRequest(int signal)
{
    return signal == SIGTERM || signal == SIGINT || signal == SIGHUP || signal == SIGQUIT || signal == SIGKILL;
}

Kind kindOfSignal(int signal, bool terminating)
{
    if (!isRequest(signal))
        return Kind::Crashed;
    return signal == SIGKILL && !terminating ? Kind::LikelyOutOfMemory : Kind::Killed;
}

// The detail as the middle of a sentence: its first line, without the full stop.
QString reason(const QString &detail)
{
    auto line = detail.section(QLatin1Char('\n'), 0, 0).trimmed();
    while (line.endsWith(QLatin1Char('.')))
        line.chop(1);
    return line.isEmpty() ? EngineExit::tr("it gave no reason") : line;
}

NextAction fixFor(int code)
{
    switch (errorOfExit(code).value_or(ErrorCode::Usage)) {
    case ErrorCode::NotFound:
    case ErrorCode::Malformed:
    case ErrorCode::Mismatch:
    case ErrorCode::CheckFailed: return NextAction::CheckFiles;
    default: return NextAction::EditSettings;
    }
}

} // namespace

std::optional<ErrorCode> errorOfExit(int code)
{
    for (int i = 0; i <= static_cast<int>(ErrorCode::Cancelled); ++i) {
        const auto error = static_cast<ErrorCode>(i);
        if (exit_status(error) == code)
            return error;
    }
    return {};
}

EngineExit classifyExit(int code, QProcess::ExitStatus status, bool terminating, const QString &lastError)
{
    EngineExit exit;
    exit.code = code;
    exit.detail = lastError;
    if (status == QProcess::CrashExit)
        exit.kind = kindOfSignal(code, terminating);
    else if (code != 0)
        exit.kind = kindOf(errorOfExit(code).value_or(ErrorCode::Internal));
    return exit;
}

QString EngineExit::message() const
{
    switch (kind) {
    case Kind::Done: return tr("The engine has finished its work.");
    case Kind::UserFixable: return tr("The engine stopped because of a setting or a file: %1. What was saved before is kept.").arg(reason(detail));
    case Kind::Storage: return tr("The engine could not read or write a file: %1. The run is kept up to its last checkpoint.").arg(reason(detail));
    case Kind::OutOfMemory:
        return tr("The engine ran out of memory: %1. The run is kept up to its last checkpoint; a smaller batch or smaller pictures need less.").arg(reason(detail));
    case Kind::Diverged: return tr("The training diverged: %1. Checkpoints from before are good; a lower learning rate may help.").arg(reason(detail));
    case Kind::LikelyOutOfMemory:
        return memoryConfirmed ? tr("The system ended the engine because the computer's memory was full. The run is kept up to its last checkpoint.")
                               : tr("The engine was ended from outside, most likely by the system because memory was full. The run is kept up to its last checkpoint.");
    case Kind::Killed: return tr("The engine was ended by force (signal %1). The run is kept up to its last checkpoint.").arg(code);
    case Kind::Crashed:
        return detail.isEmpty() ? tr("The engine crashed (%1). The run is kept up to its last checkpoint, and this window is not affected.").arg(code)
                                : tr("The engine crashed (%1): %2. The run is kept up to its last checkpoint, and this window is not affected.").arg(code).arg(reason(detail));
    case Kind::Unresponsive: return tr("The engine did not respond and was ended. The run is kept up to its last checkpoint.");
    case Kind::ProtocolError: return tr("The engine sent something that is not a message: %1. It was ended; the run is kept up to its last checkpoint.").arg(reason(detail));
    case Kind::NeverStarted: return tr("The engine did not start: %1. Nothing was changed.").arg(reason(detail));
    case Kind::WrongVersion: return tr("The engine and this program do not fit each other: %1. Nothing was changed.").arg(reason(detail));
    case Kind::Lost: return tr("The connection to the engine was lost: %1. The run may still be at work; what it saves is kept.").arg(reason(detail));
    }
    return {};
}

NextAction EngineExit::action() const
{
    switch (kind) {
    case Kind::Done: return NextAction::None;
    case Kind::UserFixable: return fixFor(code);
    case Kind::Storage: return NextAction::FreeDisk;
    case Kind::OutOfMemory:
    case Kind::LikelyOutOfMemory: return NextAction::FreeMemory;
    case Kind::Diverged: return NextAction::EditSettings;
    case Kind::Killed:
    case Kind::Unresponsive:
    case Kind::Lost: return NextAction::Resume;
    case Kind::Crashed:
    case Kind::ProtocolError: return NextAction::ReportDefect;
    case Kind::NeverStarted: return NextAction::StartAgain;
    case Kind::WrongVersion: return NextAction::None;
    }
    return NextAction::None;
}

QString EngineExit::actionText() const
{
    switch (action()) {
    case NextAction::None: return {};
    case NextAction::Resume: return kind == Kind::Lost ? tr("Connect again") : tr("Resume from the last checkpoint");
    case NextAction::EditSettings: return tr("Edit the settings");
    case NextAction::CheckFiles: return tr("Check the files");
    case NextAction::FreeMemory: return tr("Free memory, then resume");
    case NextAction::FreeDisk: return tr("Free disk space, then resume");
    case NextAction::ReportDefect: return tr("Copy a report of the defect");
    case NextAction::StartAgain: return tr("Start again");
    }
    return {};
}

} // namespace quell
