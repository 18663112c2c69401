// History: the queue, what was interrupted, and all runs of the project with what can be done with each.
#pragma once

#include "app/run/run_record.h"
#include "app/window/page.h"

#include <QList>

class QAction;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTableView;
class QToolButton;

namespace quell {

class EmptyState;
class FilterChips;
class InterruptedCard;
class RunFilter;
class RunRow;
class RunTable;

class HistoryPage : public Page {
    Q_OBJECT
public:
    explicit HistoryPage(Studio &studio, QWidget *parent = nullptr);
    QString title() const override;

protected:
    void changeEvent(QEvent *event) override;

private:
    QLayout *makeHead();
    QWidget *makeTable();
    QWidget *makeFoot();
    void addActions();
    QAction *addAction(const char *id, const QKeySequence &keys, void (HistoryPage::*run)(const RunRecord &));

    void takeRuns();
    void refresh(); // counts, banner, empty states, mark in the rail
    void refreshActions();
    void retranslate();
    void showMenu(const QPoint &at);
    const RunRecord *current() const;

    void showRun(const RunRecord &run);
    void compare(const RunRecord &run);
    void resume(const RunRecord &run);
    void duplicate(const RunRecord &run);
    void takeBack(const RunRecord &run);
    void editNotes(const RunRecord &run);
    void openFolder(const RunRecord &run);
    void reveal(const RunRecord &run);
    void explain(const RunRecord &run);
    void remove(const RunRecord &run);

    RunTable *m_runs;
    RunFilter *m_filter;
    RunRow *m_row;
    QLabel *m_title;
    QLineEdit *m_search;
    FilterChips *m_chips;
    InterruptedCard *m_interrupted;
    QStackedWidget *m_stack; // table, nothing yet, nothing that fits
    QTableView *m_table;
    EmptyState *m_empty, *m_nothing;
    QList<QAction *> m_actions;
    QList<QToolButton *> m_buttons; // of the actions
};

} // namespace quell
