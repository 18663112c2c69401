// The page over hand-made run folders of tiny pictures, each model and step in a colour of its own.
#include <QtWidgets>

#include "app/pages/compare/compare_page.h"

#include "app/pages/compare/picture_list.h"
#include "app/project/json_text.h"
#include "app/window/studio.h"
#include "widgets/card.h"
#include "widgets/look.h"

#include <QAbstractItemModelTester>
#include <QAccessible>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include <fstream>

using namespace quell;

namespace {

const QString student = QStringLiteral("student"), reference = QStringLiteral("reference");
const QString rocket = QStringLiteral("a rocket in neon style"), owl = QStringLiteral("an owl"), apple = QStringLiteral("a red apple, ink style");

QColor colorOf(const QString &model, qint64 step)
{
    const QStringList models{QStringLiteral("teacher"), QStringLiteral("pruned"), reference, student};
    return QColor(QColor::fromHsv(int(models.indexOf(model)) * 80, 200, 100 + int(step)).rgb());
}

void write(const QString &path, const std::string &text)
{
    std::ofstream(path.toStdString()) << text;
}

Json samplesEvent(int seq, const QString &model, qint64 step)
{
    return {{"seq", seq}, {"time", "2026-01-01T00:00:00.000Z"}, {"attempt", 1}, {"type", "samples"}, {"step", step}, {"model", toJson(model)},
            {"folder", toJson(QStringLiteral("samples/step-%1/%2").arg(step, 6, 10, QLatin1Char('0')).arg(model))}};
}

void draw(const QString &run, const Json &event)
{
    const auto folder = QDir(run).filePath(textOf(event, "folder"));
    QDir().mkpath(folder);
    QImage image(8, 8, QImage::Format_RGB32);
    image.fill(colorOf(textOf(event, "model"), integerOf(event, "step")));
    for (const char *name : {"target-0", "neighbour-0", "unrelated-0"})
        QVERIFY(image.save(QStringLiteral("%1/%2.png").arg(folder, QLatin1String(name))));
}

Json specOf(const char *name, double rate)
{
    return {{"version", 1}, {"name", name}, {"teacher", "/models/teacher"}, {"student", "/models/pruned"}, {"reference", "/models/reference"},
            {"concepts", Json::array({{{"name", "neon"}, {"kind", "style"}, {"phrase", "neon"}}})}, {"steps", 100}, {"seed", 7},
            {"lower", {{"optimizer", {{"lr", rate}}}}},
            {"samples", {{"every", 10}, {"steps", 25}, {"guidance", 4}, {"target", {toJson(rocket)}}, {"neighbour", {toJson(apple)}}, {"unrelated", {toJson(owl)}}}}};
}

// A run with teacher, pruned and reference, and the student at 0, 10 and 20.
void makeRun(const QString &folder, const Json &spec)
{
    QVERIFY(QDir().mkpath(folder));
    write(folder + QStringLiteral("/run.json"), spec.dump());
    std::string log;
    int seq = 0;
    for (const auto &[model, step] : {std::pair("teacher", 0), {"pruned", 0}, {"reference", 0}, {"student", 0}, {"student", 10}, {"student", 20}}) {
        const auto event = samplesEvent(++seq, QString::fromLatin1(model), step);
        draw(folder, event);
        log += event.dump() + "\n";
    }
    write(folder + QStringLiteral("/events.ndjson"), log);
}

} // namespace

class TestComparePage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void emptyPageLeadsToTheRun();
    void startsWithReferenceAndStudent();
    void scoresStandBesideTheLabel();
    void promptsAreGrouped();
    void stepsAreWalkedByKeys();
    void newestFollowsALiveRun();
    void panesComeAndGo();
    void swapKeepsChoosersAndPictures();
    void otherRuns();
    void pictureFile();
    void hiddenPictures();
    void sheet();
    void anotherPrompt();
    void drawingCommands();
    void everyControlHasAName();
    void shortcutsAreTheirOwn();
    void listModel();
    void differingKeysOnly();

private:
    QString run(const QString &name) const { return m_folder->filePath(QStringLiteral("runs/") + name); }
    QString label(int pane) const { return m_page->view()->panes()[pane].label; }
    QColor shown(int pane) const { return m_page->view()->picture(pane).image().pixelColor(4, 4); }
    void open(const QString &name);
    void loaded();
    template <class T> T *find(const QString &name) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Studio> m_studio;
    std::unique_ptr<ComparePage> m_page;
};

