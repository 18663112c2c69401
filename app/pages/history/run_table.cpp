#include "app/pages/history/run_table.h"

#include "app/run/run_texts.h"

#include <algorithm>

namespace quell {

using namespace Qt::StringLiterals;

void RunTable::setRuns(const QVector<RunRecord> &runs)
{
    const auto find = [](const QVector<RunRecord> &in, const QString &folder, qsizetype from = 0) {
        for (auto i = from; i < in.size(); ++i)
            if (in[i].folder == folder)
                return static_cast<int>(i);
        return -1;
    };
    for (int row = static_cast<int>(m_runs.size()) - 1; row >= 0; --row) {
        if (find(runs, m_runs[row].folder) >= 0)
            continue;
        beginRemoveRows({}, row, row);
        m_runs.remove(row);
        endRemoveRows();
    }
    for (int row = 0; row < runs.size(); ++row) {
        const int old = find(m_runs, runs[row].folder, row);
        if (old < 0) {
            beginInsertRows({}, row, row);
            m_runs.insert(row, runs[row]);
            endInsertRows();
            continue;
        }
        if (old != row) {
            beginMoveRows({}, old, old, {}, row);
            m_runs.move(old, row);
            endMoveRows();
        }
        if (m_runs[row] != runs[row]) {
            m_runs[row] = runs[row];
            Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
        }
    }
}

void RunTable::retranslate()
{
    Q_EMIT headerDataChanged(Qt::Horizontal, 0, ColumnCount - 1);
    if (!m_runs.isEmpty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int RunTable::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_runs.size());
}

int RunTable::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RunTable::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto &run = m_runs[index.row()];
    switch (role) {
    case Qt::DisplayRole: return display(run, index.column());
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole: return description(run, index.column());
    case Qt::TextAlignmentRole: return index.column() >= Suppressed && index.column() <= Disk ? int(Qt::AlignRight | Qt::AlignVCenter) : int(Qt::AlignLeft | Qt::AlignVCenter);
    case SortRole: return sortKey(run, index.column());
    case StateRole: return static_cast<int>(run.state);
    default: return {};
    }
}

QVariant RunTable::display(const RunRecord &run, int column) const
{
    switch (column) {
    case Run: return run.name;
    case Method: return RunTexts::method(run.method);
    case Suppressed: return RunTexts::share(suppressed(run));
    case Kept: return RunTexts::share(kept(run));
    case InPrompt: return RunTexts::share(inPrompt(run));
    case Time: return RunTexts::duration(run.seconds);
    case Disk: return QLocale().formattedDataSize(run.diskBytes, run.diskBytes < 1000000000 ? 0 : 1, QLocale::DataSizeSIFormat);
    case When: return RunTexts::when(run.started, QDateTime::currentDateTime());
    default: return {};
    }
}

QVariant RunTable::sortKey(const RunRecord &run, int column) const
{
    const auto value = [](const std::optional<Score> &score) { return score ? score->value : -1; };
    switch (column) {
    case Suppressed: return value(suppressed(run));
    case Kept: return value(kept(run));
    case InPrompt: return value(inPrompt(run));
    case Time: return run.seconds;
    case Disk: return run.diskBytes;
    case Pictures:
    case When: return run.started;
    default: return display(run, column);
    }
}

// What a row's cell says where there is more room, or nobody to look.
QString RunTable::description(const RunRecord &run, int column) const
{
    const auto share = [&](const std::optional<Score> &score) { return score ? RunTexts::share(score) : tr("not measured"); };
    switch (column) {
    case Pictures: return tr("before and after: the first prompt by the reference (or the pruned model) and by the student");
    case Run: {
        QStringList lines{run.name, tr("%1 at step %L2 of %L3").arg(RunTexts::state(run.state)).arg(run.step).arg(run.steps)};
        if (!run.concepts.isEmpty())
            lines << tr("suppresses %1").arg(QLocale().createSeparatedList(run.concepts));
        if (!run.tags.isEmpty())
            lines << tr("tags: %1").arg(QLocale().createSeparatedList(run.tags));
        for (const auto &line : {run.notes, run.error})
            if (!line.isEmpty())
                lines << line;
        return lines.join(u'\n');
    }
    case Suppressed: return share(suppressed(run));
    case Kept: return share(kept(run));
    case InPrompt: return share(inPrompt(run));
    case When: return run.started.isValid() ? QLocale().toString(run.started.toLocalTime(), QLocale::LongFormat) : tr("not started");
    default: return display(run, column).toString();
    }
}

QVariant RunTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return section >= Suppressed && section <= Disk ? int(Qt::AlignRight | Qt::AlignVCenter) : int(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    const bool tip = role == Qt::ToolTipRole;
    switch (section) {
    case Pictures: return tip ? tr("Before and after") : QString();
    case Run: return tr("run");
    case Method: return tr("method");
    case Suppressed: return tip ? tr("How often the concept is no longer recognised where prompts name it") : tr("suppressed");
    case Kept: return tip ? tr("How often other styles or objects are still recognised") : tr("kept");
    case InPrompt: return tip ? tr("How often the object is still recognised where prompts name the suppressed style") : tr("in the prompt");
    case Time: return tr("time");
    case Disk: return tr("disk");
    case When: return tr("when");
    default: return {};
    }
}

RunFilter::RunFilter(RunTable *table, QObject *parent) : QSortFilterProxyModel(parent), m_table(table)
{
    setSourceModel(table);
    setSortRole(RunTable::SortRole);
    setSortLocaleAware(true);
    setSortCaseSensitivity(Qt::CaseInsensitive);
}

void RunFilter::setKind(Kind kind)
{
    m_kind = kind;
    invalidateFilter();
}

void RunFilter::setText(const QString &text)
{
    m_words = text.split(u' ', Qt::SkipEmptyParts);
    invalidateFilter();
}

bool RunFilter::fits(const RunRecord &run, Kind kind)
{
    return kind == All || (kind == Finished ? isFinished(run) : canResume(run));
}

bool RunFilter::filterAcceptsRow(int row, const QModelIndex &) const
{
    const auto &run = m_table->run(row);
    if (!fits(run, m_kind))
        return false;
    QStringList texts{run.name, run.id, RunTexts::method(run.method), RunTexts::state(run.state), run.notes};
    texts << run.concepts << run.tags;
    return std::all_of(m_words.begin(), m_words.end(), [&texts](const QString &word) {
        return std::any_of(texts.begin(), texts.end(), [&word](const QString &text) { return text.contains(word, Qt::CaseInsensitive); });
    });
}

// Equal ones: the newer first, whichever way the column is sorted.
bool RunFilter::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    if (left.data(RunTable::SortRole) != right.data(RunTable::SortRole))
        return QSortFilterProxyModel::lessThan(left, right);
    return sortOrder() == Qt::AscendingOrder ? left.row() < right.row() : left.row() > right.row();
}

} // namespace quell
