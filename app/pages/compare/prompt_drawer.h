// Draws a typed prompt with models of runs, one after the other, into a folder that goes with the program.
#pragma once

#include "app/engine/engine_tool.h"
#include "app/pages/compare/compare_sources.h"

#include <QHash>
#include <QPointer>
#include <QTemporaryDir>

namespace quell {

class PromptDrawer : public QObject {
    Q_OBJECT
public:
    struct Job {
        QString run, model;
        Json spec;
        bool complete = false; // the student's final weights are there
    };
    using QObject::QObject;

    // In place of what is still being drawn.
    void draw(const QString &prompt, const QVector<Job> &jobs);
    void cancel();
    bool isDrawing() const { return !m_jobs.isEmpty(); }
    const QStringList &prompts() const { return m_prompts; } // in the order drawn
    QString picture(const QString &prompt, const QString &run, const QString &model) const; // empty: none (yet)
    const QString &error() const { return m_error; } // of the newest prompt
    static QStringList arguments(const QString &prompt, const Job &job, const QString &folder);

Q_SIGNALS:
    void changed(); // a picture was drawn, or drawing began or ended
    void drawing(const QString &model);
    void failed(const QString &model); // for error(); the others are drawn nevertheless

private:
    void next();
    void finish(const Result<Json> &result);
    static QString key(const QString &prompt, const QString &run, const QString &model) { return QStringList{prompt, run, model}.join(QLatin1Char('\n')); }

    QTemporaryDir m_folder;
    QString m_prompt, m_error;
    QStringList m_prompts;
    QVector<Job> m_jobs; // the first is under way
    QPointer<EngineTool> m_tool;
    QHash<QString, QString> m_pictures;
    int m_count = 0;
};

} // namespace quell
