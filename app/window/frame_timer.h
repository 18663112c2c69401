// The one 30 Hz timer: whoever has something new to paint asks for a frame, and is called at most once in it. Stopped while nobody asks.
#pragma once

#include <QObject>
#include <QPointer>
#include <QTimer>

#include <functional>
#include <vector>

namespace quell {

class FrameTimer : public QObject {
    Q_OBJECT
public:
    explicit FrameTimer(QObject *parent = nullptr);
    // Calls `paint` in the next frame, unless `who` has asked already or is gone by then. GUI thread.
    void request(QObject *who, std::function<void()> paint);

private:
    struct Wish {
        QPointer<QObject> who;
        std::function<void()> paint;
    };
    void frame();
    QTimer m_timer;
    std::vector<Wish> m_wishes;
};

} // namespace quell
