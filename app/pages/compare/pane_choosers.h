// A button for each pane, whose menu chooses what it shows, and one more that adds a pane.
#pragma once

#include <QWidget>

#include <vector>

class QHBoxLayout;
class QMenu;
class QToolButton;

namespace quell {

class PaneChoosers : public QWidget {
    Q_OBJECT
public:
    explicit PaneChoosers(QWidget *parent = nullptr);
    void setLabels(const QStringList &labels); // what each pane shows

Q_SIGNALS:
    void menuWanted(QMenu *menu, int pane); // to be filled: it is about to be shown
    void addWanted();

protected:
    void changeEvent(QEvent *event) override;

private:
    void addChooser();
    void refresh();

    QHBoxLayout *m_layout;
    QToolButton *m_add;
    std::vector<QToolButton *> m_choosers;
    QStringList m_labels;
};

} // namespace quell
