// Cuts the dense teacher to a student: by gates to a share of the multiply-accumulates, by whole blocks, or along an expert of APTP's. The plan is told
// before anything is written.
#pragma once

#include "app/engine/engine_tool.h"

#include <QDialog>
#include <QPointer>
#include <QTimer>

class QComboBox;
class QDialogButtonBox;
class QFormLayout;
class QHBoxLayout;
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
    void buildForm();
    void buildShare();
    void buildExpert();
    void chooseFile();
    void methodChanged();
    void settingsChanged(); // plans anew
    QString method() const; // magnitude, expert, or the blocks to remove
    QString file() const;   // of the expert
    bool complete() const;  // nothing is left to choose before a plan
    QStringList methodArguments() const;
    QString suggestedName() const;
    QString target() const;
    void plan();
    void clearPlan(const QString &summary);
    void showPlan(const Json &plan);
    void write();
    void setWriting(bool writing);
    void tell(const QString &message);
    void reject() override; // while writing: only stops that

    QString m_teacher, m_folder;
    QTimer m_debounce;
    QPointer<EngineTool> m_planTool, m_writeTool;
    bool m_named = false; // by hand

    QFormLayout *m_form;
    QComboBox *m_method;
    QHBoxLayout *m_shareRow, *m_fileRow;
    QSlider *m_share;
    QSpinBox *m_percent, *m_expert; // -1: the file is one expert
    QLineEdit *m_file, *m_name;
    QLabel *m_summary, *m_place, *m_message;
    QTreeWidget *m_blocks;
    QProgressBar *m_busy;
    QPushButton *m_browse, *m_write;
    QDialogButtonBox *m_buttons;
};

} // namespace quell
