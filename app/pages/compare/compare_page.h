// What models draw for the same prompts from the same noise: the pictures of a run's models, of other runs and of files, side by side.
#pragma once

#include "app/pages/compare/compare_sources.h"
#include "app/pages/compare/prompt_drawer.h"
#include "app/window/page.h"
#include "widgets/compare_view.h"

#include <QHash>
#include <QPointer>

#include <functional>
#include <memory>
#include <vector>

class QLabel;
class QMenu;
class QStackedWidget;

namespace quell {

class CompareFoot;
class EmptyState;
class PaneChoosers;
class PromptColumn;
class RunDifferences;
class StepStrip;
class ViewActions;

class ComparePage : public Page {
    Q_OBJECT
public:
    explicit ComparePage(Studio &studio, QWidget *parent = nullptr);
    ~ComparePage() override;

    QString title() const override;
    // Compares that run from now on, whatever run is at work. Read in the background unless it is the one at work.
    void setRun(const QString &folder);

    CompareView *view() const { return m_view; }
    const QVector<CompareSource> &sources() const { return m_sources; }
    void setSource(int pane, const CompareSource &source);
    void addPane();
    void removePane(int pane);
    void choosePrompt(const QString &text);
    // The sheet as PNG, and a JSON of the same name beside it that says what each pane is. In the background.
    void saveSheet(const QString &path);

Q_SIGNALS:
    void sheetSaved(const QString &path, const QString &error); // empty: it was

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    using LoadedRun = std::shared_ptr<LiveRun>;

    QWidget *makeContent();
    QLayout *makeHead();
    void addAction(const char *id, const QKeySequence &keys, const std::function<void()> &run);
    void connectView();
    void connectParts();
    void retranslate();

    void followController();
    void showRun(LiveRun *run);
    void load(const QString &folder, std::function<void(const LoadedRun &)> done);
    LiveRun *runOf(const CompareSource &source) const;
    void refresh(); // everything, from the run
    void refreshSoon();
    void refreshPrompts();
    void refreshSteps();
    void refreshPanes();
    void refreshChoosers();
    void refreshDifferences();
    void updateState();
    void updateObscured();
    void updateAbout();

    FoundPicture pictureFor(const CompareSource &source, const ComparePrompt &prompt) const;
    QString labelOf(const CompareSource &source, qint64 step) const;
    CompareView::Pane paneFor(const CompareSource &source) const;
    QColor markOf(const CompareSource &source) const;
    int studentPane() const; // the pane that the strip of steps changes
    void chooseStep(int row);
    void fillSourceMenu(QMenu *menu, int pane);
    void addRunSources(QMenu *menu, int pane, const LiveRun &run);
    void addOtherRuns(QMenu *menu, int pane);
    void chooseFile(int pane);
    void drawPrompt(const QString &text);
    void copy();
    void chooseSheet();
    Json describePanes() const;

    QPointer<LiveRun> m_run;
    LoadedRun m_loaded; // m_run, unless it is the controller's
    QHash<QString, LoadedRun> m_others;
    QString m_wanted; // by setRun; empty: the controller's
    QVector<CompareSource> m_sources, m_defaults; // the latter as last set by the page itself
    QVector<qint64> m_steps;
    ComparePrompt m_prompt;
    PromptDrawer *m_drawer;
    QString m_revealed; // the run whose pictures were asked for

    QStackedWidget *m_stack;
    EmptyState *m_empty;
    QLabel *m_title, *m_about;
    PaneChoosers *m_choosers;
    PromptColumn *m_promptColumn;
    CompareView *m_view;
    StepStrip *m_stepStrip;
    RunDifferences *m_differences;
    ViewActions *m_viewActions;
    CompareFoot *m_foot;
};

} // namespace quell
