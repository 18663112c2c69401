#include "app/window/action_registry.h"

#include "app/window/page.h"

#include <QWidget>

namespace quell {

QAction *ActionRegistry::add(const QString &id, const QString &group, const QString &text, const QKeySequence &shortcut, QWidget *widget)
{
    auto *action = new QAction(text, widget);
    action->setObjectName(id);
    action->setShortcut(shortcut);
    // A page's keys work wherever the focus is while the page is shown; those of its parts only where the focus is in them.
    const bool wide = widget->isWindow() || qobject_cast<Page *>(widget);
    action->setShortcutContext(wide ? Qt::WindowShortcut : Qt::WidgetWithChildrenShortcut);
    const auto clashes = [&](const Entry &other) {
        const auto *home = qobject_cast<QWidget *>(other.action->parent());
        return !shortcut.isEmpty() && other.action->shortcut() == shortcut && (home == widget || widget->isWindow() || (home && home->isWindow()));
    };
    for (const auto &other : std::as_const(m_entries))
        if (clashes(other))
            qWarning("the shortcut of %s is taken by %s", qPrintable(id), qPrintable(other.id));
    widget->addAction(action);
    m_entries.append({id, group, action});
    connect(action, &QObject::destroyed, this, [this, action] {
        m_entries.removeIf([action](const Entry &entry) { return entry.action == action; });
    });
    return action;
}

void ActionRegistry::setText(const char *id, const QString &text)
{
    if (auto *found = action(QString::fromLatin1(id)))
        found->setText(text);
}

QAction *ActionRegistry::action(const QString &id) const
{
    for (const auto &entry : m_entries)
        if (entry.id == id)
            return entry.action;
    return nullptr;
}

} // namespace quell
