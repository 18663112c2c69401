#include "app/window/command_palette.h"

#include "app/window/action_registry.h"
#include "widgets/look.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace quell {
namespace {

// Every typed word begins somewhere in the text, in any order.
bool matches(const QString &text, const QString &wanted)
{
    const auto words = wanted.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    return std::all_of(words.begin(), words.end(), [&](const QString &word) { return text.contains(word, Qt::CaseInsensitive); });
}

} // namespace

CommandPalette::CommandPalette(const ActionRegistry &actions, const QString &title, QWidget *parent)
    : QDialog(parent), m_actions(actions), m_search(new QLineEdit(this)), m_list(new QTreeWidget(this))
{
    setWindowTitle(title);
    setAttribute(Qt::WA_DeleteOnClose);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_search);
    layout->addWidget(m_list);
    m_search->setPlaceholderText(tr("Type what you want to do"));
    m_search->setAccessibleName(tr("Search commands"));
    m_search->installEventFilter(this);
    m_list->setColumnCount(3);
    m_list->setHeaderLabels({tr("Command"), tr("Where"), tr("Keys")});
    m_list->setAccessibleName(tr("Commands"));
    m_list->setRootIsDecorated(false);
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    connect(m_search, &QLineEdit::textChanged, this, &CommandPalette::fill);
    connect(m_search, &QLineEdit::returnPressed, this, &CommandPalette::runCurrent);
    connect(m_list, &QTreeWidget::itemActivated, this, &CommandPalette::runCurrent);
    resize(fontMetrics().averageCharWidth() * 80, fontMetrics().height() * 26);
    fill({});
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        const int step = key->key() == Qt::Key_Down ? 1 : key->key() == Qt::Key_Up ? -1 : 0;
        if (step != 0 && m_list->topLevelItemCount() > 0) {
            const int row = std::clamp(m_list->indexOfTopLevelItem(m_list->currentItem()) + step, 0, m_list->topLevelItemCount() - 1);
            m_list->setCurrentItem(m_list->topLevelItem(row));
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

void CommandPalette::fill(const QString &wanted)
{
    m_list->clear();
    for (const auto &entry : m_actions.entries()) {
        const auto text = entry.action->text().remove(QLatin1Char('&'));
        if (!matches(text + QLatin1Char(' ') + entry.group, wanted))
            continue;
        auto *item = new QTreeWidgetItem(m_list, {text, entry.group, entry.action->shortcut().toString(QKeySequence::NativeText)});
        item->setData(0, Qt::UserRole, entry.id);
        item->setToolTip(0, entry.action->toolTip());
        if (!entry.action->isEnabled())
            item->setFlags(Qt::ItemIsSelectable);
    }
    m_list->setCurrentItem(m_list->topLevelItem(0));
    m_list->resizeColumnToContents(1);
    m_list->resizeColumnToContents(2);
}

void CommandPalette::runCurrent()
{
    const auto *item = m_list->currentItem();
    auto *action = item ? m_actions.action(item->data(0, Qt::UserRole).toString()) : nullptr;
    if (!action || !action->isEnabled())
        return;
    close();
    // After the palette is gone, so that what the action opens has the focus.
    QMetaObject::invokeMethod(action, &QAction::trigger, Qt::QueuedConnection);
}

} // namespace quell
