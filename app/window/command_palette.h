// Ctrl+K: every action, found by typing. "?" shows the same list as a sheet of shortcuts.
#pragma once

#include <QDialog>

class QLineEdit;
class QTreeWidget;

namespace quell {

class ActionRegistry;

class CommandPalette : public QDialog {
    Q_OBJECT
public:
    CommandPalette(const ActionRegistry &actions, const QString &title, QWidget *parent);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void fill(const QString &wanted);
    void runCurrent();

    const ActionRegistry &m_actions;
    QLineEdit *m_search;
    QTreeWidget *m_list;
};

} // namespace quell
