// The prompts that a run draws while it learns, and what the engine's rule makes of them.
#pragma once

#include "app/pages/concepts/concept_model.h"
#include "app/project/project.h"
#include "widgets/card.h"

#include <QPointer>

class QPlainTextEdit;
class QPushButton;
class QTreeWidget;

namespace quell {

// Three lists, a prompt a line, bound to the draft's /samples.
class SamplePromptEditor : public Card {
    Q_OBJECT
public:
    explicit SamplePromptEditor(QWidget *parent = nullptr);
    void setProject(Project *project);
    void fill();                         // from the draft
    void suggest(const Json &concept_);  // adds what suggestPrompts() gives and the lists lack, in one undoable step
    SamplePrompts prompts() const;       // of the draft

Q_SIGNALS:
    void suggestionsWanted();

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();
    void set(int list, const QStringList &prompts);

    QPointer<Project> m_project;
    QPushButton *m_suggest;
    QLabel *m_labels[3];
    QPlainTextEdit *m_lists[3];
};

// prompt → what it becomes, with a word of warning where a prompt is in the wrong list.
class PromptTable : public Card {
    Q_OBJECT
public:
    explicit PromptTable(QWidget *parent = nullptr);
    void show(const SamplePrompts &prompts, const QVector<PromptMatch> &matches); // one for each of target, neighbour, unrelated, in order
    void showFailure(const QString &message);

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();
    void addRow(int group, const PromptMatch &match);

    QTreeWidget *m_table;
    QLabel *m_failure;
    SamplePrompts m_prompts;
    QVector<PromptMatch> m_matches;
};

} // namespace quell
