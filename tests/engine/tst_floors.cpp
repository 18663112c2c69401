// The table of floors in engine/CMakeLists.txt holds for every include, direct or not, and nobody includes what their floor may not know.
#include <QDirIterator>
#include <QFile>
#include <QMap>
#include <QRegularExpression>
#include <QTest>

namespace {

const QString engine = QStringLiteral(QUELL_SOURCE_DIR "/engine");

QString text_of(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("cannot read %s", qPrintable(path));
    return QString::fromUtf8(file.readAll());
}

struct Floor {
    bool torch = false;
    QStringList uses;
};

// Each floor must be listed after those it uses, lowest first.
QMap<QString, Floor> floors(QStringList *order = nullptr)
{
    QMap<QString, Floor> found;
    static const QRegularExpression line(R"(^quell_floor\((\w+)( TORCH)? USES ([^)]*)\))", QRegularExpression::MultilineOption);
    for (auto match = line.globalMatch(text_of(engine + "/CMakeLists.txt")); match.hasNext();) {
        const auto floor = match.next();
        found[floor.captured(1)] = {!floor.captured(2).isEmpty(), floor.captured(3).split(' ')};
        if (order)
            order->append(floor.captured(1));
    }
    return found;
}

// Whether `floor` may include from `target`: it uses it, or what it uses does.
bool may_include(const QMap<QString, Floor> &table, const QString &floor, const QString &target)
{
    const auto &uses = table[floor].uses;
    return std::any_of(uses.begin(), uses.end(), [&](const QString &used) {
        return used == target || (table.contains(used) && may_include(table, used, target));
    });
}

// Calls visit(floor, file, include) for every include of the engine's sources.
template <class Visit> void for_each_include(Visit visit)
{
    static const QRegularExpression line(R"(^\s*#\s*include\s*[<\x22]([^>\x22]+))", QRegularExpression::MultilineOption);
    for (QDirIterator files(engine, {"*.h", "*.cpp", "*.cu"}, QDir::Files, QDirIterator::Subdirectories); files.hasNext();) {
        const auto path = files.next();
        const auto floor = path.mid(engine.size() + 1).section('/', 0, 0);
        for (auto match = line.globalMatch(text_of(path)); match.hasNext();)
            visit(floor, path, match.next().captured(1));
    }
}

} // namespace

class FloorsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void the_table_has_no_cycle()
    {
        QStringList order;
        const auto table = floors(&order);
        QVERIFY(table.size() >= 10);
        for (const auto &floor : order) {
            for (const auto &used : table[floor].uses)
                QVERIFY2(!table.contains(used) || order.indexOf(used) < order.indexOf(floor), qPrintable(floor + " uses " + used));
        }
    }

    void includes_follow_the_table()
    {
        const auto table = floors();
        int checked = 0;
        for_each_include([&](const QString &floor, const QString &path, const QString &include) {
            const auto target = include.section('/', 0, 0);
            if (!include.contains('/') || !table.contains(target) || !table.contains(floor) || floor == target)
                return;
            ++checked;
            QVERIFY2(may_include(table, floor, target), qPrintable(path + " includes " + include));
        });
        QVERIFY(checked > 20);
    }

    void libtorch_stays_above_the_floors_without_it()
    {
        const auto table = floors();
        for_each_include([&](const QString &floor, const QString &path, const QString &include) {
            static const QRegularExpression torch("^(torch|ATen|c10|caffe2)/");
            if (table.contains(floor) && !table[floor].torch)
                QVERIFY2(!torch.match(include).hasMatch(), qPrintable(path + " includes " + include));
        });
        QVERIFY(!table["core"].torch && !table["formats"].torch);
    }

    void the_engine_knows_no_qt_and_no_sqlite()
    {
        for_each_include([](const QString &, const QString &path, const QString &include) {
            static const QRegularExpression foreign("^(Q[A-Z]|Qt|sqlite3)");
            QVERIFY2(!foreign.match(include).hasMatch(), qPrintable(path + " includes " + include));
        });
    }
};

QTEST_APPLESS_MAIN(FloorsTest)
#include "tst_floors.moc"
