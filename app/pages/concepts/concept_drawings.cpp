#include "app/pages/concepts/concept_drawings.h"

#include "app/pages/concepts/picture_strip.h"
#include "widgets/card.h"
#include "widgets/look.h"

#include <QCryptographicHash>
#include <QEvent>
#include <QFileInfo>
#include <QProgressBar>
#include <QPushButton>
#include <QRegularExpression>

namespace quell {

ConceptDrawings::ConceptDrawings(QWidget *parent)
    : QWidget(parent), m_draw(new QPushButton(this)), m_progress(new QProgressBar(this)), m_hint(new QLabel(this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(look::gap);
    auto *bar = new QHBoxLayout;
    m_hint->setProperty("faint", true);
    m_hint->setWordWrap(true);
    m_progress->setTextVisible(false);
    m_progress->setMaximumWidth(fontMetrics().averageCharWidth() * 24);
    m_progress->hide();
    bar->addWidget(m_hint, 1);
    bar->addWidget(m_progress);
    bar->addWidget(m_draw);
    layout->addLayout(bar);
    auto *row = new QHBoxLayout;
    row->setSpacing(look::padding);
    for (int group = 0; group < 3; ++group) {
        m_cards[group] = new Card({}, {}, this);
        for (int model = 0; model < 2; ++model) {
            m_strips[group][model] = new PictureStrip(perRow, m_cards[group]);
            m_labels[group][model] = new QLabel(m_cards[group]);
            m_labels[group][model]->setProperty("faint", true);
            m_cards[group]->body()->addWidget(m_strips[group][model]);
            m_cards[group]->body()->addWidget(m_labels[group][model]);
        }
        m_cards[group]->body()->addStretch();
        row->addWidget(m_cards[group], 1);
    }
    layout->addLayout(row);
    connect(m_draw, &QPushButton::clicked, this, &ConceptDrawings::draw);
    retranslate();
}

void ConceptDrawings::setSubject(const Subject &subject)
{
    if (subject == m_subject)
        return;
    m_subject = subject;
    showPictures();
}

QStringList ConceptDrawings::prompts() const
{
    return m_subject.target + m_subject.anchor + m_subject.neighbours;
}

QString ConceptDrawings::folder(const QString &unet) const
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const auto &part : QStringList{m_subject.teacher, unet} + prompts())
        hash.addData(QByteArray(part.toUtf8() + '\n'));
    return m_kept.filePath(QString::fromLatin1(hash.result().toHex().left(16)));
}

bool ConceptDrawings::drawn(const QString &unet) const
{
    return QFileInfo::exists(folder(unet) + QStringLiteral("/%1.png").arg(prompts().size() - 1));
}

void ConceptDrawings::draw()
{
    if (m_tool) {
        delete m_tool;
        retranslate();
        return;
    }
    drawNext();
}

void ConceptDrawings::drawNext()
{
    if (prompts().isEmpty() || m_subject.teacher.isEmpty())
        return;
    const bool teacher = !drawn(QString());
    const auto unet = teacher ? QString() : m_subject.student; // none: the pipeline's own
    if (drawn(unet) || (!teacher && unet.isEmpty())) {
        retranslate();
        return;
    }
    QStringList arguments{QStringLiteral("sample"), m_subject.teacher, folder(unet), QStringLiteral("--json")};
    if (!unet.isEmpty())
        arguments << QStringLiteral("--unet") << unet;
    for (const auto &prompt : prompts())
        arguments << QStringLiteral("--prompt=%1").arg(prompt);
    m_progress->setRange(0, 0);
    m_tool = EngineTool::run(engineProgram(), arguments, this, [this](const Result<Json> &answer) {
        m_tool = nullptr;
        showPictures();
        if (answer)
            drawNext();
        else
            Q_EMIT failed(QString::fromStdString(to_string(answer.error())));
    });
    connect(m_tool, &EngineTool::progress, this, [this](const QString &line) {
        static const QRegularExpression share(QStringLiteral("(\\d+)/(\\d+)"));
        if (const auto match = share.match(line); match.hasMatch()) {
            m_progress->setRange(0, match.captured(2).toInt());
            m_progress->setValue(match.captured(1).toInt());
        }
    });
    retranslate();
}

void ConceptDrawings::showPictures()
{
    const QStringList groups[] = {m_subject.target, m_subject.anchor, m_subject.neighbours};
    for (int model = 0; model < 2; ++model) {
        const auto unet = model == 0 ? QString() : m_subject.student;
        const bool there = !prompts().isEmpty() && drawn(unet);
        int number = 0;
        for (int group = 0; group < 3; ++group) {
            QStringList files;
            for (int i = 0; i < groups[group].size(); ++i, ++number)
                if (there)
                    files << folder(unet) + QStringLiteral("/%1.png").arg(number);
            m_strips[group][model]->setPictures(files, groups[group]);
            m_strips[group][model]->setVeiled(m_subject.veiled);
        }
    }
    retranslate();
}

void ConceptDrawings::retranslate()
{
    const QString titles[] = {tr("Concept"), tr("Anchor"), tr("Neighbours")}, subtitles[] = {tr("what goes"), tr("what it becomes"), tr("what must survive")};
    const QString models[] = {tr("teacher"), tr("pruned student")};
    for (int group = 0; group < 3; ++group) {
        m_cards[group]->setTitle(titles[group]);
        m_cards[group]->setSubtitle(subtitles[group]);
        for (int model = 0; model < 2; ++model) {
            m_labels[group][model]->setText(models[model]);
            m_strips[group][model]->setAccessibleName(tr("%1, drawn by the %2").arg(titles[group], models[model]));
        }
    }
    m_progress->setVisible(m_tool);
    m_progress->setAccessibleName(tr("How far the drawing is"));
    m_draw->setText(m_tool ? tr("Stop drawing") : tr("Draw these"));
    m_draw->setEnabled(m_tool || (!prompts().isEmpty() && !m_subject.teacher.isEmpty()));
    m_hint->setText(m_tool ? tr("Drawing %n pictures…", nullptr, int(prompts().size()))
                           : m_subject.teacher.isEmpty() ? tr("Choose a teacher on the Model page to see what the concept looks like.")
                                                         : tr("See whether the models know the concept, what its prompts become, and what is near it."));
}

void ConceptDrawings::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace quell
