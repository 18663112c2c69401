// What became of a run that was interrupted, and the way on.
#pragma once

#include "app/run/run_record.h"

#include <QFrame>

class QLabel;
class QPushButton;

namespace quell {

class InterruptedCard : public QFrame {
    Q_OBJECT
public:
    explicit InterruptedCard(QWidget *parent = nullptr);
    void setRun(const RunRecord *run, bool mayResume); // null: nothing to tell
    const RunRecord &run() const { return m_run; }

Q_SIGNALS:
    void resumeWanted(const quell::RunRecord &run);
    void explanationWanted(const quell::RunRecord &run);

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();
    RunRecord m_run;
    QLabel *m_sign, *m_text;
    QPushButton *m_resume, *m_why;
};

} // namespace quell
