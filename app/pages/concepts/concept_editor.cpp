#include "app/pages/concepts/concept_editor.h"

#include "app/project/json_text.h"
#include "widgets/look.h"
#include "widgets/tag_editor.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QGuiApplication>
#include <QGridLayout>
#include <QLineEdit>
#include <QSignalBlocker>

namespace quell {
namespace {

constexpr const char *kinds[] = {"style", "object", "person", "unsafe", "attribute"};

void put(QLineEdit *line, const QString &text)
{
    if (line->text() != text)
        line->setText(text);
}

} // namespace

ConceptEditor::ConceptEditor(QWidget *parent)
    : Card({}, {}, parent), m_name(new QLineEdit(this)), m_phrase(new QLineEdit(this)), m_anchor(new QLineEdit(this)), m_kind(new QComboBox(this)),
      m_synonyms(new TagEditor(this)), m_neighbours(new TagEditor(this)), m_weight(new QDoubleSpinBox(this))
{
    for (const char *kind : kinds)
        m_kind->addItem(QString(), QString::fromLatin1(kind));
    m_weight->setRange(0.01, 100);
    m_weight->setSingleStep(0.1);
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(look::margin);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    m_phraseField = addField(grid, 0, 0, m_phrase);
    m_anchorField = addField(grid, 0, 1, m_anchor);
    m_synonymsField = addField(grid, 1, 0, m_synonyms, m_synonyms->line());
    m_neighboursField = addField(grid, 1, 1, m_neighbours, m_neighbours->line());
    m_nameField = addField(grid, 2, 0, m_name);
    auto *pair = new QGridLayout;
    pair->setHorizontalSpacing(look::margin);
    pair->setVerticalSpacing(4);
    m_kindField = addField(pair, 0, 0, m_kind);
    m_weightField = addField(pair, 0, 1, m_weight);
    grid->addLayout(pair, 6, 1, 3, 1);
    body()->addLayout(grid);
    bindLine(m_name, "name", true);
    bindLine(m_phrase, "phrase", false);
    bindLine(m_anchor, "anchor", true);
    connect(m_kind, &QComboBox::currentIndexChanged, this, [this] { set("kind", toJson(m_kind->currentData().toString())); });
    connect(m_weight, &QDoubleSpinBox::valueChanged, this, [this](double weight) { set("weight", weight); });
    connect(m_synonyms, &TagEditor::edited, this, [this](const QStringList &tags) { set("synonyms", toJson(tags)); });
    connect(m_neighbours, &TagEditor::edited, this, [this](const QStringList &tags) { set("neighbours", toJson(tags)); });
    retranslate();
}

// A label above the editor, and a line below for what is wrong with it.
ConceptEditor::Field ConceptEditor::addField(QGridLayout *grid, int row, int column, QWidget *editor, QWidget *buddy)
{
    Field field{new QLabel(this), new QLabel(this), editor};
    field.label->setBuddy(buddy ? buddy : editor);
    field.note->setWordWrap(true);
    field.note->setTextFormat(Qt::PlainText);
    field.note->hide();
    grid->addWidget(field.label, 3 * row, column);
    grid->addWidget(editor, 3 * row + 1, column, Qt::AlignTop);
    grid->addWidget(field.note, 3 * row + 2, column, Qt::AlignTop);
    return field;
}

void ConceptEditor::bindLine(QLineEdit *line, const char *key, bool optional)
{
    const auto take = [this, key, optional](const QString &text) { set(key, optional && text.trimmed().isEmpty() ? Json() : toJson(text)); };
    connect(line, &QLineEdit::textEdited, this, take);
    connect(line, &QLineEdit::editingFinished, this, [line, take] {
        if (line->text() != line->text().simplified())
            take(line->text().simplified());
    });
}

void ConceptEditor::setProject(Project *project)
{
    m_project = project;
    setRow(-1);
}

void ConceptEditor::setRow(int row)
{
    m_row = row;
    setEnabled(row >= 0);
    fill();
}

QString ConceptEditor::editText(const char *key) const
{
    const auto name = m_project->text(QStringLiteral("/concepts/%1/phrase").arg(m_row));
    const std::pair<const char *, QString> texts[] = {{"name", tr("Change the name of %1")}, {"kind", tr("Change the kind of %1")}, {"phrase", tr("Change the phrase %1")},
        {"anchor", tr("Change what %1 becomes")}, {"synonyms", tr("Change the synonyms of %1")}, {"neighbours", tr("Change the neighbours of %1")},
        {"weight", tr("Change the weight of %1")}};
    for (const auto &[field, text] : texts)
        if (qstrcmp(field, key) == 0)
            return text.arg(name);
    return {};
}

void ConceptEditor::set(const char *key, Json value)
{
    if (m_project && m_row >= 0)
        m_project->set(QStringLiteral("/concepts/%1/%2").arg(m_row).arg(QLatin1String(key)), std::move(value), editText(key));
}

void ConceptEditor::fill()
{
    const Json item = m_project && m_row >= 0 ? m_project->value(QStringLiteral("/concepts/%1").arg(m_row)) : Json();
    const QSignalBlocker blockers[] = {QSignalBlocker(m_kind), QSignalBlocker(m_weight)};
    const auto list = [&](const char *key) { return item.is_object() && item.contains(key) ? textsOf(item[key]) : QStringList(); };
    setTitle(conceptName(item).isEmpty() ? tr("No phrase yet") : conceptName(item));
    put(m_name, textOf(item, "name"));
    m_name->setPlaceholderText(textOf(item, "phrase"));
    put(m_phrase, textOf(item, "phrase"));
    put(m_anchor, textOf(item, "anchor"));
    m_kind->setCurrentIndex(std::max(0, m_kind->findData(textOf(item, "kind"))));
    m_weight->setValue(numberOf(item, "weight", 1));
    m_synonyms->setTags(list("synonyms"));
    m_neighbours->setTags(list("neighbours"));
}

void ConceptEditor::focusPhrase()
{
    m_phrase->setFocus();
    m_phrase->selectAll();
}

void ConceptEditor::showNote(const Field &field, const QString &problem, const QString &hint)
{
    auto colors = palette();
    colors.setColor(QPalette::WindowText, problem.isEmpty() ? look::faint(QGuiApplication::palette()) : look::color(look::Meaning::Warning, palette()));
    field.note->setPalette(colors);
    field.note->setText(problem.isEmpty() ? hint : QStringLiteral("▲ ") + problem);
    field.note->setVisible(!field.note->text().isEmpty());
    auto *target = field.label->buddy() ? field.label->buddy() : field.editor;
    if (target != m_synonyms->line() && target != m_neighbours->line())
        target->setAccessibleDescription(field.note->text());
}

void ConceptEditor::showProblems(const ConceptProblems &problems)
{
    m_problems = problems;
    showNote(m_nameField, problems.name);
    showNote(m_phraseField, problems.phrase);
    showNote(m_synonymsField, problems.synonyms);
    showNote(m_neighboursField, problems.neighbours);
    showNote(m_anchorField, problems.anchor, m_example);
}

void ConceptEditor::showExample(const QString &prompt, const QString &becomes)
{
    m_example = prompt.isEmpty() ? QString() : becomes.isEmpty() ? tr("“%1” becomes the empty prompt").arg(prompt) : tr("“%1” becomes “%2”").arg(prompt, becomes);
    showNote(m_anchorField, m_problems.anchor, m_example);
}

void ConceptEditor::retranslate()
{
    m_nameField.label->setText(tr("N&ame"));
    m_kindField.label->setText(tr("&Kind"));
    m_phraseField.label->setText(tr("&Phrase"));
    m_phrase->setToolTip(tr("How prompts and captions name it: “neon”, “Claude Monet”, “rose”"));
    m_anchorField.label->setText(tr("&Becomes (anchor)"));
    m_anchor->setPlaceholderText(tr("Nothing: the phrase is taken out"));
    m_anchor->setToolTip(tr("What stands in its place in a prompt that has become harmless"));
    m_synonymsField.label->setText(tr("Also &said as"));
    m_synonyms->setPlaceholder(tr("Add a synonym"));
    m_neighboursField.label->setText(tr("Must sur&vive"));
    m_neighbours->setPlaceholder(tr("Add a neighbour"));
    m_weightField.label->setText(tr("&Weight"));
    m_weight->setToolTip(tr("How much this concept counts beside the others in the upper level"));
    for (int i = 0; i < m_kind->count(); ++i)
        m_kind->setItemText(i, kindWord(m_kind->itemData(i).toString()));
}

void ConceptEditor::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    if (event->type() == QEvent::LanguageChange || event->type() == QEvent::PaletteChange)
        showProblems(m_problems);
    Card::changeEvent(event);
}

} // namespace quell
