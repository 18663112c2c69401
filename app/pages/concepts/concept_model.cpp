#include "app/pages/concepts/concept_model.h"

#include "app/project/json_text.h"
#include "widgets/look.h"

#include <QIcon>

namespace quell {
namespace {

QString phraseOf(const Json &item) { return textOf(item, "phrase").simplified(); }

QStringList listOf(const Json &item, const char *key)
{
    return item.is_object() && item.contains(key) ? textsOf(item[key]) : QStringList();
}

bool same(const QString &a, const QString &b) { return a.simplified().compare(b.simplified(), Qt::CaseInsensitive) == 0; }

QString anchorText(const Json &item)
{
    const auto anchor = textOf(item, "anchor").simplified();
    return anchor.isEmpty() ? ConceptModel::tr("taken out") : anchor;
}

// "a red apple", "neon" -> "a red apple, neon style"
QString inStyle(const QString &object, const QString &style)
{
    return style.endsWith(QLatin1String("style"), Qt::CaseInsensitive) ? QStringLiteral("%1, %2").arg(object, style) : QStringLiteral("%1, %2 style").arg(object, style);
}

QString withArticle(const QString &phrase)
{
    return (QStringLiteral("aeiou").contains(phrase.left(1).toLower()) ? QStringLiteral("an ") : QStringLiteral("a ")) + phrase;
}

// How a prompt shows `phrase`, in three ways. Prompts are what the model was taught: English, and not translated.
QStringList promptsFor(const QString &kind, const QString &phrase)
{
    if (phrase.isEmpty())
        return {};
    if (kind == QLatin1String("style"))
        return {inStyle(QStringLiteral("a red apple"), phrase), inStyle(QStringLiteral("a rocket"), phrase), inStyle(QStringLiteral("a house"), phrase)};
    if (kind == QLatin1String("person"))
        return {QStringLiteral("a portrait of ") + phrase, QStringLiteral("a photo of %1 in the street").arg(phrase), phrase + QStringLiteral(" reading a book")};
    if (kind == QLatin1String("unsafe"))
        return {phrase, QStringLiteral("a photo, ") + phrase, QStringLiteral("a painting, ") + phrase};
    if (kind == QLatin1String("attribute"))
        return {withArticle(phrase) + QStringLiteral(" apple"), withArticle(phrase) + QStringLiteral(" house"), QStringLiteral("a picture of %1 car").arg(withArticle(phrase))};
    return {withArticle(phrase), QStringLiteral("a photo of ") + withArticle(phrase), withArticle(phrase) + QStringLiteral(" on a table")};
}

} // namespace

QString conceptName(const Json &concept_)
{
    const auto name = textOf(concept_, "name").simplified();
    return name.isEmpty() ? phraseOf(concept_) : name;
}

QString kindWord(const QString &kind)
{
    if (kind == QLatin1String("object"))
        return ConceptModel::tr("object");
    if (kind == QLatin1String("person"))
        return ConceptModel::tr("person");
    if (kind == QLatin1String("unsafe"))
        return ConceptModel::tr("unsafe");
    if (kind == QLatin1String("attribute"))
        return ConceptModel::tr("attribute");
    return ConceptModel::tr("style");
}

Json newConcept(const Json &concepts, const QString &name)
{
    const auto taken = [&](const QString &wanted) {
        return concepts.is_array() && std::any_of(concepts.begin(), concepts.end(), [&](const Json &item) { return same(conceptName(item), wanted); });
    };
    auto free = name;
    for (int number = 2; taken(free); ++number)
        free = QStringLiteral("%1 %2").arg(name).arg(number);
    return Json{{"name", free.toStdString()}, {"kind", "style"}, {"phrase", ""}, {"synonyms", Json::array()}, {"neighbours", Json::array()}};
}

QString ConceptProblems::first() const
{
    for (const auto &problem : {phrase, name, synonyms, anchor, neighbours})
        if (!problem.isEmpty())
            return problem;
    return {};
}

ConceptProblems checkConcept(const Json &concepts, int row)
{
    ConceptProblems problems;
    const auto &item = concepts[std::size_t(row)];
    const auto phrase = phraseOf(item), anchor = textOf(item, "anchor").simplified(), name = conceptName(item);
    if (phrase.isEmpty())
        problems.phrase = ConceptModel::tr("Write how prompts name it. Without a phrase nothing can be suppressed.");
    else if (same(phrase, anchor))
        problems.anchor = ConceptModel::tr("This is the phrase itself: the prompts would stay as they are. Choose another word, or leave it empty.");
    for (std::size_t i = 0; i < concepts.size(); ++i)
        if (int(i) != row && !name.isEmpty() && same(conceptName(concepts[i]), name))
            problems.name = ConceptModel::tr("Another concept is called so. Scores could not be told apart.");
    for (const auto &neighbour : listOf(item, "neighbours"))
        if (same(neighbour, phrase) || listOf(item, "synonyms").contains(neighbour, Qt::CaseInsensitive))
            problems.neighbours = ConceptModel::tr("“%1” is what is suppressed, so that it cannot survive. Remove it here or from the phrase and its synonyms.").arg(neighbour);
    return problems;
}

void addMatches(ConceptProblems &problems, const QVector<PromptMatch> &neighbours, const PromptMatch &anchor)
{
    for (const auto &match : neighbours)
        if (problems.neighbours.isEmpty() && !match.concepts.isEmpty())
            problems.neighbours = ConceptModel::tr("“%1” names the concept %2: it would be suppressed, not kept.").arg(match.prompt, match.concepts.first());
    if (problems.anchor.isEmpty() && !anchor.concepts.isEmpty())
        problems.anchor = ConceptModel::tr("“%1” names the concept %2: its prompts would not become harmless.").arg(anchor.prompt, anchor.concepts.first());
}

SamplePrompts suggestPrompts(const Json &concept_)
{
    const auto kind = textOf(concept_, "kind");
    SamplePrompts prompts;
    prompts.target = promptsFor(kind, phraseOf(concept_));
    const auto neighbours = listOf(concept_, "neighbours").mid(0, 3);
    for (int i = 0; i < neighbours.size(); ++i)
        prompts.neighbour << promptsFor(kind, neighbours[i]).value(i % 3);
    prompts.unrelated = QStringList{QStringLiteral("an owl"), QStringLiteral("a house by the sea")};
    return prompts;
}

void ConceptModel::setConcepts(const Json &concepts)
{
    Json list = concepts.is_array() ? concepts : Json::array();
    if (list == m_concepts)
        return;
    if (list.size() == m_concepts.size()) {
        m_concepts = std::move(list);
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
        return;
    }
    beginResetModel();
    m_concepts = std::move(list);
    endResetModel();
}

QVariant ConceptModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const auto &item = m_concepts[std::size_t(index.row())];
    const auto kind = textOf(item, "kind");
    const auto name = conceptName(item).isEmpty() ? tr("No phrase yet") : conceptName(item);
    //: kind of a concept and what its prompts become
    const auto becomes = tr("%1 → %2").arg(kindWord(kind), anchorText(item));
    switch (role) {
    case Qt::DisplayRole: return name;
    case Qt::DecorationRole: return look::icon(kind.isEmpty() ? QStringLiteral("style") : kind);
    case Qt::ToolTipRole: return phraseOf(item);
    case Qt::AccessibleTextRole: return tr("%1, %2, weight %3").arg(name, becomes, QLocale().toString(numberOf(item, "weight", 1)));
    case KindRole: return kind;
    case BecomesRole: return becomes;
    case WeightRole: return numberOf(item, "weight", 1);
    case ProblemRole: return checkConcept(m_concepts, index.row()).first();
    default: return {};
    }
}

} // namespace quell
