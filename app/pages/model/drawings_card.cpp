#include "app/pages/model/drawings_card.h"

#include "app/pages/concepts/picture_strip.h"
#include "app/pages/model/model_facts.h"
#include "widgets/look.h"

#include <QCryptographicHash>
#include <QEvent>
#include <QFileInfo>
#include <QGridLayout>
#include <QProgressBar>
#include <QPushButton>
#include <QRegularExpression>

#include <algorithm>

namespace quell {

QStringList promptsInTurn(const QVector<QStringList> &groups, int most)
{
    QStringList prompts;
    qsizetype longest = 0;
    for (const auto &group : groups)
        longest = std::max(longest, group.size());
    for (qsizetype i = 0; i < longest; ++i)
        for (const auto &group : groups)
            if (i < group.size() && prompts.size() < most)
                prompts << group[i];
    return prompts;
}

DrawingsCard::DrawingsCard(QWidget *parent) : Card({}, {}, parent)
{
    m_progress = new QProgressBar(this);
    m_progress->setTextVisible(false);
    m_progress->setMaximumWidth(fontMetrics().averageCharWidth() * 24);
    m_draw = new QPushButton(this);
    connect(m_draw, &QPushButton::clicked, this, &DrawingsCard::draw);
    corner()->addWidget(m_progress);
    corner()->addWidget(m_draw);
    m_hint = new QLabel(this);
    m_hint->setWordWrap(true);
    m_hint->setProperty("faint", true);
    body()->addWidget(m_hint);
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(look::padding);
    grid->setVerticalSpacing(look::gap);
    for (int model = 0; model < 2; ++model) {
        m_names[model] = new QLabel(this);
        m_names[model]->setProperty("faint", true);
        m_strips[model] = new PictureStrip(most, this);
        grid->addWidget(m_names[model], model, 0);
        grid->addWidget(m_strips[model], model, 1);
    }
    grid->setColumnStretch(1, 1);
    body()->addLayout(grid);
    refresh();
}

void DrawingsCard::setSubject(const Subject &subject)
{
    if (subject == m_subject)
        return;
    m_subject = subject;
    refresh();
}

bool DrawingsCard::canDraw() const { return !m_subject.teacher.isEmpty() && !m_subject.student.isEmpty() && !m_subject.prompts.isEmpty(); }

QString DrawingsCard::folder(int model) const
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const auto &part : QStringList{m_subject.teacher, model == 0 ? QString() : m_subject.student, QString::number(m_subject.seed)} + m_subject.prompts)
        hash.addData(QByteArray(part.toUtf8() + '\n'));
    return m_kept.filePath(QString::fromLatin1(hash.result().toHex().left(16)));
}

bool DrawingsCard::drawn(int model) const
{
    return !m_subject.prompts.isEmpty() && QFileInfo::exists(folder(model) + QStringLiteral("/%1.png").arg(m_subject.prompts.size() - 1));
}

void DrawingsCard::draw()
{
    if (m_tool) {
        delete m_tool;
        refresh();
    } else {
        drawNext();
    }
}

void DrawingsCard::drawNext()
{
    const int model = drawn(0) ? 1 : 0;
    if (!canDraw() || drawn(model))
        return refresh();
    QStringList arguments{QStringLiteral("sample"), m_subject.teacher, folder(model), QStringLiteral("--json"), QStringLiteral("--seed"), QString::number(m_subject.seed)};
    if (model == 1)
        arguments << QStringLiteral("--unet") << m_subject.student;
    for (const auto &prompt : m_subject.prompts)
        arguments << QStringLiteral("--prompt=%1").arg(prompt);
    m_progress->setRange(0, 0);
    const auto ended = [this](const Result<Json> &result) {
        m_tool.clear();
        refresh();
        if (result)
            drawNext();
        else
            Q_EMIT failed(QString::fromStdString(to_string(result.error())));
    };
    m_tool = EngineTool::run(engineProgram(), arguments, this, ended, EngineTool::untilStopped);
    connect(m_tool, &EngineTool::progress, this, [this](const QString &line) {
        static const QRegularExpression share(QStringLiteral("(\\d+)/(\\d+)"));
        if (const auto match = share.match(line); match.hasMatch()) {
            m_progress->setRange(0, match.captured(2).toInt());
            m_progress->setValue(match.captured(1).toInt());
        }
    });
    refresh();
}

void DrawingsCard::refresh()
{
    setTitle(tr("What they draw now"));
    setSubtitle(tr("the same noise for both"));
    const std::array names{tr("teacher"), tr("student")};
    bool all = true;
    for (int model = 0; model < 2; ++model) {
        const bool there = drawn(model);
        all = all && there;
        QStringList files;
        for (int i = 0; there && i < m_subject.prompts.size(); ++i)
            files << folder(model) + QStringLiteral("/%1.png").arg(i);
        m_names[model]->setText(names[model]);
        m_strips[model]->setPictures(files, m_subject.prompts);
        m_strips[model]->setVeiled(m_subject.veiled && there);
        m_strips[model]->setAccessibleName(tr("Drawn by the %1").arg(names[model]));
    }
    m_hint->setText(m_tool                        ? tr("Drawing…")
                    : m_subject.prompts.isEmpty() ? tr("The draft has no sample prompts; add some on the Concepts page.")
                    : !canDraw()                  ? tr("Open a teacher and a student to see what they draw.")
                    : all                         ? QString()
                                                  : tr("See what pruning cost: draw the sample prompts with both."));
    m_hint->setVisible(!m_hint->text().isEmpty());
    m_progress->setVisible(m_tool);
    m_progress->setAccessibleName(tr("How far the drawing is"));
    m_draw->setText(m_tool ? tr("Stop drawing") : tr("Draw"));
    m_draw->setEnabled(m_tool || (canDraw() && !all));
}

void DrawingsCard::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        refresh();
    Card::changeEvent(event);
}

} // namespace quell
