#include "app/pages/concepts/concept_drawings.h"

#include "app/pages/concepts/picture_strip.h"
#include "app/pages/concepts/prompt_match.h"
#include "app/project/project.h"
#include "widgets/card.h"
#include "widgets/look.h"

#include <QComboBox>
#include <QCryptographicHash>
#include <QDir>
#include <QEvent>
#include <QFileInfo>
#include <QProgressBar>
#include <QPushButton>
#include <QRegularExpression>

namespace quell {
namespace {

const QString steps = QStringLiteral("6"); // few, by the sampler that needs the fewest: the pictures are waited for

} // namespace

ConceptDrawings::ConceptDrawings(QWidget *parent)
    : QWidget(parent), m_draw(new QPushButton(this)), m_preview(new QPushButton(this)), m_keep(new QPushButton(this)), m_method(new QComboBox(this)),
      m_progress(new QProgressBar(this)), m_hint(new QLabel(this)), m_editHint(new QLabel(this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(look::gap);
    auto *bar = new QHBoxLayout;
    for (auto *hint : {m_hint, m_editHint}) {
        hint->setProperty("faint", true);
        hint->setWordWrap(true);
    }
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
        for (int model = 0; model < Models; ++model) {
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
    layout->addLayout(makeEditBar());
    connect(m_draw, &QPushButton::clicked, this, qOverload<>(&ConceptDrawings::draw));
    showPictures();
}

QHBoxLayout *ConceptDrawings::makeEditBar()
{
    for (const char *method : {"uce", "rece", "null-space"})
        m_method->addItem(QString(), QString::fromLatin1(method));
    auto *bar = new QHBoxLayout;
    bar->addWidget(m_editHint, 1);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_method, m_preview, m_keep})
        bar->addWidget(widget);
    connect(m_method, &QComboBox::currentIndexChanged, this, &ConceptDrawings::showPictures);
    connect(m_preview, &QPushButton::clicked, this, &ConceptDrawings::drawEdit);
    connect(m_keep, &QPushButton::clicked, this, &ConceptDrawings::keepEdit);
    return bar;
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

QString ConceptDrawings::method() const
{
    return m_method->currentData().toString();
}

bool ConceptDrawings::editable() const
{
    return !m_tool && !m_subject.target.isEmpty() && !m_subject.teacher.isEmpty() && !m_subject.student.isEmpty();
}

QString ConceptDrawings::folder(Model model) const
{
    QStringList parts = prompts() << m_subject.teacher;
    if (model != Teacher)
        parts << m_subject.student;
    if (model == Edited)
        parts << method() << QString::fromStdString(m_subject.concepts.dump());
    const auto hash = QCryptographicHash::hash(parts.join(QLatin1Char('\n')).toUtf8(), QCryptographicHash::Sha256);
    return m_kept.filePath(QString::fromLatin1(hash.toHex().left(16)));
}

bool ConceptDrawings::drawn(Model model) const
{
    return !prompts().isEmpty() && QFileInfo::exists(folder(model) + QStringLiteral("/%1.png").arg(prompts().size() - 1));
}

QStringList ConceptDrawings::sampleCommand(Model model) const
{
    QStringList command{QStringLiteral("sample"), m_subject.teacher, folder(model), QStringLiteral("--json"), QStringLiteral("--sampler"), QStringLiteral("dpm++2m"), QStringLiteral("--steps"), steps};
    if (model == Student)
        command << QStringLiteral("--unet") << m_subject.student;
    for (const auto &prompt : prompts())
        command << QStringLiteral("--prompt=%1").arg(prompt);
    return command;
}

// Empty, and told, if the concepts could not be written.
QStringList ConceptDrawings::editCommand(const QStringList &results)
{
    QString why;
    const auto concepts = writeConcepts(m_concepts, m_subject.concepts, &why);
    if (concepts.isEmpty()) {
        Q_EMIT failed(why);
        return {};
    }
    auto command = QStringList{QStringLiteral("edit"), m_subject.student} + results;
    command << QStringLiteral("--base") << m_subject.teacher << QStringLiteral("--concepts") << concepts << QStringLiteral("--method") << method() << QStringLiteral("--json");
    for (const auto &prompt : m_subject.target)
        command << QStringLiteral("--prompt=%1").arg(prompt);
    for (const auto &prompt : m_subject.anchor + m_subject.neighbours)
        command << QStringLiteral("--preserve=%1").arg(prompt);
    return command;
}

void ConceptDrawings::draw()
{
    m_tool ? stop() : draw({Teacher, Student});
}

void ConceptDrawings::drawEdit()
{
    if (editable())
        draw({Student, Edited});
}

void ConceptDrawings::draw(const QVector<Model> &models)
{
    if (prompts().isEmpty() || m_subject.teacher.isEmpty())
        return;
    for (const auto model : models) {
        if (drawn(model) || (model != Teacher && m_subject.student.isEmpty()))
            continue;
        const auto command = model == Edited ? editCommand({QStringLiteral("--preview"), folder(model), QStringLiteral("--preview-steps"), steps}) : sampleCommand(model);
        if (command.isEmpty())
            break;
        m_commands << command;
    }
    runNext();
}

void ConceptDrawings::runNext()
{
    if (!m_commands.isEmpty())
        return run(m_commands.takeFirst(), [this] { runNext(); });
    showPictures();
}

void ConceptDrawings::run(const QStringList &command, std::function<void()> done)
{
    m_progress->setRange(0, 0);
    const auto ended = [this, done = std::move(done)](const Result<Json> &answer) {
        m_tool = nullptr;
        showPictures();
        if (answer)
            return done();
        stop();
        Q_EMIT failed(QString::fromStdString(to_string(answer.error())));
    };
    m_tool = EngineTool::run(engineProgram(), command, this, ended, EngineTool::untilStopped);
    connect(m_tool, &EngineTool::progress, this, [this](const QString &line) {
        static const QRegularExpression share(QStringLiteral("(\\d+)/(\\d+)"));
        if (const auto match = share.match(line); match.hasMatch()) {
            m_progress->setRange(0, match.captured(2).toInt());
            m_progress->setValue(match.captured(1).toInt());
        }
    });
    retranslate();
}

void ConceptDrawings::stop()
{
    delete m_tool;
    m_commands.clear();
    runNext();
}

void ConceptDrawings::keepEdit()
{
    if (!editable())
        return;
    const auto path = freePath(m_subject.models + QStringLiteral("/%1-%2").arg(QFileInfo(m_subject.student).completeBaseName(), method()));
    if (const auto command = editCommand({path}); !command.isEmpty())
        run(command, [this, path] { Q_EMIT edited(path); });
}

void ConceptDrawings::showPictures()
{
    const QStringList groups[] = {m_subject.target, m_subject.anchor, m_subject.neighbours};
    for (const auto model : {Teacher, Student, Edited}) {
        const bool there = drawn(model);
        int number = 0;
        for (int group = 0; group < 3; ++group) {
            QStringList files;
            for (int i = 0; i < groups[group].size(); ++i, ++number)
                if (there)
                    files << folder(model) + QStringLiteral("/%1.png").arg(number);
            m_strips[group][model]->setPictures(files, groups[group]);
            m_strips[group][model]->setVeiled(m_subject.veiled);
            m_strips[group][model]->setVisible(there || model != Edited);
            m_labels[group][model]->setVisible(there || model != Edited);
        }
    }
    retranslate();
}

void ConceptDrawings::retranslate()
{
    const QString titles[] = {tr("Concept"), tr("Anchor"), tr("Neighbours")}, subtitles[] = {tr("what goes"), tr("what it becomes"), tr("what must survive")};
    const QString models[] = {tr("teacher"), tr("pruned student"), tr("pruned student, edited")};
    for (int group = 0; group < 3; ++group) {
        m_cards[group]->setTitle(titles[group]);
        m_cards[group]->setSubtitle(subtitles[group]);
        for (int model = 0; model < Models; ++model) {
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
    const QString methods[] = {tr("UCE"), tr("RECE"), tr("Null space")};
    for (int i = 0; i < m_method->count(); ++i)
        m_method->setItemText(i, methods[i]);
    m_method->setAccessibleName(tr("Method of the edit"));
    m_method->setToolTip(tr("UCE: least squares. RECE: again for what brings the concept back. Null space: nothing changes along what is preserved."));
    m_editHint->setText(tr("An edit of the cross-attention suppresses all concepts in seconds, without training: a first look, or a start for the run."));
    m_preview->setText(tr("Preview the edit"));
    m_preview->setEnabled(editable());
    m_keep->setText(tr("Start from it"));
    m_keep->setToolTip(tr("Writes the edited model into the project and makes it the run's student"));
    m_keep->setEnabled(editable() && drawn(Edited));
}

void ConceptDrawings::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace quell