template <class T> T *TestComparePage::find(const QString &name) const
{
    for (auto *widget : m_page->findChildren<T *>())
        if (widget->accessibleName() == name || widget->property("text").toString() == name)
            return widget;
    return nullptr;
}

void TestComparePage::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("quell-test"));
    QSettings().setValue(QStringLiteral("compare/sliderShown"), true);
}

void TestComparePage::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_studio = std::make_unique<Studio>();
    m_page = std::make_unique<ComparePage>(*m_studio);
    m_page->resize(1100, 760);
    m_page->show();
    m_page->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
}

void TestComparePage::cleanup()
{
    m_page.reset();
    m_studio.reset();
    m_folder.reset();
}

void TestComparePage::open(const QString &name)
{
    if (!QFileInfo::exists(run(name)))
        makeRun(run(name), specOf("one", 0.1));
    m_page->setRun(run(name));
    QTRY_COMPARE(m_page->sources().value(1).run, run(name));
    loaded();
}

void TestComparePage::loaded() { QTRY_VERIFY(!m_page->view()->isLoading()); }

void TestComparePage::emptyPageLeadsToTheRun()
{
    QCOMPARE(m_page->state(), Page::State::Nothing);
    QSignalSpy wanted(m_studio.get(), &Studio::pageWanted);
    auto *button = m_page->findChild<EmptyState *>()->findChild<QPushButton *>();
    QVERIFY(button->isVisible());
    button->click();
    QCOMPARE(wanted.value(0).value(0).toString(), QStringLiteral("run"));
}

void TestComparePage::startsWithReferenceAndStudent()
{
    open(QStringLiteral("a"));
    QCOMPARE(m_page->sources()[0].model, reference);
    QCOMPARE(m_page->sources()[1], (CompareSource{run(QStringLiteral("a")), student, -1, {}}));
    QCOMPARE(label(0), QStringLiteral("reference"));
    QCOMPARE(label(1), QStringLiteral("student, step 20"));
    QCOMPARE(shown(0), colorOf(reference, 0));
    QCOMPARE(shown(1), colorOf(student, 20));
    QCOMPARE(m_page->state(), Page::State::Ready);
}

void TestComparePage::scoresStandBesideTheLabel()
{
    makeRun(run(QStringLiteral("a")), specOf("one", 0.1));
    const auto share = [](double value) { return Json{{"value", value}, {"low", 0}, {"high", 1}, {"n", 100}}; };
    const Json scores{{"version", 1},
                      {"models", {{"reference", {{"target_style", share(0.91)}, {"target_object", share(0.84)}, {"plain_object", share(0.5)}}},
                                  {"student", {{"target_style", share(0.06)}, {"target_object", share(0.88)}}}}}};
    write(run(QStringLiteral("a/scores.json")), scores.dump());
    open(QStringLiteral("a"));
    QCOMPARE(m_page->view()->panes()[0].detail, QStringLiteral("style recognised in 91 % · object in 84 %"));
    QCOMPARE(m_page->view()->panes()[1].detail, QStringLiteral("style recognised in 6 % · object in 88 %"));
    m_page->setSource(1, {run(QStringLiteral("a")), student, 10, {}}); // which was not scored
    QVERIFY(m_page->view()->panes()[1].detail.isEmpty());
    m_page->choosePrompt(owl);
    QCOMPARE(m_page->view()->panes()[0].detail, QStringLiteral("object recognised in 50 %"));
}

void TestComparePage::promptsAreGrouped()
{
    open(QStringLiteral("a"));
    const auto *view = find<QListView>(QStringLiteral("Prompts"));
    QStringList rows;
    for (int row = 0; row < view->model()->rowCount(); ++row) {
        const auto index = view->model()->index(row, 0);
        rows << index.data().toString();
        QCOMPARE(index.flags().testFlag(Qt::ItemIsSelectable), row % 2 == 1);
    }
    QCOMPARE(rows, (QStringList{QStringLiteral("target"), rocket, QStringLiteral("neighbour"), apple, QStringLiteral("unrelated"), owl}));
    QCOMPARE(view->currentIndex().data().toString(), rocket);
    m_page->choosePrompt(owl);
    loaded();
    QVERIFY(m_page->view()->panes()[0].path.endsWith(QStringLiteral("unrelated-0.png")));
}

