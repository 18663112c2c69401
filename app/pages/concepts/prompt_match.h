// Which prompts name a concept and what they become: the engine's own rule, asked of it (quell-engine match).
#pragma once

#include "app/engine/engine_tool.h"

#include <QPointer>
#include <QTemporaryFile>
#include <QTimer>
#include <QVector>

namespace quell {

struct PromptMatch {
    QString prompt, becomes;
    QStringList concepts; // names
    struct Range {
        int begin = 0, end = 0; // in `prompt`
    };
    QVector<Range> mentions;
};

// The draft's concepts as far as the engine takes them: those without a phrase, and empty synonyms, are left out while they are being written.
Json usableConcepts(const Json &concepts);
QVector<PromptMatch> readMatches(const Json &answer);
// Writes concepts where a command's --concepts can read them; "" and a message in `why` if that fails.
QString writeConcepts(QTemporaryFile &file, const Json &concepts, QString *why = nullptr);

class PromptMatcher : public QObject {
    Q_OBJECT
public:
    explicit PromptMatcher(QObject *parent = nullptr);
    // A third of a second later, unless asked again by then; the answer to an older question is not told.
    void ask(const Json &concepts, const QStringList &prompts);

Q_SIGNALS:
    void matched(const QVector<PromptMatch> &matches); // one for each prompt asked, in order
    void failed(const QString &message);

private:
    void run();
    QTimer m_wait;
    Json m_concepts;
    QStringList m_prompts;
    QTemporaryFile m_file;
    QPointer<EngineTool> m_tool;
};

} // namespace quell
