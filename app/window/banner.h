// The one line on top of the pages that says what happened and offers what to do about it.
#pragma once

#include <QFrame>

#include <functional>

class QLabel;
class QPushButton;
class QToolButton;

namespace quell {

class Banner : public QFrame {
    Q_OBJECT
public:
    explicit Banner(QWidget *parent = nullptr);
    // An empty action text: no button. A newer notice takes the older one's place.
    void tell(const QString &message, const QString &actionText, std::function<void()> action);

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();
    QLabel *m_sign, *m_message;
    QPushButton *m_button;
    QToolButton *m_close;
    std::function<void()> m_action;
};

} // namespace quell
