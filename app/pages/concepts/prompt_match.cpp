#include "app/pages/concepts/prompt_match.h"

#include "app/project/json_text.h"

namespace quell {
namespace {

// The engine counts bytes of UTF-8.
int characters(const std::string &text, qint64 bytes)
{
    return int(QString::fromUtf8(text.data(), qsizetype(std::min<std::size_t>(std::max<qint64>(bytes, 0), text.size()))).size());
}

QVector<PromptMatch::Range> rangesOf(const Json &item)
{
    QVector<PromptMatch::Range> ranges;
    if (!item.contains("mentions") || !item["mentions"].is_array())
        return ranges;
    const auto prompt = textOf(item, "prompt").toStdString();
    for (const auto &range : item["mentions"])
        if (range.is_array() && range.size() == 2 && range[0].is_number() && range[1].is_number())
            ranges << PromptMatch::Range{characters(prompt, range[0].get<qint64>()), characters(prompt, range[1].get<qint64>())};
    return ranges;
}

} // namespace

Json usableConcepts(const Json &concepts)
{
    Json usable = Json::array();
    if (!concepts.is_array())
        return usable;
    for (const auto &item : concepts) {
        if (textOf(item, "phrase").trimmed().isEmpty())
            continue;
        Json copy = item;
        if (textOf(copy, "name").trimmed().isEmpty())
            copy.erase("name");
        usable.push_back(std::move(copy));
    }
    return usable;
}

QVector<PromptMatch> readMatches(const Json &answer)
{
    QVector<PromptMatch> matches;
    if (!answer.is_object() || !answer.contains("prompts"))
        return matches;
    for (const auto &item : answer["prompts"])
        matches << PromptMatch{textOf(item, "prompt"), textOf(item, "anchor_prompt"), item.contains("concepts") ? textsOf(item["concepts"]) : QStringList(), rangesOf(item)};
    return matches;
}

QString writeConcepts(QTemporaryFile &file, const Json &concepts, QString *why)
{
    const auto text = concepts.dump();
    if ((file.isOpen() || file.open()) && file.resize(0) && file.seek(0) && file.write(text.data(), qint64(text.size())) == qint64(text.size()) && file.flush())
        return file.fileName();
    if (why)
        *why = file.errorString();
    return {};
}

PromptMatcher::PromptMatcher(QObject *parent) : QObject(parent)
{
    m_wait.setSingleShot(true);
    m_wait.setInterval(300);
    connect(&m_wait, &QTimer::timeout, this, &PromptMatcher::run);
}

void PromptMatcher::ask(const Json &concepts, const QStringList &prompts)
{
    m_concepts = usableConcepts(concepts);
    m_prompts = prompts;
    delete m_tool;
    m_wait.start();
}

void PromptMatcher::run()
{
    if (m_prompts.isEmpty() || m_concepts.empty()) {
        QVector<PromptMatch> same;
        for (const auto &prompt : std::as_const(m_prompts))
            same << PromptMatch{prompt, prompt, {}, {}};
        Q_EMIT matched(same);
        return;
    }
    QString why;
    const auto file = writeConcepts(m_file, m_concepts, &why);
    if (file.isEmpty()) {
        Q_EMIT failed(why);
        return;
    }
    QStringList arguments{QStringLiteral("match"), QStringLiteral("--concepts"), file, QStringLiteral("--json")};
    for (const auto &prompt : std::as_const(m_prompts))
        arguments << QStringLiteral("--prompt=%1").arg(prompt);
    m_tool = EngineTool::run(engineProgram(), arguments, this, [this](const Result<Json> &answer) {
        if (answer)
            Q_EMIT matched(readMatches(*answer));
        else
            Q_EMIT failed(QString::fromStdString(to_string(answer.error())));
    }, 60000);
}

} // namespace quell
