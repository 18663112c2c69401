// Every action of the studio, once: the menu, the command palette, shortcuts and the "?" sheet all read it.
#pragma once

#include <QAction>
#include <QKeySequence>
#include <QObject>

namespace quell {

class ActionRegistry : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    // `id` is stable ("run.pause"); `group` a translated heading ("Run"). Adds the action to `widget`: the window, a page (its
    // shortcut works while the page is shown) or a part of one (while the focus is in it). Text, shortcut and icon live in the action. A shortcut that another action in reach has is a defect: warned about.
    QAction *add(const QString &id, const QString &group, const QString &text, const QKeySequence &shortcut, QWidget *widget);
    QAction *action(const QString &id) const;
    void setText(const char *id, const QString &text); // as pages do when the language changes
    struct Entry {
        QString id, group;
        QAction *action;
    };
    const QVector<Entry> &entries() const { return m_entries; }

private:
    QVector<Entry> m_entries;
};

} // namespace quell
