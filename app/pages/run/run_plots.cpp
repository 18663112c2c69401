#include "app/pages/run/run_plots.h"

#include "widgets/card.h"
#include "widgets/plot_legend.h"

#include <QEvent>
#include <QMenu>
#include <QToolButton>

#include <cmath>

namespace quell {

using look::Meaning;
using Axis = Plot::Axis;
using Style = Plot::Style;

RunPlots::RunPlots(QWidget *parent) : QWidget(parent), m_lower(new Plot(this)), m_upper(new Plot(this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(look::padding);
    m_lowerPane = addPane(m_lower);
    m_upperPane = addPane(m_upper);
    Plot::link(m_lower, m_upper);
    for (auto *plot : {m_lower, m_upper}) {
        connect(plot, &Plot::cursorMoved, this, [this](double x) { Q_EMIT stepChosen(std::llround(x)); });
        connect(plot, &Plot::saveFailed, this, &RunPlots::saveFailed);
    }
    retranslate();
}

RunPlots::Pane RunPlots::addPane(Plot *plot)
{
    auto *card = new Card({}, {}, this);
    auto *menu = new QToolButton(card);
    menu->setAutoRaise(true);
    menu->setPopupMode(QToolButton::InstantPopup);
    menu->setFocusPolicy(Qt::StrongFocus);
    menu->setMenu(new QMenu(menu));
    connect(menu->menu(), &QMenu::aboutToShow, plot, [plot, menu = menu->menu()] {
        menu->clear();
        plot->addActionsTo(menu);
    });
    card->corner()->addWidget(new PlotLegend(plot, card));
    card->corner()->addWidget(menu);
    card->body()->addWidget(plot, 1);
    static_cast<QVBoxLayout *>(layout())->addWidget(card, 1);
    return {card, menu};
}

Plot::Curve RunPlots::curve(const char *series, const QString &name, Meaning meaning, Style style, Axis axis, bool shown) const
{
    const auto id = QString::fromLatin1(series);
    for (const auto *plot : {m_lower, m_upper})
        for (const auto &before : plot->curves())
            if (before.id == id)
                shown = before.shown; // as it was chosen
    return {id, name, meaning, style, axis, [this, id]() -> const PlotSeries * { return m_run ? &m_run->series(id) : nullptr; }, shown};
}

void RunPlots::retranslate()
{
    m_lowerPane.card->setTitle(tr("Lower level"));
    m_lowerPane.card->setSubtitle(tr("fine-tune: stay close to the teacher"));
    m_upperPane.card->setTitle(tr("Upper level"));
    m_lower->setAccessibleName(tr("Losses of the lower level over steps"));
    m_upper->setAccessibleName(tr("Losses of the upper level over steps"));
    m_lower->setPlaceholder(tr("The loss of each step will be drawn here."));
    m_upper->setPlaceholder(tr("The loss of each upper step will be drawn here."));
    for (auto &[card, menu] : {m_lowerPane, m_upperPane}) {
        menu->setText(tr("Curves"));
        menu->setAccessibleName(tr("Curves, scale and export: %1").arg(card->accessibleName()));
    }
    for (auto *plot : {m_lower, m_upper})
        plot->setXName(tr("step"));
    m_lower->setCurves({curve("lower/loss", tr("loss"), Meaning::Lower, Style::Line, Axis::Left, true),
                        curve("lower/diffusion", tr("diffusion"), Meaning::Teacher, Style::Dashed, Axis::Left, false),
                        curve("lower/output", tr("output distillation"), Meaning::Kept, Style::Dashed, Axis::Left, false),
                        curve("lower/feature", tr("feature distillation"), Meaning::Layers, Style::Dotted, Axis::Left, false),
                        curve("probe", tr("loss on the probe batch"), Meaning::Accent, Style::Joined, Axis::Left, false),
                        curve("lower/lr", tr("learning rate"), Meaning::Teacher, Style::Dotted, Axis::Right, false),
                        curve("lower/gradient_norm", tr("gradient norm"), Meaning::Teacher, Style::Dashed, Axis::Right, false)});
    m_upper->setCurves({curve("upper/loss", tr("loss at each upper step"), Meaning::Upper, Style::Points, Axis::Left, true),
                        curve("gradient_angle", tr("gradient angle, degrees"), Meaning::Teacher, Style::Joined, Axis::Right, true),
                        curve("gap", tr("gap"), Meaning::Lower, Style::Joined, Axis::Right, false),
                        curve("lambda", tr("weight of the lower level"), Meaning::Accent, Style::Joined, Axis::Right, false),
                        curve("value_gap", tr("gap to the copy"), Meaning::Lower, Style::Dashed, Axis::Right, false),
                        curve("upper/lr", tr("learning rate"), Meaning::Teacher, Style::Dotted, Axis::Right, false),
                        curve("upper/gradient_norm", tr("gradient norm"), Meaning::Teacher, Style::Dashed, Axis::Right, false)});
}

void RunPlots::setSubject(const QString &upper)
{
    m_upperPane.card->setSubtitle(upper);
}

void RunPlots::setRun(LiveRun *run)
{
    m_run = run;
    for (auto *plot : {m_lower, m_upper}) {
        plot->clearCursor();
        plot->fit();
    }
    refresh();
}

void RunPlots::refresh()
{
    std::vector<double> samples, checkpoints;
    if (m_run) {
        for (const auto &set : m_run->samples())
            if (set.model == QLatin1String("student") && !set.asked)
                samples.push_back(double(set.step));
        for (const auto step : m_run->checkpoints())
            checkpoints.push_back(double(step));
    }
    for (auto *plot : {m_lower, m_upper}) {
        plot->setExtent(0, m_run ? double(std::max<qint64>(1, m_run->steps())) : 1);
        plot->setMarks(samples, checkpoints);
        plot->refresh();
    }
}

void RunPlots::setStep(qint64 step)
{
    for (auto *plot : {m_lower, m_upper})
        plot->setCursor(double(step));
}

void RunPlots::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace quell
