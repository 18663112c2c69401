#include "app/run/run_texts.h"

#include <QHash>

#include <cmath>

namespace quell {
namespace {

using namespace Qt::StringLiterals;

std::optional<Score> scoreOf(const RunRecord &run, const QString &name)
{
    const auto found = run.scores.find(name);
    return found == run.scores.end() ? std::nullopt : std::optional(*found);
}

bool isStyle(const RunRecord &run)
{
    return run.kind.isEmpty() || run.kind == u"style";
}

} // namespace

QString RunTexts::state(RunState state)
{
    switch (state) {
    case RunState::Waiting: return tr("not started");
    case RunState::Running: return tr("running");
    case RunState::Paused: return tr("paused");
    case RunState::Complete: return tr("finished");
    case RunState::Stopped: return tr("stopped");
    case RunState::Interrupted: return tr("interrupted");
    case RunState::Failed: return tr("failed");
    }
    return {};
}

QString RunTexts::stateIcon(RunState state)
{
    switch (state) {
    case RunState::Waiting: return u"state-nothing"_s;
    case RunState::Running: return u"state-underway"_s;
    case RunState::Paused: return u"pause"_s;
    case RunState::Complete: return u"check"_s;
    case RunState::Stopped: return u"stop"_s;
    case RunState::Interrupted: return u"warning"_s;
    case RunState::Failed: return u"cross"_s;
    }
    return {};
}

QString RunTexts::method(const QString &code)
{
    static const QHash<QString, const char *> texts{
        {u"alternating"_s, QT_TR_NOOP("bilevel, alternating")}, {u"penalty"_s, QT_TR_NOOP("bilevel, penalty")}, {u"weighted_sum"_s, QT_TR_NOOP("bilevel, weighted sum")},
        {u"v_pbgd"_s, QT_TR_NOOP("bilevel, V-PBGD")}, {u"bome"_s, QT_TR_NOOP("bilevel, BOME")}, {u"f2sa"_s, QT_TR_NOOP("bilevel, F2SA")}, {u"cosine"_s, QT_TR_NOOP("bilevel, by the gradients' angle")},
        {u"two_stage"_s, QT_TR_NOOP("fine-tuning, then suppression")}, {u"fine-tuning"_s, QT_TR_NOOP("fine-tuning only")}};
    if (const auto text = texts.find(code); text != texts.end())
        return tr(*text);
    return code;
}

QString RunTexts::share(const std::optional<Score> &score)
{
    if (!score)
        return u"–"_s;
    const QLocale locale;
    const auto percent = [&locale](double share) { return locale.toString(std::lround(100 * share)); };
    //: A share with half its 95 % interval: 93 % ± 4
    return tr("%1 % ± %2").arg(percent(score->value), percent((score->high - score->low) / 2));
}

QString RunTexts::duration(double seconds)
{
    const QLocale locale;
    if (seconds < 59.5)
        return tr("%1 s").arg(locale.toString(std::lround(seconds)));
    const auto minutes = std::lround(seconds / 60);
    if (minutes < 60)
        return tr("%1 min").arg(locale.toString(minutes));
    return tr("%1 h %2 min").arg(locale.toString(minutes / 60), locale.toString(minutes % 60));
}

QString RunTexts::when(const QDateTime &time, const QDateTime &now)
{
    if (!time.isValid())
        return u"–"_s;
    const QLocale locale;
    const auto local = time.toLocalTime();
    const auto clock = locale.toString(local.time(), QLocale::ShortFormat);
    const auto days = local.date().daysTo(now.toLocalTime().date());
    if (days == 0)
        return tr("today %1").arg(clock);
    if (days == 1)
        return tr("yesterday %1").arg(clock);
    if (days > 1 && days < 7)
        return tr("%1 %2", "weekday and time").arg(locale.dayName(local.date().dayOfWeek()), clock);
    return locale.toString(local.date(), QLocale::ShortFormat);
}

QString RunTexts::interrupted(const RunRecord &run)
{
    if (run.checkpointStep <= 0)
        return tr("“%1” was interrupted at step %L2 of %L3, before its first checkpoint. It can start over in the same folder.").arg(run.name).arg(run.step).arg(run.steps);
    const auto again = run.step - run.checkpointStep;
    if (again <= 0)
        return tr("“%1” was interrupted at step %L2 of %L3. Its checkpoint holds all of it.").arg(run.name).arg(run.step).arg(run.steps);
    return tr("“%1” was interrupted at step %L2 of %L3. The checkpoint of step %L4 is there; what came after it is done again.")
        .arg(run.name).arg(run.step).arg(run.steps).arg(run.checkpointStep);
}

QString RunTexts::resume(const RunRecord &run)
{
    return run.checkpointStep > 0 ? tr("Resume from %L1").arg(run.checkpointStep) : tr("Start over");
}

std::optional<Score> suppressed(const RunRecord &run)
{
    const auto target = scoreOf(run, isStyle(run) ? u"target_style"_s : u"target_object"_s);
    return target ? std::optional(Score{1 - target->value, 1 - target->high, 1 - target->low}) : std::nullopt;
}

std::optional<Score> kept(const RunRecord &run)
{
    return scoreOf(run, isStyle(run) ? u"other_style"_s : u"other_object"_s);
}

std::optional<Score> inPrompt(const RunRecord &run)
{
    return isStyle(run) ? scoreOf(run, u"target_object"_s) : std::nullopt;
}

bool isFinished(const RunRecord &run)
{
    return run.state == RunState::Complete;
}

bool canResume(const RunRecord &run)
{
    return run.state == RunState::Interrupted || run.state == RunState::Stopped || (run.state == RunState::Failed && run.checkpointStep >= 0);
}

bool isAtWork(const RunRecord &run)
{
    return run.state == RunState::Running || run.state == RunState::Paused;
}

} // namespace quell
