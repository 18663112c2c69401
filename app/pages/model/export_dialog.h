// Writes a model for other programs: the student of a complete run, or the pruned one.
#pragma once

#include "app/engine/engine_tool.h"

#include <QDialog>
#include <QPointer>

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace quell {

class ExportDialog : public QDialog {
    Q_OBJECT
public:
    struct Choice {
        QString name, model; // as people call it; its folder or file, or the run's folder, absolute
        bool adapters;       // of a run that trained some
        QString base;        // the pipeline that a UNet alone takes its other parts from, or empty
    };
    // Results go below `folder` unless another is chosen. `choices` is not empty.
    ExportDialog(const QVector<Choice> &choices, const QString &folder, QWidget *parent = nullptr);

Q_SIGNALS:
    void exported(const QString &path); // before accepted()

private:
    void build(const QVector<Choice> &choices, const QString &folder);
    void chooseTarget();
    void takeModel();  // which formats it can be written in
    void takeFormat(); // what it is called
    QString format() const;
    void write();
    void setWriting(bool writing);
    void reject() override; // while writing: only stops that

    QPointer<EngineTool> m_tool;
    QVector<Choice> m_choices;
    QComboBox *m_model, *m_format, *m_dtype;
    QLabel *m_targetLabel;
    QCheckBox *m_dense;
    QLineEdit *m_target;
    QPushButton *m_browse, *m_write;
    QLabel *m_message;
    QProgressBar *m_busy;
    QDialogButtonBox *m_buttons;
};

} // namespace quell
