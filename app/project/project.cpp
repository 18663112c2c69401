#include "app/project/project.h"

#include "app/project/json_text.h"

#include <QDir>
#include <QFileInfo>
#include <QThreadPool>
#include <QUndoCommand>

namespace quell {
namespace {

constexpr int version = 1;
// Where the draft holds paths (engine/run/run_spec.h).
constexpr const char *pathKeys[] = {"/teacher", "/student", "/reference", "/filtered", "/lower/data",
                                    "/evaluation/evaluator", "/evaluation/vocabulary", "/evaluation/templates", "/evaluation/drawings"};

fs::path pathOf(const QString &path) { return fs::path(path.toStdU16String()); }
QString fileOf(const QString &folder) { return folder + QStringLiteral("/project.json"); }

Json::json_pointer pointerOf(const QString &pointer) { return Json::json_pointer(pointer.toStdString()); }

// One thread, so that a later save is never overtaken by an earlier one.
QThreadPool *savePool()
{
    static auto *pool = [] {
        auto *made = new QThreadPool;
        made->setMaxThreadCount(1);
        return made;
    }();
    return pool;
}

std::string textOfProject(const QString &name, const Json &draft)
{
    return Json{{"version", version}, {"name", name.toStdString()}, {"draft", draft}}.dump(2) + "\n";
}

} // namespace

Json withAbsolutePaths(Json spec, const QString &folder)
{
    for (const char *pointer : pathKeys) {
        const Json::json_pointer at(pointer);
        if (spec.contains(at) && spec.at(at).is_string())
            spec[at] = toJson(QDir::cleanPath(QDir(folder).absoluteFilePath(toQString(spec.at(at)))));
    }
    const Json::json_pointer sets("/lower/datasets");
    for (std::size_t i = 0; spec.contains(sets) && spec[sets].is_array() && i < spec[sets].size(); ++i) {
        auto &set = spec[sets][i];
        if (const auto data = textOf(set, "data"); !data.isEmpty())
            set["data"] = toJson(QDir::cleanPath(QDir(folder).absoluteFilePath(data)));
    }
    return spec;
}

class DraftEdit : public QUndoCommand {
public:
    DraftEdit(Project &project, QString pointer, Json before, Json after, const QString &text)
        : QUndoCommand(text), m_project(project), m_pointer(std::move(pointer)), m_before(std::move(before)), m_after(std::move(after))
    {
        m_clock.start();
    }
    void redo() override { m_project.apply(m_pointer, m_after); }
    void undo() override { m_project.apply(m_pointer, m_before); }
    int id() const override { return 1; }
    bool mergeWith(const QUndoCommand *other) override
    {
        const auto *edit = static_cast<const DraftEdit *>(other);
        if (edit->m_pointer != m_pointer || m_clock.elapsed() > 2000)
            return false;
        m_after = edit->m_after;
        m_clock.restart();
        return true;
    }

private:
    Project &m_project;
    QString m_pointer;
    Json m_before, m_after;
    QElapsedTimer m_clock;
};

Result<std::unique_ptr<Project>> Project::open(const QString &folder)
{
    QUELL_ASSIGN(const Json json, read_json(pathOf(fileOf(folder))));
    JsonReader reader(json, fileOf(folder).toStdString());
    const auto found = reader.integer("version");
    const auto name = reader.text("name");
    Json draft = reader.raw("draft");
    QUELL_TRY(reader.status());
    if (found > version)
        return fail(ErrorCode::Unsupported, "was written by a newer Quell; open it with that one", fileOf(folder).toStdString());
    if (!draft.is_object())
        return fail(ErrorCode::Malformed, "must be an object", fileOf(folder).toStdString() + " draft");
    return std::unique_ptr<Project>(new Project(QDir(folder).absolutePath(), QString::fromStdString(name), std::move(draft)));
}

Result<std::unique_ptr<Project>> Project::create(const QString &folder, const QString &name, Json draft)
{
    if (QFileInfo::exists(fileOf(folder)))
        return fail(ErrorCode::Usage, "holds a project already; open it instead", folder.toStdString());
    QUELL_TRY(make_writable_folder(pathOf(folder + QStringLiteral("/runs"))));
    QUELL_TRY(write_atomically(pathOf(fileOf(folder)), textOfProject(name, draft)));
    return open(folder);
}

Project::Project(QString folder, QString name, Json draft) : m_folder(std::move(folder)), m_name(std::move(name)), m_draft(std::move(draft))
{
    m_saveTimer.setSingleShot(true);
    m_saveTimer.setInterval(1000);
    connect(&m_saveTimer, &QTimer::timeout, this, &Project::save);
}

Project::~Project()
{
    if (m_saveTimer.isActive())
        save();
    savePool()->waitForDone();
}

QString freePath(const QString &wanted)
{
    auto path = wanted;
    for (int number = 2; QFileInfo::exists(path); ++number)
        path = wanted + QStringLiteral("-%1").arg(number);
    return path;
}

QString Project::modelsFolder() const { return m_folder + QStringLiteral("/models"); }
QString Project::runsFolder() const { return m_folder + QStringLiteral("/runs"); }
QString Project::absolutePath(const QString &relative) const { return relative.isEmpty() ? QString() : QDir::cleanPath(QDir(m_folder).absoluteFilePath(relative)); }

QString Project::relativePath(const QString &absolute) const
{
    const auto relative = QDir(m_folder).relativeFilePath(absolute);
    return relative.startsWith(QLatin1String("..")) ? absolute : relative;
}

Json Project::value(const QString &pointer) const
{
    const auto at = pointerOf(pointer);
    return m_draft.contains(at) ? m_draft.at(at) : Json();
}

Json Project::draftElsewhere() const { return withAbsolutePaths(m_draft, m_folder); }
QString Project::text(const QString &pointer) const { return toQString(value(pointer)); }

void Project::set(const QString &pointer, Json value, const QString &text)
{
    auto before = this->value(pointer);
    if (before != value)
        m_undo.push(new DraftEdit(*this, pointer, std::move(before), std::move(value), text));
}

void Project::apply(const QString &pointer, const Json &value)
{
    const auto at = pointerOf(pointer);
    if (!value.is_null() || at.empty()) {
        m_draft[at] = value;
    } else if (m_draft.contains(at)) {
        auto &parent = m_draft.at(at.parent_pointer());
        parent.is_array() ? parent.erase(std::stoul(at.back())) : void(parent.erase(at.back()));
    }
    m_saveTimer.start();
    Q_EMIT draftChanged(pointer);
}

void Project::save()
{
    m_saveTimer.stop();
    savePool()->start([file = fileOf(m_folder), text = textOfProject(m_name, m_draft), self = QPointer<Project>(this)] {
        const auto written = write_atomically(pathOf(file), text);
        if (!written)
            QMetaObject::invokeMethod(qApp, [self, message = QString::fromStdString(to_string(written.error()))] {
                if (self)
                    Q_EMIT self->saveFailed(message);
            }, Qt::QueuedConnection);
    });
}

} // namespace quell
