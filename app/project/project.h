// A project: a folder with project.json {"version", "name", "draft"}, runs/ and queue.json. The draft is the next run's run.json in the
// making (engine/run/run_spec.h: the same keys, paths relative to the project's folder). Editing is undoable; what is edited is saved
// a second later, off the GUI thread, whole or not at all.
#pragma once

#include "formats/json.h"

#include <QObject>
#include <QTimer>
#include <QUndoStack>

#include <memory>

namespace quell {

// A spec (engine/run/run_spec.h) whose relative paths, taken from `folder`, are made absolute.
Json withAbsolutePaths(Json spec, const QString &folder);
// A path where nothing is yet: the wanted one, or with "-2", "-3" … after it.
QString freePath(const QString &wanted);

class Project : public QObject {
    Q_OBJECT
public:
    // Opens folder/project.json. Errors: NotFound, Malformed (the file is left as it is).
    static Result<std::unique_ptr<Project>> open(const QString &folder);
    // Makes the folder with a draft; an existing project.json is an error.
    static Result<std::unique_ptr<Project>> create(const QString &folder, const QString &name, Json draft);
    ~Project() override; // saves what is not saved yet

    const QString &folder() const { return m_folder; }
    const QString &name() const { return m_name; }
    QString runsFolder() const;
    QString modelsFolder() const; // of models made here: pruned, edited
    QString absolutePath(const QString &relative) const; // taken from the project's folder
    QString relativePath(const QString &absolute) const; // what lies outside the folder stays absolute

    const Json &draft() const { return m_draft; }
    // The draft with paths that hold in any folder.
    Json draftElsewhere() const;
    // The draft's value at a pointer ("/lower/data"); null where there is none.
    Json value(const QString &pointer) const;
    QString text(const QString &pointer) const; // "" where there is none
    // Undoable; `text` names the edit in the menu. Edits of the same pointer within two seconds of one another become one. A null value removes the key.
    void set(const QString &pointer, Json value, const QString &text);
    QUndoStack *undoStack() { return &m_undo; }

Q_SIGNALS:
    void draftChanged(const QString &pointer); // at or below which something changed
    void saveFailed(const QString &message);

private:
    friend class DraftEdit;
    Project(QString folder, QString name, Json draft);
    void apply(const QString &pointer, const Json &value);
    void save();

    QString m_folder, m_name;
    Json m_draft;
    QUndoStack m_undo;
    QTimer m_saveTimer;
};

} // namespace quell
