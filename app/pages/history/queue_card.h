// The runs that wait, above History's table; not there while none does.
#pragma once

#include "app/run/run_queue.h"
#include "widgets/card.h"

#include <QListView>
#include <QToolButton>

class QPushButton;

namespace quell {

class QueueCard : public Card {
    Q_OBJECT
public:
    explicit QueueCard(RunQueue *queue, QWidget *parent = nullptr);

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();
    void refresh();
    void move(int by);
    RunQueue *m_queue;
    QListView *m_list;
    QToolButton *m_up, *m_down, *m_remove;
    QPushButton *m_pause;
};

} // namespace quell
