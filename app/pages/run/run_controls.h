// What one can ask of a run, in words that follow what the engine reports; and how long it will take.
#pragma once

#include <QWidget>

class QLabel;
class QMenu;
class QProgressBar;
class QPushButton;

class QAction;

namespace quell {

class Studio;

class RunControls : public QWidget {
    Q_OBJECT
public:
    // Actions are added to `page`, whose shortcuts they are.
    RunControls(Studio &studio, QWidget *page);
    void refresh();
    void setStartProblem(const QString &problem); // why no run can start; empty: it can

protected:
    void changeEvent(QEvent *event) override;

private:
    void addActions(QWidget *page);
    void retranslate();
    void showActions();
    void showProgress();
    void fillStopMenu();
    void askForPrompts();
    QString statusText() const;
    bool stopping() const;
    QAction *action(const char *id) const;
    QPushButton *addButton(const char *id);

    Studio &m_studio;
    QString m_problem;
    QPushButton *m_start, *m_pause, *m_resume, *m_score, *m_sample, *m_checkpoint, *m_stop;
    QMenu *m_stopMenu, *m_sampleMenu;
    QLabel *m_status, *m_progressName;
    QProgressBar *m_progress;
};

} // namespace quell
