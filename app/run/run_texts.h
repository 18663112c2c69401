// How a run's facts read: words for codes, figures in the person's own notation.
#pragma once

#include "app/run/run_record.h"

#include <QCoreApplication>
#include <QLocale>

#include <optional>

namespace quell {

class RunTexts {
    Q_DECLARE_TR_FUNCTIONS(quell::RunTexts)
public:
    static QString state(RunState state);   // "interrupted"
    static QString stateIcon(RunState state); // name for look::icon
    static QString method(const QString &code); // "bilevel, alternating"
    static QString share(const std::optional<Score> &score); // "93 % ± 4"; a dash where there is none
    static QString duration(double seconds); // "7 min"
    static QString when(const QDateTime &time, const QDateTime &now); // "today 18:12"
    static QString interrupted(const RunRecord &run); // where, and what a resumption has to do again
    static QString resume(const RunRecord &run); // "Resume from 200"
};

// Figures that History shows, from the student's scores; nothing where a run has none.
std::optional<Score> suppressed(const RunRecord &run); // share of target pictures in which the concept is not recognised
std::optional<Score> kept(const RunRecord &run);       // share of the other pictures in which theirs still is
std::optional<Score> inPrompt(const RunRecord &run);   // of a style: share of target pictures whose object is recognised

bool isFinished(const RunRecord &run);
bool canResume(const RunRecord &run); // ended before its last step, with or without a checkpoint
bool isAtWork(const RunRecord &run);

} // namespace quell
