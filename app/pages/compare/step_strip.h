// The pictures that the student drew for one prompt, by step.
#pragma once

#include "widgets/card.h"

#include <QVector>

class QListView;

namespace quell {

class PictureList;

class StepStrip : public Card {
    Q_OBJECT
public:
    explicit StepStrip(QWidget *parent = nullptr);
    // Each with its picture ("": none); the row `current` is chosen without telling, -1: none.
    void setSteps(const QVector<qint64> &steps, const QStringList &pictures, int current);
    void setObscured(bool obscured);
    int current() const; // the last where none is chosen

Q_SIGNALS:
    void chosen(int row);

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();

    PictureList *m_list;
    QListView *m_view;
    QLabel *m_hint;
    bool m_filling = false; // what is current changes by itself
};

} // namespace quell
