// What models draw for the same prompts from the same noise: the pictures of a run's models, of other runs and of files, side by side.
#pragma once

#include "app/pages/compare/compare_sources.h"
#include "app/pages/compare/picture_list.h"
#include "app/pages/compare/prompt_drawer.h"
#include "app/window/page.h"
#include "widgets/card.h"
#include "widgets/compare_view.h"

#include <QHash>
#include <QPointer>

#include <functional>
#include <memory>
#include <vector>

class QButtonGroup;
class QCheckBox;
class QLabel;
class QLineEdit;
class QListView;
class QMenu;
class QPushButton;
class QStackedWidget;
class QToolButton;
class QTreeWidget;

namespace quell {

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
    struct Named { // an action with its text before translation
        QAction *action;
        const char *text;
    };

    QWidget *makeHead();
    QWidget *makePromptColumn();
    QWidget *makePictureColumn();
    QWidget *makeFoot();
    QMenu *makeOptionsMenu();
    void addActions();
    QAction *addAction(const char *id, const char *text, const QKeySequence &keys, QWidget *home, const std::function<void()> &run);
    void connectView();
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
    void refreshZoom();
    void refreshModes();
    void updateState();
    void updateObscured();
    void updateFoot();
    void fitFoot();

    FoundPicture pictureFor(const CompareSource &source) const;
    QString labelOf(const CompareSource &source, qint64 step) const;
    CompareView::Pane paneFor(const CompareSource &source) const;
    QColor markOf(const CompareSource &source) const;
    int studentPane() const; // the pane that the strip of steps changes
    void chooseStep(int row);
    void moveStep(int by);
    void fillSourceMenu(QMenu *menu, int pane);
    void addRunSources(QMenu *menu, int pane, const LiveRun &run);
    void addOtherRuns(QMenu *menu, int pane);
    void chooseFile(int pane);
    void drawPrompt();
    void tellDrawing(const QString &text);
    void copy();
    void chooseSheet();
    Json describePanes() const;

    QPointer<LiveRun> m_run;
    LoadedRun m_loaded; // m_run, unless it is the controller's
    QHash<QString, LoadedRun> m_others;
    QString m_wanted; // by setRun; empty: the controller's
    QVector<CompareSource> m_sources, m_defaults; // the latter as last set by the page itself
    QVector<ComparePrompt> m_prompts; // by row of the list; headings have an empty text
    QVector<qint64> m_steps;
    ComparePrompt m_prompt;
    PromptDrawer *m_drawer;
    bool m_filling = false; // a list: what is current changes by itself
    QString m_revealed; // the run whose pictures were asked for

    QStackedWidget *m_stack;
    EmptyState *m_empty;
    Card *m_promptCard, *m_stepCard;
    QLabel *m_title, *m_about, *m_stepsHint, *m_drawState;
    std::vector<QToolButton *> m_choosers;
    QWidget *m_chooserRow;
    QToolButton *m_add;
    QListView *m_promptView, *m_stepView;
    PictureList *m_promptList, *m_stepList;
    QLineEdit *m_typed;
    QPushButton *m_draw;
    CompareView *m_view;
    QButtonGroup *m_modes;
    QWidget *m_foot;
    std::vector<QToolButton *> m_collapsible;
    QToolButton *m_copy, *m_save, *m_zoomOut, *m_zoom, *m_zoomIn, *m_fit, *m_options, *m_keys, *m_differsToggle;
    QCheckBox *m_linked;
    QTreeWidget *m_differs;
    QAction *m_fill = nullptr, *m_smooth = nullptr, *m_blinking = nullptr;
    std::vector<QAction *> m_gains;
    std::vector<Named> m_named;
};

} // namespace quell
