// The student's or the teacher's card: what the model is, told from its headers at once, and from its weights as they are read in the background.
#pragma once

#include "app/engine/engine_tool.h"
#include "app/pages/model/model_facts.h"
#include "widgets/card.h"

#include <QPointer>

class QLabel;
class QPushButton;
class QToolButton;

namespace quell {

class Meter;
class TrainingMemory;

class ModelCard : public Card {
    Q_OBJECT
public:
    enum class Role { Student, Teacher };
    ModelCard(Role role, QWidget *parent = nullptr);

    void open(const QString &path); // absolute; "": none. Reads it anew where it is another than before.
    const QString &path() const { return m_path; }
    bool reading() const { return m_inspecting; }
    const std::optional<ModelFacts> &facts() const { return m_facts; }
    QString problem() const; // why the run cannot use it, with what to do; "" where it can or there is none
    // The parameters of the model that this one was cut from; 0: not known.
    void setWhole(qint64 parameters);
    // The model whose feature taps the student's are paired with; "": none.
    void setTeacher(const QString &path);

Q_SIGNALS:
    void changed();
    void chosen(const QString &path); // by dialog or drop, not open yet

protected:
    void changeEvent(QEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void retranslate();
    void choose(bool file);
    void take(const QString &chosen);
    void inspect();
    void pairTaps();
    void scan();
    void stopScan();
    void readCuts(const char *reading); // the user's answer to the first choice; after the last the structure is written
    void refresh();
    QVector<std::pair<QString, QString>> metadata() const; // names and values, Quell's own in words
    QString factsLine() const, memoryLine() const, metadataLines() const, originLine() const, scanLine() const, tapLine() const, noteLines() const;

    Role m_role;
    QString m_path, m_teacher, m_error;
    bool m_inspecting = false;
    qint64 m_whole = 0;
    std::optional<ModelFacts> m_facts;
    QStringList m_readings; // what the user chose so far, as the engine's arguments
    std::optional<Json> m_scan;
    QString m_scanError;
    QPointer<EngineTool> m_inspectTool, m_tapTool, m_scanTool, m_structureTool;

    QToolButton *m_open;
    QAction *m_openFolder, *m_openFile;
    QLabel *m_big, *m_of, *m_line, *m_memory, *m_metadata, *m_origin, *m_family, *m_scanned, *m_taps, *m_notes, *m_problem;
    TrainingMemory *m_training;
    Meter *m_progress;
    QPushButton *m_stop, *m_fewer, *m_narrower;
};

} // namespace quell