void TestComparePage::stepsAreWalkedByKeys()
{
    open(QStringLiteral("a"));
    auto *steps = find<QListView>(QStringLiteral("Steps of the student"));
    QCOMPARE(steps->model()->rowCount(), 3);
    QCOMPARE(steps->currentIndex().row(), 2);
    QTest::keyClick(m_page.get(), Qt::Key_Left, Qt::AltModifier);
    QCOMPARE(m_page->sources()[1].step, 10);
    loaded();
    QCOMPARE(shown(1), colorOf(student, 10));
    steps->setFocus();
    QTest::keyClick(steps, Qt::Key_Left);
    QCOMPARE(m_page->sources()[1].step, 0);
    QTest::keyClick(m_page.get(), Qt::Key_Left, Qt::AltModifier); // no further
    QCOMPARE(m_page->sources()[1].step, 0);
    QTest::keyClick(m_page.get(), Qt::Key_Right, Qt::AltModifier);
    QTest::keyClick(m_page.get(), Qt::Key_Right, Qt::AltModifier);
    QCOMPARE(m_page->sources()[1].step, -1); // the newest
    // The zoom persists.
    m_page->view()->setZoom(6);
    QTest::keyClick(m_page.get(), Qt::Key_Left, Qt::AltModifier);
    loaded();
    QCOMPARE(m_page->view()->zoom(), 6.0);
}

void TestComparePage::newestFollowsALiveRun()
{
    const auto project = m_folder->path();
    makeRun(run(QStringLiteral("a")), specOf("one", 0.1));
    QVERIFY(Project::create(project, QStringLiteral("test"), specOf("draft", 0.1)));
    QVERIFY(m_studio->openProject(project));
    QTRY_VERIFY(m_studio->controller()->run()); // the newest run is shown
    auto *live = m_studio->controller()->run();
    QTRY_COMPARE(m_page->sources().size(), 2);
    loaded();
    const auto event = samplesEvent(7, student, 30);
    draw(live->folder(), event);
    live->addEvents({event});
    QTRY_COMPARE(label(1), QStringLiteral("student, step 30"));
    loaded();
    QCOMPARE(shown(1), colorOf(student, 30));
    m_page->setSource(1, {live->folder(), student, 10, {}});
    const auto later = samplesEvent(8, student, 40);
    draw(live->folder(), later);
    live->addEvents({later});
    QTRY_COMPARE(find<QListView>(QStringLiteral("Steps of the student"))->model()->rowCount(), 5);
    QCOMPARE(label(1), QStringLiteral("student, step 10"));
}

void TestComparePage::panesComeAndGo()
{
    open(QStringLiteral("a"));
    auto *add = find<QToolButton>(QStringLiteral("Add a pane"));
    add->click();
    QCOMPARE(m_page->sources()[2].model, QStringLiteral("teacher")); // the first that was not shown
    QCOMPARE(m_page->view()->mode(), CompareView::Mode::SideBySide);
    add->click();
    QVERIFY(!add->isEnabled());
    m_page->addPane();
    QCOMPARE(m_page->view()->panes().size(), 4);
    loaded();
    for (int i = 0; i < 3; ++i)
        m_page->removePane(0);
    QCOMPARE(m_page->sources().size(), 1);
    m_page->removePane(0);
    QCOMPARE(m_page->sources().size(), 1);
    QVERIFY(add->isEnabled());
}

void TestComparePage::swapKeepsChoosersAndPictures()
{
    open(QStringLiteral("a"));
    QTest::keyClick(m_page.get(), Qt::Key_C);
    QCOMPARE(m_page->sources()[0].model, student);
    QCOMPARE(label(0), QStringLiteral("student, step 20"));
    QCOMPARE(shown(0), colorOf(student, 20));
    QVERIFY(find<QToolButton>(QStringLiteral("First: student, step 20")));
    // The strip goes on to move the student's pane.
    QTest::keyClick(m_page.get(), Qt::Key_Left, Qt::AltModifier);
    QCOMPARE(label(1), QStringLiteral("reference"));
    QTRY_COMPARE(label(0), QStringLiteral("student, step 10"));
}

