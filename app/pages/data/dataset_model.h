// The pictures of a dataset as a list, and what a filter leaves of it.
#pragma once

#include "app/pages/data/dataset.h"

#include <QAbstractListModel>
#include <QSortFilterProxyModel>

namespace quell {

// Roles: Qt::DisplayRole (caption, or else the file's name), ThumbnailGrid's, Qt::AccessibleTextRole.
class DatasetModel : public QAbstractListModel {
    Q_OBJECT
public:
    using QAbstractListModel::QAbstractListModel;
    // Of the same files as before: rows stay and change; else the model is reset. Duplicates are carried over.
    void setDataset(Dataset dataset);
    void setDuplicates(const QSet<QString> &files);
    void setSide(int side);
    // What a person has just written, until the next listing tells what it means.
    void setCaption(const QString &file, const QString &caption);

    const Dataset &dataset() const { return m_dataset; }
    const DatasetPicture &picture(int row) const { return m_dataset.pictures[row]; }
    int rowOf(const QString &file) const; // -1: none
    QString path(int row) const;
    QVector<qint64> counts() const; // by DatasetFilter
    int side() const { return m_side; }

    int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : int(m_dataset.pictures.size()); }
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

private:
    void changed();
    Dataset m_dataset;
    QSet<QString> m_duplicates;
    int m_side = 0;
};

class DatasetFilterModel : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit DatasetFilterModel(DatasetModel &model, QObject *parent = nullptr);
    void setFilter(DatasetFilter filter);
    void setWords(const QString &words); // in the caption or the file's name
    DatasetFilter filter() const { return m_filter; }

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    DatasetModel &m_model;
    DatasetFilter m_filter = DatasetFilter::All;
    QString m_words;
};

QString textOf(DatasetPicture::Reason reason); // translated: "no caption"

} // namespace quell
