// The run: its settings before, and losses, samples and figures while it works and after.
#pragma once

#include "app/pages/run/settings.h"
#include "app/run/live_run.h"
#include "app/window/page.h"

#include <QPointer>

#include <functional>

class QBoxLayout;
class QLabel;
class QMenu;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace quell {

class Project;
class QuickSettings;
class RunControls;
class RunPlots;
class SamplesCard;
class ScoreRow;
class SettingsForm;
struct EngineExit;

class RunPage : public Page {
    Q_OBJECT
public:
    explicit RunPage(Studio &studio, QWidget *parent = nullptr);
    QString title() const override { return tr("Run"); }

protected:
    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void build();
    QLayout *makeHeader();
    QLayout *makeMessage();
    QWidget *makeWork();
    void addActions();
    void follow();
    void retranslate();

    void takeProject();
    void takeRun();
    void readPresets();
    void showDraft();
    void refreshSoon(LiveRun::Parts parts);
    void refresh();
    void showHeader();
    void showState();
    void showAdvanced(bool yes);
    void fillDifferences();
    void fillNotes();
    void tell(const QString &message, const QString &actionText = {}, std::function<void()> action = {});
    void takeEnd(const EngineExit &exit);
    const Json &subject() const; // the spec that the page is about: of the run shown, else the draft
    QString problem() const;     // why the draft cannot start

    QPointer<Project> m_project;
    QPointer<LiveRun> m_run;
    Presets m_presets;
    LiveRun::Parts m_waiting; // to be drawn once the page is visible
    QString m_told;           // what went wrong, until something new begins
    std::function<void()> m_remedy;

    QLabel *m_heading, *m_student, *m_method, *m_message, *m_sign;
    QToolButton *m_differences, *m_notes;
    QPushButton *m_simple, *m_advanced, *m_remedyButton;
    QStackedWidget *m_stack;
    QBoxLayout *m_panes;
    QuickSettings *m_quick;
    SettingsForm *m_form;
    RunPlots *m_plots;
    ScoreRow *m_scores;
    SamplesCard *m_samples;
    RunControls *m_controls;
};

} // namespace quell
