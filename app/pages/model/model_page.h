// The models of the next run: the pruned student and its dense teacher, what they are, what they need here, and what they draw.
#pragma once

#include "app/window/page.h"

#include <QLabel>
#include <QPushButton>

namespace quell {

class Card;
class DrawingsCard;
class EmptyState;
class KeptBars;
class MachineCard;
class ModelCard;

class ModelPage : public Page {
    Q_OBJECT
public:
    explicit ModelPage(Studio &studio, QWidget *parent = nullptr);
    QString title() const override { return tr("Model"); }

protected:
    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void build();
    QWidget *makeHead();
    void addActions();
    void retranslate();

    void takeProject();
    void followDraft(const QString &pointer);
    void setModel(const QString &pointer, const QString &path);
    void showModels(); // what follows from both
    void showState();
    void showSubject();
    void prune();
    void exportModel();

    bool m_probed = false;
    QLabel *m_heading, *m_need, *m_notCut;
    QPushButton *m_prune, *m_export;
    ModelCard *m_student, *m_teacher;
    MachineCard *m_machine;
    Card *m_keptCard;
    KeptBars *m_kept;
    DrawingsCard *m_drawings;
};

} // namespace quell
