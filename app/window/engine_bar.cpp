#include "app/window/engine_bar.h"

#include "app/window/studio.h"
#include "widgets/look.h"

#include <QDateTime>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QToolButton>

namespace quell {

EngineBar::EngineBar(Studio &studio, QWidget *parent)
    : QFrame(parent), m_studio(studio), m_state(new QLabel(this)), m_device(new QLabel(this)), m_memory(new QLabel(this)), m_step(new QLabel(this)),
      m_end(new QLabel(this)), m_progress(new QProgressBar(this)), m_pause(new QToolButton(this)), m_stop(new QToolButton(this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(look::margin, look::gap / 2, look::margin, look::gap / 2);
    layout->setSpacing(look::margin);
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(fontMetrics().height() / 2);
    m_progress->setMaximumWidth(fontMetrics().averageCharWidth() * 40);
    for (auto *label : {m_state, m_device, m_memory, m_step})
        layout->addWidget(label);
    layout->addWidget(m_progress, 1);
    layout->addWidget(m_end);
    layout->addStretch();
    for (auto *button : {m_pause, m_stop}) {
        button->setAutoRaise(true);
        layout->addWidget(button);
    }
    auto *controller = m_studio.controller();
    connect(controller, &RunController::runChanged, this, &EngineBar::followRun);
    connect(controller, &RunController::liveChanged, this, &EngineBar::refreshSoon);
    connect(controller, &RunController::pendingChanged, this, &EngineBar::refreshSoon);
    connect(m_pause, &QToolButton::clicked, this, [controller] {
        if (controller->run())
            controller->run()->state() == RunState::Paused ? controller->unpause() : controller->pause();
    });
    connect(m_stop, &QToolButton::clicked, this, [controller] { controller->stop(false); });
    followRun();
    retranslate();
}

void EngineBar::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange || event->type() == QEvent::PaletteChange)
        retranslate();
    QFrame::changeEvent(event);
}

void EngineBar::followRun()
{
    if (auto *run = m_studio.controller()->run())
        connect(run, &LiveRun::changed, this, &EngineBar::refreshSoon, Qt::UniqueConnection);
    refreshSoon();
}

void EngineBar::refreshSoon()
{
    m_studio.frames()->request(this, [this] { refresh(); });
}

void EngineBar::retranslate()
{
    m_stop->setIcon(look::icon(QStringLiteral("stop")));
    m_stop->setToolTip(tr("Finish the step, write a checkpoint, and stop"));
    m_stop->setAccessibleName(tr("Stop the run"));
    m_progress->setAccessibleName(tr("Progress of the run"));
    refresh();
}

QString EngineBar::stateText() const
{
    auto *controller = m_studio.controller();
    if (!controller->live() || !controller->run())
        return tr("engine: <b>at rest</b>");
    if (controller->unresponsive())
        return tr("engine: <b>not responding</b>");
    const auto pending = controller->pendingText();
    if (!pending.isEmpty())
        return pending.toHtmlEscaped();
    const auto *run = controller->run();
    if (run->progressShare() >= 0)
        return tr("engine: <b>%1</b>").arg(run->progressText().toHtmlEscaped());
    switch (run->state()) {
    case RunState::Paused: return tr("engine: <b>paused</b>");
    case RunState::Complete: return tr("engine: <b>finishing</b>");
    case RunState::Waiting: return tr("engine: <b>starting</b>");
    default: return tr("engine: <b>running</b>");
    }
}

void EngineBar::refresh()
{
    auto *controller = m_studio.controller();
    const auto *run = controller->run();
    const bool live = controller->live() && run;
    const QLocale locale;
    m_state->setText(stateText());
    for (QWidget *widget : std::initializer_list<QWidget *>{m_device, m_memory, m_step, m_progress, m_end, m_pause, m_stop})
        widget->setVisible(live);
    if (!live)
        return;
    m_device->setText(run->device().toUpper());
    m_memory->setText(run->memory() > 0 ? locale.formattedDataSize(run->memory(), 1) : QString());
    m_step->setText(tr("step %1 of %2").arg(locale.toString(run->step()), locale.toString(run->steps())));
    m_progress->setRange(0, 1000);
    m_progress->setValue(run->progressShare() >= 0 ? int(1000 * run->progressShare()) : run->steps() > 0 ? int(1000 * run->step() / run->steps()) : 0);
    const auto left = run->secondsLeft();
    m_end->setText(left < 0 || run->state() != RunState::Running ? QString() : tr("ends at about %1").arg(locale.toString(QDateTime::currentDateTime().addSecs(qint64(left)).time(), QLocale::ShortFormat)));
    const bool paused = run->state() == RunState::Paused, working = run->state() == RunState::Running || paused;
    m_pause->setIcon(look::icon(paused ? QStringLiteral("play") : QStringLiteral("pause")));
    m_pause->setToolTip(paused ? tr("Continue the run") : tr("Pause after this step"));
    m_pause->setAccessibleName(m_pause->toolTip());
    m_pause->setEnabled(working);
    m_stop->setEnabled(working);
}

} // namespace quell
