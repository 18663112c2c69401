#include "app/pages/data/dataset.h"

#include "app/project/json_text.h"

#include <QFileInfo>

#include <algorithm>

namespace quell {
namespace {

DatasetPicture::Reason reasonOf(const QString &name)
{
    using Reason = DatasetPicture::Reason;
    static const std::pair<QLatin1String, Reason> reasons[] = {{QLatin1String("no caption"), Reason::NoCaption}, {QLatin1String("unknown type"), Reason::UnknownType},
        {QLatin1String("missing"), Reason::Missing}, {QLatin1String("outside the folder"), Reason::OutsideFolder}};
    for (const auto &[text, reason] : reasons)
        if (name == text)
            return reason;
    return Reason::Unreadable;
}

const Json &listOf(const Json &object, const char *key)
{
    static const Json none = Json::array();
    return object.is_object() && object.contains(key) && object[key].is_array() ? object[key] : none;
}

Json configOf(const QString &file)
{
    const auto json = QFileInfo::exists(file) ? read_json(file.toStdString()) : Result<Json>(Json());
    return json ? *json : Json();
}

} // namespace

qint64 Dataset::excluded() const
{
    return std::count_if(pictures.begin(), pictures.end(), [](const auto &picture) { return picture.excluded(); });
}

QHash<QString, QString> Dataset::unreadable() const
{
    QHash<QString, QString> found;
    for (const auto &picture : pictures)
        if (picture.reason == DatasetPicture::Reason::Unreadable)
            found.insert(picture.file, picture.detail);
    return found;
}

void Dataset::exclude(const QHash<QString, QString> &unreadable)
{
    for (auto &picture : pictures) {
        if (picture.excluded() || !unreadable.contains(picture.file))
            continue;
        --(picture.concepts.isEmpty() ? lower : upper);
        picture.concepts.clear();
        picture.reason = DatasetPicture::Reason::Unreadable;
        picture.detail = unreadable[picture.file];
    }
}

Dataset readDataset(const Json &listing)
{
    Dataset dataset;
    dataset.folder = textOf(listing, "folder");
    dataset.lower = integerOf(listing, "lower");
    dataset.upper = integerOf(listing, "upper");
    for (const auto &item : listOf(listing, "pictures")) {
        DatasetPicture picture;
        picture.file = textOf(item, "file");
        picture.caption = textOf(item, "caption");
        picture.size = QSize(int(integerOf(item, "width", -1)), int(integerOf(item, "height", -1)));
        picture.concepts = textsOf(listOf(item, "concepts"));
        dataset.pictures << picture;
    }
    for (const auto &item : listOf(listing, "excluded")) {
        DatasetPicture picture;
        picture.file = textOf(item, "file");
        picture.reason = reasonOf(textOf(item, "reason"));
        picture.detail = textOf(item, "detail");
        dataset.pictures << picture;
    }
    for (const auto &item : listOf(listing, "concepts"))
        dataset.concepts << Dataset::Naming{textOf(item, "name"), integerOf(item, "naming"), textsOf(listOf(item, "warnings"))};
    std::sort(dataset.pictures.begin(), dataset.pictures.end(), [](const auto &a, const auto &b) { return a.file < b.file; });
    return dataset;
}

bool passes(const DatasetPicture &picture, DatasetFilter filter, int side)
{
    using Reason = DatasetPicture::Reason;
    switch (filter) {
    case DatasetFilter::All: return true;
    case DatasetFilter::NamesConcept: return !picture.concepts.isEmpty();
    case DatasetFilter::Excluded: return picture.excluded();
    case DatasetFilter::NoCaption: return picture.reason == Reason::NoCaption;
    case DatasetFilter::Unreadable: return picture.reason == Reason::Unreadable;
    case DatasetFilter::UnknownType: return picture.reason == Reason::UnknownType;
    case DatasetFilter::Missing: return picture.reason == Reason::Missing;
    case DatasetFilter::OutsideFolder: return picture.reason == Reason::OutsideFolder;
    case DatasetFilter::Small: return picture.size.isValid() && std::min(picture.size.width(), picture.size.height()) < side;
    case DatasetFilter::Duplicate: return picture.duplicate;
    }
    return true;
}

int sideOfModel(const QString &pipeline)
{
    const auto latent = integerOf(configOf(pipeline + QStringLiteral("/unet/config.json")), "sample_size");
    const auto blocks = listOf(configOf(pipeline + QStringLiteral("/vae/config.json")), "block_out_channels").size();
    return blocks > 0 ? int(latent << (blocks - 1)) : 0;
}

} // namespace quell
