// Concept, anchor and neighbours as the teacher and the pruned student draw them now, and as the student would after an edit in closed form, on demand. What was
// drawn for the same models and prompts is kept.
#pragma once

#include "app/engine/engine_tool.h"

#include <QPointer>
#include <QTemporaryDir>
#include <QTemporaryFile>
#include <QWidget>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QProgressBar;
class QPushButton;

namespace quell {

class Card;
class PictureStrip;

class ConceptDrawings : public QWidget {
    Q_OBJECT
public:
    static constexpr int perRow = 3;

    explicit ConceptDrawings(QWidget *parent = nullptr);
    struct Subject {
        QString teacher, student;               // absolute folders: pipeline, UNet
        QString models;                         // absolute folder for a student that a run is to start from
        QStringList target, anchor, neighbours; // up to `perRow` prompts each
        Json concepts;                          // all that the edit suppresses
        bool veiled = false;                    // of an unsafe kind
        bool operator==(const Subject &) const = default;
    };
    // Shows what was drawn of it; what is being drawn of another subject goes on to the end and is kept.
    void setSubject(const Subject &subject);

public Q_SLOTS:
    void draw();     // teacher and student; or stop drawing
    void drawEdit(); // the student before and after the edit
    void keepEdit(); // writes the edited student below `models`

Q_SIGNALS:
    void failed(const QString &message);
    void edited(const QString &path); // kept; absolute

protected:
    void changeEvent(QEvent *event) override;

private:
    enum Model { Teacher, Student, Edited, Models };
    QHBoxLayout *makeEditBar();
    QStringList prompts() const;
    QString method() const; // of the edit
    bool editable() const;
    QString folder(Model model) const; // where its pictures of this subject are kept
    bool drawn(Model model) const;
    QStringList sampleCommand(Model model) const;
    QStringList editCommand(const QStringList &results); // where what the edit gives goes to
    void draw(const QVector<Model> &models);
    void runNext();
    void run(const QStringList &command, std::function<void()> done);
    void stop();
    void showPictures();
    void retranslate();

    Subject m_subject;
    QTemporaryDir m_kept;
    QTemporaryFile m_concepts; // for the engine to read
    QPointer<EngineTool> m_tool;
    QVector<QStringList> m_commands; // still to be run, of the subject they were asked for
    Card *m_cards[3];
    PictureStrip *m_strips[3][Models];
    QLabel *m_labels[3][Models];
    QPushButton *m_draw, *m_preview, *m_keep;
    QComboBox *m_method;
    QProgressBar *m_progress;
    QLabel *m_hint, *m_editHint;
};

} // namespace quell
