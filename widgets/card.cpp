#include "widgets/card.h"

#include "widgets/look.h"

#include <QPushButton>

namespace quell {
namespace {

void scaleFont(QWidget *widget, double scale, QFont::Weight weight)
{
    auto font = widget->font();
    font.setPointSizeF(font.pointSizeF() * scale);
    font.setWeight(weight);
    widget->setFont(font);
}

} // namespace

Card::Card(const QString &title, const QString &subtitle, QWidget *parent) : QFrame(parent), m_title(new QLabel(this)), m_subtitle(new QLabel(this))
{
    setObjectName(QStringLiteral("card"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(look::padding, look::padding, look::padding, look::padding);
    layout->setSpacing(look::gap);
    auto *head = new QHBoxLayout;
    head->setSpacing(look::gap);
    scaleFont(m_title, 1, QFont::DemiBold);
    m_subtitle->setProperty("faint", true);
    // A long subtitle gives way before it makes the card wider than the page.
    m_subtitle->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    head->addWidget(m_title);
    head->addWidget(m_subtitle, 1);
    m_corner = new QHBoxLayout;
    head->addLayout(m_corner);
    layout->addLayout(head);
    m_body = new QVBoxLayout;
    m_body->setSpacing(look::gap);
    layout->addLayout(m_body, 1);
    setTitle(title);
    setSubtitle(subtitle);
}

void Card::setTitle(const QString &title)
{
    m_title->setText(title);
    m_title->setVisible(!title.isEmpty());
    setAccessibleName(title);
}

void Card::setSubtitle(const QString &subtitle)
{
    m_subtitle->setText(subtitle);
    m_subtitle->setToolTip(subtitle);
}

EmptyState::EmptyState(const QString &title, const QString &text, const QString &button, QWidget *parent)
    : QWidget(parent), m_title(new QLabel(this)), m_text(new QLabel(this)), m_button(new QPushButton(this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(look::gap);
    scaleFont(m_title, look::titleScale, QFont::DemiBold);
    m_text->setProperty("faint", true);
    m_text->setWordWrap(true);
    m_text->setAlignment(Qt::AlignCenter);
    m_text->setMinimumWidth(fontMetrics().averageCharWidth() * 50);
    layout->addStretch();
    layout->addWidget(m_title, 0, Qt::AlignHCenter);
    layout->addWidget(m_text, 0, Qt::AlignHCenter);
    layout->addWidget(m_button, 0, Qt::AlignHCenter);
    layout->addStretch();
    connect(m_button, &QPushButton::clicked, this, &EmptyState::clicked);
    setTexts(title, text, button);
}

void EmptyState::setTexts(const QString &title, const QString &text, const QString &button)
{
    m_title->setText(title);
    m_text->setText(text);
    m_button->setText(button);
    m_button->setVisible(!button.isEmpty());
}

} // namespace quell
