#include "app/pages/model/model_page.h"

#include "app/pages/model/drawings_card.h"
#include "app/pages/model/export_dialog.h"
#include "app/pages/model/machine_card.h"
#include "app/pages/model/model_card.h"
#include "app/pages/model/prune_dialog.h"
#include "app/project/json_text.h"
#include "app/window/studio.h"
#include "widgets/kept_bars.h"
#include "widgets/look.h"

#include <QDesktopServices>
#include <QDir>
#include <QEvent>
#include <QFileInfo>
#include <QScrollArea>
#include <QUrl>

#include <algorithm>

namespace quell {
namespace {

bool hasUnsafe(const Json &concepts)
{
    return concepts.is_array() && std::any_of(concepts.begin(), concepts.end(), [](const Json &item) { return textOf(item, "kind") == QLatin1String("unsafe"); });
}

} // namespace

ModelPage::ModelPage(Studio &studio, QWidget *parent) : Page(studio, parent)
{
    build();
    addActions();
    connect(m_student, &ModelCard::chosen, this, [this](const QString &path) { setModel(QStringLiteral("/student"), path); });
    connect(m_teacher, &ModelCard::chosen, this, [this](const QString &path) { setModel(QStringLiteral("/teacher"), path); });
    connect(m_student, &ModelCard::changed, this, &ModelPage::showModels);
    connect(m_teacher, &ModelCard::changed, this, &ModelPage::showModels);
    connect(m_drawings, &DrawingsCard::failed, this, [this](const QString &message) { this->studio().notify(tr("The models could not be drawn: %1. What was drawn before stays.").arg(message)); });
    connect(&studio, &Studio::projectChanged, this, &ModelPage::takeProject);
    retranslate();
    takeProject();
}

void ModelPage::build()
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(look::padding);
    layout->addWidget(makeHead());
    m_need = new QLabel(this);
    m_need->setWordWrap(true);
    layout->addWidget(m_need);

    auto *scroll = new QScrollArea(this);
    auto *content = new QWidget(scroll);
    auto *cards = new QVBoxLayout(content);
    cards->setContentsMargins(0, 0, look::gap, 0); // from the scroll bar
    cards->setSpacing(look::padding);
    auto *row = new QHBoxLayout;
    row->setSpacing(look::padding);
    m_student = new ModelCard(ModelCard::Role::Student, content);
    m_teacher = new ModelCard(ModelCard::Role::Teacher, content);
    m_machine = new MachineCard(content);
    for (auto *card : std::initializer_list<QWidget *>{m_student, m_teacher, m_machine})
        row->addWidget(card, 1);
    cards->addLayout(row);
    m_keptCard = new Card({}, {}, content);
    m_kept = new KeptBars(m_keptCard);
    m_notCut = new QLabel(m_keptCard);
    m_notCut->setWordWrap(true);
    m_notCut->setProperty("faint", true);
    m_keptCard->body()->addWidget(m_notCut);
    m_keptCard->body()->addWidget(m_kept);
    cards->addWidget(m_keptCard);
    m_drawings = new DrawingsCard(content);
    cards->addWidget(m_drawings);
    cards->addStretch();
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    layout->addWidget(scroll, 1);
}

QWidget *ModelPage::makeHead()
{
    auto *head = new QWidget(this);
    auto *layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(look::gap);
    m_heading = new QLabel(head);
    auto font = m_heading->font();
    font.setPointSizeF(font.pointSizeF() * look::titleScale);
    font.setWeight(QFont::DemiBold);
    m_heading->setFont(font);
    m_prune = new QPushButton(head);
    m_export = new QPushButton(head);
    layout->addWidget(m_heading, 1);
    layout->addWidget(m_prune);
    layout->addWidget(m_export);
    return head;
}

void ModelPage::addActions()
{
    const auto add = [&](const char *id, const QKeySequence &keys, QPushButton *button, auto run) {
        auto *action = studio().actions()->add(QString::fromLatin1(id), tr("Model"), {}, keys, this);
        connect(action, &QAction::triggered, this, run);
        if (button)
            connect(button, &QPushButton::clicked, action, &QAction::trigger);
    };
    add("model.prune", QKeySequence(QStringLiteral("Ctrl+Shift+P")), m_prune, [this] { prune(); });
    add("model.export", QKeySequence(QStringLiteral("Ctrl+Shift+X")), m_export, [this] { exportModel(); });
    add("model.draw", QKeySequence(QStringLiteral("Ctrl+Shift+D")), nullptr, [this] { m_drawings->draw(); });
}

void ModelPage::takeProject()
{
    if (auto *project = studio().project())
        connect(project, &Project::draftChanged, this, &ModelPage::followDraft);
    followDraft({});
}

void ModelPage::followDraft(const QString &pointer)
{
    auto *project = studio().project();
    if (!project)
        return showModels();
    const auto at = [&](const char *key) { return pointer.isEmpty() || pointer == QLatin1String(key); };
    if (at("/student"))
        m_student->open(project->absolutePath(project->text(QStringLiteral("/student"))));
    if (at("/teacher"))
        m_teacher->open(project->absolutePath(project->text(QStringLiteral("/teacher"))));
    if (pointer.isEmpty())
        showModels();
    showSubject();
}

void ModelPage::setModel(const QString &pointer, const QString &path)
{
    if (auto *project = studio().project())
        project->set(pointer, toJson(project->relativePath(path)), pointer == QLatin1String("/student") ? tr("Open the student") : tr("Open the teacher"));
}

