// What teacher and student draw now from the same noise, on demand. What was drawn before is kept while the window lives.
#pragma once

#include "app/engine/engine_tool.h"
#include "widgets/card.h"

#include <QPointer>
#include <QTemporaryDir>

#include <array>

class QProgressBar;
class QPushButton;

namespace quell {

class PictureStrip;

class DrawingsCard : public Card {
    Q_OBJECT
public:
    static constexpr int most = 6; // prompts

    explicit DrawingsCard(QWidget *parent = nullptr);
    struct Subject {
        QString teacher, student; // absolute, "" while they cannot be drawn
        QStringList prompts;
        qint64 seed = 43;
        bool veiled = false; // a concept of an unsafe kind is among the prompts
        bool operator==(const Subject &) const = default;
    };
    void setSubject(const Subject &subject);
    bool canDraw() const;

public Q_SLOTS:
    void draw(); // or stop drawing

Q_SIGNALS:
    void failed(const QString &message);

protected:
    void changeEvent(QEvent *event) override;

private:
    QString folder(int model) const; // where its pictures are kept
    bool drawn(int model) const;
    void drawNext();
    void refresh();

    Subject m_subject;
    QTemporaryDir m_kept;
    QPointer<EngineTool> m_tool;
    std::array<PictureStrip *, 2> m_strips; // teacher, student
    std::array<QLabel *, 2> m_names;
    QLabel *m_hint;
    QProgressBar *m_progress;
    QPushButton *m_draw;
};

// Of all groups in turn, so that a few show something of each.
QStringList promptsInTurn(const QVector<QStringList> &groups, int most);

} // namespace quell
