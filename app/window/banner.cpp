#include "app/window/banner.h"

#include "widgets/look.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace quell {

Banner::Banner(QWidget *parent) : QFrame(parent), m_sign(new QLabel(this)), m_message(new QLabel(this)), m_button(new QPushButton(this)), m_close(new QToolButton(this))
{
    setObjectName(QStringLiteral("card"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(look::padding, look::gap, look::padding, look::gap);
    layout->addWidget(m_sign);
    layout->addWidget(m_message, 1);
    layout->addWidget(m_button);
    layout->addWidget(m_close);
    m_message->setWordWrap(true);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_close->setAutoRaise(true);
    connect(m_close, &QToolButton::clicked, this, &QWidget::hide);
    connect(m_button, &QPushButton::clicked, this, [this] {
        hide();
        if (const auto action = std::exchange(m_action, {}))
            action();
    });
    hide();
    retranslate();
}

void Banner::tell(const QString &message, const QString &actionText, std::function<void()> action)
{
    m_message->setText(message);
    m_button->setText(actionText);
    m_button->setVisible(!actionText.isEmpty());
    m_action = std::move(action);
    show();
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
    setAccessibleName(message);
}

void Banner::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange || event->type() == QEvent::PaletteChange)
        retranslate();
    QFrame::changeEvent(event);
}

void Banner::retranslate()
{
    const int size = fontMetrics().height();
    m_sign->setPixmap(look::icon(QStringLiteral("warning")).pixmap(QSize(size, size), devicePixelRatioF()));
    m_close->setIcon(look::icon(QStringLiteral("cross")));
    m_close->setToolTip(tr("Dismiss"));
    m_close->setAccessibleName(tr("Dismiss"));
}

} // namespace quell
