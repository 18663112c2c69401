// What was suppressed in a run's student, run after run, and one of it taken back (quell-engine ledger).
#pragma once

#include "app/engine/engine_tool.h"

#include <QDialog>
#include <QPointer>

class QLabel;
class QProgressBar;
class QPushButton;
class QTreeWidget;

namespace quell {

class TakeBackDialog : public QDialog {
    Q_OBJECT
public:
    // `run`: absolute; the result goes below `models`, in a folder named after the run and the concept.
    TakeBackDialog(const QString &run, const QString &models, QWidget *parent = nullptr);

Q_SIGNALS:
    void takenBack(const QString &concept_, const QString &path); // absolute; before accepted()

private:
    void build();
    void showLedger(const Json &ledger);
    QString chosen() const; // concept; "": none that can be taken back
    void takeBack();
    void ask(const QStringList &arguments, std::function<void(const Json &)> done);
    void refresh();
    void reject() override; // ends what runs

    QString m_run, m_models;
    QPointer<EngineTool> m_tool;
    QTreeWidget *m_list;
    QLabel *m_message;
    QProgressBar *m_busy;
    QPushButton *m_take;
};

} // namespace quell
