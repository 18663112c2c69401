// What training a model takes, by what is trained and in which precision: one line that unfolds to a table.
#pragma once

#include "app/pages/model/model_facts.h"

#include <QWidget>

class QLabel;
class QToolButton;
class QVBoxLayout;

namespace quell {

class TrainingMemory : public QWidget {
    Q_OBJECT
public:
    explicit TrainingMemory(QWidget *parent = nullptr);
    void setNeeds(const QVector<TrainingNeed> &needs); // none: it is hidden

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();
    QString foldedText() const;
    QWidget *makeTable();

    QVector<TrainingNeed> m_needs;
    QToolButton *m_toggle;
    QVBoxLayout *m_unfolded;
    QWidget *m_table = nullptr;
    QLabel *m_note;
};

} // namespace quell
