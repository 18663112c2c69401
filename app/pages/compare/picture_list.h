// Pictures with a line of text each, and headings between them.
#pragma once

#include "widgets/thumbnail_loader.h"

#include <QAbstractListModel>
#include <QVector>

namespace quell {

class PictureList : public QAbstractListModel {
    Q_OBJECT
public:
    struct Entry {
        QString text;
        QString path;         // of the picture; empty: none
        bool heading = false; // cannot be chosen
        bool operator==(const Entry &) const = default;
    };
    PictureList(int side, QObject *parent = nullptr); // of the thumbnails, logical pixels

    void setEntries(const QVector<Entry> &entries); // what stays keeps its selection
    const QVector<Entry> &entries() const { return m_entries; }
    void setObscured(bool obscured);
    void setDevicePixelRatio(qreal ratio) { m_loader.setDevicePixelRatio(ratio); }
    int side() const { return m_loader.size().height(); }

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

private:
    QPixmap picture(const QString &path) const;
    QVector<Entry> m_entries;
    mutable ThumbnailLoader m_loader;
    bool m_obscured = false;
};

} // namespace quell
