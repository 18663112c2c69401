#include "app/pages/run/run_controls.h"

#include "app/run/run_texts.h"
#include "app/window/studio.h"
#include "widgets/look.h"

#include <QDateTime>
#include <QDialog>
#include <QDialogButtonBox>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>

namespace quell {
namespace {

bool canGoOn(const LiveRun *run)
{
    if (!run || (run->steps() > 0 && run->step() >= run->steps()))
        return false;
    return run->state() == RunState::Interrupted || run->state() == RunState::Stopped || run->state() == RunState::Failed;
}

bool canBeScored(const LiveRun *run)
{
    return run && run->state() == RunState::Complete && run->scores().is_null() && run->spec().contains("evaluation") && !run->spec()["evaluation"].value("evaluator", "").empty();
}

QString bytes(qint64 count) { return QLocale().formattedDataSize(count, 1); }

} // namespace

RunControls::RunControls(Studio &studio, QWidget *page)
    : QWidget(page), m_studio(studio), m_stopMenu(new QMenu(this)), m_sampleMenu(new QMenu(this)), m_status(new QLabel(this)), m_progressName(new QLabel(this)),
      m_progress(new QProgressBar(this))
{
    addActions(page);
    auto *down = new QVBoxLayout(this);
    down->setContentsMargins(0, 0, 0, 0);
    down->setSpacing(look::gap);
    auto *bar = new QHBoxLayout;
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(fontMetrics().height() / 2);
    m_progress->setRange(0, 1000);
    bar->addWidget(m_progressName);
    bar->addWidget(m_progress, 1);
    down->addLayout(bar);
    auto *row = new QHBoxLayout;
    row->setSpacing(look::gap);
    for (auto [button, id] : {std::pair(&m_start, "run.start"), {&m_pause, "run.pause"}, {&m_resume, "run.resume"}, {&m_score, "run.score"}, {&m_sample, "run.sample"},
                              {&m_checkpoint, "run.checkpoint"}, {&m_stop, "run.stop"}})
        row->addWidget(*button = addButton(id));
    for (auto *button : {m_start, m_pause, m_resume})
        button->setProperty("primary", true);
    m_sample->setMenu(m_sampleMenu);
    m_stop->setMenu(m_stopMenu);
    connect(m_stopMenu, &QMenu::aboutToShow, this, &RunControls::fillStopMenu);
    m_status->setProperty("faint", true);
    m_status->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_status->setWordWrap(true);
    row->addWidget(m_status, 1);
    down->addLayout(row);
    auto *controller = m_studio.controller();
    for (auto changed : {&RunController::runChanged, &RunController::liveChanged, &RunController::pendingChanged})
        connect(controller, changed, this, &RunControls::refresh);
    retranslate();
}

QPushButton *RunControls::addButton(const char *id)
{
    auto *button = new QPushButton(this);
    auto *own = action(id);
    connect(button, &QPushButton::clicked, own, &QAction::trigger);
    return button;
}

QAction *RunControls::action(const char *id) const
{
    return m_studio.actions()->action(QString::fromLatin1(id));
}

void RunControls::addActions(QWidget *page)
{
    auto *controller = m_studio.controller();
    const auto add = [&](const char *id, const char *keys, auto run) {
        auto *own = m_studio.actions()->add(QString::fromLatin1(id), tr("Run"), {}, QKeySequence(QString::fromLatin1(keys)), page);
        connect(own, &QAction::triggered, this, run);
        return own;
    };
    add("run.start", "Ctrl+R", [this] { m_studio.startRun(); });
    add("run.pause", "Ctrl+P", [controller] { controller->run() && controller->run()->state() == RunState::Paused ? controller->unpause() : controller->pause(); });
    add("run.resume", "Ctrl+Shift+R", [controller] { controller->resumeRun(controller->run()->folder()); });
    add("run.score", "", [controller] { controller->evaluate(); });
    m_sampleMenu->addAction(add("run.sample", "Ctrl+Shift+S", [controller] { controller->sampleNow({}); }));
    m_sampleMenu->addAction(add("run.samplePrompts", "", [this] { askForPrompts(); }));
    add("run.checkpoint", "Ctrl+Shift+K", [controller] { controller->checkpointNow(); });
    add("run.stop", "Ctrl+.", [controller] { controller->stop(false); });
    add("run.stopNow", "", [controller] { controller->stop(true); });
    add("run.escalate", "", [controller] { controller->escalateStop(); });
}

bool RunControls::stopping() const
{
    const auto *client = m_studio.controller()->client();
    return client && client->stopStage() != EngineClient::StopStage::None;
}

void RunControls::setStartProblem(const QString &problem)
{
    m_problem = problem;
    showActions();
}

void RunControls::refresh()
{
    showActions();
    showProgress();
    m_status->setText(statusText());
}

void RunControls::showActions()
{
    auto *controller = m_studio.controller();
    const auto *run = controller->run();
    const bool live = controller->live(), training = live && run && (run->state() == RunState::Running || run->state() == RunState::Paused);
    const bool paused = training && run->state() == RunState::Paused;
    const auto checkpoints = run ? run->checkpoints() : QList<qint64>();
    action("run.start")->setText(live ? tr("Add to the queue") : tr("Start"));
    action("run.start")->setEnabled(m_studio.project() && m_problem.isEmpty());
    action("run.start")->setToolTip(m_problem);
    action("run.pause")->setText(paused ? tr("Continue") : tr("Pause"));
    action("run.pause")->setIcon(look::icon(paused ? QStringLiteral("play") : QStringLiteral("pause")));
    action("run.pause")->setEnabled(training && !stopping());
    action("run.resume")->setText(checkpoints.isEmpty() ? tr("Start over") : tr("Resume from step %1").arg(QLocale().toString(checkpoints.last())));
    action("run.resume")->setEnabled(!live && canGoOn(run));
    action("run.score")->setEnabled(!live && canBeScored(run));
    for (const auto *id : {"run.sample", "run.samplePrompts", "run.checkpoint"})
        action(id)->setEnabled(training && !stopping());
    action("run.stop")->setEnabled(live && !stopping());
    action("run.stopNow")->setEnabled(live);
    action("run.escalate")->setEnabled(stopping());
    for (auto [button, id] : {std::pair(m_start, "run.start"), {m_pause, "run.pause"}, {m_resume, "run.resume"}, {m_score, "run.score"}, {m_checkpoint, "run.checkpoint"}}) {
        button->setText(action(id)->text());
        button->setEnabled(action(id)->isEnabled());
        button->setToolTip(action(id)->toolTip());
    }
    m_pause->setIcon(action("run.pause")->icon());
    m_sample->setEnabled(action("run.sample")->isEnabled());
    m_stop->setEnabled(live);
    m_start->setProperty("primary", !live && !canGoOn(run));
    m_start->style()->polish(m_start);
    for (auto *button : {m_pause, m_sample, m_checkpoint, m_stop})
        button->setVisible(live);
    m_resume->setVisible(action("run.resume")->isEnabled());
    m_score->setVisible(action("run.score")->isEnabled());
}

void RunControls::fillStopMenu()
{
    const auto *run = m_studio.controller()->run();
    const auto saved = run && !run->checkpoints().isEmpty() ? run->checkpoints().last() : 0;
    const int lost = run ? int(std::max<qint64>(0, run->step() - saved)) : 0;
    action("run.stopNow")->setText(tr("Stop now, lose %n step(s)", nullptr, lost));
    m_stopMenu->clear();
    m_stopMenu->addActions({action("run.stop"), action("run.stopNow")});
    if (stopping())
        m_stopMenu->addAction(action("run.escalate"));
}

void RunControls::showProgress()
{
    const auto *run = m_studio.controller()->run();
    const bool some = run && run->progressShare() >= 0 && m_studio.controller()->live();
    m_progress->setVisible(some);
    m_progressName->setVisible(some);
    if (!some)
        return;
    m_progress->setValue(int(run->progressShare() * 1000));
    m_progressName->setText(run->progressText());
    m_progress->setAccessibleName(run->progressText());
}

QString RunControls::statusText() const
{
    auto *controller = m_studio.controller();
    const auto *run = controller->run();
    if (!run)
        return controller->pendingText();
    QStringList facts;
    if (!controller->pendingText().isEmpty())
        facts << controller->pendingText();
    if (controller->live() && controller->unresponsive())
        facts << tr("the engine does not respond");
    if (run->state() != RunState::Running)
        facts << RunTexts::state(run->state());
    facts << tr("step %1 of %2").arg(QLocale().toString(run->step()), QLocale().toString(run->steps()));
    if (run->stepSeconds() > 0)
        facts << tr("%1 s a step").arg(QLocale().toString(run->stepSeconds(), 'g', 3));
    const double left = run->secondsLeft();
    if (controller->live() && run->state() == RunState::Running && left > 0) {
        facts << tr("%1 left").arg(RunTexts::duration(left));
        facts << tr("ends ≈ %1").arg(QLocale().toString(QDateTime::currentDateTime().addMSecs(qint64(left * 1000)).time(), QLocale::ShortFormat));
    }
    if (controller->live() && run->memory() > 0)
        facts << tr("%1, peak %2", "memory").arg(bytes(run->memory()), bytes(run->memoryPeak()));
    return facts.join(QStringLiteral(" · "));
}

// Prompts of one's own, one a line.
void RunControls::askForPrompts()
{
    auto *dialog = new QDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Draw prompts of your own"));
    auto *layout = new QVBoxLayout(dialog);
    auto *label = new QLabel(tr("One prompt a line. The student as it is draws them after this step, from the run's own noise."), dialog);
    label->setWordWrap(true);
    auto *edit = new QPlainTextEdit(dialog);
    edit->setTabChangesFocus(true);
    edit->setAccessibleName(tr("Prompts, one a line"));
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, dialog);
    auto *draw = buttons->addButton(tr("Draw"), QDialogButtonBox::AcceptRole);
    draw->setEnabled(false);
    layout->addWidget(label);
    layout->addWidget(edit, 1);
    layout->addWidget(buttons);
    const auto prompts = [edit] {
        QStringList texts;
        for (const auto &line : edit->toPlainText().split(QLatin1Char('\n')))
            if (!line.trimmed().isEmpty())
                texts << line.trimmed();
        return texts;
    };
    connect(edit, &QPlainTextEdit::textChanged, draw, [draw, prompts] { draw->setEnabled(!prompts().isEmpty()); });
    connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, dialog, &QDialog::accept);
    connect(dialog, &QDialog::accepted, this, [this, prompts] { m_studio.controller()->sampleNow(prompts()); });
    dialog->resize(fontMetrics().averageCharWidth() * 60, fontMetrics().height() * 12);
    dialog->open();
}

void RunControls::retranslate()
{
    action("run.score")->setText(tr("Score"));
    action("run.score")->setToolTip(tr("Draw and score teacher, reference and student on the same prompts"));
    action("run.sample")->setText(tr("Sample now: the run's own prompts"));
    action("run.samplePrompts")->setText(tr("Sample now: prompts of your own…"));
    action("run.checkpoint")->setText(tr("Checkpoint now"));
    action("run.stop")->setText(tr("Stop: finish the step and write a checkpoint (recommended)"));
    action("run.stopNow")->setText(tr("Stop now"));
    action("run.escalate")->setText(tr("Do not wait: end the engine"));
    m_sample->setText(tr("Sample now"));
    m_stop->setText(tr("Stop"));
    refresh();
}

void RunControls::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange || event->type() == QEvent::PaletteChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace quell
