// The figures that decide: what was suppressed and what was kept, with their intervals. Dashes before an evaluation.
#pragma once

#include "app/run/live_run.h"

#include <QFrame>

class QLabel;

namespace quell {

class ScoreRow : public QFrame {
    Q_OBJECT
public:
    explicit ScoreRow(QWidget *parent = nullptr);
    void show(const LiveRun *run); // null: none

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Field {
        QLabel *swatch, *name, *value, *detail;
    };
    enum { Suppressed, Kept, InPrompt, Gap, Angle, Count };
    void retranslate();
    void recolor();
    void showShare(const Field &field, const Json &figure, bool complement);
    Field m_fields[Count];
};

} // namespace quell
