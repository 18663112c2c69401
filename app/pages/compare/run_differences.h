// The settings that are not the same in the runs compared: a line that opens into a table.
#pragma once

#include "app/pages/compare/compare_sources.h"

#include <QWidget>

class QToolButton;
class QTreeWidget;

namespace quell {

class RunDifferences : public QWidget {
    Q_OBJECT
public:
    explicit RunDifferences(QWidget *parent = nullptr);
    // The runs' folders and their run.json; hidden where they are fewer than two.
    void setRuns(const QStringList &folders, const QVector<Json> &specs);

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();
    void refresh();

    QStringList m_folders;
    QVector<SpecDifference> m_differences;
    QToolButton *m_toggle;
    QTreeWidget *m_table;
};

} // namespace quell