void TestComparePage::otherRuns()
{
    const auto project = m_folder->path();
    makeRun(run(QStringLiteral("a")), specOf("one", 0.1));
    makeRun(run(QStringLiteral("b")), specOf("two", 0.2));
    QVERIFY(Project::create(project, QStringLiteral("test"), specOf("draft", 0.1)));
    QVERIFY(m_studio->openProject(project));
    QTRY_COMPARE(m_studio->store()->runs().size(), 2);
    open(QStringLiteral("a"));
    auto *menu = find<QToolButton>(QStringLiteral("Second: student, step 20"))->menu();
    Q_EMIT menu->aboutToShow();
    QMenu *other = nullptr;
    for (auto *action : menu->actions())
        if (action->menu() && action->text().contains(QStringLiteral("two")))
            other = action->menu();
    QVERIFY(other);
    Q_EMIT other->aboutToShow();
    QTRY_VERIFY(other->actions().size() > 3);
    other->actions().last()->trigger();
    loaded();
    QCOMPARE(label(1), QStringLiteral("student, step 20 of b"));
    QVERIFY(m_page->view()->panes()[1].path.startsWith(run(QStringLiteral("b"))));
    auto *differs = m_page->findChild<QTreeWidget *>();
    QStringList keys;
    for (int i = 0; i < differs->topLevelItemCount(); ++i)
        keys << differs->topLevelItem(i)->text(0);
    QCOMPARE(keys, (QStringList{QStringLiteral("lower/optimizer/lr"), QStringLiteral("name")}));
    QCOMPARE(differs->topLevelItem(0)->text(1), QStringLiteral("0.1"));
    QCOMPARE(differs->topLevelItem(0)->text(2), QStringLiteral("0.2"));
}

void TestComparePage::pictureFile()
{
    open(QStringLiteral("a"));
    QImage image(20, 10, QImage::Format_RGB32);
    image.fill(Qt::yellow);
    const auto path = m_folder->filePath(QStringLiteral("mine.png"));
    QVERIFY(image.save(path));
    Q_EMIT m_page->view()->fileDropped(0, path);
    loaded();
    QCOMPARE(label(0), QStringLiteral("mine.png"));
    QCOMPARE(shown(0), QColor(Qt::yellow));
    m_page->choosePrompt(owl);
    QCOMPARE(label(0), QStringLiteral("mine.png"));
}

void TestComparePage::hiddenPictures()
{
    auto spec = specOf("one", 0.1);
    spec["concepts"][0]["kind"] = "unsafe";
    makeRun(run(QStringLiteral("a")), spec);
    open(QStringLiteral("a"));
    QVERIFY(m_page->view()->isObscured());
    m_page->view()->setFocus();
    QTest::keyClick(m_page->view(), Qt::Key_Return);
    QVERIFY(!m_page->view()->isObscured());
    m_page->choosePrompt(owl);
    QVERIFY(!m_page->view()->isObscured()); // asked for once
}

void TestComparePage::sheet()
{
    open(QStringLiteral("a"));
    QSignalSpy saved(m_page.get(), &ComparePage::sheetSaved);
    const auto path = m_folder->filePath(QStringLiteral("sheet.png"));
    m_page->saveSheet(path);
    QTRY_COMPARE(saved.count(), 1);
    QVERIFY2(saved[0][1].toString().isEmpty(), qPrintable(saved[0][1].toString()));
    const QImage image(path);
    QVERIFY(image.width() >= 2 * 512);
    QCOMPARE(image.pixelColor(image.width() / 4, image.height() / 2), colorOf(reference, 0));
    QCOMPARE(image.pixelColor(image.width() * 3 / 4, image.height() / 2), colorOf(student, 20));
    const auto described = read_json(m_folder->filePath(QStringLiteral("sheet.json")).toStdString());
    QVERIFY(described);
    const auto &panes = (*described)["panes"];
    QCOMPARE(panes.size(), std::size_t(2));
    QCOMPARE(textOf(panes[1], "model"), student);
    QCOMPARE(integerOf(panes[1], "step"), 20);
    QCOMPARE(textOf(panes[1], "prompt"), rocket);
    QCOMPARE(integerOf(panes[1], "seed"), 7);
    QCOMPARE(textOf(panes[1], "run"), run(QStringLiteral("a")));
    QCOMPARE(textOf(panes[0], "file"), m_page->view()->panes()[0].path);
    m_page->saveSheet(m_folder->filePath(QStringLiteral("no/such/folder/sheet.png")));
    QTRY_COMPARE(saved.count(), 2);
    QVERIFY(!saved[1][1].toString().isEmpty());
}

