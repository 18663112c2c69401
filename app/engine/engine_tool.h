// One-shot commands of quell-engine and quell-inspect, run beside the window: `--json` on stdout becomes a value, the one-line error on stderr an Error.
#pragma once

#include "formats/json.h"

#include <QObject>
#include <QStringList>

#include <functional>

namespace quell {

// build/…/bin beside the running program; QUELL_ENGINE and QUELL_INSPECT override.
QString engineProgram();
QString inspectProgram();

// Runs one command; delete it to kill it and hear nothing more. GUI thread.
class EngineTool : public QObject {
    Q_OBJECT
public:
    static constexpr int untilStopped = 24 * 3600 * 1000; // timeout of commands that people can stop: milliseconds
    using Done = std::function<void(const Result<Json> &)>;
    // `done` is called once, later; never if `context` (also the parent) is gone. The command's progress lines are told by progress().
    static EngineTool *run(const QString &program, const QStringList &arguments, QObject *context, Done done, int timeout = 600000);
    ~EngineTool() override;

Q_SIGNALS:
    void progress(const QString &line);

private:
    explicit EngineTool(QObject *parent);
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace quell
