#include "app/pages/concepts/sample_prompts.h"

#include "app/project/json_text.h"
#include "widgets/look.h"

#include <QEvent>
#include <QHeaderView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTreeWidget>
#include <QUndoStack>

namespace quell {
namespace {

constexpr const char *pointers[] = {"/samples/target", "/samples/neighbour", "/samples/unrelated"};

QStringList linesOf(const QString &text)
{
    QStringList lines;
    for (const auto &line : text.split(QLatin1Char('\n')))
        if (const auto prompt = line.simplified(); !prompt.isEmpty())
            lines << prompt;
    return lines;
}

QString groupWord(int group)
{
    return group == 0 ? PromptTable::tr("target") : group == 1 ? PromptTable::tr("neighbour") : PromptTable::tr("unrelated");
}

} // namespace

SamplePromptEditor::SamplePromptEditor(QWidget *parent) : Card({}, {}, parent), m_suggest(new QPushButton(this))
{
    corner()->addWidget(m_suggest);
    connect(m_suggest, &QPushButton::clicked, this, &SamplePromptEditor::suggestionsWanted);
    auto *row = new QHBoxLayout;
    row->setSpacing(look::padding);
    for (int list = 0; list < 3; ++list) {
        auto *column = new QVBoxLayout;
        column->setSpacing(4);
        m_labels[list] = new QLabel(this);
        m_lists[list] = new QPlainTextEdit(this);
        m_lists[list]->setTabChangesFocus(true);
        m_lists[list]->setFixedHeight(fontMetrics().lineSpacing() * 5 + look::gap);
        m_labels[list]->setBuddy(m_lists[list]);
        column->addWidget(m_labels[list]);
        column->addWidget(m_lists[list]);
        row->addLayout(column);
        connect(m_lists[list], &QPlainTextEdit::textChanged, this, [this, list] { set(list, linesOf(m_lists[list]->toPlainText())); });
    }
    body()->addLayout(row);
    retranslate();
}

void SamplePromptEditor::setProject(Project *project)
{
    m_project = project;
    fill();
}

void SamplePromptEditor::set(int list, const QStringList &prompts)
{
    const auto pointer = QString::fromLatin1(pointers[list]);
    if (m_project && textsOf(m_project->value(pointer)) != prompts)
        m_project->set(pointer, toJson(prompts), tr("Change the sample prompts"));
}

SamplePrompts SamplePromptEditor::prompts() const
{
    const auto list = [this](int i) { return m_project ? textsOf(m_project->value(QString::fromLatin1(pointers[i]))) : QStringList(); };
    return {list(0), list(1), list(2)};
}

// A list that says the same stays as it is written: blank lines, the cursor.
void SamplePromptEditor::fill()
{
    const auto now = prompts();
    const QStringList *lists[] = {&now.target, &now.neighbour, &now.unrelated};
    for (int i = 0; i < 3; ++i) {
        if (linesOf(m_lists[i]->toPlainText()) == *lists[i])
            continue;
        const QSignalBlocker blocker(m_lists[i]);
        m_lists[i]->setPlainText(lists[i]->join(QLatin1Char('\n')));
    }
}

void SamplePromptEditor::suggest(const Json &concept_)
{
    if (!m_project)
        return;
    const auto now = prompts(), more = suggestPrompts(concept_);
    const QStringList *have[] = {&now.target, &now.neighbour, &now.unrelated}, *add[] = {&more.target, &more.neighbour, &more.unrelated};
    m_project->undoStack()->beginMacro(tr("Add suggested prompts"));
    for (int i = 0; i < 3; ++i) {
        auto list = *have[i] + *add[i];
        list.removeDuplicates();
        set(i, list);
    }
    m_project->undoStack()->endMacro();
}

void SamplePromptEditor::retranslate()
{
    setTitle(tr("Sample prompts"));
    setSubtitle(tr("what a run draws while it learns, one a line"));
    m_suggest->setText(tr("Add suggestions"));
    m_labels[0]->setText(tr("&Target: the concept shows"));
    m_labels[1]->setText(tr("N&eighbour: must survive"));
    m_labels[2]->setText(tr("&Unrelated: must stay"));
}

void SamplePromptEditor::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    Card::changeEvent(event);
}

PromptTable::PromptTable(QWidget *parent) : Card({}, {}, parent), m_table(new QTreeWidget(this)), m_failure(new QLabel(this))
{
    m_table->setColumnCount(4);
    m_table->setRootIsDecorated(false);
    m_table->setUniformRowHeights(true);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setTextElideMode(Qt::ElideRight);
    m_table->header()->setSectionResizeMode(QHeaderView::Stretch);
    m_table->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    m_table->header()->setStretchLastSection(false);
    m_table->setTabKeyNavigation(false);
    m_failure->setWordWrap(true);
    m_failure->setTextFormat(Qt::PlainText);
    m_failure->hide();
    body()->addWidget(m_failure);
    body()->addWidget(m_table);
    retranslate();
}

void PromptTable::show(const SamplePrompts &prompts, const QVector<PromptMatch> &matches)
{
    m_prompts = prompts;
    m_matches = matches;
    m_failure->hide();
    m_table->clear();
    const qsizetype sizes[] = {prompts.target.size(), prompts.neighbour.size(), prompts.unrelated.size()};
    qsizetype at = 0;
    for (int group = 0; group < 3; ++group)
        for (qsizetype i = 0; i < sizes[group] && at < matches.size(); ++i)
            addRow(group, matches[at++]);
    const int row = m_table->topLevelItemCount() ? m_table->sizeHintForRow(0) : fontMetrics().height();
    m_table->setFixedHeight(m_table->header()->sizeHint().height() + row * std::min(12, std::max(1, m_table->topLevelItemCount())) + 4);
}

void PromptTable::addRow(int group, const PromptMatch &match)
{
    const bool names = !match.concepts.isEmpty();
    auto text = names ? QLocale().createSeparatedList(match.concepts) : tr("none");
    QString warning;
    if (group == 0 && !names)
        warning = tr("A target prompt should name a concept: here nothing is suppressed, and its score says nothing.");
    else if (group != 0 && names)
        warning = tr("This prompt names a concept and will change: it belongs to the targets.");
    auto *item = new QTreeWidgetItem(m_table, {groupWord(group), match.prompt, warning.isEmpty() ? text : QStringLiteral("▲ ") + text,
                                               !names ? tr("stays as it is") : match.becomes.isEmpty() ? tr("the empty prompt") : match.becomes});
    for (int column = 0; column < 4; ++column)
        item->setToolTip(column, warning.isEmpty() ? item->text(column) : warning);
    item->setForeground(0, look::faint(palette()));
    if (!names)
        item->setForeground(3, look::faint(palette()));
    if (!warning.isEmpty())
        item->setForeground(2, look::color(look::Meaning::Warning, palette()));
}

void PromptTable::showFailure(const QString &message)
{
    m_failure->setText(tr("What the prompts become could not be asked of the engine: %1").arg(message));
    m_failure->show();
}

void PromptTable::retranslate()
{
    setTitle(tr("In these prompts"));
    setSubtitle(tr("what the upper level makes of them"));
    m_table->setHeaderLabels({tr("Group"), tr("Prompt"), tr("Names"), tr("Becomes")});
    m_table->setAccessibleName(tr("Prompts, the concepts they name, and what they become"));
    show(m_prompts, m_matches);
}

void PromptTable::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange || event->type() == QEvent::PaletteChange)
        retranslate();
    Card::changeEvent(event);
}

} // namespace quell
