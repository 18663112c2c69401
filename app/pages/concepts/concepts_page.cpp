#include "app/pages/concepts/concepts_page.h"

#include "app/pages/concepts/concept_drawings.h"
#include "app/pages/concepts/concept_editor.h"
#include "app/pages/concepts/sample_prompts.h"
#include "app/project/json_text.h"
#include "app/window/studio.h"
#include "widgets/card.h"
#include "widgets/look.h"

#include <QLabel>
#include <QListView>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QToolButton>

namespace quell {
namespace {

// Kind as a sign, name, kind and what it becomes in words, weight; a warning sign if something is wrong.
class ConceptDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override { return {0, 2 * option.fontMetrics.lineSpacing() + 2 * look::gap}; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QRect row = option.rect.adjusted(1, 1, -1, -1);
        const bool selected = option.state & QStyle::State_Selected;
        if (selected || (option.state & QStyle::State_MouseOver)) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(option.palette.brush(QPalette::AlternateBase));
            painter->drawRoundedRect(row, 6, 6);
        }
        if (selected) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(look::color(look::Meaning::Accent, option.palette));
            painter->drawRoundedRect(QRect(row.left(), row.top(), 3, row.height()), 1, 1);
        }
        if (option.state & QStyle::State_HasFocus) {
            painter->setPen(look::color(look::Meaning::Accent, option.palette));
            painter->setBrush(Qt::NoBrush);
            painter->drawRoundedRect(QRectF(row).adjusted(.5, .5, -.5, -.5), 6, 6);
        }
        paintContent(painter, option, row.adjusted(look::padding, look::gap - 1, -look::gap, -look::gap + 1), index);
        painter->restore();
    }

private:
    static void paintContent(QPainter *painter, const QStyleOptionViewItem &option, QRect row, const QModelIndex &index)
    {
        const int sign = option.fontMetrics.height() * 3 / 2;
        index.data(Qt::DecorationRole).value<QIcon>().paint(painter, QRect(row.left(), row.center().y() - sign / 2, sign, sign));
        row.setLeft(row.left() + sign + look::gap);
        const auto weight = QLocale().toString(index.data(ConceptModel::WeightRole).toDouble(), 'f', 1);
        painter->setPen(look::faint(option.palette));
        painter->drawText(row, Qt::AlignRight | Qt::AlignVCenter, weight);
        row.setRight(row.right() - option.fontMetrics.horizontalAdvance(weight) - look::gap);
        if (!index.data(ConceptModel::ProblemRole).toString().isEmpty()) {
            const int side = option.fontMetrics.height();
            look::icon(QStringLiteral("warning")).paint(painter, QRect(row.right() - side, row.center().y() - side / 2, side, side));
            row.setRight(row.right() - side - look::gap / 2);
        }
        const QRect upper(row.left(), row.top(), row.width(), row.height() / 2), lower(row.left(), row.top() + row.height() / 2, row.width(), row.height() / 2);
        painter->drawText(lower, Qt::AlignLeft | Qt::AlignVCenter, option.fontMetrics.elidedText(index.data(ConceptModel::BecomesRole).toString(), Qt::ElideRight, lower.width()));
        auto font = option.font;
        font.setWeight(QFont::DemiBold);
        painter->setFont(font);
        painter->setPen(option.palette.color(QPalette::Text));
        painter->drawText(upper, Qt::AlignLeft | Qt::AlignVCenter, QFontMetrics(font).elidedText(index.data().toString(), Qt::ElideRight, upper.width()));
    }
};

} // namespace

ConceptsPage::ConceptsPage(Studio &studio, QWidget *parent) : Page(studio, parent)
{
    build();
    addActions();
    connect(&m_matcher, &PromptMatcher::matched, this, &ConceptsPage::takeMatches);
    connect(&m_matcher, &PromptMatcher::failed, m_table, &PromptTable::showFailure);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &ConceptsPage::showSelected);
    connect(m_samples, &SamplePromptEditor::suggestionsWanted, this, [this] { m_samples->suggest(concept_()); });
    connect(m_drawings, &ConceptDrawings::failed, this, [this](const QString &message) {
        this->studio().notify(tr("The pictures were not drawn: %1").arg(message));
    });
    connect(m_drawings, &ConceptDrawings::edited, this, [this](const QString &path) {
        if (!m_project)
            return;
        m_project->set(QStringLiteral("/student"), toJson(m_project->relativePath(path)), tr("Start from the edited student"));
        this->studio().notify(tr("The next run starts from the edited model, %1. Undo takes that back.").arg(m_project->relativePath(path)));
    });
    connect(&studio, &Studio::projectChanged, this, &ConceptsPage::takeProject);
    retranslate();
    takeProject();
}

