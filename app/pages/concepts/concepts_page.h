// What is to be suppressed: the concepts, how prompts name them, what those become, and what must survive.
#pragma once

#include "app/pages/concepts/concept_model.h"
#include "app/window/page.h"

#include <QPointer>

class QLabel;
class QListView;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace quell {

class Card;
class ConceptDrawings;
class ConceptEditor;
class EmptyState;
class Project;
class PromptTable;
class SamplePromptEditor;

class ConceptsPage : public Page {
    Q_OBJECT
public:
    explicit ConceptsPage(Studio &studio, QWidget *parent = nullptr);
    QString title() const override { return tr("Concepts"); }

protected:
    void changeEvent(QEvent *event) override;

private:
    void build();
    QWidget *makeList();
    QWidget *makeEditor();
    void addActions();
    void retranslate();

    void takeProject();
    void followDraft(const QString &pointer);
    int row() const;
    void select(int row);
    void showSelected();
    void showState();
    void add();
    void duplicate();
    void remove();
    void move(int by);
    void setConcepts(Json concepts, const QString &text, int select);
    Json concept_() const; // the chosen one; null if none

    void ask();
    void takeMatches(const QVector<PromptMatch> &matches);

    ConceptModel m_model;
    PromptMatcher m_matcher;
    QPointer<Project> m_project;
    // What the last question held, in its order.
    struct Question {
        int row = -1;
        SamplePrompts samples;
        QStringList suggested, neighbours;
        QString anchor;
    } m_question;

    QLabel *m_heading, *m_need;
    QPushButton *m_add;
    QStackedWidget *m_stack;
    EmptyState *m_empty;
    Card *m_listCard;
    QListView *m_list;
    QToolButton *m_duplicate, *m_remove, *m_up, *m_down;
    ConceptEditor *m_editor;
    ConceptDrawings *m_drawings;
    SamplePromptEditor *m_samples;
    PromptTable *m_table;
};

} // namespace quell
