// One concept's fields, bound to the draft: what is written is in the draft at once, what changes there shows here without moving the cursor.
#pragma once

#include "app/pages/concepts/concept_model.h"
#include "app/project/project.h"
#include "widgets/card.h"

#include <QPointer>

class QComboBox;
class QDoubleSpinBox;
class QGridLayout;
class QLineEdit;

namespace quell {

class TagEditor;

class ConceptEditor : public Card {
    Q_OBJECT
public:
    explicit ConceptEditor(QWidget *parent = nullptr);
    void setProject(Project *project);
    void setRow(int row); // -1: none
    void fill();          // from the draft
    void showProblems(const ConceptProblems &problems);
    // What a prompt becomes, said under the anchor: "“a red apple, neon style” becomes “a red apple”".
    void showExample(const QString &prompt, const QString &becomes);
    void focusPhrase();

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Field {
        QLabel *label = nullptr, *note = nullptr;
        QWidget *editor = nullptr;
    };
    Field addField(QGridLayout *grid, int row, int column, QWidget *editor, QWidget *buddy = nullptr);
    void bindLine(QLineEdit *line, const char *key, bool optional);
    void set(const char *key, Json value);
    QString editText(const char *key) const;
    void retranslate();
    void showNote(const Field &field, const QString &problem, const QString &hint = {});

    QPointer<Project> m_project;
    int m_row = -1;
    QLineEdit *m_name, *m_phrase, *m_anchor;
    QComboBox *m_kind;
    TagEditor *m_synonyms, *m_neighbours;
    QDoubleSpinBox *m_weight;
    Field m_nameField, m_kindField, m_phraseField, m_anchorField, m_synonymsField, m_neighboursField, m_weightField;
    ConceptProblems m_problems;
    QString m_example;
};

} // namespace quell
