#include "app/pages/history/queue_card.h"

#include "widgets/look.h"

#include <QAction>
#include <QEvent>
#include <QLocale>
#include <QPushButton>
#include <QStyledItemDelegate>

namespace quell {
namespace {

using namespace Qt::StringLiterals;

class WaitingRun : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const auto steps = QueueCard::tr("%n step(s)", nullptr, index.data(RunQueue::StepsRole).toInt());
        const auto targets = index.data(RunQueue::ConceptRole).toString();
        //: A run that waits: its place in the queue, name, concepts, steps
        option->text = targets.isEmpty() ? QueueCard::tr("%1.  %2 · %3").arg(QString::number(index.row() + 1), option->text, steps)
                                         : QueueCard::tr("%1.  %2 · %3 · %4").arg(QString::number(index.row() + 1), option->text, targets, steps);
    }
};

} // namespace

QueueCard::QueueCard(RunQueue *queue, QWidget *parent)
    : Card({}, {}, parent), m_queue(queue), m_list(new QListView(this)), m_up(new QToolButton(this)), m_down(new QToolButton(this)),
      m_remove(new QToolButton(this)), m_pause(new QPushButton(this))
{
    m_list->setModel(queue);
    m_list->setItemDelegate(new WaitingRun(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setUniformItemSizes(true);
    m_list->setTabKeyNavigation(false);
    body()->addWidget(m_list);
    for (const auto &[button, keys] : {std::pair{m_up, QKeySequence(Qt::ALT | Qt::Key_Up)}, {m_down, QKeySequence(Qt::ALT | Qt::Key_Down)}, {m_remove, QKeySequence(Qt::Key_Delete)}}) {
        auto *action = new QAction(m_list); // its key works in the list, its button everywhere
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetShortcut);
        m_list->addAction(action);
        button->setDefaultAction(action);
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::StrongFocus);
        corner()->addWidget(button);
    }
    corner()->addWidget(m_pause);
    connect(m_up->defaultAction(), &QAction::triggered, this, [this] { move(-1); });
    connect(m_down->defaultAction(), &QAction::triggered, this, [this] { move(1); });
    connect(m_remove->defaultAction(), &QAction::triggered, this, [this] { m_queue->remove(m_list->currentIndex().row()); });
    connect(m_pause, &QPushButton::clicked, this, [this] { m_queue->setPaused(!m_queue->paused()); });
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &QueueCard::refresh);
    connect(queue, &RunQueue::pausedChanged, this, &QueueCard::refresh);
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(queue, signal, this, &QueueCard::refresh);
    connect(queue, &QAbstractItemModel::rowsMoved, this, &QueueCard::refresh);
    connect(queue, &QAbstractItemModel::modelReset, this, &QueueCard::refresh);
    retranslate();
}

void QueueCard::move(int by)
{
    const int row = m_list->currentIndex().row(), to = row + by;
    if (row >= 0 && to >= 0 && to < m_queue->rowCount())
        m_queue->move(row, to);
}

void QueueCard::refresh()
{
    const int count = m_queue->rowCount(), row = m_list->currentIndex().row();
    setVisible(count > 0);
    m_up->defaultAction()->setEnabled(row > 0);
    m_down->defaultAction()->setEnabled(row >= 0 && row + 1 < count);
    m_remove->defaultAction()->setEnabled(row >= 0);
    m_pause->setText(m_queue->paused() ? tr("Continue the queue") : tr("Pause the queue"));
    setSubtitle(m_queue->paused() ? tr("Paused: nothing starts by itself.") : tr("One after the other, as soon as the run at work has ended."));
    constexpr int most = 5; // rows; the rest scrolls
    const int height = m_list->sizeHintForRow(0);
    m_list->setFixedHeight(std::min(count, most) * std::max(height, fontMetrics().height()) + 2);
}

void QueueCard::retranslate()
{
    setTitle(tr("Queue"));
    m_list->setAccessibleName(tr("Runs that wait"));
    for (const auto &[button, icon, text] : {std::tuple{m_up, u"up"_s, tr("Start earlier")}, {m_down, u"down"_s, tr("Start later")}, {m_remove, u"cross"_s, tr("Take out of the queue")}}) {
        button->defaultAction()->setIcon(look::icon(icon));
        button->defaultAction()->setText(text);
        button->setAccessibleName(text);
    }
    refresh();
}

void QueueCard::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange || event->type() == QEvent::PaletteChange)
        retranslate();
    Card::changeEvent(event);
}

} // namespace quell
