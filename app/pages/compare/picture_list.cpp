#include "app/pages/compare/picture_list.h"

#include "widgets/look.h"

#include <QIcon>

namespace quell {

PictureList::PictureList(int side, QObject *parent) : QAbstractListModel(parent), m_loader(QSize(side, side))
{
    connect(&m_loader, &ThumbnailLoader::loaded, this, [this](const QString &path) {
        for (int row = 0; row < m_entries.size(); ++row)
            if (m_entries[row].path == path)
                Q_EMIT dataChanged(index(row), index(row), {Qt::DecorationRole});
    });
}

void PictureList::setEntries(const QVector<Entry> &entries)
{
    const auto common = std::min(entries.size(), m_entries.size());
    if (entries.size() < m_entries.size()) {
        beginRemoveRows({}, int(entries.size()), int(m_entries.size()) - 1);
        m_entries.resize(entries.size());
        endRemoveRows();
    }
    for (int row = 0; row < common; ++row)
        if (m_entries[row] != entries[row]) {
            m_entries[row] = entries[row];
            Q_EMIT dataChanged(index(row), index(row));
        }
    if (entries.size() > m_entries.size()) {
        beginInsertRows({}, int(m_entries.size()), int(entries.size()) - 1);
        m_entries = entries;
        endInsertRows();
    }
}

void PictureList::setObscured(bool obscured)
{
    if (obscured == m_obscured)
        return;
    m_obscured = obscured;
    if (!m_entries.isEmpty())
        Q_EMIT dataChanged(index(0), index(int(m_entries.size()) - 1), {Qt::DecorationRole});
}

int PictureList::rowCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : int(m_entries.size()); }

QPixmap PictureList::picture(const QString &path) const
{
    const auto pixmap = path.isEmpty() ? QPixmap() : m_loader.get(path);
    if (pixmap.isNull()) { // its place is kept
        QPixmap empty(m_loader.size());
        empty.fill(look::behindPictures());
        return empty;
    }
    return m_obscured ? pixmap.scaled(3, 3, Qt::IgnoreAspectRatio, Qt::SmoothTransformation).scaled(m_loader.size(), Qt::IgnoreAspectRatio, Qt::SmoothTransformation) : pixmap;
}

QVariant PictureList::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto &entry = m_entries[index.row()];
    if (role == Qt::DisplayRole || role == Qt::ToolTipRole)
        return entry.text;
    if (role != Qt::DecorationRole || entry.heading)
        return {};
    QIcon icon; // the same when chosen: a tint would falsify it
    const auto pixmap = picture(entry.path);
    icon.addPixmap(pixmap, QIcon::Normal);
    icon.addPixmap(pixmap, QIcon::Selected);
    return icon;
}

Qt::ItemFlags PictureList::flags(const QModelIndex &index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    return m_entries[index.row()].heading ? Qt::ItemFlags(Qt::ItemNeverHasChildren) : Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
}

} // namespace quell