void TestComparePage::anotherPrompt()
{
    // An engine that copies a picture.
    const auto engine = m_folder->filePath(QStringLiteral("engine"));
    QImage image(8, 8, QImage::Format_RGB32);
    image.fill(Qt::green);
    QVERIFY(image.save(m_folder->filePath(QStringLiteral("drawn.png"))));
    write(engine, "#!/bin/sh\nmkdir -p \"$3\" && cp " + m_folder->filePath(QStringLiteral("drawn.png")).toStdString() +
                      " \"$3/0.png\" && echo '[{\"prompt\": \"x\", \"file\": \"'\"$3\"'/0.png\"}]'\n");
    QVERIFY(QFile(engine).setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    qputenv("QUELL_ENGINE", engine.toUtf8());
    open(QStringLiteral("a"));
    auto *line = find<QLineEdit>(QStringLiteral("Another prompt"));
    line->setFocus();
    QTest::keyClicks(line, QStringLiteral("a castle, mosaic")); // letters are no shortcuts here
    QCOMPARE(m_page->view()->mode(), CompareView::Mode::Slider);
    QTest::keyClick(line, Qt::Key_Return);
    QTRY_VERIFY(m_page->view()->panes()[1].path.endsWith(QStringLiteral("0.png")) && m_page->view()->panes()[0].path.endsWith(QStringLiteral("0.png")));
    loaded();
    QCOMPARE(shown(0), QColor(Qt::green));
    const auto *prompts = find<QListView>(QStringLiteral("Prompts"));
    QCOMPARE(prompts->currentIndex().data().toString(), QStringLiteral("a castle, mosaic"));
    m_page->choosePrompt(rocket);
    loaded();
    QCOMPARE(shown(0), colorOf(reference, 0));
    qunsetenv("QUELL_ENGINE");
}

void TestComparePage::drawingCommands()
{
    const auto spec = specOf("one", 0.1);
    const auto arguments = [&](const QString &model, bool complete) { return PromptDrawer::arguments(owl, {QStringLiteral("/runs/a"), model, spec, complete}, QStringLiteral("/out")).join(QLatin1Char(' ')); };
    const auto end = QStringLiteral(" --sampler ddim --steps 25 --guidance 4 --seed 7"), begin = QStringLiteral("sample /models/teacher /out -p an owl --json");
    QCOMPARE(arguments(QStringLiteral("teacher"), false), QString(begin + end));
    QCOMPARE(arguments(QStringLiteral("pruned"), false), QString(begin + QStringLiteral(" --unet /models/pruned") + end));
    QCOMPARE(arguments(student, false), QString(begin + QStringLiteral(" --checkpoint /runs/a") + end));
    QCOMPARE(arguments(student, true), QString(begin + QStringLiteral(" --unet /runs/a/student") + end));
}

void TestComparePage::everyControlHasAName()
{
    open(QStringLiteral("a"));
    for (auto *widget : m_page->findChildren<QWidget *>())
        if (widget->isVisible() && widget->focusPolicy() != Qt::NoFocus && !qobject_cast<QMenu *>(widget)) {
            auto *accessible = QAccessible::queryAccessibleInterface(widget);
            QVERIFY2(accessible && !accessible->text(QAccessible::Name).isEmpty(), widget->metaObject()->className());
        }
}

void TestComparePage::shortcutsAreTheirOwn()
{
    QVERIFY(m_studio->actions()->action(QStringLiteral("compare.swap")));
    QStringList seen;
    for (const auto &entry : m_studio->actions()->entries()) {
        QVERIFY2(!entry.action->text().isEmpty(), qPrintable(entry.id));
        const auto keys = entry.action->shortcut().toString();
        QVERIFY2(keys.isEmpty() || !seen.contains(keys), qPrintable(keys));
        seen << keys;
    }
}

void TestComparePage::listModel()
{
    PictureList list(32);
    QAbstractItemModelTester tester(&list, QAbstractItemModelTester::FailureReportingMode::Fatal);
    const auto entry = [](const char *text, bool heading = false) { return PictureList::Entry{QString::fromLatin1(text), {}, heading}; };
    list.setEntries({entry("target", true), entry("a"), entry("b")});
    list.setEntries({entry("target", true), entry("c")});
    list.setEntries({});
    list.setEntries({entry("a"), entry("b"), entry("c")});
    list.setObscured(true);
    QCOMPARE(list.rowCount(), 3);
    QVERIFY(!list.data(list.index(0), Qt::DecorationRole).value<QIcon>().isNull());
}

void TestComparePage::differingKeysOnly()
{
    const Json a{{"same", 1}, {"deep", {{"x", 1.5}, {"y", {1, 2}}}}, {"gone", "text"}}, b{{"same", 1}, {"deep", {{"x", 2}, {"y", {1, 2}}}}};
    const auto found = differingKeys({a, b});
    QCOMPARE(found.size(), 2);
    QCOMPARE(found[0].key, QStringLiteral("deep/x"));
    QCOMPARE(found[0].values, (QStringList{QStringLiteral("1.5"), QStringLiteral("2")}));
    QCOMPARE(found[1].values, (QStringList{QStringLiteral("text"), QString()}));
    QVERIFY(differingKeys({a, a}).isEmpty());
}

QTEST_MAIN(TestComparePage)
#include "tst_compare_page.moc"
