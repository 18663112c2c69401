#include "app/run/run_queue.h"

#include "app/project/json_text.h"

#include <QFileInfo>
#include <QLocale>
#include <QMetaObject>

namespace quell {
namespace {

constexpr int version = 1;

QString concepts(const Json &spec)
{
    QStringList names;
    if (spec.contains("concepts") && spec["concepts"].is_array())
        for (const auto &item : spec["concepts"])
            names << textOf(item, "name");
    return QLocale().createSeparatedList(names);
}

} // namespace

RunQueue::RunQueue(QObject *parent) : QAbstractListModel(parent)
{
    m_writer.setMaxThreadCount(1); // files are written in the order of the changes
}

Status RunQueue::open(const QString &file, bool clean)
{
    Json json{{"version", version}, {"paused", false}, {"runs", Json::array()}};
    if (QFileInfo::exists(file)) {
        QUELL_ASSIGN(json, read_json(file.toStdString()));
    }
    JsonReader reader(json, file.toStdString());
    if (const auto found = reader.integer("version"); found != version)
        reader.reject("version", "this Quell reads version " + std::to_string(version));
    const bool paused = reader.boolean("paused", false);
    const auto &runs = reader.raw("runs");
    QUELL_TRY(reader.status());
    if (!runs.is_array() || !std::all_of(runs.begin(), runs.end(), [](const Json &spec) { return spec.is_object(); }))
        return fail(ErrorCode::Malformed, "must be a list of runs", file.toStdString() + ": runs");
    beginResetModel();
    m_file = file;
    m_specs.assign(runs.begin(), runs.end());
    endResetModel();
    m_paused = paused || (!clean && !m_specs.empty());
    Q_EMIT pausedChanged(m_paused);
    return {};
}

void RunQueue::add(const Json &spec)
{
    const auto row = static_cast<int>(m_specs.size());
    beginInsertRows({}, row, row);
    m_specs.push_back(spec);
    endInsertRows();
    save();
}

void RunQueue::remove(int row)
{
    if (row < 0 || row >= rowCount())
        return;
    beginRemoveRows({}, row, row);
    m_specs.erase(m_specs.begin() + row);
    endRemoveRows();
    save();
}

void RunQueue::move(int from, int to)
{
    if (from == to || from < 0 || to < 0 || from >= rowCount() || to >= rowCount())
        return;
    beginMoveRows({}, from, from, {}, to > from ? to + 1 : to);
    auto spec = std::move(m_specs[static_cast<std::size_t>(from)]);
    m_specs.erase(m_specs.begin() + from);
    m_specs.insert(m_specs.begin() + to, std::move(spec));
    endMoveRows();
    save();
}

bool RunQueue::paused() const
{
    return m_paused;
}

void RunQueue::setPaused(bool paused)
{
    if (paused == m_paused)
        return;
    m_paused = paused;
    save();
    Q_EMIT pausedChanged(paused);
}

std::optional<Json> RunQueue::takeNext()
{
    if (m_paused || m_specs.empty())
        return {};
    auto spec = m_specs.front();
    remove(0);
    return spec;
}

int RunQueue::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_specs.size());
}

QVariant RunQueue::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto &spec = m_specs[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case NameRole: return textOf(spec, "name");
    case ConceptRole: return concepts(spec);
    case StepsRole: return integerOf(spec, "steps");
    default: return {};
    }
}

void RunQueue::save()
{
    if (m_file.isEmpty())
        return;
    Json runs = Json::array();
    for (const auto &spec : m_specs)
        runs.push_back(spec);
    m_writer.start([json = Json{{"version", version}, {"paused", m_paused}, {"runs", std::move(runs)}}, file = m_file.toStdString(), this] { // the pool ends before this does
        const auto written = write_atomically(file, json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
        if (written)
            return;
        const auto message = tr("The queue was not saved: %1. It is kept while this window is open.").arg(QString::fromStdString(to_string(written.error())));
        QMetaObject::invokeMethod(this, [this, message] { Q_EMIT saveFailed(message); }, Qt::QueuedConnection);
    });
}

} // namespace quell
