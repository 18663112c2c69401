// The bar at the foot of every page: what the engine does, on what, how much memory, how far, until when, and the two controls that matter.
#pragma once

#include <QFrame>

class QLabel;
class QProgressBar;
class QToolButton;

namespace quell {

class Studio;

class EngineBar : public QFrame {
    Q_OBJECT
public:
    EngineBar(Studio &studio, QWidget *parent = nullptr);

protected:
    void changeEvent(QEvent *event) override;

private:
    void followRun();
    void refreshSoon();
    void refresh();
    void retranslate();
    QString stateText() const;

    Studio &m_studio;
    QLabel *m_state, *m_device, *m_memory, *m_step, *m_end;
    QProgressBar *m_progress;
    QToolButton *m_pause, *m_stop;
};

} // namespace quell
