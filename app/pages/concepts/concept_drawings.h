// Concept, anchor and neighbours as the teacher and the pruned student draw them now, on demand. What was drawn for the same models and prompts is kept.
#pragma once

#include "app/engine/engine_tool.h"

#include <QPointer>
#include <QTemporaryDir>
#include <QWidget>

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
        QStringList target, anchor, neighbours; // up to `perRow` prompts each
        bool veiled = false;                    // of an unsafe kind
        bool operator==(const Subject &) const = default;
    };
    // Shows what was drawn of it; what is being drawn of another subject goes on to the end and is kept.
    void setSubject(const Subject &subject);

public Q_SLOTS:
    void draw(); // or stop drawing

Q_SIGNALS:
    void failed(const QString &message);

protected:
    void changeEvent(QEvent *event) override;

private:
    QStringList prompts() const;
    QString folder(const QString &unet) const; // where the pictures of this subject are kept
    bool drawn(const QString &unet) const;
    void drawNext();
    void showPictures();
    void retranslate();

    Subject m_subject;
    QTemporaryDir m_kept;
    QPointer<EngineTool> m_tool;
    Card *m_cards[3];
    PictureStrip *m_strips[3][2]; // teacher, student
    QLabel *m_labels[3][2];
    QPushButton *m_draw;
    QProgressBar *m_progress;
    QLabel *m_hint;
};

} // namespace quell
