// What the student draws as it learns: the run's prompts by step, beside the models it is measured against.
#pragma once

#include "app/run/live_run.h"
#include "widgets/card.h"
#include "widgets/sample_grid.h"

#include <QPointer>
#include <QSet>

class QToolButton;

namespace quell {

class SamplesCard : public Card {
    Q_OBJECT
public:
    explicit SamplesCard(QWidget *parent = nullptr);
    void setRun(LiveRun *run);
    void refresh(); // the run has new samples
    void setStep(qint64 step);
    SampleGrid *grid() const { return m_grid; }

Q_SIGNALS:
    void stepChosen(qint64 step);
    void compareWanted();

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();
    void fillMenu();

    QPointer<LiveRun> m_run;
    SampleGrid *m_grid;
    StepSlider *m_slider;
    QToolButton *m_beside;
    QSet<QString> m_shown{QStringLiteral("teacher")}; // models in the first columns
    bool m_follow = true; // the newest step is shown as it comes
};

} // namespace quell
