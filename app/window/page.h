// A page of the main window. Its mark in the rail says its state in shape as well as colour.
#pragma once

#include <QWidget>

namespace quell {

class Studio;

class Page : public QWidget {
    Q_OBJECT
public:
    enum class State { Nothing, UnderWay, Ready, NeedsYou };
    Q_ENUM(State)

    explicit Page(Studio &studio, QWidget *parent = nullptr) : QWidget(parent), m_studio(studio) {}

    virtual QString title() const = 0; // translated, as in the rail
    State state() const { return m_state; }
    QString reason() const { return m_reason; } // why NeedsYou; also the page's own first line

Q_SIGNALS:
    void stateChanged();

protected:
    void setState(State state, const QString &reason = {})
    {
        if (state == m_state && reason == m_reason)
            return;
        m_state = state;
        m_reason = reason;
        Q_EMIT stateChanged();
    }
    Studio &studio() const { return m_studio; }

private:
    Studio &m_studio;
    State m_state = State::Nothing;
    QString m_reason;
};

} // namespace quell
