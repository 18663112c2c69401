// Cuts the dense teacher to a student: by gates to a share of the multiply-accumulates, or by whole blocks. The plan is told before anything is written.
#pragma once

#include "app/engine/engine_tool.h"

#include <QDialog>
#include <QPointer>
#include <QTimer>

class QComboBox;
class QDialogButtonBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSlider;
class QSpinBox;
class QTreeWidget;

namespace quell {

class PruneDialog : public QDialog {
    Q_OBJECT
public:
    // `teacher`: absolute; results go below `folder`, in a folder of the given name.
    PruneDialog(const QString &teacher, const QString &folder, QWidget *parent = nullptr);

Q_SIGNALS:
    void pruned(const QString &path); // absolute; before accepted()

private:
    void build();
    void methodChanged();
    QStringList methodArguments() const;
    QString suggestedName() const;
    QString target() const;
    void plan();
    void showPlan(const Json &plan);
    void write();
    void setWriting(bool writing);
    void tell(const QString &message);
    void reject() override; // while writing: only stops that

    QString m_teacher, m_folder;
    QTimer m_debounce;
    QPointer<EngineTool> m_planTool, m_writeTool;
    bool m_named = false; // by hand

    QComboBox *m_method;
    QSlider *m_share;
    QSpinBox *m_percent;
    QLineEdit *m_name;
    QLabel *m_summary, *m_place, *m_message;
    QTreeWidget *m_blocks;
    QProgressBar *m_busy;
    QPushButton *m_write;
    QDialogButtonBox *m_buttons;
};

} // namespace quell
