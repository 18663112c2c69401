#include "app/store/run_index.h"

#include "app/run/run_reader.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QHash>
#include <QSqlError>
#include <QSqlQuery>
#include <QUuid>
#include <QVariant>

static void initSchema()
{
    Q_INIT_RESOURCE(store);
}

namespace quell {
namespace {

using namespace Qt::StringLiterals;
using Opening = RunStore::Opening;

const auto memory = u":memory:"_s;
const QStringList stateNames{u"waiting"_s, u"running"_s, u"paused"_s, u"complete"_s, u"stopped"_s, u"interrupted"_s, u"failed"_s}; // as RunState

// Storage that fails is Io; whatever else SQLite has to say means that the file is not what it should be.
tl::unexpected<Error> sqlError(const QSqlError &error)
{
    static const QStringList storage{u"3"_s, u"5"_s, u"6"_s, u"8"_s, u"10"_s, u"13"_s, u"14"_s, u"23"_s}; // SQLITE_PERM, _BUSY, _LOCKED, _READONLY, _IOERR, _FULL, _CANTOPEN, _AUTH
    const auto code = storage.contains(error.nativeErrorCode()) ? ErrorCode::Io : ErrorCode::Malformed;
    return fail(code, error.databaseText().toStdString());
}

class Query {
public:
    Query(const QSqlDatabase &database, const QString &text) : m_query(database)
    {
        m_query.setForwardOnly(true);
        m_prepared = m_query.prepare(text);
    }
    template <class... Values> Status run(const Values &...values)
    {
        if (!m_prepared)
            return sqlError(m_query.lastError());
        int position = 0;
        (m_query.bindValue(position++, values), ...);
        if (!m_query.exec())
            return sqlError(m_query.lastError());
        return {};
    }
    bool next() { return m_query.next(); }
    QVariant value(int column) const { return m_query.value(column); }
    QVariant lastId() const { return m_query.lastInsertId(); }

private:
    QSqlQuery m_query;
    bool m_prepared;
};

Result<QVariant> valueOf(const QSqlDatabase &database, const QString &text)
{
    Query query(database, text);
    QUELL_TRY(query.run());
    return query.next() ? query.value(0) : QVariant();
}

// Rolls back unless committed.
class Transaction {
public:
    explicit Transaction(const QSqlDatabase &database) : m_database(database) {}
    ~Transaction()
    {
        if (m_open)
            m_database.rollback();
    }
    Status begin()
    {
        m_open = m_database.transaction();
        return m_open ? Status() : sqlError(m_database.lastError());
    }
    Status commit()
    {
        if (!m_database.commit())
            return sqlError(m_database.lastError());
        m_open = false;
        return {};
    }

private:
    QSqlDatabase m_database;
    bool m_open = false;
};

QStringList schemaFiles()
{
    initSchema();
    QStringList files;
    for (const auto &name : QDir(u":/store/schema"_s).entryList({u"*.sql"_s}, QDir::Files, QDir::Name))
        files << u":/store/schema/"_s + name;
    return files;
}

int schemaVersion()
{
    return static_cast<int>(schemaFiles().size());
}

Result<int> versionOf(const QSqlDatabase &database)
{
    QUELL_ASSIGN(const auto version, valueOf(database, u"PRAGMA user_version"_s));
    return version.toInt();
}

// What changes whenever a run's record would.
QString stampOf(const QString &folder)
{
    QStringList parts;
    for (const auto &name : {u"run.json"_s, u"events.ndjson"_s, u"metrics.ndjson"_s, u"checkpoints"_s, u"scores.json"_s, u"meta.json"_s}) {
        const QFileInfo info(folder + u'/' + name);
        parts << (info.exists() ? QString::number(info.size()) + u'@' + QString::number(info.lastModified().toMSecsSinceEpoch()) : u"-"_s);
    }
    return parts.join(u' ');
}

// A run that cannot be read is listed with the reason, not left out.
RunRecord recordOf(const QString &folder)
{
    auto record = readRunRecord(folder);
    if (record)
        return *record;
    RunRecord damaged;
    damaged.folder = folder;
    damaged.id = damaged.name = QFileInfo(folder).fileName();
    damaged.state = RunState::Failed;
    damaged.error = QString::fromStdString(to_string(record.error())).simplified();
    return damaged;
}

QString toText(const QDateTime &time)
{
    return time.isValid() ? time.toUTC().toString(Qt::ISODateWithMs) : u""_s;
}

QDateTime toTime(const QVariant &text)
{
    return QDateTime::fromString(text.toString(), Qt::ISODateWithMs);
}

// SQLite tells NULL from an empty text, Qt's null string would become the former.
QString notNull(const QString &text)
{
    return text.isNull() ? u""_s : text;
}

QString moveAside(const QString &file)
{
    const QString aside = file + u".damaged-"_s + QDateTime::currentDateTimeUtc().toString(u"yyyyMMddTHHmmsszzz"_s);
    QFile::remove(file + u"-shm"_s);
    if (QFile::exists(file + u"-wal"_s))
        QFile::rename(file + u"-wal"_s, aside + u"-wal"_s);
    return QFile::rename(file, aside) ? aside : QString();
}

QString cleaned(const QString &folder)
{
    return QDir::cleanPath(QDir(folder).absolutePath());
}

} // namespace

RunIndex::RunIndex() : m_connection(u"run index "_s + QUuid::createUuid().toString(QUuid::WithoutBraces)) {}

RunIndex::~RunIndex()
{
    close();
}

QSqlDatabase RunIndex::database() const
{
    return QSqlDatabase::database(m_connection, false);
}

bool RunIndex::isOpen() const
{
    return QSqlDatabase::contains(m_connection) && database().isOpen();
}

void RunIndex::close()
{
    if (!QSqlDatabase::contains(m_connection))
        return;
    database().close();
    QSqlDatabase::removeDatabase(m_connection);
}

RunIndex::Opened RunIndex::open(const QString &file, const QString &runs)
{
    m_runs = cleaned(runs);
    Opened opened{Opening::Current, {}};
    auto how = tryOpen(m_file = file);
    for (int tries = 0; tries < 3 && (!how || *how == Opening::NewerVersion); ++tries) {
        close();
        if (how) {
            m_file = QFileInfo(file).path() + u"/index-v"_s + QString::number(schemaVersion()) + u".db"_s;
            opened = {Opening::NewerVersion, tr("The index of runs was written by a newer Quell and stays as it is; this version uses %1 beside it. Runs, tags and notes are all there: they lie in the run folders.").arg(QFileInfo(m_file).fileName())};
        } else if (const auto aside = how.error().code == ErrorCode::Malformed ? moveAside(m_file) : QString(); !aside.isEmpty()) {
            opened = {Opening::Rebuilt, tr("The index of runs was damaged. It was moved to %1 and made again from the run folders; nothing is lost.").arg(QFileInfo(aside).fileName())};
        } else {
            m_file = memory;
            opened = {Opening::Failed, tr("The index of runs cannot be written: %1. History works, but all run folders are read again at every start. Make room, or check the folder's permissions.").arg(QString::fromStdString(how.error().message))};
        }
        how = tryOpen(m_file);
    }
    if (opened.how == Opening::Current && how)
        opened.how = *how;
    if (const auto read = sync(); !read)
        opened = {Opening::Failed, QString::fromStdString(to_string(read.error()))};
    return opened;
}

// A newer version's file is only looked at.
Result<Opening> RunIndex::tryOpen(const QString &file)
{
    const bool existed = file != memory && QFileInfo(file).size() > 0;
    if (file != memory)
        QDir().mkpath(QFileInfo(file).absolutePath());
    auto database = QSqlDatabase::addDatabase(u"QSQLITE"_s, m_connection);
    database.setDatabaseName(file);
    database.setConnectOptions(u"QSQLITE_BUSY_TIMEOUT=5000"_s);
    if (!database.open())
        return sqlError(database.lastError());
    QUELL_ASSIGN(const int version, versionOf(database));
    if (version > schemaVersion())
        return Opening::NewerVersion;
    for (const auto &pragma : {u"foreign_keys = ON"_s, u"journal_mode = WAL"_s, u"synchronous = NORMAL"_s, u"trusted_schema = OFF"_s})
        QUELL_TRY(Query(database, u"PRAGMA "_s + pragma).run());
    QUELL_ASSIGN(const auto check, valueOf(database, u"PRAGMA quick_check(1)"_s));
    if (check.toString() != u"ok")
        return fail(ErrorCode::Malformed, check.toString().toStdString(), file.toStdString());
    if (existed && version < schemaVersion())
        QUELL_TRY(backUp(version + 1));
    QUELL_TRY(migrate(version));
    QUELL_TRY(runs());
    return !existed ? Opening::Created : version < schemaVersion() ? Opening::Migrated : Opening::Current;
}

// Before the first of the migrations that are due, which has the number `version`.
Status RunIndex::backUp(int version)
{
    const QString copy = m_file + u".before-%1"_s.arg(version, 3, 10, QLatin1Char('0'));
    QFile::remove(copy);
    return Query(database(), u"VACUUM INTO ?"_s).run(copy);
}

Status RunIndex::migrate(int from)
{
    const auto files = schemaFiles();
    for (int i = from; i < files.size(); ++i) {
        Transaction transaction(database());
        QUELL_TRY(transaction.begin());
        QFile file(files[i]);
        if (!file.open(QIODevice::ReadOnly))
            return fail(ErrorCode::Internal, file.errorString().toStdString(), files[i].toStdString());
        for (const auto &statement : QString::fromUtf8(file.readAll()).split(u";\n"_s)) {
            if (!statement.trimmed().isEmpty())
                QUELL_TRY(Query(database(), statement).run());
        }
        QUELL_TRY(Query(database(), u"PRAGMA user_version = %1"_s.arg(i + 1)).run());
        QUELL_TRY(transaction.commit());
    }
    return {};
}

Status RunIndex::rebuild()
{
    QUELL_TRY(Query(database(), u"DELETE FROM run"_s).run());
    return sync();
}

Status RunIndex::sync()
{
    QHash<QString, QString> known; // stamps by name; none for a run that was under way: whether it still is, no file tells
    Query query(database(), u"SELECT folder, CASE WHEN state IN ('running', 'paused') THEN '' ELSE stamp END FROM run"_s);
    QUELL_TRY(query.run());
    while (query.next())
        known.insert(query.value(0).toString(), query.value(1).toString());
    QStringList changed;
    for (const auto &folder : findRuns(m_runs)) {
        if (known.take(QFileInfo(folder).fileName()) != stampOf(folder))
            changed << folder;
    }
    for (auto gone = known.keyBegin(); gone != known.keyEnd(); ++gone)
        QUELL_TRY(forget(*gone));
    return readAgain(changed);
}

// In transactions of a few runs: another studio on the same project need not wait long.
Status RunIndex::readAgain(const QStringList &folders)
{
    constexpr qsizetype slice = 32;
    for (qsizetype begin = 0; begin < folders.size() && !m_cancelled; begin += slice) {
        QVector<std::pair<RunRecord, QString>> read;
        for (const auto &folder : folders.mid(begin, slice)) {
            const auto stamp = stampOf(folder); // taken before: a change while we read is seen the next time
            read.emplace_back(recordOf(folder), stamp);
        }
        Transaction transaction(database());
        QUELL_TRY(transaction.begin());
        for (const auto &[record, stamp] : std::as_const(read))
            QUELL_TRY(put(record, stamp));
        QUELL_TRY(transaction.commit());
    }
    return {};
}

Status RunIndex::refresh(const QString &folder)
{
    const QFileInfo info(cleaned(folder));
    if (info.path() != m_runs)
        return {};
    if (!QFile::exists(info.filePath() + u"/run.json"_s))
        return forget(info.fileName());
    return readAgain({info.filePath()});
}

Status RunIndex::forget(const QString &name)
{
    return Query(database(), u"DELETE FROM run WHERE folder = ?"_s).run(name);
}

Status RunIndex::put(const RunRecord &record, const QString &stamp)
{
    QUELL_TRY(forget(record.id));
    const auto inFolder = [&record](const QString &path) { return path.isEmpty() ? u""_s : QDir(record.folder).relativeFilePath(path); };
    Query run(database(), u"INSERT INTO run (folder, name, preset, method, kind, unsafe, state, step, steps, checkpoint_step, last_seq, attempts,"
                          " seconds, disk_bytes, started, ended, error, notes, before_picture, after_picture, stamp)"
                          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"_s);
    QUELL_TRY(run.run(record.id, notNull(record.name), notNull(record.preset), notNull(record.method), notNull(record.kind), record.unsafe,
                      stateNames[static_cast<int>(record.state)], record.step, record.steps, record.checkpointStep, record.lastSeq,
                      record.attempts, record.seconds, record.diskBytes, toText(record.started), toText(record.ended), notNull(record.error),
                      notNull(record.notes), inFolder(record.beforePicture), inFolder(record.afterPicture), stamp));
    const auto id = run.lastId();
    Query addConcept(database(), u"INSERT INTO concept (run_id, position, name) VALUES (?, ?, ?)"_s);
    for (int i = 0; i < record.concepts.size(); ++i)
        QUELL_TRY(addConcept.run(id, i, notNull(record.concepts[i])));
    Query addTag(database(), u"INSERT INTO tag (run_id, position, name) VALUES (?, ?, ?)"_s);
    for (int i = 0; i < record.tags.size(); ++i)
        QUELL_TRY(addTag.run(id, i, notNull(record.tags[i])));
    Query addScore(database(), u"INSERT INTO score (run_id, name, value, low, high) VALUES (?, ?, ?, ?, ?)"_s);
    for (auto score = record.scores.begin(); score != record.scores.end(); ++score)
        QUELL_TRY(addScore.run(id, score.key(), score->value, score->low, score->high));
    return {};
}

Result<QVector<RunRecord>> RunIndex::runs() const
{
    QVector<RunRecord> records;
    QHash<qint64, qsizetype> rows;
    Query run(database(), u"SELECT id, folder, name, preset, method, kind, unsafe, state, step, steps, checkpoint_step, last_seq, attempts,"
                          " seconds, disk_bytes, started, ended, error, notes, before_picture, after_picture FROM run"
                          " ORDER BY started DESC, folder DESC"_s);
    QUELL_TRY(run.run());
    while (run.next()) {
        int column = 0;
        const auto text = [&] { return run.value(column++).toString(); };
        const auto integer = [&] { return run.value(column++).toLongLong(); };
        RunRecord record;
        rows.insert(integer(), records.size());
        record.id = text();
        record.folder = m_runs + u'/' + record.id;
        record.name = text(), record.preset = text(), record.method = text(), record.kind = text();
        record.unsafe = integer() != 0;
        record.state = static_cast<RunState>(std::max<qsizetype>(0, stateNames.indexOf(text())));
        record.step = integer(), record.steps = integer(), record.checkpointStep = integer(), record.lastSeq = integer();
        record.attempts = static_cast<int>(integer());
        record.seconds = run.value(column++).toDouble();
        record.diskBytes = integer();
        record.started = toTime(text()), record.ended = toTime(text());
        record.error = text(), record.notes = text();
        for (auto *picture : {&record.beforePicture, &record.afterPicture}) {
            if (const auto path = text(); !path.isEmpty())
                *picture = record.folder + u'/' + path;
        }
        records << record;
    }
    const auto addTo = [&](QStringList RunRecord::*list, const QString &table) -> Status {
        Query query(database(), u"SELECT run_id, name FROM %1 ORDER BY run_id, position"_s.arg(table));
        QUELL_TRY(query.run());
        while (query.next())
            records[rows.value(query.value(0).toLongLong())].*list << query.value(1).toString();
        return {};
    };
    QUELL_TRY(addTo(&RunRecord::concepts, u"concept"_s));
    QUELL_TRY(addTo(&RunRecord::tags, u"tag"_s));
    Query score(database(), u"SELECT run_id, name, value, low, high FROM score"_s);
    QUELL_TRY(score.run());
    while (score.next()) {
        auto &scores = records[rows.value(score.value(0).toLongLong())].scores;
        scores.insert(score.value(1).toString(), {score.value(2).toDouble(), score.value(3).toDouble(), score.value(4).toDouble()});
    }
    return records;
}

} // namespace quell
