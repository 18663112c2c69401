#include "app/pages/history/interrupted_card.h"

#include "app/run/run_texts.h"
#include "widgets/look.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace quell {

InterruptedCard::InterruptedCard(QWidget *parent)
    : QFrame(parent), m_sign(new QLabel(this)), m_text(new QLabel(this)), m_resume(new QPushButton(this)), m_why(new QPushButton(this))
{
    setObjectName(QStringLiteral("card"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(look::padding, look::gap, look::padding, look::gap);
    layout->setSpacing(look::gap);
    layout->addWidget(m_sign);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_resume);
    layout->addWidget(m_why);
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    connect(m_resume, &QPushButton::clicked, this, [this] { Q_EMIT resumeWanted(m_run); });
    connect(m_why, &QPushButton::clicked, this, [this] { Q_EMIT explanationWanted(m_run); });
    hide();
}

void InterruptedCard::setRun(const RunRecord *run, bool mayResume)
{
    setVisible(run);
    if (!run)
        return;
    m_run = *run;
    m_resume->setEnabled(mayResume);
    retranslate();
}

void InterruptedCard::retranslate()
{
    const int size = fontMetrics().height();
    m_sign->setPixmap(look::icon(QStringLiteral("warning")).pixmap(QSize(size, size), devicePixelRatioF()));
    m_text->setText(RunTexts::interrupted(m_run));
    setAccessibleName(m_text->text());
    m_resume->setText(RunTexts::resume(m_run));
    m_why->setText(tr("Why?"));
}

void InterruptedCard::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange || event->type() == QEvent::PaletteChange)
        retranslate();
    QFrame::changeEvent(event);
}

} // namespace quell
