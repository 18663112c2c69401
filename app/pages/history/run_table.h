// The runs as rows, and the filter in front of them.
#pragma once

#include "app/run/run_record.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>
#include <QVector>

namespace quell {

class RunTable : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Pictures, Run, Method, Suppressed, Kept, InPrompt, Time, Disk, When, ColumnCount };
    enum Role { SortRole = Qt::UserRole + 1, StateRole };
    using QAbstractTableModel::QAbstractTableModel;

    // Rows that stay keep their place in views: selection and scroll position survive.
    void setRuns(const QVector<RunRecord> &runs);
    const RunRecord &run(int row) const { return m_runs[row]; }
    const QVector<RunRecord> &runs() const { return m_runs; }
    void retranslate();

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QVariant display(const RunRecord &run, int column) const;
    QVariant sortKey(const RunRecord &run, int column) const;
    QString description(const RunRecord &run, int column) const;
    QVector<RunRecord> m_runs;
};

class RunFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    enum Kind { All, Finished, Interrupted };
    explicit RunFilter(RunTable *table, QObject *parent = nullptr);
    void setKind(Kind kind);
    void setText(const QString &text); // words, all of which must occur in name, concepts, method, tags or notes
    static bool fits(const RunRecord &run, Kind kind);

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;

private:
    RunTable *m_table;
    Kind m_kind = All;
    QStringList m_words;
};

} // namespace quell
