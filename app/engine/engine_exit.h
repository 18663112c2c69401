// Why an engine ended, and what a person can do about it. Exit codes are an API (core/result.h: exit_status).
#pragma once

#include "core/result.h"

#include <QCoreApplication>
#include <QProcess>
#include <QString>

#include <optional>

namespace quell {

enum class NextAction { None, Resume, EditSettings, CheckFiles, FreeMemory, FreeDisk, ReportDefect, StartAgain };

struct EngineExit {
    Q_DECLARE_TR_FUNCTIONS(EngineExit)
public:
    enum class Kind {
        Done,        // as asked: complete, stopped, shut down
        UserFixable, // usage, not found, malformed, mismatch, unsupported: a file or a setting
        Storage,     // disk full, no permission
        OutOfMemory, // said so itself
        Diverged,    // a loss is not finite
        LikelyOutOfMemory, // SIGKILL that was not ours
        Killed,      // the last rung of our stop ladder, or a signal somebody sent
        Crashed,     // SIGSEGV, SIGABRT, …; or Internal
        Unresponsive, // no heartbeat; killed on request
        ProtocolError, // what it sent was not the protocol
        NeverStarted,
        WrongVersion,
        Lost,        // a socket that closed without bye: the process may live or not
    };
    Kind kind = Kind::Done;
    int code = 0;      // exit status or signal
    QString detail;    // the engine's own last error, or the last lines of its log
    bool memoryConfirmed = false; // LikelyOutOfMemory: the kernel counted an out-of-memory kill meanwhile
    QString message() const;    // one translated sentence: what happened and what it means for the work
    QString actionText() const; // "Resume from the last checkpoint"…
    NextAction action() const;
    bool clean() const { return kind == Kind::Done; }
};

// The error that an exit status stands for; none for 0 and for numbers that Quell never gives.
std::optional<ErrorCode> errorOfExit(int code);

// `code` and `status` as QProcess gives them; `terminating`: our stop ladder had sent the signal; `lastError`: from a "failed" event or stderr.
EngineExit classifyExit(int code, QProcess::ExitStatus status, bool terminating, const QString &lastError);

} // namespace quell
