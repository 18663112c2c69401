// A titled frame. Pages are made of these.
#pragma once

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

class QPushButton;

namespace quell {

class Card : public QFrame {
    Q_OBJECT
public:
    explicit Card(const QString &title = {}, const QString &subtitle = {}, QWidget *parent = nullptr);
    void setTitle(const QString &title);
    void setSubtitle(const QString &subtitle);
    QVBoxLayout *body() { return m_body; }     // below the title
    QHBoxLayout *corner() { return m_corner; } // to the right of the title

private:
    QLabel *m_title, *m_subtitle;
    QHBoxLayout *m_corner;
    QVBoxLayout *m_body;
};

// What an empty page shows: what it is for, and the one button that fills it.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    EmptyState(const QString &title, const QString &text, const QString &button, QWidget *parent = nullptr);
    void setTexts(const QString &title, const QString &text, const QString &button);

Q_SIGNALS:
    void clicked();

private:
    QLabel *m_title, *m_text;
    QPushButton *m_button;
};

} // namespace quell
