// Runs that wait: frozen specs in the project's queue.json, run one after the other. After an unclean end it opens paused, and a run that was
// interrupted is never started again by itself.
#pragma once

#include "formats/json.h"

#include <QAbstractListModel>
#include <QThreadPool>

namespace quell {

class RunQueue : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { NameRole = Qt::UserRole + 1, ConceptRole, StepsRole };
    explicit RunQueue(QObject *parent = nullptr);

    // Reads queue.json (absent: empty). `clean`: the last session ended cleanly; else the queue is paused.
    Status open(const QString &file, bool clean);
    void add(const Json &spec);
    void remove(int row);
    void move(int from, int to);
    bool paused() const;
    void setPaused(bool paused);
    std::optional<Json> takeNext(); // nothing while paused or empty

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

Q_SIGNALS:
    void pausedChanged(bool paused);
    void saveFailed(const QString &message);

private:
    void save();
    QString m_file;
    std::vector<Json> m_specs;
    bool m_paused = false;
    QThreadPool m_writer; // last: its destructor waits for what is being written
};

} // namespace quell