void ConceptsPage::build()
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(look::padding);
    auto *head = new QHBoxLayout;
    m_heading = new QLabel(this);
    auto font = m_heading->font();
    font.setPointSizeF(font.pointSizeF() * look::titleScale);
    font.setWeight(QFont::DemiBold);
    m_heading->setFont(font);
    m_add = new QPushButton(this);
    m_add->setProperty("primary", true);
    head->addWidget(m_heading, 1);
    head->addWidget(m_add);
    layout->addLayout(head);
    m_need = new QLabel(this);
    m_need->setWordWrap(true);
    m_need->setTextFormat(Qt::PlainText);
    layout->addWidget(m_need);
    m_stack = new QStackedWidget(this);
    m_empty = new EmptyState({}, {}, {}, this);
    connect(m_empty, &EmptyState::clicked, this, &ConceptsPage::add);
    m_stack->addWidget(m_empty);
    auto *split = new QSplitter(Qt::Horizontal, this);
    split->setChildrenCollapsible(false);
    split->setHandleWidth(look::padding);
    split->addWidget(makeList());
    split->addWidget(makeEditor());
    split->setStretchFactor(1, 1);
    split->setSizes({240, 800});
    m_stack->addWidget(split);
    layout->addWidget(m_stack, 1);
}

QWidget *ConceptsPage::makeList()
{
    m_listCard = new Card({}, {}, this);
    m_list = new QListView(m_listCard);
    m_list->setModel(&m_model);
    m_list->setItemDelegate(new ConceptDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setMouseTracking(true);
    m_list->setTabKeyNavigation(false);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setMinimumWidth(fontMetrics().averageCharWidth() * 22);
    m_listCard->body()->addWidget(m_list, 1);
    auto *buttons = new QHBoxLayout;
    for (auto **button : {&m_duplicate, &m_remove, &m_up, &m_down}) {
        *button = new QToolButton(m_listCard);
        (*button)->setAutoRaise(true);
        (*button)->setFocusPolicy(Qt::TabFocus);
        buttons->addWidget(*button);
    }
    buttons->addStretch();
    m_listCard->body()->addLayout(buttons);
    return m_listCard;
}

QWidget *ConceptsPage::makeEditor()
{
    auto *content = new QWidget;
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(look::padding);
    m_editor = new ConceptEditor(content);
    m_drawings = new ConceptDrawings(content);
    m_samples = new SamplePromptEditor(content);
    m_table = new PromptTable(content);
    for (QWidget *part : {static_cast<QWidget *>(m_editor), static_cast<QWidget *>(m_drawings), static_cast<QWidget *>(m_samples), static_cast<QWidget *>(m_table)})
        layout->addWidget(part);
    layout->addStretch();
    auto *scroll = new QScrollArea(this);
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFrameShape(QFrame::NoFrame);
    return scroll;
}

void ConceptsPage::addActions()
{
    auto *actions = studio().actions();
    const auto add = [&](const char *id, const QKeySequence &keys, QWidget *home, auto run) {
        auto *action = actions->add(QString::fromLatin1(id), tr("Concepts"), {}, keys, home);
        connect(action, &QAction::triggered, this, run);
        return action;
    };
    auto *adding = add("concepts.add", QKeySequence(QStringLiteral("Ctrl+Shift+N")), this, [this] { this->add(); });
    connect(m_add, &QPushButton::clicked, adding, &QAction::trigger);
    m_duplicate->setDefaultAction(add("concepts.duplicate", QKeySequence(QStringLiteral("Ctrl+D")), this, [this] { duplicate(); }));
    // In the list alone: elsewhere Delete is the text's.
    m_remove->setDefaultAction(add("concepts.remove", QKeySequence(QKeySequence::Delete), m_list, [this] { remove(); }));
    m_up->setDefaultAction(add("concepts.up", QKeySequence(QStringLiteral("Alt+Up")), this, [this] { move(-1); }));
    m_down->setDefaultAction(add("concepts.down", QKeySequence(QStringLiteral("Alt+Down")), this, [this] { move(1); }));
    add("concepts.draw", QKeySequence(QStringLiteral("Ctrl+Shift+D")), this, [this] { m_drawings->draw(); });
    add("concepts.edit", QKeySequence(QStringLiteral("Ctrl+Shift+T")), this, [this] { m_drawings->drawEdit(); });
    add("concepts.suggest", {}, this, [this] { m_samples->suggest(concept_()); });
}

void ConceptsPage::retranslate()
{
    const auto name = [this](const char *id, const QString &text, const char *icon = nullptr) {
        auto *action = studio().actions()->action(QString::fromLatin1(id));
        if (!action)
            return;
        action->setText(text);
        if (icon)
            action->setIcon(look::icon(QString::fromLatin1(icon)));
    };
    name("concepts.add", tr("Add a concept"));
    name("concepts.duplicate", tr("Duplicate the concept"), "copy");
    name("concepts.remove", tr("Remove the concept"), "remove");
    name("concepts.up", tr("Move the concept up"), "up");
    name("concepts.down", tr("Move the concept down"), "down");
    name("concepts.draw", tr("Draw concept, anchor and neighbours"));
    name("concepts.edit", tr("Preview an edit without training"));
    name("concepts.suggest", tr("Suggest sample prompts"));
    for (auto *button : {m_duplicate, m_remove, m_up, m_down})
        button->setAccessibleName(button->text());
    m_heading->setText(title());
    m_add->setText(tr("Add a concept"));
    m_list->setAccessibleName(tr("Concepts"));
    m_empty->setTexts(tr("No concept yet"), tr("A concept is what the student should no longer draw: a style, an object, a person, something unsafe. You say how prompts name it, what they "
                                               "should become, and what is near it and must survive."),
                      tr("Add a concept"));
    showState();
}

void ConceptsPage::takeProject()
{
    if (m_project)
        m_project->disconnect(this);
    m_project = studio().project();
    m_editor->setProject(m_project);
    m_samples->setProject(m_project);
    setEnabled(m_project);
    if (m_project)
        connect(m_project, &Project::draftChanged, this, &ConceptsPage::followDraft);
    followDraft({});
    select(0);
}

void ConceptsPage::followDraft(const QString &)
{
    const int before = row();
    m_model.setConcepts(m_project ? m_project->value(QStringLiteral("/concepts")) : Json());
    if (row() < 0)
        select(std::clamp(before, 0, std::max(0, m_model.rowCount() - 1)));
    m_samples->fill();
    showSelected();
}

int ConceptsPage::row() const
{
    return m_list->currentIndex().row();
}

void ConceptsPage::select(int row)
{
    m_list->setCurrentIndex(m_model.index(row));
}

Json ConceptsPage::concept_() const
{
    return row() >= 0 && row() < m_model.rowCount() ? m_model.concepts()[std::size_t(row())] : Json();
}

void ConceptsPage::showSelected()
{
    m_editor->setRow(row());
    const bool some = row() >= 0;
    for (const auto &[id, on] : {std::pair{"concepts.duplicate", some}, {"concepts.remove", some}, {"concepts.draw", some}, {"concepts.edit", some},
                                 {"concepts.suggest", some}, {"concepts.up", row() > 0},
                                 {"concepts.down", some && row() + 1 < m_model.rowCount()}})
        if (auto *action = studio().actions()->action(QString::fromLatin1(id)))
            action->setEnabled(on);
    if (some)
        m_editor->showProblems(checkConcept(m_model.concepts(), row()));
    showState();
    ask();
}

void ConceptsPage::showState()
{
    m_stack->setCurrentIndex(m_model.rowCount() > 0 ? 1 : 0);
    m_listCard->setTitle(tr("%n concepts", nullptr, m_model.rowCount()));
    QString problem;
    for (int i = 0; i < m_model.rowCount() && problem.isEmpty(); ++i)
        if (const auto first = checkConcept(m_model.concepts(), i).first(); !first.isEmpty())
            problem = tr("%1: %2").arg(m_model.index(i).data().toString(), first);
    if (m_model.rowCount() == 0)
        setState(State::Nothing);
    else
        setState(problem.isEmpty() ? State::Ready : State::NeedsYou, problem);
    m_need->setText(problem);
    m_need->setVisible(!problem.isEmpty());
}

void ConceptsPage::setConcepts(Json concepts, const QString &text, int row)
{
    m_project->set(QStringLiteral("/concepts"), std::move(concepts), text);
    select(row);
}

void ConceptsPage::add()
{
    if (!m_project)
        return;
    Json concepts = m_model.concepts();
    concepts.push_back(newConcept(concepts, tr("New concept")));
    const int row = int(concepts.size()) - 1;
    setConcepts(std::move(concepts), tr("Add a concept"), row);
    m_editor->focusPhrase();
}

void ConceptsPage::duplicate()
{
    if (row() < 0)
        return;
    Json concepts = m_model.concepts(), copy = concept_();
    copy["name"] = newConcept(concepts, conceptName(copy))["name"];
    const int place = row() + 1;
    concepts.insert(concepts.begin() + place, std::move(copy));
    setConcepts(std::move(concepts), tr("Duplicate the concept"), place);
}

void ConceptsPage::remove()
{
    if (row() < 0)
        return;
    Json concepts = m_model.concepts();
    const int place = row();
    concepts.erase(std::size_t(place));
    setConcepts(std::move(concepts), tr("Remove the concept"), std::min(place, m_model.rowCount() - 2));
}

void ConceptsPage::move(int by)
{
    const int from = row(), to = from + by;
    if (from < 0 || to < 0 || to >= m_model.rowCount())
        return;
    Json concepts = m_model.concepts();
    std::swap(concepts[std::size_t(from)], concepts[std::size_t(to)]);
    setConcepts(std::move(concepts), tr("Move the concept"), to);
}

// One question for the table, the warnings and the drawings.
void ConceptsPage::ask()
{
    if (!m_project)
        return;
    const auto chosen = concept_();
    m_question.row = row();
    m_question.samples = m_samples->prompts();
    m_question.suggested = suggestPrompts(chosen).target;
    m_question.neighbours = chosen.is_object() && chosen.contains("neighbours") ? textsOf(chosen["neighbours"]) : QStringList();
    m_question.anchor = textOf(chosen, "anchor").simplified();
    const auto &samples = m_question.samples;
    const auto anchor = m_question.anchor.isEmpty() ? QStringList() : QStringList{m_question.anchor};
    m_matcher.ask(m_model.concepts(), samples.target + samples.neighbour + samples.unrelated + m_question.suggested + m_question.neighbours + anchor);
}

void ConceptsPage::takeMatches(const QVector<PromptMatch> &matches)
{
    const auto &samples = m_question.samples;
    const auto shown = samples.target.size() + samples.neighbour.size() + samples.unrelated.size();
    const auto suggested = shown + m_question.suggested.size(), neighbours = suggested + m_question.neighbours.size();
    if (matches.size() != neighbours + !m_question.anchor.isEmpty())
        return;
    m_table->show(samples, matches.mid(0, shown));
    const auto chosen = concept_();
    if (m_question.row != row() || !chosen.is_object())
        return;
    auto problems = checkConcept(m_model.concepts(), row());
    addMatches(problems, matches.mid(suggested, m_question.neighbours.size()), matches.value(neighbours));
    m_editor->showProblems(problems);

    ConceptDrawings::Subject subject;
    subject.teacher = m_project->absolutePath(m_project->text(QStringLiteral("/teacher")));
    subject.student = m_project->absolutePath(m_project->text(QStringLiteral("/student")));
    subject.models = m_project->modelsFolder();
    subject.concepts = usableConcepts(m_model.concepts());
    subject.veiled = textOf(chosen, "kind") == QLatin1String("unsafe");
    const auto candidates = matches.mid(0, samples.target.size()) + matches.mid(shown, m_question.suggested.size());
    for (const auto &match : candidates) {
        if (subject.target.size() == ConceptDrawings::perRow || !match.concepts.contains(conceptName(chosen)) || subject.target.contains(match.prompt))
            continue;
        subject.target << match.prompt;
        subject.anchor << match.becomes;
    }
    subject.neighbours = suggestPrompts(chosen).neighbour.mid(0, ConceptDrawings::perRow);
    m_editor->showExample(subject.target.value(0), subject.anchor.value(0));
    m_drawings->setSubject(subject);
}

void ConceptsPage::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    Page::changeEvent(event);
}

} // namespace quell
