#include "app/pages/compare/prompt_drawer.h"

#include "app/project/json_text.h"

namespace quell {

QStringList PromptDrawer::arguments(const QString &prompt, const Job &job, const QString &folder)
{
    const Json none = Json::object();
    const Json &samples = job.spec.contains("samples") ? job.spec["samples"] : none;
    QStringList arguments{QStringLiteral("sample"), textOf(job.spec, "teacher"), folder, QStringLiteral("-p"), prompt, QStringLiteral("--json")};
    if (job.model == QLatin1String("student") && !job.complete)
        arguments << QStringLiteral("--checkpoint") << job.run;
    else if (job.model == QLatin1String("student"))
        arguments << QStringLiteral("--unet") << QString(job.run + QStringLiteral("/student"));
    else if (job.model != QLatin1String("teacher"))
        arguments << QStringLiteral("--unet") << weightsOf(job.spec, job.model);
    arguments << QStringLiteral("--sampler") << samplerOf(job.spec) << QStringLiteral("--steps") << QString::number(integerOf(samples, "steps", 20)) << QStringLiteral("--guidance")
              << QString::number(numberOf(samples, "guidance", 4)) << QStringLiteral("--seed") << QString::number(integerOf(job.spec, "seed", 43));
    if (const auto size = integerOf(job.spec, "size"); size > 0)
        arguments << QStringLiteral("--size") << QString::number(size);
    return arguments;
}

void PromptDrawer::draw(const QString &prompt, const QVector<Job> &jobs)
{
    cancel();
    if (jobs.isEmpty())
        return;
    m_prompt = prompt;
    m_error.clear();
    if (!m_prompts.contains(prompt))
        m_prompts << prompt;
    m_jobs = jobs;
    next();
    Q_EMIT changed();
}

void PromptDrawer::cancel()
{
    if (!isDrawing())
        return;
    delete m_tool;
    m_jobs.clear();
    Q_EMIT changed();
}

void PromptDrawer::next()
{
    const auto folder = m_folder.filePath(QString::number(++m_count));
    m_tool = EngineTool::run(engineProgram(), arguments(m_prompt, m_jobs.first(), folder), this, [this](const Result<Json> &result) { finish(result); });
    Q_EMIT drawing(m_jobs.first().model);
}

void PromptDrawer::finish(const Result<Json> &result)
{
    const auto job = m_jobs.takeFirst();
    if (!result) {
        m_error = QString::fromStdString(to_string(result.error()));
        Q_EMIT failed(job.model);
    } else if (result->is_array() && !result->empty()) {
        m_pictures[key(m_prompt, job.run, job.model)] = textOf((*result)[0], "file");
    }
    if (!m_jobs.isEmpty())
        next();
    Q_EMIT changed();
}

QString PromptDrawer::picture(const QString &prompt, const QString &run, const QString &model) const { return m_pictures.value(key(prompt, run, model)); }

} // namespace quell