void ModelPage::showModels()
{
    const auto &student = m_student->facts(), &teacher = m_teacher->facts();
    m_student->setWhole(teacher && teacher->unet ? teacher->parameters : 0);
    m_student->setTeacher(teacher && teacher->unet ? m_teacher->path() : QString());
    m_machine->setModels(student, teacher);
    m_kept->setRows(student && teacher ? keptRows(*student, *teacher) : QVector<KeptBars::Row>());
    m_kept->setVisible(!m_kept->rows().isEmpty());
    m_notCut->setVisible(m_kept->rows().isEmpty());
    m_prune->setEnabled(teacher && m_teacher->problem().isEmpty());
    m_export->setEnabled(student && m_student->problem().isEmpty());
    showState();
    showSubject();
}

void ModelPage::showState()
{
    QString reason;
    for (const auto *card : {m_student, m_teacher})
        if (reason.isEmpty())
            reason = card->problem();
    const bool reading = m_student->reading() || m_teacher->reading();
    if (!reason.isEmpty())
        setState(State::NeedsYou, reason);
    else if (reading)
        setState(State::UnderWay);
    else
        setState(m_student->facts() && m_teacher->facts() ? State::Ready : State::Nothing);
    const bool one = m_student->facts() || m_teacher->facts();
    m_need->setText(!reason.isEmpty()                     ? tr("⚠ %1").arg(reason)
                    : state() == State::Nothing && one    ? tr("One model is missing: a run needs a student to train and a teacher to learn from.")
                    : state() == State::Nothing           ? tr("Open the dense model as the teacher; then open a pruned one as the student, or prune the teacher here.")
                                                          : QString());
    m_need->setVisible(!m_need->text().isEmpty());
}

void ModelPage::showSubject()
{
    auto *project = studio().project();
    if (!project)
        return m_drawings->setSubject({});
    const auto usable = [](const ModelCard *card) { return card->facts() && card->problem().isEmpty() ? card->path() : QString(); };
    const auto prompts = [&](const char *group) { return textsOf(project->value(QString::fromLatin1(group))); };
    const auto seed = project->value(QStringLiteral("/seed"));
    m_drawings->setSubject({usable(m_teacher), usable(m_student),
                            promptsInTurn({prompts("/samples/target"), prompts("/samples/neighbour"), prompts("/samples/unrelated")}, DrawingsCard::most),
                            seed.is_number_integer() ? seed.get<qint64>() : 43, hasUnsafe(project->value(QStringLiteral("/concepts")))});
}

void ModelPage::prune()
{
    auto *project = studio().project();
    if (!project || !m_prune->isEnabled())
        return;
    auto *dialog = new PruneDialog(m_teacher->path(), project->modelsFolder(), this);
    connect(dialog, &PruneDialog::pruned, this, [this](const QString &path) { setModel(QStringLiteral("/student"), path); });
    dialog->open();
}

void ModelPage::exportModel()
{
    auto *project = studio().project();
    if (!project || !m_export->isEnabled())
        return;
    QVector<ExportDialog::Choice> choices;
    for (const auto &run : studio().store()->runs())
        if (run.state == RunState::Complete)
            choices.append({tr("Student of “%1”").arg(run.name), run.folder, QFileInfo::exists(run.folder + QStringLiteral("/lora.safetensors")), {}});
    const auto &teacher = m_teacher->facts();
    const bool needsBase = !m_student->facts()->pipeline && teacher && teacher->pipeline;
    choices.append({tr("The pruned model, before training"), m_student->path(), false, needsBase ? m_teacher->path() : QString()});
    auto *dialog = new ExportDialog(choices, project->folder(), this);
    connect(dialog, &ExportDialog::exported, this, [this](const QString &path) {
        studio().notify(tr("The model was written to %1.").arg(QDir::toNativeSeparators(path)), tr("Show the folder"), [path] { QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(path).isDir() ? path : QFileInfo(path).absolutePath())); });
    });
    dialog->open();
}

void ModelPage::retranslate()
{
    auto *actions = studio().actions();
    actions->setText("model.prune", tr("Prune the teacher…"));
    actions->setText("model.export", tr("Export a model…"));
    actions->setText("model.draw", tr("Draw with teacher and student"));
    m_heading->setText(title());
    m_prune->setText(tr("Prune here…"));
    m_prune->setToolTip(tr("Cuts the teacher to a student, by gates or by blocks"));
    m_export->setText(tr("Export…"));
    m_export->setToolTip(tr("Writes a student for other programs"));
    m_keptCard->setTitle(tr("Kept, block by block"));
    m_keptCard->setSubtitle(tr("against the teacher"));
    m_kept->setAccessibleName(tr("What the student keeps of the teacher's blocks"));
    const auto noAttention = tr("no attention here");
    m_kept->setColumns({{tr("heads"), look::Meaning::Lower, noAttention},
                        {tr("feed-forward"), look::Meaning::Kept, noAttention},
                        {tr("resnet channels"), look::Meaning::Warning, tr("none here")},
                        {tr("layers"), look::Meaning::Layers, tr("none here")}});
    m_notCut->setText(tr("Once both models are open: how much of the teacher's heads, feed-forwards, channels and layers the student keeps."));
    showState();
}

void ModelPage::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    Page::changeEvent(event);
}

// Starting the engine costs a second: only once somebody looks.
void ModelPage::showEvent(QShowEvent *event)
{
    if (!std::exchange(m_probed, true))
        m_machine->probe();
    Page::showEvent(event);
}

} // namespace quell
