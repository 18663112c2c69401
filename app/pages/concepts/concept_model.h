// The draft's concepts as a list, what is wrong with them, and prompts that show them.
#pragma once

#include "app/pages/concepts/prompt_match.h"

#include <QAbstractListModel>

namespace quell {

QString conceptName(const Json &concept_); // its name, or else its phrase
QString kindWord(const QString &kind);     // translated: "style"
Json newConcept(const Json &concepts, const QString &name); // numbered if the name is taken

// What is wrong with a concept, by the field that it belongs to; empty: nothing.
struct ConceptProblems {
    QString name, phrase, anchor, synonyms, neighbours;
    QString first() const; // the first of them
};
// What shows without the engine: empty, doubled, equal. Translated.
ConceptProblems checkConcept(const Json &concepts, int row);
// What the engine's rule adds: an anchor or neighbours that name a concept.
void addMatches(ConceptProblems &problems, const QVector<PromptMatch> &neighbours, const PromptMatch &anchor);

struct SamplePrompts {
    QStringList target, neighbour, unrelated;
};
// Plain prompts in which the concept and its neighbours show.
SamplePrompts suggestPrompts(const Json &concept_);

class ConceptModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { KindRole = Qt::UserRole + 1, BecomesRole, WeightRole, ProblemRole };
    using QAbstractListModel::QAbstractListModel;
    // As many as before: rows change; else the model is reset.
    void setConcepts(const Json &concepts);
    const Json &concepts() const { return m_concepts; }

    int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : int(m_concepts.size()); }
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

private:
    Json m_concepts = Json::array();
};

} // namespace quell
