#include "app/pages/data/dataset_model.h"

#include "widgets/thumbnail_grid.h"

#include <QFileInfo>

#include <algorithm>

namespace quell {

QString textOf(DatasetPicture::Reason reason)
{
    using Reason = DatasetPicture::Reason;
    switch (reason) {
    case Reason::None: return {};
    case Reason::NoCaption: return DatasetModel::tr("no caption");
    case Reason::Unreadable: return DatasetModel::tr("unreadable");
    case Reason::UnknownType: return DatasetModel::tr("unknown type");
    case Reason::Missing: return DatasetModel::tr("missing");
    case Reason::OutsideFolder: return DatasetModel::tr("outside the folder");
    }
    return {};
}

namespace {

QVector<Badge> badgesOf(const DatasetPicture &picture, int side)
{
    QVector<Badge> badges;
    if (picture.excluded())
        badges << Badge{Badge::Kind::Excluded, textOf(picture.reason)};
    for (const auto &name : picture.concepts)
        badges << Badge{Badge::Kind::Concept, name};
    if (passes(picture, DatasetFilter::Small, side))
        badges << Badge{Badge::Kind::Warning, DatasetModel::tr("small")};
    if (picture.duplicate)
        badges << Badge{Badge::Kind::Warning, DatasetModel::tr("duplicate")};
    return badges;
}

QString spokenText(const DatasetPicture &picture, int side)
{
    QStringList parts{picture.file};
    if (!picture.caption.isEmpty())
        parts << picture.caption;
    for (const auto &badge : badgesOf(picture, side))
        parts << badge.word;
    return QLocale().createSeparatedList(parts);
}

} // namespace

void DatasetModel::setDataset(Dataset dataset)
{
    const auto sameFile = [](const DatasetPicture &a, const DatasetPicture &b) { return a.file == b.file; };
    for (auto &picture : dataset.pictures)
        picture.duplicate = m_duplicates.contains(picture.file);
    if (dataset.folder == m_dataset.folder
        && std::equal(dataset.pictures.begin(), dataset.pictures.end(), m_dataset.pictures.begin(), m_dataset.pictures.end(), sameFile)) {
        m_dataset = std::move(dataset);
        changed();
        return;
    }
    beginResetModel();
    m_dataset = std::move(dataset);
    endResetModel();
}

void DatasetModel::setDuplicates(const QSet<QString> &files)
{
    m_duplicates = files;
    for (auto &picture : m_dataset.pictures)
        picture.duplicate = files.contains(picture.file);
    changed();
}

void DatasetModel::setSide(int side)
{
    if (side == m_side)
        return;
    m_side = side;
    changed();
}

void DatasetModel::changed()
{
    if (!m_dataset.pictures.isEmpty())
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
}

void DatasetModel::setCaption(const QString &file, const QString &caption)
{
    const int row = rowOf(file);
    if (row < 0)
        return;
    m_dataset.pictures[row].caption = caption;
    Q_EMIT dataChanged(index(row), index(row));
}

int DatasetModel::rowOf(const QString &file) const
{
    const auto &pictures = m_dataset.pictures;
    const auto found = std::lower_bound(pictures.begin(), pictures.end(), file, [](const DatasetPicture &picture, const QString &name) { return picture.file < name; });
    return found != pictures.end() && found->file == file ? int(found - pictures.begin()) : -1;
}

QString DatasetModel::path(int row) const
{
    return m_dataset.folder + QLatin1Char('/') + m_dataset.pictures[row].file;
}

QVector<qint64> DatasetModel::counts() const
{
    QVector<qint64> counts(datasetFilters, 0);
    for (const auto &picture : m_dataset.pictures)
        for (int filter = 0; filter < datasetFilters; ++filter)
            counts[filter] += passes(picture, DatasetFilter(filter), m_side);
    return counts;
}

QVariant DatasetModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const auto &shown = picture(index.row());
    switch (role) {
    case Qt::DisplayRole: return shown.caption.isEmpty() ? QFileInfo(shown.file).fileName() : shown.caption;
    case Qt::ToolTipRole: return shown.file;
    case Qt::AccessibleTextRole: return spokenText(shown, m_side);
    case ThumbnailGrid::PathRole: {
        using Reason = DatasetPicture::Reason;
        const bool closed = shown.reason == Reason::Missing || shown.reason == Reason::OutsideFolder; // never opened
        return closed ? QString() : path(index.row());
    }
    case ThumbnailGrid::BadgesRole: return QVariant::fromValue(badgesOf(shown, m_side));
    default: return {};
    }
}

DatasetFilterModel::DatasetFilterModel(DatasetModel &model, QObject *parent) : QSortFilterProxyModel(parent), m_model(model)
{
    setSourceModel(&model);
}

void DatasetFilterModel::setFilter(DatasetFilter filter)
{
    m_filter = filter;
    invalidateFilter();
}

void DatasetFilterModel::setWords(const QString &words)
{
    m_words = words.simplified();
    invalidateFilter();
}

bool DatasetFilterModel::filterAcceptsRow(int row, const QModelIndex &) const
{
    const auto &picture = m_model.picture(row);
    return passes(picture, m_filter, m_model.side())
        && (m_words.isEmpty() || picture.caption.contains(m_words, Qt::CaseInsensitive) || picture.file.contains(m_words, Qt::CaseInsensitive));
}

} // namespace quell
